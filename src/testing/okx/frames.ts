// The data frames of the simulated OKX: public channels out of a market's change, private ones out of an order and a fill.
import type { PaperEvent } from '../kit/paper/dialect.js';
import type { PaperChange, PaperMarket } from '../kit/paper/market.js';
import type { PaperFill, PaperOrder } from '../kit/paper/trading.js';

export type Argument = Readonly<Record<string, string>>;

/** `books:BTC-USDT`, `orders:instType=SWAP`: how sessions, faults and the journal name a topic. */
export function topicOf({ channel = '', ...rest }: Argument): string {
  const keys = Object.keys(rest);
  if (keys.length === 0) return channel;
  if (keys.length === 1 && rest['instId'] !== undefined) return `${channel}:${rest['instId']}`;
  return `${channel}:${keys.map((key) => `${key}=${rest[key] ?? ''}`).join(',')}`;
}

export function argumentOf(topic: string): Argument {
  const [channel = '', rest] = topic.split(':', 2);
  if (rest === undefined) return { channel };
  if (!rest.includes('=')) return { channel, instId: rest };
  const pairs = rest.split(',').map((pair) => pair.split('=', 2) as [string, string]);
  return { channel, ...Object.fromEntries(pairs) };
}

const depths: Readonly<Record<string, number>> = {
  'bbo-tbt': 1,
  books5: 5,
  'books50-l2-tbt': 50,
  books: 400,
  'books-l2-tbt': 400,
  'books-elp': 400,
};
/** Channels that bring the whole window each time, without an action. */
const wholeChannels = ['bbo-tbt', 'books5'];

export const marketChannels: readonly string[] = [...Object.keys(depths), 'trades', 'tickers'];

/** What a topic starts with; undefined for topics that start with the first event. */
export function snapshotEvent(topic: string, market: PaperMarket, atMs: number): PaperEvent | undefined {
  const arg = argumentOf(topic);
  const { channel = '' } = arg;
  if (channel === 'tickers') return tickerEvent(arg, market, atMs);
  if (depths[channel] === undefined) return undefined;
  if (wholeChannels.includes(channel))
    return bookEvent(arg, market, atMs, undefined, wholeBook(arg, market), undefined);
  return bookEvent(arg, market, atMs, 'snapshot', wholeBook(arg, market), -1);
}

export function marketEvents(topic: string, change: PaperChange): readonly PaperEvent[] {
  const { market, atMs, levels, trades, previous } = change;
  const arg = argumentOf(topic);
  const { channel = '' } = arg;
  if (channel === 'trades') return trades.map((_trade, index) => tradeEvent(arg, change, index));
  if (levels.length === 0) return [];
  if (channel === 'tickers') return [tickerEvent(arg, market, atMs)];
  if (wholeChannels.includes(channel))
    return [bookEvent(arg, market, atMs, undefined, wholeBook(arg, market), undefined)];
  const rows = (side: 'bid' | 'ask') =>
    levels
      .filter((level) => level.side === side)
      .map(({ tick, after }) => [
        market.priceText(tick),
        market.amountText(after),
        '0',
        after === 0 ? '0' : '1',
      ]);
  return [bookEvent(arg, market, atMs, 'update', { asks: rows('ask'), bids: rows('bid') }, previous)];
}

/** Without a change the number is told again once a minute, with empty sides. */
export function quietEvent(topic: string, market: PaperMarket, atMs: number): PaperEvent | undefined {
  const arg = argumentOf(topic);
  const { channel = '' } = arg;
  if (depths[channel] === undefined || wholeChannels.includes(channel)) return undefined;
  return bookEvent(arg, market, atMs, 'update', { asks: [], bids: [] }, market.sequence);
}

function wholeBook({ channel = '' }: Argument, market: PaperMarket) {
  const rows = (side: 'bid' | 'ask') =>
    market.levels(side, depths[channel] ?? 0).map((pair) => [...pair, '0', '1']);
  return { asks: rows('ask'), bids: rows('bid') };
}

