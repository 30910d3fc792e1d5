// Books whose levels stand in one list, each with its side, as decimal texts: an event is
// `{"kind":"delta","of":"X","rows":[{"way":"B","at":"2.50","left":"1.0"},{"way":"S","at":"2.60","left":"0"}]}`.
import type { DecodeSink } from '../exchange.js';
import type { EventReader } from './channel-events.js';
import { decimalOf } from './exact-numbers.js';
import type { JsonObject } from './json-rpc.js';
import { keepNumber, kept } from './kept-numbers.js';

/** The venue's names of the fields of a book and of its levels, and its words for what they say. */
export interface SidedBookFields {
  readonly type: string;
  /** The types of events that hold the whole book, and what changed in it. */
  readonly whole: string;
  readonly change: string;
  readonly symbol: string;
  readonly topicOf: (symbol: string) => string;
  /** The list of levels. */
  readonly levels: string;
  readonly side: string;
  readonly bid: string;
  readonly ask: string;
  readonly price: string;
  /** Amount 0 removes the price. */
  readonly amount: string;
}

/** Tells the books of all events, or none of them where one is malformed. */
export function sidedBooks(names: SidedBookFields): EventReader {
  const { type, whole, change, symbol, topicOf, levels, side, bid, ask, price, amount } = names;
  /** Keeps price and amount of each level from `at` on; returns the place behind them, -1 where something is wrong. */
  const keepLevels = (rows: readonly (TextLevel | null)[], at: number): number => {
    let next = at;
    for (const row of rows) {
      if (typeof row !== 'object' || row === null) return -1;
      const word = row[side];
      if (word !== bid && word !== ask) return -1;
      if (!keepNumber(next, decimalOf(row[price]))) return -1;
      if (!keepNumber(next + 1, decimalOf(row[amount]))) return -1;
      next += 2;
    }
    return next;
  };
  const keepBook = (event: JsonObject, at: number): number => {
    const { [type]: kind, [symbol]: name, [levels]: rows } = event;
    if ((kind !== whole && kind !== change) || typeof name !== 'string' || name === '') return -1;
    return Array.isArray(rows) ? keepLevels(rows as readonly (TextLevel | null)[], at) : -1;
  };
  const tellLevels = (rows: readonly TextLevel[], at: number, sink: DecodeSink): number => {
    let next = at;
    for (const row of rows) {
      sink.level(row[side] === bid ? 'bid' : 'ask', kept(next), kept(next + 1), row[price], row[amount]);
      next += 2;
    }
    return next;
  };
  return ({ channel, events, timeMs, sequence }, sink) => {
    let at = 0;
    for (const event of events) {
      at = keepBook(event, at);
      if (at < 0) return `${channel}: malformed`;
    }
    at = 0;
    for (const event of events) {
      const of = event[symbol] as string;
      const kind = event[type] === whole ? 'snapshot' : 'change';
      sink.book(topicOf(of), of, kind, timeMs, sequence, Number.NaN);
      at = tellLevels(event[levels] as readonly TextLevel[], at, sink);
    }
    return undefined;
  };
}

/** What is told of it was checked to be text. */
type TextLevel = Readonly<Record<string, string>>;
