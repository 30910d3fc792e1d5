// Rows of market data that look alike at many venues: levels of a book and the two sides of a quote.
import type { DecodeSink } from './exchange.js';
import { numberOf } from './fields.js';

type Level = readonly unknown[];

/**
 * True where every row holds a finite price at `priceAt`, an amount of at least zero right behind it, nothing more, and `fits`.
 * Books are checked whole before the first level is told: half an update would be worse than none.
 */
export function areLevels(
  rows: unknown,
  priceAt: number,
  fits: (row: Level) => boolean,
): rows is readonly Level[] {
  if (!Array.isArray(rows)) return false;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== priceAt + 2) return false;
    const amount: unknown = row[priceAt + 1];
    if (typeof amount !== 'number' || !(amount >= 0 && amount < Number.POSITIVE_INFINITY)) return false;
    if (!Number.isFinite(row[priceAt]) || !fits(row)) return false;
  }
  return true;
}

export function tellLevels(
  sink: DecodeSink,
  side: 'bid' | 'ask',
  rows: readonly Level[],
  priceAt: number,
): void {
  for (const row of rows) sink.level(side, row[priceAt] as number, row[priceAt + 1] as number);
}

/** Amount of one side of a quote: 0 where the side is empty (price null, or amount 0), NaN where the two make no sense. */
export function sideAmount(price: unknown, amount: unknown): number {
  if (price === null) return 0;
  return Number.isFinite(price) && Number.isFinite(amount) ? (amount as number) : Number.NaN;
}

/** Price of a side with this amount: NaN where the side is empty. */
export function sidePrice(price: unknown, amount: number): number {
  return amount > 0 ? (price as number) : Number.NaN;
}

/**
 * True for a price or an amount as venues write them in decimal texts. Looked at character by character: these are most of what a
 * feed brings, and a regular expression or a second conversion would cost more than the parsing of the frame.
 */
export function isDecimalText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > 40) return false;
  let digits = 0;
  let points = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
    else if (code === 46 && points === 0) points = 1;
    else return false;
  }
  return digits > 0;
}

/** True where every row begins with a price and an amount, both decimal texts. What else a row holds is the venue's. */
function areTextLevels(rows: unknown): rows is readonly Level[] {
  if (!Array.isArray(rows)) return false;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || !isDecimalText(row[0]) || !isDecimalText(row[1])) return false;
  }
  return true;
}

function tellTextLevels(sink: DecodeSink, side: 'bid' | 'ask', rows: readonly Level[]): void {
  for (const row of rows) {
    const [price, amount] = row as readonly [string, string];
    sink.level(side, Number(price), Number(amount), price, amount);
  }
}

/** A book update with its levels as the venue sent them, best first. `previous` NaN: the whole book. */
export interface TextBook {
  readonly topic: string;
  readonly symbol: string;
  readonly bids: unknown;
  readonly asks: unknown;
  readonly timeMs: number;
  readonly sequence: number;
  readonly previous: number;
}

/** Tells a book update, or nothing of it where a level is malformed. */
export function tellTextBook(sink: DecodeSink, book: TextBook): string | undefined {
  const { topic, symbol, bids, asks, timeMs, sequence, previous } = book;
  if (!areTextLevels(bids) || !areTextLevels(asks)) return `${topic}: malformed levels`;
  sink.book(topic, symbol, Number.isNaN(previous) ? 'snapshot' : 'change', timeMs, sequence, previous);
  tellTextLevels(sink, 'bid', bids);
  tellTextLevels(sink, 'ask', asks);
  return undefined;
}

/** Tells the best of both sides of a book. A side without rows, or whose first amount is 0, is empty. */
export function tellTextQuote(sink: DecodeSink, book: Omit<TextBook, 'previous'>): string | undefined {
  const { topic, symbol, bids, asks, timeMs, sequence } = book;
  if (!areTextLevels(bids) || !areTextLevels(asks)) return `${topic}: malformed levels`;
  const [bidAmount, askAmount] = [Number(bids[0]?.[1] ?? 0), Number(asks[0]?.[1] ?? 0)];
  const bidPrice = bidAmount > 0 ? Number(bids[0]?.[0]) : Number.NaN;
  const askPrice = askAmount > 0 ? Number(asks[0]?.[0]) : Number.NaN;
  sink.quote(topic, symbol, bidPrice, bidAmount, askPrice, askAmount, timeMs, sequence);
  return undefined;
}

/** The venue's names of the fields of a trade whose price and amount are decimal texts. */
export interface TextTradeFields {
  readonly id: string;
  readonly symbol: string;
  readonly side: string;
  /** The venue's words for the aggressor's side. */
  readonly buy: string;
  readonly sell: string;
  readonly price: string;
  readonly amount: string;
  /** Milliseconds, as number or text. */
  readonly timeMs: string;
}

/** Tells all trades of a frame, or none of them where one is malformed. `prefix` goes in front of their symbols. */
export function textTrades(names: TextTradeFields) {
  const isTrade = (row: unknown): row is TextTrade => {
    if (typeof row !== 'object' || row === null) return false;
    const trade = row as TextTrade;
    const side: unknown = trade[names.side];
    return (
      (side === names.buy || side === names.sell) &&
      typeof trade[names.id] === 'string' &&
      typeof trade[names.symbol] === 'string' &&
      isDecimalText(trade[names.price]) &&
      isDecimalText(trade[names.amount]) &&
      !Number.isNaN(numberOf(trade[names.timeMs]))
    );
  };
  return (topic: string, rows: unknown, sink: DecodeSink, prefix = ''): string | undefined => {
    if (!Array.isArray(rows) || !rows.every(isTrade)) return `${topic}: malformed trades`;
    for (const trade of rows) {
      const [price, amount] = [trade[names.price] as string, trade[names.amount] as string];
      const side = trade[names.side] === names.buy ? 'buy' : 'sell';
      const symbol = prefix + (trade[names.symbol] as string);
      const [timeMs, id] = [numberOf(trade[names.timeMs]), trade[names.id] as string];
      sink.trade(topic, symbol, side, Number(price), Number(amount), timeMs, Number.NaN, id, price, amount);
    }
    return undefined;
  };
}

type TextTrade = Readonly<Record<string, unknown>>;
