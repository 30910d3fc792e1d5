// The data frames of the simulated Bybit: public topics out of a market's change, private topics out of an order and a fill.
import type { PaperEvent } from '../kit/paper/dialect.js';
import type { PaperChange, PaperMarket } from '../kit/paper/market.js';
import type { PaperFill, PaperOrder } from '../kit/paper/trading.js';

/** Public topics that are spoken: `orderbook.50.BTCUSDT`, `publicTrade.BTCUSDT`, `tickers.BTCUSDT`. */
export function topicParts(topic: string): {
  readonly family: string;
  readonly depth: number;
  readonly symbol: string;
} {
  const [family = '', second = '', third] = topic.split('.');
  return { family, depth: third === undefined ? 0 : Number(second), symbol: third ?? second };
}

/** What a topic starts with; undefined for topics that start with the first event. */
export function snapshotEvent(topic: string, market: PaperMarket, atMs: number): PaperEvent | undefined {
  const { family } = topicParts(topic);
  if (family === 'orderbook') return bookEvent(topic, market, atMs, 'snapshot', wholeBook(topic, market));
  return family === 'tickers' ? tickerEvent(topic, market, atMs, 'snapshot') : undefined;
}

export function marketEvents(topic: string, change: PaperChange): readonly PaperEvent[] {
  const { market, atMs } = change;
  const { family } = topicParts(topic);
  if (family === 'publicTrade') return change.trades.length === 0 ? [] : [tradeEvent(topic, change)];
  if (change.levels.length === 0) return [];
  return [family === 'tickers' ? tickerEvent(topic, market, atMs, 'delta') : bookChange(topic, change)];
}

/** Depth 1 repeats its book every three seconds without a change. */
export function quietEvent(topic: string, market: PaperMarket, atMs: number): PaperEvent | undefined {
  const { family, depth } = topicParts(topic);
  return family === 'orderbook' && depth === 1 ? snapshotEvent(topic, market, atMs) : undefined;
}

/** Depth 1 sends whole books only. */
function bookChange(topic: string, { market, atMs, levels }: PaperChange): PaperEvent {
  if (topicParts(topic).depth === 1) {
    return bookEvent(topic, market, atMs, 'snapshot', wholeBook(topic, market));
  }
  const pairs = (side: 'bid' | 'ask') =>
    levels
      .filter((level) => level.side === side)
      .map(({ tick, after }) => [market.priceText(tick), market.amountText(after)]);
  return bookEvent(topic, market, atMs, 'delta', { b: pairs('bid'), a: pairs('ask') });
}

function wholeBook(topic: string, market: PaperMarket) {
  const { depth } = topicParts(topic);
  return { b: market.levels('bid', depth), a: market.levels('ask', depth) };
}

function bookEvent(topic: string, market: PaperMarket, ts: number, type: string, sides: object): PaperEvent {
  const { sequence, instrument } = market;
  const data = { s: instrument.symbol, ...sides, u: sequence, seq: sequence * 7 };
  return { text: JSON.stringify({ topic, ts, type, data, cts: ts - 1 }), sequence };
}

function tickerEvent(topic: string, market: PaperMarket, ts: number, type: string): PaperEvent {
  const { symbol, category } = market.instrument;
  const [bid, ask] = [market.levels('bid', 1)[0] ?? ['', ''], market.levels('ask', 1)[0] ?? ['', '']];
  const isOption = category === 'option';
  const best = isOption
    ? { bidPrice: bid[0], bidSize: bid[1], askPrice: ask[0], askSize: ask[1] }
    : { bid1Price: bid[0], bid1Size: bid[1], ask1Price: ask[0], ask1Size: ask[1] };
  // A spot ticker tells nothing of the book.
  const data = { symbol, lastPrice: bid[0], ...(category === 'spot' ? {} : best) };
  const text = JSON.stringify({ topic, type: isOption ? 'snapshot' : type, data, cs: market.sequence, ts });
  return { text, sequence: market.sequence };
}

