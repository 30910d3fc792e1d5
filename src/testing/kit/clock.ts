// The simulated exchange's time: a wall clock that tests may replace and skew, and durations that they may shrink.
// Durations of the venue's rules go through `scale`; what is compared with the client's clock does not.

export interface ClockOptions {
  /** Wall clock in milliseconds since the Unix epoch, fractions allowed. Default: the machine's. */
  readonly now?: (() => number) | undefined;
  /** Factor on every duration of the venue's rules: 0.01 turns its ten seconds into 100 ms. Default 1. */
  readonly timeScale?: number | undefined;
}

export class Clock {
  readonly timeScale: number;
  /** Added to the wall clock: what a venue whose clock is off would tell. */
  skewMs = 0;
  readonly #now: () => number;

  constructor(options: ClockOptions = {}) {
    const timeScale = options.timeScale ?? 1;
    if (!(timeScale > 0)) throw new TypeError(`timeScale must be above 0, got ${timeScale}`);
    this.timeScale = timeScale;
    this.#now = options.now ?? (() => performance.timeOrigin + performance.now());
  }

  /** Whole milliseconds since the Unix epoch. */
  milliseconds(): number {
    return Math.floor(this.#now() + this.skewMs);
  }

  /** Whole microseconds since the Unix epoch. */
  microseconds(): number {
    return Math.round((this.#now() + this.skewMs) * 1000);
  }

  /** Seconds that have passed by the venue's own (scaled) reckoning, from an arbitrary start. Skew does not touch it. */
  venueSeconds(): number {
    return this.#now() / (1000 * this.timeScale);
  }

  /** A duration of the venue's rules in real milliseconds. */
  scale(milliseconds: number): number {
    return Math.max(1, milliseconds * this.timeScale);
  }
}
