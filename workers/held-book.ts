// A book that is kept in the thread: because its venue sends a checksum of it, or because its best levels are told instead of changes.
import type { BookState } from '../src/book-integrity.js';
import type { BookLevel } from '../src/market.js';
import { OrderBook } from '../src/order-book.js';
import type { BookTop } from './book-top.js';

export class HeldBook {
  readonly topic: string;
  readonly state: BookState;
  readonly book: OrderBook;
  /** Set where whole snapshots of the best levels are told instead of changes. */
  readonly top: BookTop | undefined;
  symbol = '';
  exchangeTimeMs = Number.NaN;
  /** When the last update was read. Nanoseconds, monotonic. */
  receivedAtNs = 0;
  /** What the venue said of the update whose levels are being told; NaN for nothing. */
  checksum = Number.NaN;
  /** The levels of a snapshot until it is complete: put in from the worst price on they move nothing. */
  #loading: { readonly bid: BookLevel[]; readonly ask: BookLevel[] } | undefined;

  /** `depth`: levels per side that the venue's book has, undefined for all. */
  constructor(topic: string, state: BookState, depth: number | undefined, top: BookTop | undefined) {
    this.topic = topic;
    this.state = state;
    this.book = new OrderBook(depth === undefined ? {} : { depth });
    this.top = top;
  }

  /** An update begins; its levels follow. */
  open(
    type: 'snapshot' | 'change',
    symbol: string,
    exchangeTimeMs: number,
    receivedAtNs: number,
    checksum = Number.NaN,
  ): void {
    this.symbol = symbol;
    this.exchangeTimeMs = exchangeTimeMs;
    this.receivedAtNs = receivedAtNs;
    this.checksum = checksum;
    this.#loading = type === 'snapshot' ? { bid: [], ask: [] } : undefined;
    if (type === 'snapshot') this.top?.touch();
  }

  /** @throws RangeError for a level that cannot be one, where it is set at once. */
  level(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void {
    if (this.#loading !== undefined) {
      const texts = priceText === undefined || amountText === undefined ? {} : { priceText, amountText };
      this.#loading[side].push({ price, amount, ...texts });
      return;
    }
    this.top?.note(side, price);
    this.book.set(side, price, amount, priceText, amountText);
  }

  /** All levels of the update were told. False where one of them cannot be a level: the book is of no use then. */
  close(): boolean {
    const loading = this.#loading;
    this.#loading = undefined;
    try {
      if (loading !== undefined) {
        this.book.bids.load(loading.bid);
        this.book.asks.load(loading.ask);
      }
    } catch {
      return false;
    }
    this.book.trim();
    return true;
  }
}
