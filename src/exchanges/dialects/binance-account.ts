// Orders, fills and balances in the words of Binance, spot and futures, read into the common ones.
// Answers spell their fields out, events abbreviate them to single letters.
import type { Balance, Fill, Order, Side } from '../../market.js';
import type { DecodeSink } from '../exchange.js';
import { readShutdown } from './binance-streams.js';
import { decimalOf, idText } from './decimals.js';
import { numberOf, textOf } from './fields.js';
import type { JsonObject } from './json-rpc.js';

/** One order as an answer words it: `{"symbol":"BTCUSDT","orderId":12,"clientOrderId":"…","status":"NEW","side":"SELL",…}`. */
export function readOrder(row: JsonObject): Order | undefined {
  const { symbol, orderId, status, price } = row;
  const [side, state, id] = [sideOf(row['side']), stateOf(status), idText(orderId)];
  if (side === undefined || state === undefined || id === '' || typeof symbol !== 'string') return undefined;
  const filledAmount = decimalOf(row['executedQty']);
  return {
    orderId: id,
    // The answer to a cancel carries an id of the cancel itself in `clientOrderId`.
    clientOrderId: textOf(row['origClientOrderId'] ?? row['clientOrderId']),
    symbol,
    side,
    type: typeOf(row['type']),
    state,
    price: priceOf(price),
    amount: decimalOf(row['origQty']),
    filledAmount,
    averagePrice: averageOf(row['avgPrice'], row['cummulativeQuoteQty'], filledAmount),
    updatedAtMs: numberOf(row['transactTime'] ?? row['updateTime'] ?? row['time']),
    ...cancelReasonOf(status),
    raw: row,
  };
}

/** `{"s":"ETHBTC","c":"…","S":"BUY","o":"LIMIT","x":"NEW","X":"NEW","i":4293153,…}`: a whole `executionReport`, or `o` of an `ORDER_TRADE_UPDATE`. */
export function readReport(event: JsonObject): Order | undefined {
  const { s: symbol, X: status, C: original } = event;
  const [side, state, id] = [sideOf(event['S']), stateOf(status), idText(event['i'])];
  if (side === undefined || state === undefined || id === '' || typeof symbol !== 'string') return undefined;
  const filledAmount = decimalOf(event['z']);
  return {
    orderId: id,
    clientOrderId: clientIdOf(event['c'], original),
    symbol,
    side,
    type: typeOf(event['o']),
    state,
    price: priceOf(event['p']),
    amount: decimalOf(event['q']),
    filledAmount,
    averagePrice: averageOf(event['ap'], event['Z'], filledAmount),
    updatedAtMs: numberOf(event['T']),
    ...cancelReasonOf(status, event['r']),
    raw: event,
  };
}

/** The fill that a report with `"x":"TRADE"` tells. */
export function readReportedFill(event: JsonObject): Fill | undefined {
  const { s: symbol, m: isMaker } = event;
  const [side, tradeId, orderId] = [sideOf(event['S']), idText(event['t']), idText(event['i'])];
  if (side === undefined || tradeId === '' || orderId === '' || typeof symbol !== 'string') return undefined;
  return {
    tradeId,
    orderId,
    clientOrderId: clientIdOf(event['c'], event['C']),
    symbol,
    side,
    price: decimalOf(event['L']),
    amount: decimalOf(event['l']),
    fee: decimalOf(event['n']),
    feeCurrency: textOf(event['N']),
    liquidity: isMaker === true ? 'maker' : isMaker === false ? 'taker' : 'unknown',
    exchangeTimeMs: numberOf(event['T']),
    raw: event,
  };
}

/** `{"a":"ETH","f":"10000.000000","l":"0.000000"}`: free and locked. */
export function readBalance(row: JsonObject): Balance | undefined {
  const { a: currency } = row;
  const [available, locked] = [decimalOf(row['f']), decimalOf(row['l'])];
  if (typeof currency !== 'string' || Number.isNaN(available + locked)) return undefined;
  return { currency, total: available + locked, available, raw: row };
}

function sideOf(word: unknown): Side | undefined {
  return word === 'BUY' ? 'buy' : word === 'SELL' ? 'sell' : undefined;
}

const STATES: Readonly<Record<string, string>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  EXPIRED: 'cancelled',
  EXPIRED_IN_MATCH: 'cancelled',
  REJECTED: 'rejected',
};

/** The common word for an order's state, the venue's where there is none. */
function stateOf(status: unknown): string | undefined {
  return typeof status === 'string' && status !== '' ? (STATES[status] ?? status.toLowerCase()) : undefined;
}

function cancelReasonOf(status: unknown, reason?: unknown): { readonly cancelReason?: string } {
  if (typeof reason === 'string' && reason !== 'NONE' && reason !== '') return { cancelReason: reason };
  return status === 'EXPIRED' || status === 'EXPIRED_IN_MATCH' ? { cancelReason: status } : {};
}

function typeOf(word: unknown): string {
  return textOf(word).toLowerCase().replaceAll('_', '-');
}

/** Orders without a limit price carry a price of 0. */
export function priceOf(price: unknown): number {
  const number = decimalOf(price);
  return number === 0 ? Number.NaN : number;
}

/** Futures tell the average, the spot market what was paid in total. */
function averageOf(average: unknown, quoteAmount: unknown, filledAmount: number): number {
  if (!(filledAmount > 0)) return Number.NaN;
  return average === undefined ? decimalOf(quoteAmount) / filledAmount : decimalOf(average);
}

/** `C` is the id the order was placed with where the report is about a cancel, whose own id is then in `c`. */
function clientIdOf(own: unknown, original: unknown): string {
  return textOf(original) || textOf(own);
}

/** The only private topic: everything that happens to the account. */
export const USER_DATA = 'userData';

/** Tells what happened to an order, and the fill where that was one. */
export function tellReport(row: JsonObject, sink: DecodeSink): string | undefined {
  const order = readReport(row);
  // Liquidations of futures are calculated, with a fill or without.
  const isFill = row['x'] === 'TRADE' || (row['x'] === 'CALCULATED' && decimalOf(row['l']) > 0);
  const fill = isFill ? readReportedFill(row) : undefined;
  if (order === undefined || (isFill && fill === undefined)) return `${USER_DATA}: malformed order update`;
  if (fill !== undefined) sink.private({ kind: 'fill', topic: USER_DATA, fill });
  sink.private({ kind: 'order', topic: USER_DATA, order });
  return undefined;
}

/** An event of the account that has no common form, or of the server itself. */
export function tellOtherEvent(event: JsonObject, sink: DecodeSink): string | undefined {
  if (event['e'] === 'serverShutdown') return readShutdown(sink);
  if (textOf(event['e']) === '') return 'an event without a name';
  sink.private({ kind: 'account', topic: USER_DATA, raw: event });
  return undefined;
}
