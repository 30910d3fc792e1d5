// Waits for a sign of life and leaves out the time in which the waiter itself stood still: a blocked thread must not take its
// own silence for that of the other side.

/** How many periods late a tick may be before the time since the last one does not count. */
const LATE_FACTOR = 2;

export class Patience {
  readonly #limitMs: number;
  readonly #periodMs: number;
  #waitedMs = 0;
  #lastTickMs: number;

  /** `limitMs`: waiting time that uses the patience up. `periodMs`: how often `tick` is meant to be called. */
  constructor(limitMs: number, periodMs: number, nowMs: number) {
    this.#limitMs = limitMs;
    this.#periodMs = periodMs;
    this.#lastTickMs = nowMs;
  }

  get waitedMs(): number {
    return this.#waitedMs;
  }

  /** A sign of life came. */
  renew(): void {
    this.#waitedMs = 0;
  }

  /** Time went by. Returns true once the patience is used up. */
  tick(nowMs: number): boolean {
    const passedMs = nowMs - this.#lastTickMs;
    this.#lastTickMs = nowMs;
    if (passedMs <= this.#periodMs * LATE_FACTOR) this.#waitedMs += passedMs;
    return this.#waitedMs >= this.#limitMs;
  }
}
