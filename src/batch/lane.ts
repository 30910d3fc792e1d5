// The market lane in the worker's thread: takes decoded events and hands them to the main thread in batches. A batch that was
// read is the credit for the next: with credit an event crosses at once, without it events collect, up to the bounds. No timer.
import type { BatchRead } from '../client/protocol.js';
import type { DecodeSink } from '../exchanges/exchange.js';
import type { Gap, Side } from '../market.js';
import { TopicConflation } from './conflation.js';
import { MarketQueue, type MarketQueueOptions } from './market-queue.js';
import { NameInterner } from './name-interner.js';
import type { Rows } from './rows.js';
import { BatchWriter } from './writer.js';

/**
 * - `post` hands a batch over, its buffer transferred. That the main thread has read it, it says in the counters: that is the credit.
 *   Where the lane waits for it, the main thread wakes it by `flush`.
 * - `overflowed` is called once where the policy is `exit` and the bounds are exceeded.
 * - `maxInFlight`: batches that may be unread at a time; default 2, so that one crosses while the other is read.
 *
 * Policy `gap` drops the oldest segment (an eighth of the bounds) and leaves one gap per topic. `conflate` keeps the latest trade,
 * quote and message of each topic and symbol; a book keeps a snapshot that came last, else it is dropped with a gap, as frames are;
 * where even the latest take more than half of the bounds, all is dropped with gaps. `exit` lets nothing in any more. `pause` is `gap` at
 * twice the bounds; holding the socket back before that is somebody else's.
 */
export interface MarketLaneOptions extends MarketQueueOptions {
  /**
   * Topics of which a batch brings only the latest trade, quote or message of each symbol. Book changes chain, so they all stay
   * until a snapshot replaces them. What is replaced is counted, without a gap.
   */
  readonly conflate: readonly string[];
}

type MarketSink = Pick<DecodeSink, 'trade' | 'quote' | 'book' | 'level'>;

/** What `level` may do: no book is open (a mistake), one is, or it was refused and its levels with it. */
type OpenBook = 'none' | 'open' | 'refused';

/** A book update's size is not known when it opens; the bounds are looked at again with the next entry. */
const BOOK_BYTES = 64;
/** About what a trade takes with its texts. */
const TRADE_BYTES = 96;

export class MarketLane implements MarketSink {
  /** When the frame that is being decoded was read: set it before each frame. Nanoseconds, monotonic. */
  receivedAtNs = 0;
  readonly #writer = new BatchWriter();
  readonly #names = new NameInterner();
  readonly #queue: MarketQueue;
  readonly #counters: MarketQueueOptions['counters'];
  readonly #listed: ReadonlySet<string>;
  readonly #conflation: TopicConflation | undefined;
  #openBook: OpenBook = 'none';

  constructor(options: MarketLaneOptions) {
    this.#counters = options.counters;
    this.#queue = new MarketQueue(options, this.#writer, this.#names, () => this.receivedAtNs);
    this.#listed = new Set(options.conflate);
    if (this.#listed.size === 0) return;
    const conflation = new TopicConflation(this.#writer, (topic) => this.#listed.has(this.#names.at(topic)));
    this.#queue.onRowsMoved = () => conflation.rebuild();
    this.#conflation = conflation;
  }

  /** Events, frames and gaps that wait here. */
  get entries(): number {
    return this.#queue.entries;
  }

  /** About how many bytes wait here. */
  get bytes(): number {
    return this.#queue.bytes;
  }

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
  ): void {
    this.#openBook = 'none';
    if (!this.#queue.admit(topic, TRADE_BYTES)) return;
    this.#writer.trade(
      this.receivedAtNs,
      this.#names.topic(topic),
      this.#names.symbol(symbol),
      side,
      price,
      amount,
      exchangeTimeMs,
      sequence,
      id,
      priceText,
      amountText,
    );
    if (this.#conflation !== undefined) this.#conflate(topic, this.#writer.trades);
  }

  quote(
    topic: string,
    symbol: string,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void {
    this.#openBook = 'none';
    if (!this.#queue.admit(topic, this.#writer.quotes.rowBytes)) return;
    this.#writer.quote(
      this.receivedAtNs,
      this.#names.topic(topic),
      this.#names.symbol(symbol),
      bidPrice,
      bidAmount,
      askPrice,
      askAmount,
      exchangeTimeMs,
      sequence,
    );
    if (this.#conflation !== undefined) this.#conflate(topic, this.#writer.quotes);
  }

  book(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
  ): void {
    this.#openBook = 'refused';
    if (!this.#queue.admit(topic, BOOK_BYTES)) return;
    this.#openBook = 'open';
    this.#writer.book(
      this.receivedAtNs,
      this.#names.topic(topic),
      this.#names.symbol(symbol),
      type,
      exchangeTimeMs,
      sequence,
      previousSequence,
    );
    if (this.#conflation !== undefined) this.#conflate(topic, this.#writer.books);
  }

  /** @throws TypeError where no book update is open. */
  level(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void {
    if (this.#openBook === 'open') this.#writer.level(side, price, amount, priceText, amountText);
    else if (this.#openBook === 'none')
      throw new TypeError('level() belongs right after book() or another level()');
  }

  /** A market frame's text, undecoded. Bytes must not change until they have crossed. */
  message(topic: string, text: string | Uint8Array): void {
    this.#openBook = 'none';
    if (!this.#queue.admit(topic, this.#writer.messages.rowBytes + text.length)) return;
    this.#writer.message(this.receivedAtNs, this.#names.topic(topic), text);
    if (this.#conflation !== undefined) this.#conflate(topic, this.#writer.messages);
  }

  /** A frame as it came. It has no topic; a gap among frames has the topic ''. The bytes must not change until they have crossed. */
  frame(data: Uint8Array, isBinary: boolean): void {
    this.#openBook = 'none';
    if (!this.#queue.admit('', this.#writer.frames.rowBytes + data.length)) return;
    this.#writer.frame(this.receivedAtNs, data, isBinary);
  }

  /** A gap noticed elsewhere; it stands behind what has arrived so far. */
  gap(gap: Gap): void {
    this.#openBook = 'none';
    this.#queue.addGap(gap);
  }

  /** To be called when a socket read has been decoded: what waits crosses at once if there is credit, else it keeps collecting. */
  flush(): void {
    this.#openBook = 'none';
    this.#queue.flush();
  }

  /** Everything that waits, credit or not: for the thread's last moment. */
  drain(): BatchRead[] {
    this.#openBook = 'none';
    return this.#queue.drain();
  }

  #conflate(topic: string, rows: Rows): void {
    if (this.#conflation === undefined || !this.#listed.has(topic)) return;
    const replaced = this.#conflation.added(rows);
    if (replaced > 0) this.#counters.add('framesDropped', replaced);
  }
}