function bookEvent(
  arg: Argument,
  market: PaperMarket,
  atMs: number,
  action: string | undefined,
  sides: object,
  previous: number | undefined,
): PaperEvent {
  const { sequence } = market;
  const chain =
    previous === undefined ? { seqId: sequence } : { checksum: 0, prevSeqId: previous, seqId: sequence };
  const data = [{ ...sides, ts: String(atMs), ...chain }];
  return { text: JSON.stringify({ arg, action, data }), sequence };
}

function tickerEvent(arg: Argument, market: PaperMarket, atMs: number): PaperEvent {
  const [bidPx = '', bidSz = ''] = market.levels('bid', 1)[0] ?? [];
  const [askPx = '', askSz = ''] = market.levels('ask', 1)[0] ?? [];
  const { symbol, category } = market.instrument;
  const row = {
    instType: category,
    instId: symbol,
    last: bidPx,
    askPx,
    askSz,
    bidPx,
    bidSz,
    ts: String(atMs),
  };
  return { text: JSON.stringify({ arg, data: [row] }), sequence: market.sequence };
}

function tradeEvent(arg: Argument, { market, atMs, trades }: PaperChange, index: number): PaperEvent {
  const { id = '', side, tick = 0, lots = 0 } = trades[index] ?? {};
  const [px, sz] = [market.priceText(tick), market.amountText(lots)];
  const row = { instId: market.instrument.symbol, tradeId: id, px, sz, side, ts: String(atMs), count: '1' };
  return { text: JSON.stringify({ arg, data: [row] }), sequence: Number(id) };
}

// The `orders` channel: one push for each change, and for each fill one with the fill in it

export function orderEvents(topic: string, order: PaperOrder, account: string): readonly PaperEvent[] {
  // The push of a fill has told a filled order already.
  if (!isAbout(topic, order) || order.state === 'filled' || (order.state === 'open' && order.filledLots > 0))
    return [];
  return [accountEvent(topic, account, writeOrder(order), order.updatedAtMs)];
}

export function fillEvents(
  topic: string,
  { trade, order, isMaker, atMs }: PaperFill,
  account: string,
): readonly PaperEvent[] {
  if (!isAbout(topic, order)) return [];
  const { market } = order;
  const fill = {
    fillPx: market.priceText(trade.tick),
    fillSz: market.amountText(trade.lots),
    fillTime: String(atMs),
    tradeId: trade.id,
    execType: isMaker ? 'M' : 'T',
    fillFee: isMaker ? '0' : '-0.01',
    fillFeeCcy: 'USDT',
  };
  return [accountEvent(topic, account, { ...writeOrder(order), ...fill }, atMs)];
}

function isAbout(topic: string, order: PaperOrder): boolean {
  const { channel, instType, instId } = argumentOf(topic);
  const { category, symbol } = order.market.instrument;
  if (channel !== 'orders' || (instType !== 'ANY' && instType !== category)) return false;
  return instId === undefined || instId === symbol;
}

function accountEvent(topic: string, uid: string, row: object, sequence: number): PaperEvent {
  return { text: JSON.stringify({ arg: { ...argumentOf(topic), uid }, data: [row] }), sequence };
}

export function writeOrder(order: PaperOrder): Readonly<Record<string, unknown>> {
  const { market, terms } = order;
  const average = order.filledLots === 0 ? '' : market.priceText(order.filledTicks / order.filledLots);
  const states = {
    open: order.filledLots > 0 ? 'partially_filled' : 'live',
    filled: 'filled',
    cancelled: 'canceled',
  };
  const special: Readonly<Record<string, string>> = { IOC: 'ioc', FOK: 'fok', PostOnly: 'post_only' };
  return {
    instType: market.instrument.category,
    instId: market.instrument.symbol,
    ordId: order.id,
    clOrdId: terms.clientOrderId,
    side: terms.side,
    ordType: terms.type === 'market' ? 'market' : (special[terms.timeInForce] ?? 'limit'),
    px: order.tick === undefined ? '' : market.priceText(order.tick),
    sz: market.amountText(order.lots),
    state: states[order.state],
    accFillSz: market.amountText(order.filledLots),
    avgPx: average,
    fillPx: '',
    fillSz: '0',
    fillTime: '',
    tradeId: '',
    cancelSource: order.reason === 'user' ? '1' : order.reason === undefined ? '' : '31',
    uTime: String(order.updatedAtMs),
    cTime: String(order.createdAtMs),
  };
}
