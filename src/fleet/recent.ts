// How often something happened within the last minutes. Bounded: beyond the bound the oldest are forgotten, which no reader notices.

const MOST = 1000;

export class RecentCount {
  readonly #windowMs: number;
  readonly #atMs: number[] = [];

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  note(nowMs: number): void {
    this.#atMs.push(nowMs);
    if (this.#atMs.length > MOST) this.#atMs.shift();
  }

  count(nowMs: number): number {
    while (this.#atMs.length > 0 && nowMs - this.#atMs[0]! >= this.#windowMs) this.#atMs.shift();
    return this.#atMs.length;
  }
}
