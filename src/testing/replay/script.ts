// One look over a recording before it is played: which connections there were, what each asked, and which frames were the answers.
// Frames themselves are not kept: a recording may be far larger than memory.
import type { RecordedFrame } from '../../recording/entries.js';
import type { Recording } from '../../recording/recording.js';
import { HttpAnswers } from './http-answers.js';
import { answerPattern, asksForTopics, type AskedRequest, isPing, requestOf } from './request.js';

/** An answer that has not come within this many frames is not looked for any more. */
const ANSWER_WITHIN = 5000;

export interface RecordedRequest {
  /** Which frame of its life it is, from 0. */
  readonly place: number;
  readonly asked: AskedRequest;
  /** The answer and its place; undefined where none was found. */
  answer: { readonly place: number; readonly text: string } | undefined;
  /** True where what follows makes no sense to a client that has not asked this. */
  readonly isBarrier: boolean;
}

/** One life of one connection, as it is to be played. */
export interface LifeScript {
  readonly life: number;
  readonly name: string;
  /** Path of the upgrade. */
  readonly path: string;
  readonly exchange: string | undefined;
  readonly requests: readonly RecordedRequest[];
  /** Places of frames that are answers: they are given when they are asked for. */
  readonly answers: ReadonlySet<number>;
  readonly frames: number;
}

/** The lives of a recording that were open, in the order in which they began, and the HTTP calls; of one adapter where `only` names it. */
export async function scriptsOf(
  recording: Recording,
  only: string | undefined,
): Promise<{ readonly scripts: readonly LifeScript[]; readonly calls: HttpAnswers }> {
  const lives = new Map<number, Draft>();
  const calls = new HttpAnswers();
  for await (const entry of recording) {
    if (entry.kind === 'open') {
      const { name, exchange, address } = entry.subject;
      if (!lives.has(entry.life))
        lives.set(entry.life, new Draft(entry.life, name, exchange, new URL(address).pathname));
    } else if (entry.kind === 'frame') {
      lives.get(entry.life)?.add(entry);
    } else if (entry.kind === 'http') {
      const name = entry.subject?.name ?? lives.get(entry.life)?.name;
      if (only === undefined || only === name) calls.add(entry);
    }
  }
  const scripts = [...lives.values()].filter(({ name }) => only === undefined || only === name);
  return { scripts, calls };
}

class Draft implements LifeScript {
  readonly requests: RecordedRequest[] = [];
  readonly answers = new Set<number>();
  frames = 0;
  readonly life: number;
  readonly name: string;
  readonly exchange: string | undefined;
  readonly path: string;
  #unanswered: { readonly request: RecordedRequest; readonly pattern: RegExp }[] = [];

  constructor(life: number, name: string, exchange: string | undefined, path: string) {
    this.life = life;
    this.name = name;
    this.exchange = exchange;
    this.path = path;
  }

  add(frame: RecordedFrame): void {
    const place = this.frames;
    this.frames += 1;
    if (frame.isBinary) return;
    if (frame.direction === 'sent') this.#asked(place, frame.data.toString());
    else if (this.#unanswered.length > 0) this.#received(place, frame.data);
  }

  #asked(place: number, text: string): void {
    const asked = requestOf(text);
    const isBarrier = asksForTopics(asked) || (asked.id === undefined && !isPing(asked));
    const request: RecordedRequest = { place, asked, answer: undefined, isBarrier };
    this.requests.push(request);
    const pattern = answerPattern(asked);
    if (pattern !== undefined) this.#unanswered.push({ request, pattern });
  }

  #received(place: number, data: Buffer): void {
    const text = data.toString();
    const found = this.#unanswered.find(({ pattern }) => pattern.test(text));
    if (found !== undefined) {
      found.request.answer = { place, text };
      this.answers.add(place);
    }
    this.#unanswered = this.#unanswered.filter(
      (one) => one !== found && place - one.request.place < ANSWER_WITHIN,
    );
  }
}
