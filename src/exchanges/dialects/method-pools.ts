// Accounts whose calls by JSON-RPC draw on pools of credits by their methods, `books/list` on another one than `orders/new`.
import type { Cost } from '../../rate-budget.js';
import type { BucketLimit } from '../../rate-limits.js';
import type { AccountRates } from '../exchange.js';
import { valueAt } from './fields.js';
import { call, isObject, type JsonObject } from './json-rpc.js';
import { methodCosts, ratePool, readRatePool } from './rate-pools.js';

/** A pool of an account, and what is paid for out of it. */
export interface MethodPool {
  readonly burst: number;
  /** Units that come back in a second. */
  readonly rate: number;
  /** Units that only cancels may use. Default 0. */
  readonly reserve?: number;
  /** What a call costs. */
  readonly cost: number;
  /** The methods that draw on this pool. Left out: all that have found no other one before. */
  readonly methods?: RegExp;
  /** Where the answer to `ask` tells the account's own pool, in calls and calls per second: `limits.fast`. Left out: nowhere. */
  readonly told?: string;
}

export interface MethodPools {
  /** By names of the exchange's own. A call draws on the first one that has its method. */
  readonly pools: Readonly<Record<string, MethodPool>>;
  /** The name of the pool that the heartbeat's own calls draw on. */
  readonly heartbeat: string;
  /** The call whose answer tells the account's own pools, in the object at `limits`. */
  readonly ask: { readonly method: string; readonly params: JsonObject; readonly limits: string };
}

/** What an account may ask for by JSON-RPC, where its calls draw on pools by their methods. */
export function methodPools({ pools, heartbeat, ask }: MethodPools): AccountRates {
  const entries = Object.entries(pools);
  const costOf = (name: string): Cost => ({ [name]: pools[name]?.cost ?? 0 });
  const costs = entries.map(([name, { methods = /^/ }]) => [methods, costOf(name)] as const);
  return {
    limits: Object.fromEntries(
      entries.map(([name, { burst, rate, reserve }]) => [name, ratePool(burst, rate, reserve)]),
    ),
    cost: methodCosts(costs, {}),
    heartbeatCost: costOf(heartbeat),
    ask: (context) => ({ ...call(context, ask.method, ask.params), method: ask.method }),
    readLimits(method, result) {
      const limits = valueAt(result, ask.limits);
      if (method !== ask.method || !isObject(limits)) return undefined;
      return Object.fromEntries(entries.flatMap(([name, pool]) => toldPool(name, pool, limits)));
    },
  };
}

/** The account's own pool with its name; nothing where the answer does not tell it. */
function toldPool(
  name: string,
  { told = '', cost, reserve = 0 }: MethodPool,
  limits: JsonObject,
): readonly (readonly [string, BucketLimit])[] {
  const pool = readRatePool(valueAt(limits, told), { credits: cost, reserve });
  return pool === undefined ? [] : [[name, pool]];
}
