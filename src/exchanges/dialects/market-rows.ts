// Market data of venues that send JSON numbers: trades, quotes and books.
// Everything of a frame is checked before the first call of the sink: half an update would be worse than none.
import type { DecodeSink } from '../exchange.js';
import { numberOf } from './fields.js';
import { keepNumber, kept } from './kept-numbers.js';

type Level = readonly unknown[];
type Row = Readonly<Record<string, unknown>>;

/** What trades and quotes have in common. Each text is the venue's name of a field. */
export interface MarketFields {
  readonly symbol: string;
  readonly time: string;
  /** Reads the time as milliseconds, NaN where it is none. Left out: it is written as milliseconds. */
  readonly timeOf?: (value: unknown) => number;
  /** The topic of a row with this symbol, where one frame has rows of several topics. Left out: all rows are of the topic that is given. */
  readonly topicOf?: (symbol: string) => string;
}

export interface NumberTradeFields extends MarketFields {
  /** Text, or a whole number. */
  readonly id: string;
  readonly side: string;
  /** The venue's words for the aggressor's side. Left out: `buy` and `sell`. */
  readonly buy?: string;
  readonly sell?: string;
  readonly price: string;
  readonly amount: string;
  /** Left out: the venue does not number trades. */
  readonly sequence?: string;
}

/** Tells all trades of a frame, or none of them where one is malformed. */
export function numberTrades(names: NumberTradeFields) {
  const { id, symbol, side, price, amount, sequence, time } = names;
  const { buy = 'buy', sell = 'sell', timeOf = numberOf, topicOf } = names;
  const keepTrade = (row: unknown, index: number): row is Row => {
    if (typeof row !== 'object' || row === null) return false;
    const trade = row as Row;
    const [word, name, given] = [trade[side], trade[symbol], trade[id]];
    return (
      (word === buy || word === sell) &&
      typeof name === 'string' &&
      name !== '' &&
      (typeof given === 'string' || Number.isSafeInteger(given)) &&
      Number.isFinite(trade[price]) &&
      isAmount(trade[amount]) &&
      (sequence === undefined || Number.isFinite(trade[sequence])) &&
      keepNumber(index, timeOf(trade[time]))
    );
  };
  return (topic: string, rows: unknown, sink: DecodeSink): string | undefined => {
    if (!Array.isArray(rows) || !rows.every(keepTrade)) return `${topic}: malformed trades`;
    let at = 0;
    for (const trade of rows) {
      const name = trade[symbol] as string;
      const own = topicOf === undefined ? topic : topicOf(name);
      const taker = trade[side] === buy ? 'buy' : 'sell';
      const [paid, size] = [trade[price] as number, trade[amount] as number];
      const number = sequence === undefined ? Number.NaN : (trade[sequence] as number);
      sink.trade(own, name, taker, paid, size, kept(at), number, String(trade[id]));
      at += 1;
    }
    return undefined;
  };
}

export interface NumberQuoteFields extends MarketFields {
  readonly bid: string;
  readonly bidAmount: string;
  readonly ask: string;
  readonly askAmount: string;
  /** True where the venue leaves the price of an empty side out. Default false: there it is null. */
  readonly isEmptyLeftOut?: boolean;
}

/** Tells the quotes of all rows, or none of them where one is malformed. A side is empty where its price is null, or its amount 0. */
export function numberQuotes(names: NumberQuoteFields) {
  const { symbol, bid, bidAmount, ask, askAmount, time } = names;
  const { timeOf = numberOf, topicOf, isEmptyLeftOut = false } = names;
  const amountOf = (price: unknown, amount: unknown): number =>
    isEmptyLeftOut && price === undefined ? 0 : sideAmount(price, amount);
  const isQuote = (row: unknown): row is Row => {
    if (typeof row !== 'object' || row === null) return false;
    const quote = row as Row;
    return (
      typeof quote[symbol] === 'string' &&
      quote[symbol] !== '' &&
      amountOf(quote[bid], quote[bidAmount]) >= 0 &&
      amountOf(quote[ask], quote[askAmount]) >= 0
    );
  };
  return (topic: string, rows: readonly unknown[], sink: DecodeSink): string | undefined => {
    if (!rows.every(isQuote)) return `${topic}: malformed quotes`;
    for (const quote of rows) {
      const name = quote[symbol] as string;
      const own = topicOf === undefined ? topic : topicOf(name);
      const bids = amountOf(quote[bid], quote[bidAmount]);
      const asks = amountOf(quote[ask], quote[askAmount]);
      const [bidPrice, askPrice] = [sidePrice(quote[bid], bids), sidePrice(quote[ask], asks)];
      sink.quote(own, name, bidPrice, bids, askPrice, asks, timeOf(quote[time]), Number.NaN);
    }
    return undefined;
  };
}

/** A book update as the venue sent it, nothing of it checked. `sequence` NaN: updates are not numbered; `previous` NaN: the whole book. */
export interface NumberBook {
  readonly topic: string;
  readonly symbol: unknown;
  readonly bids: unknown;
  readonly asks: unknown;
  readonly timeMs: number;
  readonly sequence: unknown;
  readonly previous: unknown;
}

/**
 * Tells a book update, or nothing of it where it is malformed: every row must hold a finite price at `priceAt`, an amount of at least
 * zero right behind it, nothing more, and it must fit.
 */
export function tellNumberBook(
  sink: DecodeSink,
  book: NumberBook,
  priceAt = 0,
  fits: (row: Level) => boolean = isAnything,
): string | undefined {
  const { topic, symbol, bids, asks, timeMs, sequence, previous } = book;
  if (typeof symbol !== 'string' || symbol === '') return `${topic}: a book without symbol`;
  if (!isSequence(sequence) || !isSequence(previous)) return `${topic}: a book without its number`;
  if (!areLevels(bids, priceAt, fits) || !areLevels(asks, priceAt, fits)) return `${topic}: malformed levels`;
  sink.book(topic, symbol, Number.isNaN(previous) ? 'snapshot' : 'change', timeMs, sequence, previous);
  tellLevels(sink, 'bid', bids, priceAt);
  tellLevels(sink, 'ask', asks, priceAt);
  return undefined;
}

const isAnything = (): boolean => true;

/** JSON holds no NaN: that one is ours. */
function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value) || Number.isNaN(value);
}

function areLevels(rows: unknown, priceAt: number, fits: (row: Level) => boolean): rows is readonly Level[] {
  if (!Array.isArray(rows)) return false;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== priceAt + 2) return false;
    if (!isAmount(row[priceAt + 1]) || !Number.isFinite(row[priceAt]) || !fits(row)) return false;
  }
  return true;
}

function tellLevels(sink: DecodeSink, side: 'bid' | 'ask', rows: readonly Level[], priceAt: number): void {
  for (const row of rows) sink.level(side, row[priceAt] as number, row[priceAt + 1] as number);
}

/** True for an amount of at least zero. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
}

/** Amount of one side of a quote: 0 where the side is empty (price null, or amount 0), NaN where the two make no sense. */
function sideAmount(price: unknown, amount: unknown): number {
  if (price === null) return 0;
  return Number.isFinite(price) && Number.isFinite(amount) ? (amount as number) : Number.NaN;
}

/** Price of a side with this amount: NaN where the side is empty. */
function sidePrice(price: unknown, amount: number): number {
  return amount > 0 ? (price as number) : Number.NaN;
}
