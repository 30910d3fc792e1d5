// Market data and order updates as Binance's futures write them.
import type { Market } from '../kit/matching/market.js';
import type { LevelChange } from '../kit/matching/order-book.js';
import type { MarketTrade, OrderChange, PlacedOrder } from '../kit/matching/trading.js';
import { statusOf } from '../binance/rows.js';

type Row = Readonly<Record<string, unknown>>;

export function aggregateOf(market: Market, { id, tick, lots, side }: MarketTrade, at: number): Row {
  const [p, q] = [market.priceText(tick), market.amountText(lots)];
  return { e: 'aggTrade', E: at, s: market.symbol, a: id, p, q, f: id, l: id, T: at, m: side === 'ask' };
}

export function tradeOf(market: Market, { id, tick, lots, side }: MarketTrade, at: number): Row {
  const [p, q] = [market.priceText(tick), market.amountText(lots)];
  return { e: 'trade', E: at, T: at, s: market.symbol, t: id, p, q, X: 'MARKET', m: side === 'ask' };
}

export function tickerOf(market: Market, at: number): Row {
  const [[b, B] = ['0', '0'], [a, A] = ['0', '0']] = [market.depth('bid', 1)[0], market.depth('ask', 1)[0]];
  return { e: 'bookTicker', u: market.sequence, s: market.symbol, b, B, a, A, T: at, E: at };
}

export function bookOf(market: Market, most: number): Row {
  return { lastUpdateId: market.sequence, bids: market.depth('bid', most), asks: market.depth('ask', most) };
}

export function depthOf(market: Market, levels: readonly LevelChange[]): Row {
  const side = (wanted: string) =>
    levels
      .filter((level) => level.side === wanted)
      .map(({ tick, after }) => [market.priceText(tick), market.amountText(after)]);
  return { b: side('bid'), a: side('ask') };
}

/** An order as the answers of the socket for orders write it. */
export function orderRow(order: PlacedOrder): Row {
  const { market, tick, lots, filledLots } = order;
  return {
    orderId: order.id,
    symbol: market.symbol,
    status: statusOf(order),
    clientOrderId: order.clientId,
    price: market.priceText(tick),
    avgPrice: averageOf(order),
    origQty: market.amountText(lots),
    executedQty: market.amountText(filledLots),
    timeInForce: 'GTC',
    type: order.isMarket ? 'MARKET' : 'LIMIT',
    reduceOnly: false,
    side: order.side === 'bid' ? 'BUY' : 'SELL',
    positionSide: 'BOTH',
    updateTime: order.updatedAt,
  };
}

export function positionRow(market: Market, lots: number, averageTick: number, updateTime: number): Row {
  return {
    symbol: market.symbol,
    positionSide: 'BOTH',
    positionAmt: market.amountText(lots),
    entryPrice: lots === 0 ? '0.0' : market.priceText(averageTick),
    updateTime,
  };
}

const averageOf = ({ market, cost, filledLots }: PlacedOrder): string =>
  filledLots > 0 ? market.priceText(Math.round(cost / filledLots)) : '0.00';

const EXECUTIONS = { new: 'NEW', amended: 'AMENDMENT', fill: 'TRADE', cancelled: 'CANCELED' } as const;

export function orderUpdateOf({ order, kind, fill }: OrderChange, at: number): Row {
  const { market } = order;
  const o = {
    s: market.symbol,
    c: order.clientId,
    S: order.side === 'bid' ? 'BUY' : 'SELL',
    o: order.isMarket ? 'MARKET' : 'LIMIT',
    f: 'GTC',
    q: market.amountText(order.lots),
    p: market.priceText(order.tick),
    ap: averageOf(order),
    x: EXECUTIONS[kind],
    X: kind === 'new' ? 'NEW' : statusOf(order),
    i: order.id,
    l: market.amountText(fill?.lots ?? 0),
    z: market.amountText(kind === 'new' ? 0 : order.filledLots),
    L: market.priceText(fill?.tick ?? 0),
    n: '0',
    N: 'USDT',
    T: at,
    t: fill?.id ?? 0,
    m: fill?.isMaker ?? false,
  };
  return { e: 'ORDER_TRADE_UPDATE', E: at, T: at, o };
}
