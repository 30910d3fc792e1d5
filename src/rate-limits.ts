// The two shapes of rate limit that venues have: so many units in any stretch of time, and a bucket of credits that refills.
// Pure: the time is an argument, in milliseconds of any clock that does not go back.

/** At most `units` in any `windowMs` milliseconds, wherever they begin. */
export interface WindowLimit {
  readonly kind: 'window';
  readonly units: number;
  readonly windowMs: number;
  /** Units that only cancels may use up; default 0. */
  readonly reserve?: number;
}

/** Up to `units` at once, and `perSecond` come back each second. */
export interface BucketLimit {
  readonly kind: 'bucket';
  readonly units: number;
  readonly perSecond: number;
  /** Units that only cancels may use up; default 0. */
  readonly reserve?: number;
}

/** One limit of a venue: so much in any stretch of time, or a bucket that refills. */
export type RateLimit = WindowLimit | BucketLimit;

/** What both shapes can do. A `room` is how many units must be free for a take to be allowed: its cost and what it must leave. */
export interface Meter {
  /** Milliseconds until `room` units are free if nothing else is taken, 0 for now. `room` is never above the limit. */
  waitMs(room: number, nowMs: number): number;
  take(cost: number, nowMs: number): void;
  /** The venue says that so many units are used. Lowers what is free, never raises it. */
  correct(used: number, nowMs: number): void;
  free(nowMs: number): number;
  /** What is used stays used. `limit` is of the same kind. */
  resize(limit: RateLimit, nowMs: number): void;
}

export function newMeter(limit: RateLimit): Meter {
  return limit.kind === 'window' ? new SlidingWindow(limit) : new CreditBucket(limit);
}

/** Takes closer together than this part of the window share an entry, which bounds the memory of a window with a high limit. */
const SLOTS = 1_024;

class SlidingWindow implements Meter {
  #units: number;
  #windowMs: number;
  /** Oldest first. An entry leaves a window's length after its last take: a little late for its first ones, never early. */
  readonly #entries: { readonly openedAtMs: number; lastAtMs: number; units: number }[] = [];
  #used = 0;

  constructor(limit: WindowLimit) {
    this.#units = limit.units;
    this.#windowMs = limit.windowMs;
  }

  waitMs(room: number, nowMs: number): number {
    this.#expire(nowMs);
    let missing = room - (this.#units - this.#used);
    if (missing <= 0) return 0;
    for (const entry of this.#entries) {
      missing -= entry.units;
      if (missing <= 0) return entry.lastAtMs + this.#windowMs - nowMs;
    }
    // Reached only by the rounding of fractions: when the last entry leaves, everything is free.
    return this.#windowMs;
  }

  take(cost: number, nowMs: number): void {
    if (cost === 0) return;
    this.#expire(nowMs);
    this.#used += cost;
    const newest = this.#entries.at(-1);
    if (newest !== undefined && nowMs - newest.openedAtMs < this.#windowMs / SLOTS) {
      newest.lastAtMs = nowMs;
      newest.units += cost;
    } else this.#entries.push({ openedAtMs: nowMs, lastAtMs: nowMs, units: cost });
  }

  correct(used: number, nowMs: number): void {
    this.#expire(nowMs);
    // Somebody else spent it. When is not known, so it counts from now: the latest it can have been.
    if (used > this.#used) this.take(used - this.#used, nowMs);
  }

  free(nowMs: number): number {
    this.#expire(nowMs);
    return this.#units - this.#used;
  }

  resize(limit: RateLimit): void {
    if (limit.kind !== 'window') return;
    this.#units = limit.units;
    this.#windowMs = limit.windowMs;
  }

  #expire(nowMs: number): void {
    let gone = 0;
    while (gone < this.#entries.length && this.#entries[gone]!.lastAtMs + this.#windowMs <= nowMs) {
      this.#used -= this.#entries[gone]!.units;
      gone++;
    }
    if (gone > 0) this.#entries.splice(0, gone);
    // Fractions leave dust behind; an empty window has none.
    if (this.#entries.length === 0) this.#used = 0;
  }
}

/** A bucket that lacks less than this part of its size counts as full enough: the dust of adding fractions of credits. */
const DUST = 1e-9;

class CreditBucket implements Meter {
  #units: number;
  #perMs: number;
  #credits: number;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(limit: BucketLimit) {
    this.#units = limit.units;
    this.#perMs = limit.perSecond / 1_000;
    this.#credits = limit.units;
  }

  waitMs(room: number, nowMs: number): number {
    const missing = room - this.free(nowMs);
    return missing <= DUST * this.#units ? 0 : missing / this.#perMs;
  }

  take(cost: number, nowMs: number): void {
    this.#credits = this.free(nowMs) - cost;
  }

  correct(used: number, nowMs: number): void {
    this.#credits = Math.min(this.free(nowMs), this.#units - used);
  }

  free(nowMs: number): number {
    if (nowMs > this.#countedAtMs) {
      const gained =
        this.#countedAtMs === Number.NEGATIVE_INFINITY ? 0 : (nowMs - this.#countedAtMs) * this.#perMs;
      this.#credits = Math.min(this.#units, this.#credits + gained);
      this.#countedAtMs = nowMs;
    }
    return this.#credits;
  }

  resize(limit: RateLimit, nowMs: number): void {
    if (limit.kind !== 'bucket') return;
    this.#credits = this.free(nowMs) + limit.units - this.#units;
    this.#units = limit.units;
    this.#perMs = limit.perSecond / 1_000;
  }
}
