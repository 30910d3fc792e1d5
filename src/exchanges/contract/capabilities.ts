// What a venue's books are followed by and what one connection may do there: parts of the contract in exchange.ts.
import type { SequenceRule } from '../../book-integrity.js';
import type { OrderBook } from '../../order-book.js';
import type { Cost } from '../../rate-budget.js';
import type { RateLimit } from '../../rate-limits.js';
import type { DecodeSink, HttpCall, Outgoing, RequestContext } from '../exchange.js';

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
  /** Topics that one connection may hold. More of them are spread over further connections to the same socket. */
  readonly topics?: number;
  /** Characters that the topics of one connection may have together, each counted with its quotation marks and a comma. The same. */
  readonly topicCharacters?: number;
  /** Topics that all connections of one address may hold together: further connections do not help. */
  readonly addressTopics?: number;
  /** Frames that may be sent in any stretch of time, pings included. */
  readonly frames?: { readonly units: number; readonly windowMs: number };
  /** New connections of one address in any stretch of time. */
  readonly connects?: { readonly units: number; readonly windowMs: number };
  /** Milliseconds after which the venue ends the connection in any case. */
  readonly lifetimeMs?: number;
}

/**
 * What the venue lets one account ask for, over all its connections. What is written here should stay below what the venue says by as
 * much as frames can bunch up on their way: the venue counts when they arrive.
 */
export interface AccountRates {
  /** Limits by names of the exchange's own. */
  readonly limits: Readonly<Record<string, RateLimit>>;
  /** What a frame that is about to be sent costs, by those names. */
  cost(frame: string): Cost;
  /** What one of the heartbeat's own frames costs. Left out: nothing. */
  readonly heartbeatCost?: Cost;
  /** Milliseconds of silence towards the venue after it said "too fast" (class `rate`). Default 1000. */
  readonly pauseMs?: number;
  /** The call whose answer tells the account's own limits, where they differ by account. Made once per account, after READY. */
  ask?(context: RequestContext): Outgoing & { readonly method: string };
  /** Limits that the answer to a call tells (to `ask`, or to the user's own call of this method); undefined where it tells none. */
  readLimits?(method: string, result: unknown): Readonly<Record<string, RateLimit>> | undefined;
}
