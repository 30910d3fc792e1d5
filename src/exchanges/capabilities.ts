// What a venue's books are followed by and what one connection may do there: parts of the contract in exchange.ts, data only.
import type { SequenceRule } from '../book-integrity.js';
import type { OrderBook } from '../order-book.js';
import type { DecodeSink, HttpCall } from './exchange.js';

/** How a reader of the venue's order books notices a lost update, and where a book begins that the socket never sends whole. */
export interface BookFeed {
  /** The rule for this topic's book. Left out: `chain`. */
  rule?(topic: string): SequenceRule | undefined;
  /** Levels per side that the topic's book is cut to after each update. Left out or undefined: all. */
  depth?(topic: string): number | undefined;
  /** The checksum that the venue would send for this book; compared with the one that came with an update (see `DecodeSink.book`). */
  checksum?(book: OrderBook): number;
  /** The call whose answer is the book's snapshot; undefined for topics that bring their own. */
  snapshot?(topic: string): HttpCall | undefined;
  /** Tells the sink the snapshot (`book`, then `level`). Returns what is wrong with the answer, or undefined. */
  readSnapshot?(topic: string, answer: unknown, sink: DecodeSink): string | undefined;
}

/** What the venue lets one connection do. Whoever goes beyond is cut off. */
export interface ConnectionLimits {
  /** Topics that one connection may hold; more of them need more connections. */
  readonly topics?: number;
  /** Frames that may be sent in any stretch of time, pings included. */
  readonly frames?: { readonly units: number; readonly windowMs: number };
  /** New connections of one address in any stretch of time. */
  readonly connects?: { readonly units: number; readonly windowMs: number };
  /** Milliseconds after which the venue ends the connection in any case. */
  readonly lifetimeMs?: number;
}
