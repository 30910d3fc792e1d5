// Request credits of an account: leaky buckets per class of method. Who runs dry gets 10028 and loses the session.
// https://docs.deribit.com/articles/rate-limits

/** Which bucket a request is paid from. */
export type CostClass = 'non-matching' | 'subscribe' | 'instruments' | 'matching';

/** One bucket of request credits. */
export interface BucketLimit {
  /** Credits that one request takes. */
  readonly cost: number;
  /** Credits of a full bucket. */
  readonly pool: number;
  /** Credits that come back per second. */
  readonly refill: number;
}

/** The buckets of an account. */
export type CreditLimits = Readonly<Record<CostClass, BucketLimit>>;

/** The published figures; matching requests in the lowest volume tier: 5 a second, 20 at once. */
export const publishedLimits: CreditLimits = {
  'non-matching': { cost: 500, pool: 50_000, refill: 10_000 },
  subscribe: { cost: 3000, pool: 30_000, refill: 10_000 },
  instruments: { cost: 10_000, pool: 500_000, refill: 10_000 },
  matching: { cost: 1, pool: 20, refill: 5 },
};

class Bucket {
  readonly #limit: BucketLimit;
  #credits: number;
  #lastSeconds: number;

  constructor(limit: BucketLimit, nowSeconds: number) {
    this.#limit = limit;
    this.#credits = limit.pool;
    this.#lastSeconds = nowSeconds;
  }

  take(nowSeconds: number): boolean {
    const { pool, refill, cost } = this.#limit;
    this.#credits = Math.min(pool, this.#credits + (nowSeconds - this.#lastSeconds) * refill);
    this.#lastSeconds = nowSeconds;
    if (this.#credits < cost) return false;
    this.#credits -= cost;
    return true;
  }
}

export class AccountCredits {
  readonly limits: CreditLimits;
  readonly #buckets: Readonly<Record<CostClass, Bucket>>;
  readonly #venueSeconds: () => number;

  constructor(limits: CreditLimits, venueSeconds: () => number) {
    this.limits = limits;
    this.#venueSeconds = venueSeconds;
    const now = venueSeconds();
    this.#buckets = {
      'non-matching': new Bucket(limits['non-matching'], now),
      subscribe: new Bucket(limits.subscribe, now),
      instruments: new Bucket(limits.instruments, now),
      matching: new Bucket(limits.matching, now),
    };
  }

  /** False when the bucket of the class has run dry. */
  take(costClass: CostClass): boolean {
    return this.#buckets[costClass].take(this.#venueSeconds());
  }
}
