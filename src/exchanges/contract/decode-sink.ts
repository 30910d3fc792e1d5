// What a decoder can say of a frame: part of the contract in exchange.ts.
import type { PrivateEvent, Side } from '../../market.js';
import type { RequestId, VenueError } from './requests.js';

/**
 * Where `decode` puts what a frame says. The order of calls is the order in which users see events.
 * Topics, symbols and ids are the venue's words; times are milliseconds of the venue's clock; NaN stands for "does not say".
 */
export interface DecodeSink {
  /** A trade. */
  trade(
    topic: string,
    symbol: string,
    side: Side,
    price: number,
    amount: number,
    exchangeTimeMs: number,
    sequence: number,
    id: string,
    priceText?: string,
    amountText?: string,
  ): void;
  /** Best bid and ask; a side that is empty has price NaN and amount 0. */
  quote(
    topic: string,
    symbol: string,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void;
  /**
   * Opens a book update; `level` adds to it until the next call of anything else. `checksum` is the venue's own of the book as it is
   * after this update, left out where it sends none.
   */
  book(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
    checksum?: number,
  ): void;
  /** Amount 0 removes the price. */
  level(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void;
  /** The frame belongs to this topic and goes to the user as it is. */
  message(topic: string): void;
  /** An event of the account's own: order, fill, position, balance. */
  private(event: PrivateEvent): void;
  /** The answer to a request. */
  reply(id: RequestId, result: unknown): void;
  /** A negative answer. `id` is undefined where the venue does not say to what: the oldest fitting request is meant. */
  refusal(id: RequestId | undefined, error: VenueError): void;
  /** For venues that acknowledge topic by topic instead of by request id. */
  confirmed(topic: string): void;
  /** The negative counterpart of `confirmed`. */
  refused(topic: string, error: VenueError): void;
  /**
   * All topics of this connection, for venues that answer every change with the whole list: what is there is confirmed, what was being
   * given up and is not there is released. Where a sink lacks it, `confirmed` is told for each topic.
   */
  subscribed?(topics: readonly string[]): void;
  /**
   * The frame's number, for venues that count all frames of a connection in one row. A number that does not follow the last one means
   * that frames of unknown topics were lost: the connection is of no use any more.
   */
  frameSequence?(sequence: number): void;
  /** The venue took a topic away that it had confirmed. */
  revoked(topic: string, error: VenueError): void;
  /** The venue wants this frame sent back at once: a heartbeat challenge. Also a sign of life. */
  answer(frame: string): void;
  /** A sign of life. */
  alive(): void;
  /** The venue says that it is about to stop, or stopped, serving this connection. */
  notice(notice: VenueNotice): void;
}

/** What the venue says about its own condition. */
export interface VenueNotice {
  readonly kind: 'planned-stop' | 'maintenance' | 'too-slow' | 'information';
  readonly text: string;
}