function tradeEvent(topic: string, { market, atMs, trades }: PaperChange): PaperEvent {
  const data = trades.map(({ id, side, tick, lots }) => {
    const [p, v] = [market.priceText(tick), market.amountText(lots)];
    return {
      T: atMs,
      s: market.instrument.symbol,
      S: side === 'buy' ? 'Buy' : 'Sell',
      v,
      p,
      i: id,
      BT: false,
    };
  });
  const sequence = Number(trades.at(-1)?.id);
  return { text: JSON.stringify({ topic, type: 'snapshot', ts: atMs, data }), sequence };
}

// Private topics: `order` and `execution`, with or without the category

export function orderEvents(topic: string, order: PaperOrder): readonly PaperEvent[] {
  if (!isAbout(topic, 'order', order)) return [];
  return [accountEvent(topic, order.updatedAtMs, writeOrder(order))];
}

export function fillEvents(topic: string, fill: PaperFill): readonly PaperEvent[] {
  return isAbout(topic, 'execution', fill.order) ? [accountEvent(topic, fill.atMs, writeFill(fill))] : [];
}

function isAbout(topic: string, family: string, order: PaperOrder): boolean {
  return topic === family || topic === `${family}.${order.market.instrument.category}`;
}

function accountEvent(
  topic: string,
  creationTime: number,
  row: Readonly<Record<string, unknown>>,
): PaperEvent {
  const id = `${String(row['orderId'])}:0:01`;
  return { text: JSON.stringify({ topic, id, creationTime, data: [row] }), sequence: creationTime };
}

const statusOf = (order: PaperOrder): string => {
  if (order.state === 'filled') return 'Filled';
  if (order.state === 'open') return order.filledLots > 0 ? 'PartiallyFilled' : 'New';
  return order.filledLots > 0 && order.market.instrument.category === 'spot'
    ? 'PartiallyFilledCanceled'
    : 'Cancelled';
};

export function writeOrder(order: PaperOrder): Readonly<Record<string, unknown>> {
  const { market, terms } = order;
  const average = order.filledLots === 0 ? '' : market.priceText(order.filledTicks / order.filledLots);
  return {
    category: market.instrument.category,
    symbol: market.instrument.symbol,
    orderId: order.id,
    orderLinkId: terms.clientOrderId,
    side: terms.side === 'buy' ? 'Buy' : 'Sell',
    orderType: terms.type === 'limit' ? 'Limit' : 'Market',
    price: order.tick === undefined ? '' : market.priceText(order.tick),
    qty: market.amountText(order.lots),
    timeInForce: terms.timeInForce,
    orderStatus: statusOf(order),
    cancelType: order.reason === 'user' ? 'CancelByUser' : 'UNKNOWN',
    rejectReason: order.reason === 'post-only' ? 'EC_PostOnlyWillTakeLiquidity' : 'EC_NoError',
    leavesQty: market.amountText(order.state === 'open' ? order.openLots : 0),
    cumExecQty: market.amountText(order.filledLots),
    avgPrice: average,
    reduceOnly: false,
    positionIdx: 0,
    createdTime: String(order.createdAtMs),
    updatedTime: String(order.updatedAtMs),
  };
}

function writeFill({ trade, order, isMaker, atMs }: PaperFill): Readonly<Record<string, unknown>> {
  const { market, terms } = order;
  return {
    category: market.instrument.category,
    symbol: market.instrument.symbol,
    execId: `${trade.id}-${isMaker ? 'm' : 't'}`,
    execPrice: market.priceText(trade.tick),
    execQty: market.amountText(trade.lots),
    execTime: String(atMs),
    execType: 'Trade',
    execFee: isMaker ? '0' : (trade.lots * trade.tick * 1e-9).toFixed(8),
    feeCurrency: 'USDT',
    isMaker,
    leavesQty: market.amountText(order.openLots),
    orderId: order.id,
    orderLinkId: terms.clientOrderId,
    orderType: terms.type === 'limit' ? 'Limit' : 'Market',
    side: terms.side === 'buy' ? 'Buy' : 'Sell',
  };
}
