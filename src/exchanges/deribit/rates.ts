// What one account may ask of Deribit: credits that refill, in pools by kind of method. Who runs dry gets 10028 and loses the session.
import type { AccountRates } from '../exchange.js';
import { call, isObject } from '../dialects/json-rpc.js';
import type { BucketLimit } from '../../rate-limits.js';

const METHOD = /"method":"([^"]+)"/;
const MATCHING = /^private\/(?:buy|sell|edit|cancel|close_position|mass_quote|move_positions|replace)/;
const SUBSCRIBE = /^p\w+\/subscribe$/;
const SUMMARY = 'private/get_account_summary';
const REQUEST_CREDITS = 500;

/** The part of a pool that is used: the rest is for requests that wait somewhere on their way and arrive together. */
const SHARE = 0.8;
/** Matching requests that only cancels may use. */
const RESERVE = 4;

const bucket = (burst: number, perSecond: number, reserve = 0): BucketLimit => ({
  kind: 'bucket',
  units: Math.max(1, Math.floor(burst * SHARE)),
  perSecond,
  reserve: Math.min(reserve, Math.max(0, Math.floor(burst * SHARE) - 1)),
});

/**
 * The published pools; orders as in the lowest tier of volume until the account's summary tells its own.
 * @see https://docs.deribit.com/articles/rate-limits
 */
export const deribitRates: AccountRates = {
  limits: {
    requests: bucket(50_000, 10_000),
    subscribes: bucket(30_000, 10_000),
    instruments: bucket(500_000, 10_000),
    orders: bucket(20, 5, RESERVE),
  },
  cost(frame) {
    const method = METHOD.exec(frame)?.[1] ?? '';
    if (MATCHING.test(method)) return { orders: 1 };
    if (SUBSCRIBE.test(method)) return { subscribes: 3_000 };
    return method === 'public/get_instruments' ? { instruments: 10_000 } : { requests: REQUEST_CREDITS };
  },
  heartbeatCost: { requests: REQUEST_CREDITS },
  ask: (context) => ({ ...call(context, SUMMARY, { currency: 'BTC' }), method: SUMMARY }),
  readLimits(method, result) {
    if (method !== SUMMARY || !isObject(result) || !isObject(result['limits'])) return undefined;
    const { non_matching_engine: plain, matching_engine: matching } = result['limits'];
    const trading = isObject(matching) ? matching['trading'] : undefined;
    const orders = readRate(isObject(trading) ? trading['total'] : undefined);
    const requests = readRate(plain);
    return {
      ...(orders === undefined ? {} : { orders: bucket(orders.burst, orders.rate, RESERVE) }),
      ...(requests === undefined
        ? {}
        : { requests: bucket(requests.burst * REQUEST_CREDITS, requests.rate * REQUEST_CREDITS) }),
    };
  },
};

/** `{"burst":100,"rate":20}`, in requests and requests per second. */
function readRate(value: unknown): { readonly burst: number; readonly rate: number } | undefined {
  const { burst, rate } = isObject(value) ? value : {};
  return typeof burst === 'number' && typeof rate === 'number' && burst >= 1 && rate > 0
    ? { burst, rate }
    : undefined;
}
