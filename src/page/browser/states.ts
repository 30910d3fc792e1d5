// What each state looks like: a tone for the eye beside the word, never instead of it.

/** `good` green, `busy` blue, `wait` amber, `bad` red, `off` grey. */
export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'off';

const tones: Readonly<Record<string, Tone>> = {
  ready: 'good',
  connecting: 'busy',
  restoring: 'busy',
  starting: 'busy',
  waiting: 'wait',
  ending: 'wait',
  restarting: 'wait',
  degraded: 'wait',
  stopping: 'wait',
  failed: 'bad',
  'gave-up': 'bad',
};

export function toneOf(state: string): Tone {
  return tones[state] ?? 'off';
}

/** READY in capitals as everywhere in the documents; the step where there is one. */
export function stateInWords(state: string, step: string | null = null): string {
  const word = state === 'ready' ? 'READY' : state === 'gave-up' ? 'gave up' : state;
  return step === null ? word : `${word}: ${step}`;
}

export function healthTone(health: number): Tone {
  return health >= 80 ? 'good' : health >= 50 ? 'wait' : 'bad';
}
