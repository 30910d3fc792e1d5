// Market data of venues that send decimal texts: trades, quotes and books, with the exact texts kept beside the numbers.
// Everything of a frame is checked before the first call of the sink: half an update would be worse than none.
import type { DecodeSink } from '../exchange.js';

type Level = readonly unknown[];

/**
 * The number that a decimal text holds, NaN for anything else. Only the ends of the text are looked at before the conversion, because
 * prices and amounts are most of what a feed brings: a regular expression would cost more than the parsing of the frame.
 */
export function decimalOf(value: unknown): number {
  if (typeof value !== 'string' || value === '') return Number.NaN;
  const second = value.length === 1 ? ZERO : value.charCodeAt(1);
  const isSound = isDigit(value.charCodeAt(0)) && isDigit(value.charCodeAt(value.length - 1));
  return isSound && (second === POINT || isDigit(second)) ? Number(value) : Number.NaN;
}

const [ZERO, POINT] = [48, 46];

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

/** Numbers of the rows of one frame, between the check of them all and the first call of the sink; each text is converted once. */
let numbers = new Float64Array(512);

function keepNumber(at: number, value: number): boolean {
  if (at >= numbers.length) {
    const larger = new Float64Array(numbers.length * 2);
    larger.set(numbers);
    numbers = larger;
  }
  numbers[at] = value;
  // False for NaN, too.
  return value < Number.POSITIVE_INFINITY;
}

/** Keeps price and amount of each row from `at` on. What else a row holds is the venue's. */
function keepLevels(rows: unknown, at: number): rows is readonly Level[] {
  if (!Array.isArray(rows)) return false;
  let next = at;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || !keepNumber(next, decimalOf(row[0]))) return false;
    if (!keepNumber(next + 1, decimalOf(row[1]))) return false;
    next += 2;
  }
  return true;
}

function tellKept(sink: DecodeSink, side: 'bid' | 'ask', rows: readonly Level[], at: number): void {
  let next = at;
  for (const row of rows) {
    const [price, amount] = [numbers[next] as number, numbers[next + 1] as number];
    sink.level(side, price, amount, row[0] as string, row[1] as string);
    next += 2;
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
  if (!keepLevels(bids, 0)) return `${topic}: malformed bids`;
  const asksAt = bids.length * 2;
  if (!keepLevels(asks, asksAt)) return `${topic}: malformed asks`;
  sink.book(topic, symbol, Number.isNaN(previous) ? 'snapshot' : 'change', timeMs, sequence, previous);
  tellKept(sink, 'bid', bids, 0);
  tellKept(sink, 'ask', asks, asksAt);
  return undefined;
}

/** Tells the best of both sides of a book. A side without rows, or whose first amount is 0, is empty. */
export function tellTextQuote(sink: DecodeSink, book: Omit<TextBook, 'previous'>): string | undefined {
  const { topic, symbol, bids, asks, timeMs, sequence } = book;
  if (!keepLevels(bids, 0) || !keepLevels(asks, 0)) return `${topic}: malformed levels`;
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
  const { id, symbol, side, buy, sell, price, amount, timeMs } = names;
  const keepTrade = (row: unknown, index: number): row is TextTrade => {
    if (typeof row !== 'object' || row === null) return false;
    const trade = row as TextTrade;
    const [word, time] = [trade[side] as unknown, trade[timeMs] as unknown];
    return (
      (word === buy || word === sell) &&
      typeof trade[id] === 'string' &&
      typeof trade[symbol] === 'string' &&
      keepNumber(index * 3, decimalOf(trade[price])) &&
      keepNumber(index * 3 + 1, decimalOf(trade[amount])) &&
      keepNumber(index * 3 + 2, typeof time === 'number' ? time : decimalOf(time))
    );
  };
  return (topic: string, rows: unknown, sink: DecodeSink, prefix = ''): string | undefined => {
    if (!Array.isArray(rows) || !rows.every(keepTrade)) return `${topic}: malformed trades`;
    let at = 0;
    for (const trade of rows) {
      const [paid = 0, size = 0, time = 0] = [numbers[at], numbers[at + 1], numbers[at + 2]];
      const taker = trade[side] === buy ? 'buy' : 'sell';
      const name = prefix + (trade[symbol] as string);
      const given = trade[id] as string;
      sink.trade(topic, name, taker, paid, size, time, Number.NaN, given, trade[price], trade[amount]);
      at += 3;
    }
    return undefined;
  };
}

/** What is read of it was checked to be text. */
type TextTrade = Readonly<Record<string, string>>;
