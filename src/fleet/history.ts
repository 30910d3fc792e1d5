// What happened in a fleet, in order and bounded: for `fleet.history`, the timeline and the log view of the live page.
import type { StepName } from '../adapter/messages.js';

/** What a transition is about. */
export type TransitionKind =
  /** An adapter's socket changed its state. */
  | 'state'
  | 'exit'
  | 'restored'
  | 'rotated'
  | 'gap'
  | 'stalled'
  | 'recovered'
  | 'revoked'
  | 'problem'
  | 'notice'
  /** The fleet did something with an adapter. */
  | 'added'
  | 'replaced'
  | 'removed'
  | 'restarting'
  | 'gave-up'
  /** The fleet itself. */
  | 'fleet';

/** One thing that happened. Plain JSON. What does not apply is left out. */
export interface Transition {
  /** Rises by one with each transition of the fleet. */
  readonly number: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly kind: TransitionKind;
  readonly level: 'info' | 'warn' | 'error';
  /** Name of the adapter; left out for the fleet's own. */
  readonly adapter?: string;
  readonly socket?: string;
  readonly epoch?: number;
  /** A StateName; of the fleet's own transitions a FleetState. */
  readonly state?: string;
  readonly step?: StepName;
  readonly attempt?: number;
  /** Why: an exit reason, an error code, the reason of a gap, the kind of a notice. */
  readonly reason?: string;
  readonly exitCode?: number;
  /** Milliseconds until the next try. */
  readonly delayMs?: number;
  /** Of a restore. */
  readonly totalMs?: number;
  readonly downMs?: number;
  readonly steps?: readonly { readonly name: StepName; readonly ms: number }[];
  readonly topic?: string;
  /** What happened, in words, for a line of a log. */
  readonly message: string;
}

/** A transition before it has its number and time. */
export type Happening = Omit<Transition, 'number' | 'atMs'>;

export class History {
  readonly #size: number;
  readonly #transitions: Transition[] = [];
  #number = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The latest ones, oldest first. */
  get all(): readonly Transition[] {
    return [...this.#transitions];
  }

  /** Those with a higher number; for readers that come back. */
  since(number: number): readonly Transition[] {
    return this.#transitions.filter((one) => one.number > number);
  }

  add(happening: Happening): Transition {
    this.#number += 1;
    const transition: Transition = { number: this.#number, atMs: Date.now(), ...happening };
    this.#transitions.push(transition);
    // In chunks: shifting an array at each event would move all of it.
    if (this.#transitions.length > this.#size * 1.25)
      this.#transitions.splice(0, this.#transitions.length - this.#size);
    return transition;
  }
}
