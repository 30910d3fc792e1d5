// Tells runs that the machine disturbed from those it did not, by something that has nothing to do with their result: how fast a fixed
// piece of work is right before and right after them.
import { setTimeout as sleep } from 'node:timers/promises';
import { type MachineSpeed, machineSpeed } from './machine-speed.js';
import { extremes, median } from './statistics.js';

/** Least, middle and most. */
export type Spread = readonly [number, number, number];

export interface Quietness {
  readonly aloneUs: Spread;
  readonly togetherUs: Spread;
  /** Runs that were measured, those of them that were repeated, and those that were kept although they were disturbed. */
  readonly runs: number;
  readonly repeated: number;
  readonly disturbed: number;
}

/** Slower than the best by this factor is disturbed. */
const TOLERANCE = 1.2;
/** Part of all the waiting that one run may use up. */
const MOST_OF_WAIT = 0.1;
const LOOK_EVERY_MS = 1000;

export interface QuietOptions {
  /** How often a disturbed run is repeated. 0: never, and nothing waits. */
  readonly patience: number;
  /** What all waits and repeated runs may take together: a machine that is never quiet is measured as it is. */
  readonly mostExtraMs: number;
  /** In the place of the real look, for tests. */
  readonly look?: () => Promise<MachineSpeed>;
}

export class Quiet {
  readonly #patience: number;
  readonly #look: () => Promise<MachineSpeed>;
  readonly #speeds: MachineSpeed[] = [];
  readonly #mostExtraMs: number;
  #extraMs = 0;
  #runs = 0;
  #repeated = 0;
  #disturbed = 0;

  constructor({ patience, mostExtraMs, look = machineSpeed }: QuietOptions) {
    this.#patience = patience;
    this.#mostExtraMs = mostExtraMs;
    this.#look = look;
  }

  /** Measures until the machine was quiet before and after, as often as there is patience for; the last result counts. */
  async measure<T>(run: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      const wasQuiet = await this.#waited();
      const start = performance.now();
      const measured = await run();
      this.#runs += 1;
      if ((await this.#isQuiet()) && wasQuiet) return measured;
      if (tries >= this.#patience || !this.#hasTime) {
        this.#disturbed += 1;
        return measured;
      }
      this.#repeated += 1;
      this.#extraMs += performance.now() - start;
    }
  }

  get summary(): Quietness {
    const spread = (values: readonly number[]): Spread => {
      const [least, most] = extremes(values);
      return [least, median(values), most];
    };
    return {
      aloneUs: spread(this.#speeds.map(({ aloneUs }) => aloneUs)),
      togetherUs: spread(this.#speeds.map(({ togetherUs }) => togetherUs)),
      runs: this.#runs,
      repeated: this.#repeated,
      disturbed: this.#disturbed,
    };
  }

  get #hasTime(): boolean {
    return this.#extraMs < this.#mostExtraMs;
  }

  async #waited(): Promise<boolean> {
    const start = performance.now();
    const longestMs = this.#patience > 0 && this.#hasTime ? this.#mostExtraMs * MOST_OF_WAIT : 0;
    for (;;) {
      const isQuiet = await this.#isQuiet();
      const waitedMs = performance.now() - start;
      if (isQuiet || waitedMs >= longestMs) {
        this.#extraMs += waitedMs;
        return isQuiet;
      }
      await sleep(Math.min(LOOK_EVERY_MS, longestMs));
    }
  }

  async #isQuiet(): Promise<boolean> {
    const speed = await this.#look();
    this.#speeds.push(speed);
    const best = (figure: keyof MachineSpeed): number => extremes(this.#speeds.map((one) => one[figure]))[0];
    return (['aloneUs', 'togetherUs'] as const).every((figure) => speed[figure] <= best(figure) * TOLERANCE);
  }
}
