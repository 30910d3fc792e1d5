// Orders, fills, positions and balances in the words of Binance, spot and futures.
// Answers spell their fields out, events abbreviate them to single letters.
import type { DecodeSink } from '../exchange.js';
import { accountRows } from './account-rows.js';
import { readShutdown } from './binance-streams.js';
import { decimalOf } from './decimals.js';
import { textOf } from './fields.js';
import type { JsonObject } from './json-rpc.js';

/** The only private topic: everything that happens to the account. */
export const USER_DATA = 'userData';

/** For a socket that has no other one. */
export const checkUserData =
  (socket: string) =>
  (topic: string): string | undefined =>
    topic === USER_DATA ? undefined : `"${topic}" is no topic of ${socket}: it has ${USER_DATA} only`;

const WORDS = {
  sides: { buy: 'BUY', sell: 'SELL' },
  liquidity: { maker: true, taker: false },
  states: {
    open: 'new pending_new partially_filled pending_cancel',
    filled: 'filled',
    cancelled: 'canceled expired expired_in_match',
  },
  noReason: /^NONE$/,
} as const;

/** Fields that have to be written in another way before a table can name them. */
interface Odd {
  readonly status: string;
  readonly type: string;
  /** Prices of which 0 means that there is none. */
  readonly prices: readonly string[];
  /** Futures tell the average, the spot market what was paid in total. */
  readonly average: string;
  readonly paid: string;
  readonly filled: string;
}

const tidied =
  ({ status, type, prices, average, paid, filled }: Odd) =>
  (row: JsonObject): JsonObject => {
    const word = textOf(row[status]);
    return {
      ...row,
      [status]: word.toLowerCase(),
      [type]: textOf(row[type]).toLowerCase().replaceAll('_', '-'),
      ...Object.fromEntries(prices.map((name) => [name, decimalOf(row[name]) === 0 ? '' : row[name]])),
      [average]: row[average] ?? decimalOf(row[paid]) / decimalOf(row[filled]),
      expiry: word.startsWith('EXPIRED') ? word : '',
    };
  };

/**
 * - an order: `{"symbol":"BTCUSDT","orderId":12,"clientOrderId":"…","status":"NEW","side":"SELL",…}`; the answer to a cancel has an id of the
 *   cancel itself in `clientOrderId`
 * - a position: `{"symbol":"BTCUSDT","positionSide":"BOTH","positionAmt":"1.000","entryPrice":"0.00000",…}`
 */
// biome-ignore format: a table
export const answers = accountRows({
  ...WORDS,
  order: {
    orderId: 'orderId', clientOrderId: 'origClientOrderId clientOrderId', symbol: 'symbol', side: 'side', type: 'type',
    state: 'status', price: 'price', amount: 'origQty', filledAmount: 'executedQty', averagePrice: 'avgPrice',
    updatedAtMs: 'transactTime updateTime time', cancelReason: 'expiry',
  },
  position: { symbol: 'symbol', amount: 'positionAmt', averagePrice: 'entryPrice', side: '' },
  prepare: tidied({
    status: 'status', type: 'type', prices: ['price', 'entryPrice'], average: 'avgPrice', paid: 'cummulativeQuoteQty',
    filled: 'executedQty',
  }),
});

const SAME = { orderId: 'i', clientOrderId: 'C c', symbol: 's', side: 'S' };

/**
 * - an order, and the fill in it: `{"s":"ETHBTC","c":"…","S":"BUY","o":"LIMIT","x":"NEW","X":"NEW","i":4293153,…}`: a whole
 *   `executionReport`, or `o` of an `ORDER_TRADE_UPDATE`. In the report of a cancel `c` is the id of the cancel, and `C` that of the order
 * - a position: `{"s":"BTCUSDT","pa":"-1","ep":"61000.0",…}`
 * - a balance: `{"a":"USDT","wb":"122624.1","cw":"100.1","bc":"50.1"}` of futures, `{"a":"ETH","f":"10000.0","l":"0.0"}`, free and locked, of spot
 */
// biome-ignore format: a table
const events = accountRows({
  ...WORDS,
  order: {
    ...SAME, type: 'o', state: 'X', price: 'p', amount: 'q', filledAmount: 'z', averagePrice: 'ap', updatedAtMs: 'T',
    cancelReason: 'r expiry',
  },
  fill: { ...SAME, tradeId: 't', price: 'L', amount: 'l', fee: 'n', feeCurrency: 'N', liquidity: 'm', exchangeTimeMs: 'T' },
  position: { symbol: 's', amount: 'pa', averagePrice: 'ep', side: '' },
  balance: { currency: 'a', total: 'wb', available: 'cw f' },
  prepare: ({ wb, ...row }) => ({
    ...tidied({ status: 'X', type: 'o', prices: ['p', 'ep'], average: 'ap', paid: 'Z', filled: 'z' })(row),
    wb: wb ?? decimalOf(row['f']) + decimalOf(row['l']),
  }),
});

/** Tells each balance or position of an event. */
export const tellRows = (kind: 'balance' | 'position', rows: unknown, sink: DecodeSink): string | undefined =>
  events.tell(kind, USER_DATA, rows, sink);

/** Tells what happened to an order, and the fill where that was one. */
export function tellReport(row: JsonObject, sink: DecodeSink): string | undefined {
  // Liquidations of futures are calculated, with a fill or without.
  const isFill = row['x'] === 'TRADE' || (row['x'] === 'CALCULATED' && decimalOf(row['l']) > 0);
  const fill = isFill ? events.event('fill', USER_DATA, row) : undefined;
  const order = events.event('order', USER_DATA, row);
  if (order === undefined || (isFill && fill === undefined)) return `${USER_DATA}: malformed order update`;
  if (fill !== undefined) sink.private(fill);
  sink.private(order);
  return undefined;
}

/** An event of the account that has no common form, or of the server itself. */
export function tellOtherEvent(event: JsonObject, sink: DecodeSink): string | undefined {
  if (event['e'] === 'serverShutdown') return readShutdown(sink);
  if (textOf(event['e']) === '') return 'an event without a name';
  sink.private({ kind: 'account', topic: USER_DATA, raw: event });
  return undefined;
}
