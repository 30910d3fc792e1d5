// Market data of venues that send decimal texts: trades, quotes and books, with the exact texts kept beside the numbers.
// Everything of a frame is checked before the first call of the sink: half an update would be worse than none.
import type { DecodeSink } from '../exchange.js';
import { idText } from './decimals.js';
import { decimalOf } from './exact-numbers.js';
import { numberOf } from './fields.js';
import { keepNumber, kept } from './kept-numbers.js';

/** Where a row of a book holds its price and its amount: at these places of a list, or under these names. What else it holds is the venue's. */
export interface LevelFields {
  readonly price: number | string;
  readonly amount: number | string;
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

export interface TextBooks {
  /** Both sides of a book: true where all of their rows are levels. What was kept last is what `tellKeptBook` tells. */
  readonly keepBook: (bids: unknown, asks: unknown) => boolean;
  /** Tells the levels of the book that was kept, right after `sink.book`. */
  readonly tellKeptBook: (sink: DecodeSink, bids: unknown, asks: unknown) => void;
  /** Tells a book update, or nothing of it where a level is malformed. */
  readonly tellTextBook: (sink: DecodeSink, book: TextBook) => string | undefined;
  /** Tells the best of both sides of a book. A side without rows, or whose first amount is 0, is empty. */
  readonly tellTextQuote: (sink: DecodeSink, book: Omit<TextBook, 'previous'>) => string | undefined;
}

/** Readers of books whose rows are written in one way. */
export function textBooks(names: LevelFields): TextBooks {
  const { price, amount } = names;
  const areLists = typeof price === 'number';
  /** Keeps price and amount of each row from `at` on. False where one of them is no level. */
  const keepLevels = (rows: unknown, at: number): rows is readonly TextLevel[] => {
    if (!Array.isArray(rows)) return false;
    let next = at;
    for (const row of rows as readonly (TextLevel | null)[]) {
      if (typeof row !== 'object' || row === null || Array.isArray(row) !== areLists) return false;
      if (!keepNumber(next, decimalOf(row[price]))) return false;
      if (!keepNumber(next + 1, decimalOf(row[amount]))) return false;
      next += 2;
    }
    return true;
  };
  const tellKept = (sink: DecodeSink, side: 'bid' | 'ask', rows: readonly TextLevel[], at: number): void => {
    let next = at;
    for (const row of rows) {
      sink.level(side, kept(next), kept(next + 1), row[price] as string, row[amount] as string);
      next += 2;
    }
  };
  return {
    keepBook: (bids, asks) => keepLevels(bids, 0) && keepLevels(asks, bids.length * 2),
    tellKeptBook(sink, bids, asks) {
      const [bidRows, askRows] = [bids as readonly TextLevel[], asks as readonly TextLevel[]];
      tellKept(sink, 'bid', bidRows, 0);
      tellKept(sink, 'ask', askRows, bidRows.length * 2);
    },
    tellTextBook(sink, { topic, symbol, bids, asks, timeMs, sequence, previous }) {
      if (!keepLevels(bids, 0)) return `${topic}: malformed bids`;
      const asksAt = bids.length * 2;
      if (!keepLevels(asks, asksAt)) return `${topic}: malformed asks`;
      sink.book(topic, symbol, Number.isNaN(previous) ? 'snapshot' : 'change', timeMs, sequence, previous);
      tellKept(sink, 'bid', bids, 0);
      tellKept(sink, 'ask', asks, asksAt);
      return undefined;
    },
    tellTextQuote(sink, { topic, symbol, bids, asks, timeMs, sequence }) {
      if (!keepLevels(bids, 0)) return `${topic}: malformed levels`;
      const asksAt = bids.length * 2;
      if (!keepLevels(asks, asksAt)) return `${topic}: malformed levels`;
      const bidAmount = bids.length === 0 ? 0 : kept(1);
      const askAmount = asks.length === 0 ? 0 : kept(asksAt + 1);
      const bidPrice = bidAmount > 0 ? kept(0) : Number.NaN;
      const askPrice = askAmount > 0 ? kept(asksAt) : Number.NaN;
      sink.quote(topic, symbol, bidPrice, bidAmount, askPrice, askAmount, timeMs, sequence);
      return undefined;
    },
  };
}

/** What is read of it was checked to be text. */
type TextLevel = Readonly<Record<number | string, unknown>>;

/** Levels as most venues write them: `["68900.50","0.5"]`. */
export const { keepBook, tellKeptBook, tellTextBook, tellTextQuote } = textBooks({ price: 0, amount: 1 });

/** The venue's names of the fields of a trade whose price and amount are decimal texts. */
export interface TextTradeFields {
  /** Text, or a whole number. */
  readonly id: string;
  readonly symbol: string;
  readonly side: string;
  /** The venue's words for the aggressor's side. */
  readonly buy: string;
  readonly sell: string;
  readonly price: string;
  readonly amount: string;
  readonly time: string;
  /** Reads the time as milliseconds, NaN where it is none. Left out: it is written as milliseconds, as number or text. */
  readonly timeOf?: (value: unknown) => number;
  /** The number that a trade's id is. Left out: the venue does not number trades. */
  readonly sequenceOf?: (id: unknown) => number;
  /** The topic of a trade of this symbol, where one frame has trades of several topics. Left out: all are of the topic that is given. */
  readonly topicOf?: (symbol: string) => string;
}

/** Tells all trades of a frame, or none of them where one is malformed. `prefix` goes in front of their symbols. */
export function textTrades(names: TextTradeFields) {
  const { id, symbol, side, buy, sell, price, amount, time } = names;
  const { timeOf = millisecondsOf, sequenceOf, topicOf } = names;
  const keepTrade = (row: unknown, index: number): row is TextTrade => {
    if (typeof row !== 'object' || row === null) return false;
    const trade = row as TextTrade;
    const [word, name]: readonly unknown[] = [trade[side], trade[symbol]];
    return (
      (word === buy || word === sell) &&
      idText(trade[id]) !== '' &&
      typeof name === 'string' &&
      name !== '' &&
      keepNumber(index * 3, decimalOf(trade[price])) &&
      keepNumber(index * 3 + 1, decimalOf(trade[amount])) &&
      keepNumber(index * 3 + 2, timeOf(trade[time]))
    );
  };
  return (topic: string, rows: unknown, sink: DecodeSink, prefix = ''): string | undefined => {
    if (!Array.isArray(rows) || !rows.every(keepTrade)) return `${topic}: malformed trades`;
    let at = 0;
    let [own, last] = [topic, ''];
    for (const trade of rows) {
      const taker = trade[side] === buy ? 'buy' : 'sell';
      const name = prefix + (trade[symbol] as string);
      // Nearly always all of them are of one symbol.
      if (topicOf !== undefined && name !== last) own = topicOf(name);
      last = name;
      const [given, paid, size] = [idText(trade[id]), trade[price], trade[amount]];
      const sequence = sequenceOf === undefined ? Number.NaN : sequenceOf(given);
      sink.trade(own, name, taker, kept(at), kept(at + 1), kept(at + 2), sequence, given, paid, size);
      at += 3;
    }
    return undefined;
  };
}

function millisecondsOf(value: unknown): number {
  return typeof value === 'number' ? value : decimalOf(value);
}

/** What is read of it was checked to be text. */
type TextTrade = Readonly<Record<string, string>>;

/** The venue's names of the fields of a quote whose prices and amounts are decimal texts. */
export interface TextQuoteFields {
  readonly symbol: string;
  readonly bid: string;
  readonly bidAmount: string;
  readonly ask: string;
  readonly askAmount: string;
  /** The topic of a quote of this symbol, and of what is given as their topic, a channel say. Left out: all are of the topic that is given. */
  readonly topicOf?: (symbol: string, topic: string) => string;
}

/**
 * Tells the quotes of all rows, or none of them where one has no symbol or an amount below zero. A side without a price above zero is empty.
 * `timeMs`: rows have no time of their own, it is that of their frame.
 */
export function textQuotes(names: TextQuoteFields) {
  const { symbol, bid, bidAmount, ask, askAmount, topicOf } = names;
  const keepQuote = (row: unknown, index: number): row is TextQuote => {
    if (typeof row !== 'object' || row === null) return false;
    const quote = row as TextQuote;
    const name = quote[symbol];
    return (
      typeof name === 'string' &&
      name !== '' &&
      keepSide(index * 4, quote[bid], quote[bidAmount]) &&
      keepSide(index * 4 + 2, quote[ask], quote[askAmount])
    );
  };
  return (topic: string, rows: readonly unknown[], sink: DecodeSink, timeMs: number): string | undefined => {
    if (!rows.every(keepQuote)) return `${topic}: malformed`;
    let at = 0;
    for (const quote of rows) {
      const name = quote[symbol] as string;
      const own = topicOf === undefined ? topic : topicOf(name, topic);
      sink.quote(own, name, kept(at), kept(at + 1), kept(at + 2), kept(at + 3), timeMs, Number.NaN);
      at += 4;
    }
    return undefined;
  };
}

/** Keeps the price of a side and its amount, where it says one; false for an amount below zero. */
function keepSide(at: number, price: unknown, amount: unknown): boolean {
  const number = numberOf(price);
  const isEmpty = !(number > 0);
  const size = isEmpty ? 0 : numberOf(amount);
  keepNumber(at, isEmpty ? Number.NaN : number);
  keepNumber(at + 1, size);
  // An amount that is not said is none that makes no sense.
  return !(size < 0);
}

type TextQuote = Readonly<Record<string, unknown>>;
