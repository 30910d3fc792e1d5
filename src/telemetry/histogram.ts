// Counts durations in buckets that grow with them, so that percentiles of a whole life cost a few additions and four kilobytes.

/** 2^4 buckets for each doubling: a value is told at most 1/16 too high. */
const BITS = 4;
const STEPS = 1 << BITS;
/** Durations of 2^30 us (18 minutes) and more share the last bucket. */
const LONGEST_EXPONENT = 30;
const SIZE = STEPS + (LONGEST_EXPONENT - BITS) * STEPS;
const LONGEST_US = 2 ** LONGEST_EXPONENT - 1;

/** Percentiles in ms; NaN where nothing was counted. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Durations, counted in buckets. */
export class Histogram {
  readonly #counts: Float64Array;
  #count = 0;
  #sumMs = 0;

  constructor(counts = new Float64Array(SIZE)) {
    this.#counts = counts;
  }

  /** How many were counted. */
  get count(): number {
    return this.#count;
  }

  /** Sum of all, in ms. */
  get sumMs(): number {
    return this.#sumMs;
  }

  /** Counts a duration. What is below zero counts as zero: two clocks can differ. */
  record(ms: number): void {
    const us = ms > 0 ? Math.min(ms * 1000, LONGEST_US) | 0 : 0;
    this.#counts[bucketOf(us)]! += 1;
    this.#count += 1;
    this.#sumMs += Math.max(0, ms);
  }

  /** What was counted since a copy was made; all of it where there is none. */
  since(copy: Histogram | undefined): Histogram {
    const rest = this.copy();
    if (copy !== undefined) rest.#take(copy, -1);
    return rest;
  }

  /** Adds what another one has counted. */
  add(other: Histogram): void {
    this.#take(other, 1);
  }

  /** What was counted until now; goes on by itself. */
  copy(): Histogram {
    const copy = new Histogram(this.#counts.slice());
    copy.#count = this.#count;
    copy.#sumMs = this.#sumMs;
    return copy;
  }

  /** The duration that `part` (0 to 1) of all do not exceed, in ms: the upper end of its bucket. NaN where nothing was counted. */
  percentileMs(part: number): number {
    if (this.#count === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (let index = 0; index < SIZE; index += 1) {
      seen += this.#counts[index]!;
      if (seen >= wanted) return upperUs(index) / 1000;
    }
    return LONGEST_US / 1000;
  }

  /** The percentiles that people ask for. */
  percentiles(): Percentiles {
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map((part) => this.percentileMs(part)) as [
      number,
      number,
      number,
    ];
    return { count: this.#count, p50, p99, p999 };
  }

  /** How many did not exceed each of these bounds (ms, rising); exact to the width of a bucket. */
  cumulative(boundsMs: readonly number[]): readonly number[] {
    let seen = 0;
    let index = 0;
    return boundsMs.map((boundMs) => {
      for (; index < SIZE && upperUs(index) <= boundMs * 1000; index += 1) seen += this.#counts[index]!;
      return seen;
    });
  }

  #take(other: Histogram, sign: 1 | -1): void {
    for (let index = 0; index < SIZE; index += 1) this.#counts[index]! += sign * other.#counts[index]!;
    this.#count += sign * other.#count;
    this.#sumMs += sign * other.#sumMs;
  }
}

function bucketOf(us: number): number {
  if (us < STEPS) return us;
  const exponent = 31 - Math.clz32(us);
  return STEPS + (exponent - BITS) * STEPS + ((us >>> (exponent - BITS)) & (STEPS - 1));
}

/** The first microsecond that is too long for the bucket. */
function upperUs(index: number): number {
  if (index < STEPS) return index + 1;
  const exponent = ((index - STEPS) >> BITS) + BITS;
  return (STEPS + ((index - STEPS) & (STEPS - 1)) + 1) * 2 ** (exponent - BITS);
}
