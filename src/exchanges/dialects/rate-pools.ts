// Pools of credits that refill while they are used: what a venue publishes or tells of them, as limits that stay below it.
import type { Cost } from '../../rate-budget.js';
import type { BucketLimit } from '../../rate-limits.js';
import { numberOf, valueAt } from './fields.js';

/** The part of a pool that is used: the rest is for requests that wait somewhere on their way and arrive together. */
const SHARE = 0.8;
const METHOD = /"method":"([^"]+)"/;

/** A pool of `burst` units that `perSecond` refill. `reserve`: units of it that only cancels may use. */
export function ratePool(burst: number, perSecond: number, reserve = 0): BucketLimit {
  const units = Math.max(1, Math.floor(burst * SHARE));
  return { kind: 'bucket', units, perSecond, reserve: Math.min(reserve, units - 1) };
}

export interface PoolUnits {
  /** Credits that each request costs. Default 1. */
  readonly credits?: number;
  /** Units that only cancels may use. Default 0. */
  readonly reserve?: number;
}

/** Reads `{"burst":100,"rate":20}`, in requests and requests per second. Undefined where it tells no pool. */
export function readRatePool(
  value: unknown,
  { credits = 1, reserve = 0 }: PoolUnits = {},
): BucketLimit | undefined {
  const [burst, rate] = [numberOf(valueAt(value, 'burst')), numberOf(valueAt(value, 'rate'))];
  return burst >= 1 && rate > 0 ? ratePool(burst * credits, rate * credits, reserve) : undefined;
}

/** What a frame costs, by the method it calls: the first pattern that fits counts. */
export function methodCosts(costs: readonly (readonly [RegExp, Cost])[], otherwise: Cost) {
  return (frame: string): Cost => {
    const method = METHOD.exec(frame)?.[1] ?? '';
    return costs.find(([pattern]) => pattern.test(method))?.[1] ?? otherwise;
  };
}
