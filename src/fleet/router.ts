// Chooses one of several adapters that can do the same: the healthiest, each in its turn, or always the same one for a key.
import { createHash } from 'node:crypto';
import type { Adapter } from '../adapter/adapter.js';

/** What a choice is made from. */
export interface Candidate {
  readonly name: string;
  readonly adapter: Adapter;
  readonly isReady: boolean;
  readonly health: number;
}

/**
 * Chooses among adapters that are equal to the bot. Only those that are READY are chosen; undefined where none is: then nothing
 * should be sent, and nothing would be.
 */
export class Router {
  readonly #candidates: () => readonly Candidate[];
  #turn = 0;

  constructor(candidates: () => readonly Candidate[]) {
    this.#candidates = candidates;
  }

  /** The one with the highest health; of equals the first. */
  healthiest(): Adapter | undefined {
    let best: Candidate | undefined;
    for (const one of this.#ready()) if (best === undefined || one.health > best.health) best = one;
    return best?.adapter;
  }

  /** Each in its turn. */
  next(): Adapter | undefined {
    const ready = this.#ready();
    if (ready.length === 0) return undefined;
    this.#turn = (this.#turn + 1) % Number.MAX_SAFE_INTEGER;
    return ready[this.#turn % ready.length]?.adapter;
  }

  /**
   * Always the same one for a key, as long as it is READY. When one is lost, only its own keys go to others, and come back with it
   * (rendezvous hashing).
   */
  forKey(key: string): Adapter | undefined {
    let best: Candidate | undefined;
    let bestWeight = -1;
    for (const one of this.#ready()) {
      const weight = weightOf(key, one.name);
      if (weight <= bestWeight) continue;
      best = one;
      bestWeight = weight;
    }
    return best?.adapter;
  }

  #ready(): readonly Candidate[] {
    return this.#candidates().filter(({ isReady }) => isReady);
  }
}

/** The same in every process and version. */
function weightOf(key: string, name: string): number {
  return createHash('sha256').update(`${name}\0${key}`).digest().readUIntBE(0, 6);
}
