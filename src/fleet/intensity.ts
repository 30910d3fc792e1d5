// How often a thing may fail within a time. Pure: the time is given.

/** How often an adapter of a fleet may fail before it is given up. */
export interface RestartLimit {
  /** Failures within `windowMs` that are still answered by a new adapter. */
  readonly limit: number;
  readonly windowMs: number;
}

export class Intensity {
  readonly #limit: RestartLimit;
  readonly #atMs: number[] = [];

  constructor(limit: RestartLimit) {
    this.#limit = limit;
  }

  /** Failures within the window that ends now. */
  count(nowMs: number): number {
    while (this.#atMs.length > 0 && nowMs - this.#atMs[0]! >= this.#limit.windowMs) this.#atMs.shift();
    return this.#atMs.length;
  }

  /** Notes a failure. True while it is one of those that are allowed. */
  note(nowMs: number): boolean {
    const count = this.count(nowMs) + 1;
    this.#atMs.push(nowMs);
    return count <= this.#limit.limit;
  }
}
