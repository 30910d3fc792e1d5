// Orders and execution reports as Binance writes them.
import type { Market } from '../kit/matching/market.js';
import type { MarketTrade, OrderChange, PlacedOrder } from '../kit/matching/trading.js';

export function statusOf({ state, filledLots }: PlacedOrder): string {
  if (state === 'filled') return 'FILLED';
  if (state === 'cancelled') return 'CANCELED';
  return filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
}

/** The last day in one row; what the simulation does not count is 0. */
export function dayOf(market: Market, { id, tick, lots }: MarketTrade, at: number) {
  const [[b, B] = ['0', '0'], [a, A] = ['0', '0']] = [market.depth('bid', 1)[0], market.depth('ask', 1)[0]];
  const last = { c: market.priceText(tick), Q: market.amountText(lots), o: market.priceText(tick) };
  const day = {
    h: last.c,
    l: last.c,
    v: '0',
    q: '0',
    p: '0',
    P: '0',
    w: last.c,
    O: at,
    C: at,
    F: id,
    L: id,
    n: 1,
  };
  return { e: '24hrTicker', E: at, s: market.symbol, ...last, b, B, a, A, ...day };
}

/** The short form of the same. */
export function shortDayOf(market: Market, trade: MarketTrade, at: number) {
  const { E, s, c, o, h, l, v, q } = dayOf(market, trade, at);
  return { e: '24hrMiniTicker', E, s, c, o, h, l, v, q };
}

export function orderRow(order: PlacedOrder): Readonly<Record<string, unknown>> {
  const { market, tick, lots, filledLots } = order;
  return {
    symbol: market.symbol,
    orderId: order.id,
    orderListId: -1,
    clientOrderId: order.clientId,
    transactTime: order.updatedAt,
    price: market.priceText(tick),
    origQty: market.amountText(lots),
    executedQty: market.amountText(filledLots),
    cummulativeQuoteQty: quoteText(order),
    status: statusOf(order),
    timeInForce: 'GTC',
    type: order.isMarket ? 'MARKET' : 'LIMIT',
    side: order.side === 'bid' ? 'BUY' : 'SELL',
    selfTradePreventionMode: 'NONE',
  };
}

const EXECUTIONS = { new: 'NEW', amended: 'REPLACED', fill: 'TRADE', cancelled: 'CANCELED' } as const;

export function reportOf({ order, kind, fill }: OrderChange, at: number): Readonly<Record<string, unknown>> {
  const { market } = order;
  return {
    e: 'executionReport',
    E: at,
    s: market.symbol,
    c: order.clientId,
    S: order.side === 'bid' ? 'BUY' : 'SELL',
    o: order.isMarket ? 'MARKET' : 'LIMIT',
    f: 'GTC',
    q: market.amountText(order.lots),
    p: market.priceText(order.tick),
    P: '0.00000000',
    g: -1,
    C: '',
    x: EXECUTIONS[kind],
    X: kind === 'new' ? 'NEW' : statusOf(order),
    r: 'NONE',
    i: order.id,
    l: market.amountText(fill?.lots ?? 0),
    z: market.amountText(kind === 'new' ? 0 : order.filledLots),
    L: market.priceText(fill?.tick ?? 0),
    n: '0',
    N: null,
    T: at,
    t: fill?.id ?? -1,
    w: order.state === 'open',
    m: fill?.isMaker ?? false,
    O: order.createdAt,
    Z: kind === 'new' ? '0' : quoteText(order),
  };
}

function quoteText({ market, cost }: PlacedOrder): string {
  return (cost * market.terms.tickSize * market.terms.lotSize).toFixed(8);
}
