// Frames that a fault holds back for a while, in order or overtaking each other.
import type { Random } from './random.js';

export interface Delay {
  readonly ms: number;
  readonly jitterMs?: number;
}

interface Held {
  readonly due: number;
  readonly release: () => void;
}

export class DelayLine {
  readonly #random: Random;
  readonly #timers = new Set<NodeJS.Timeout>();
  #queue: Held[] = [];
  #queueTimer: NodeJS.Timeout | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Runs `release` later; an ordered one never before those ordered ones that were held earlier. */
  hold(release: () => void, delay: Delay, isOrdered: boolean): void {
    const wait = delay.ms + (delay.jitterMs ?? 0) * this.#random.next();
    if (isOrdered) {
      const due = Math.max(performance.now() + wait, this.#queue.at(-1)?.due ?? 0);
      this.#queue.push({ due, release });
      this.#armQueue();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      release();
    }, wait);
    this.#timers.add(timer);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    clearTimeout(this.#queueTimer);
    this.#queueTimer = undefined;
    this.#queue = [];
  }

  // One timer for the whole queue: timers of different lengths may fire in another order than they are due.
  #armQueue(): void {
    const first = this.#queue[0];
    if (first === undefined || this.#queueTimer !== undefined) return;
    this.#queueTimer = setTimeout(
      () => {
        this.#queueTimer = undefined;
        const now = performance.now();
        const later = this.#queue.findIndex((held) => held.due > now);
        const due = this.#queue.splice(0, later === -1 ? this.#queue.length : later);
        for (const { release } of due) release();
        this.#armQueue();
      },
      Math.max(1, first.due - performance.now()),
    );
  }
}
