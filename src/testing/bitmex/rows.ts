// Rows of the tables of the simulated BitMEX: levels, quotes, orders.
import type { Market } from '../kit/matching/market.js';
import type { BookSide } from '../kit/matching/order-book.js';
import type { PlacedOrder } from '../kit/matching/trading.js';

export type Row = Readonly<Record<string, unknown>>;

export const BOOKS = ['orderBookL2', 'orderBookL2_25'];
/** There is one account number for all keys. */
export const ACCOUNT_NUMBER = 299_045;

export function partialRows(table: string, market: Market, timestamp: string): readonly Row[] {
  if (table === 'quote') return [quoteRow(market, timestamp)];
  if (table === 'orderBook10') return [windowRow(market, timestamp)];
  if (!BOOKS.includes(table)) return [];
  return (['ask', 'bid'] as const).flatMap((side) =>
    market.book.side(side).levels.map(({ tick, lots }) => levelRow(market, side, tick, lots, timestamp)),
  );
}

/** Without lots it is a row that goes: its price is left out, as older feeds do. */
export function levelRow(
  market: Market,
  side: BookSide,
  tick: number,
  lots: number | undefined,
  timestamp: string,
): Row {
  const key = { symbol: market.symbol, id: 8_700_000_000 + tick, side: side === 'bid' ? 'Buy' : 'Sell' };
  return lots === undefined
    ? { ...key, timestamp }
    : { ...key, size: market.amount(lots), price: market.price(tick), timestamp };
}

export function quoteRow(market: Market, timestamp: string): Row {
  const [bid, ask] = [market.book.bids.best, market.book.asks.best];
  return {
    timestamp,
    symbol: market.symbol,
    bidSize: market.amount(bid?.lots ?? 0),
    bidPrice: bid === undefined ? null : market.price(bid.tick),
    askPrice: ask === undefined ? null : market.price(ask.tick),
    askSize: market.amount(ask?.lots ?? 0),
  };
}

export function windowRow(market: Market, timestamp: string): Row {
  const side = (name: BookSide) =>
    market.depth(name, 10).map(([price, amount]) => [Number(price), Number(amount)]);
  return { symbol: market.symbol, bids: side('bid'), asks: side('ask'), timestamp };
}

export function rowOf(order: PlacedOrder): Row {
  const { market, state, filledLots, lots } = order;
  const status = {
    open: filledLots > 0 ? 'PartiallyFilled' : 'New',
    filled: 'Filled',
    cancelled: 'Canceled',
  }[state];
  return {
    orderID: `00000000-0000-0000-0000-${String(order.id).padStart(12, '0')}`,
    clOrdID: order.clientId,
    account: ACCOUNT_NUMBER,
    symbol: market.symbol,
    side: order.side === 'bid' ? 'Buy' : 'Sell',
    orderQty: market.amount(lots),
    price: market.price(order.tick),
    ordType: order.isMarket ? 'Market' : 'Limit',
    timeInForce: 'GoodTillCancel',
    ordStatus: status,
    leavesQty: state === 'open' ? market.amount(lots - filledLots) : 0,
    cumQty: market.amount(filledLots),
    avgPx: filledLots === 0 ? null : (order.cost / filledLots) * market.terms.tickSize,
    text: order.reason ?? 'Submitted via API.',
    timestamp: new Date(order.updatedAt).toISOString(),
  };
}
