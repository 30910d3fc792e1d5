// What an account may still ask of a venue: several limits at once, taken together or not at all, with a reserve that only cancels
// can reach. Pure: the clock is an argument. Who must wait, in which order, is told by budget-queue.ts.
import { type Meter, newMeter, type RateLimit } from './rate-limits.js';

export type { BucketLimit, RateLimit, WindowLimit } from './rate-limits.js';

/** From the most to the least urgent. */
export const priorities = ['cancel', 'order', 'request', 'subscribe'] as const;
export type Priority = (typeof priorities)[number];

/** Units by the name of the limit; limits that are not named are not touched. A plain number is the cost in every limit. */
export type Cost = number | Readonly<Record<string, number>>;

export type Take =
  | { readonly ok: true }
  /** Nothing was taken. `waitMs`: when it can be had if nobody takes anything before; Infinity: never, it is over a limit. */
  | { readonly ok: false; readonly waitMs: number };

interface Named {
  readonly name: string;
  readonly limit: RateLimit;
  readonly meter: Meter;
}

/**
 * A strict budget: whatever is granted, no window of any position holds more than its limit and no bucket is overdrawn.
 * All times are milliseconds of one monotonic clock. Shared by everything that draws from the same account.
 */
export class RateBudget {
  readonly #limits = new Map<string, Named>();
  #latestMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  /** @throws TypeError that names the limit that makes no sense. */
  constructor(limits: Readonly<Record<string, RateLimit>>) {
    for (const [name, limit] of Object.entries(limits)) this.add(name, limit);
  }

  /** One more limit, of which nothing is used. A connection that opens brings a limit of its own. @throws TypeError */
  add(name: string, limit: RateLimit): void {
    checkLimit(name, limit);
    this.#limits.set(name, { name, limit, meter: newMeter(limit) });
  }

  remove(name: string): void {
    this.#limits.delete(name);
  }

  /** Another size or speed of the same kind, as the venue reports it; what is used stays used. @throws TypeError */
  resize(name: string, limit: RateLimit): void {
    checkLimit(name, limit);
    const { limit: before, meter } = this.#named(name);
    if (before.kind !== limit.kind) throw new TypeError(`rate limit ${name} is a ${before.kind}`);
    meter.resize(limit, this.#latestMs);
    this.#limits.set(name, { name, limit, meter });
  }

  /** Counts what was spent without asking: heartbeats that a thread answered. Those who ask wait the longer. */
  debit(cost: Cost, nowMs: number): void {
    const now = this.#advance(nowMs);
    for (const { meter, units } of this.#shares(cost)) meter.take(units, now);
  }

  /** True where nothing of it is used and nobody is made to wait: a new budget of the same limits would be equal. */
  isIdle(nowMs: number): boolean {
    const now = this.#advance(nowMs);
    if (this.#pausedUntilMs > now) return false;
    return [...this.#limits.values()].every(({ meter, limit }) => meter.free(now) >= limit.units);
  }

  /**
   * Takes the cost from all limits, or from none. Anything but a cancel must leave each reserve untouched.
   * @throws TypeError for a cost that is negative, not a number, or names a limit that is not there.
   */
  tryTake(cost: Cost, priority: Priority, nowMs: number): Take {
    const now = this.#advance(nowMs);
    const shares = this.#shares(cost);
    const waitMs = this.#waitMs(shares, priority, now);
    if (waitMs > 0) return { ok: false, waitMs };
    for (const { meter, units } of shares) meter.take(units, now);
    return { ok: true };
  }

  /** False where the cost is over a limit, or over what its reserve leaves, so that waiting would be in vain. */
  canEver(cost: Cost, priority: Priority): boolean {
    return this.#shares(cost).every(({ limit, units }) => units + mustLeave(limit, priority) <= limit.units);
  }

  /** Names of the limits that a cost touches. */
  touches(cost: Cost): string[] {
    return this.#shares(cost).map(({ name }) => name);
  }

  /**
   * The venue reports how much of a limit is used. More than known here: somebody else draws from it, and it counts as used now.
   * Less: ignored, because the report may be older than requests that are still on their way.
   */
  correct(name: string, serverUsed: number, nowMs: number): void {
    if (!(serverUsed >= 0 && Number.isFinite(serverUsed))) {
      throw new TypeError(`serverUsed must be a finite number, 0 or more, got ${serverUsed}`);
    }
    this.#named(name).meter.correct(serverUsed, this.#advance(nowMs));
  }

  /** The venue said "too fast": nothing is granted to anybody before then. A shorter pause never ends a longer one. */
  pauseUntil(untilMs: number): void {
    if (!Number.isFinite(untilMs)) throw new TypeError(`untilMs must be a finite number, got ${untilMs}`);
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  /** Units of a limit that are free, the reserve included. Below 0 where the venue reported more than the limit. */
  free(name: string, nowMs: number): number {
    return this.#named(name).meter.free(this.#advance(nowMs));
  }

  #waitMs(shares: readonly (Named & { units: number })[], priority: Priority, now: number): number {
    let longest = Math.max(0, this.#pausedUntilMs - now);
    for (const { limit, meter, units } of shares) {
      const room = units + mustLeave(limit, priority);
      longest = Math.max(longest, room > limit.units ? Number.POSITIVE_INFINITY : meter.waitMs(room, now));
    }
    return longest;
  }

  /** Limits that the cost touches, each with its part of it. */
  #shares(cost: Cost): (Named & { units: number })[] {
    const shares =
      typeof cost === 'number'
        ? [...this.#limits.values()].map((named) => ({ ...named, units: cost }))
        : Object.entries(cost).map(([name, units]) => ({ ...this.#named(name), units }));
    const wrong = shares.find(({ units }) => !(units >= 0));
    if (wrong) throw new TypeError(`cost of ${wrong.name} must be 0 or more, got ${wrong.units}`);
    return shares.filter(({ units }) => units > 0);
  }

  #named(name: string): Named {
    const found = this.#limits.get(name);
    if (!found) throw new TypeError(`there is no rate limit named ${name}`);
    return found;
  }

  /** A clock that went back would free units twice. */
  #advance(nowMs: number): number {
    if (!Number.isFinite(nowMs)) throw new TypeError(`nowMs must be a finite number, got ${nowMs}`);
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    return this.#latestMs;
  }
}

function mustLeave(limit: RateLimit, priority: Priority): number {
  return priority === 'cancel' ? 0 : (limit.reserve ?? 0);
}

function checkLimit(name: string, limit: RateLimit): void {
  const complain = (member: string, rule: string) => {
    throw new TypeError(`rate limit ${name}: ${member} must be ${rule}`);
  };
  const reserve = limit.reserve ?? 0;
  if (!(limit.units > 0 && Number.isFinite(limit.units))) complain('units', 'a finite number above 0');
  if (!(reserve >= 0 && reserve < limit.units)) complain('reserve', '0 or more and below units');
  const [member, value] =
    limit.kind === 'window' ? ['windowMs', limit.windowMs] : ['perSecond', limit.perSecond];
  if (!((value as number) > 0 && Number.isFinite(value)))
    complain(member as string, 'a finite number above 0');
}
