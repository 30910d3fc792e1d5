// Lets only so many threads start at once: more would share the same cores, and the last of a hundred would look as if it hung.
import { availableParallelism } from 'node:os';

export class StartGate {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #passing = 0;

  constructor(most = Math.max(4, availableParallelism() * 2)) {
    this.#most = most;
  }

  /** Runs the work when its turn has come, in the order of the calls. */
  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#passing >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#passing += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // Whoever is next takes the place over, so nobody can push in between.
      if (next === undefined) this.#passing -= 1;
      else next();
    }
  }
}
