// An order book kept up to date by snapshots and changes. Pure: usable in the thread, in the bot, in a back-test.
// It applies what it is given; whether an update may be applied at all is told by `follow` in book-integrity.ts.
import { BookSide } from './book-side.js';
import type { BookLevel, BookUpdate } from './market.js';

/** Options of an order book. */
export interface OrderBookOptions {
  /**
   * Levels kept per side. For venues that send a window of the book and never say which levels have left it; default Infinity.
   */
  readonly depth?: number;
}

/** A copy of a book, best prices first. */
export interface BookView {
  readonly sequence: number;
  readonly exchangeTimeMs: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** A book kept by snapshots and changes. Clear it at a gap and start again from the next snapshot. */
export class OrderBook {
  readonly bids = new BookSide('highest');
  readonly asks = new BookSide('lowest');
  /** The venue's number of the last update, NaN before the first one and where the venue has none. */
  sequence = Number.NaN;
  /** Milliseconds since the Unix epoch on the venue's clock, NaN where unknown. */
  exchangeTimeMs = Number.NaN;
  readonly #depth: number;

  /** @throws TypeError when `depth` is not a positive integer or Infinity. */
  constructor(options: OrderBookOptions = {}) {
    this.#depth = options.depth ?? Number.POSITIVE_INFINITY;
    if (!(this.#depth === Number.POSITIVE_INFINITY || (Number.isInteger(this.#depth) && this.#depth > 0))) {
      throw new TypeError(`depth must be a positive integer or Infinity, got ${this.#depth}`);
    }
  }

  /**
   * Applies an update; levels in their order, so that a price named twice ends with the later amount.
   * @throws RangeError for a level that cannot be one. The book is then half updated: clear it and start from a snapshot.
   */
  apply(update: Pick<BookUpdate, 'type' | 'sequence' | 'exchangeTimeMs' | 'bids' | 'asks'>): void {
    if (update.type === 'snapshot') {
      this.bids.load(update.bids);
      this.asks.load(update.asks);
    } else {
      for (const level of update.bids)
        this.bids.set(level.price, level.amount, level.priceText, level.amountText);
      for (const level of update.asks)
        this.asks.set(level.price, level.amount, level.priceText, level.amountText);
    }
    this.sequence = update.sequence;
    this.exchangeTimeMs = update.exchangeTimeMs;
    this.trim();
  }

  /** Sets one level; amount 0 removes it. Who feeds a book level by level sets `sequence` and calls `trim` after each update. */
  set(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void {
    (side === 'bid' ? this.bids : this.asks).set(price, amount, priceText, amountText);
  }

  /** Cuts both sides to the book's depth. */
  trim(): void {
    this.bids.trim(this.#depth);
    this.asks.trim(this.#depth);
  }

  /** Empties the book: nothing is known any more. */
  clear(): void {
    this.bids.clear();
    this.asks.clear();
    this.sequence = Number.NaN;
    this.exchangeTimeMs = Number.NaN;
  }

  get bestBid(): BookLevel | undefined {
    return this.bids.level(0);
  }

  get bestAsk(): BookLevel | undefined {
    return this.asks.level(0);
  }

  /**
   * True where somebody would pay what somebody asks, or more. One venue's own book is never so for longer than an update:
   * a book that stays crossed has missed something.
   */
  get isCrossed(): boolean {
    // False with an empty side: NaN compares as false.
    return this.bids.bestPrice >= this.asks.bestPrice;
  }

  /** Levels on both sides together. */
  get depth(): number {
    return this.bids.depth + this.asks.depth;
  }

  /** The amount at a price, 0 where there is none. */
  amountAt(side: 'bid' | 'ask', price: number): number {
    return (side === 'bid' ? this.bids : this.asks).amountAt(price);
  }

  /** A copy of the best `count` levels of each side. */
  top(count: number): BookView {
    const { sequence, exchangeTimeMs } = this;
    return { sequence, exchangeTimeMs, bids: this.bids.top(count), asks: this.asks.top(count) };
  }

  /** A copy of the whole book. */
  snapshot(): BookView {
    return this.top(Number.POSITIVE_INFINITY);
  }
}
