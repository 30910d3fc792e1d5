// The best levels of a held book: what was told of them last, and whether that still holds. Nothing is sorted and, once the arrays
// have grown to the depth, nothing is allocated: an update far from the best prices costs a comparison for each of its levels.
import type { BookSide } from '../src/book-side.js';
import type { DecodeSink } from '../src/exchanges/exchange.js';
import type { OrderBook } from '../src/order-book.js';

type LevelSink = Pick<DecodeSink, 'level'>;

export class BookTop {
  readonly #bids: ToldSide;
  readonly #asks: ToldSide;
  #isTold = false;
  #isTouched = false;

  constructor(depth: number) {
    this.#bids = new ToldSide(depth, 1);
    this.#asks = new ToldSide(depth, -1);
  }

  /** The whole book is replaced. */
  touch(): void {
    this.#isTouched = true;
  }

  /** A level changes. One below all that was told cannot move what is above it. */
  note(side: 'bid' | 'ask', price: number): void {
    if (!this.#isTouched) this.#isTouched = !(side === 'bid' ? this.#bids : this.#asks).isBelow(price);
  }

  /** Nothing that was told counts any more: the book is told at its next update, changed or not. */
  forget(): void {
    this.#isTold = false;
  }

  /** Whether the book has to be told: its best levels are not those that were told last. */
  isDue({ bids, asks }: OrderBook): boolean {
    if (!this.#isTold) return true;
    if (!this.#isTouched) return false;
    this.#isTouched = false;
    return this.#bids.differs(bids) || this.#asks.differs(asks);
  }

  /** Tells the best levels, bids before asks, each side from its best price on. */
  tell({ bids, asks }: OrderBook, sink: LevelSink): void {
    this.#isTold = true;
    this.#isTouched = false;
    this.#bids.tell(bids, 'bid', sink);
    this.#asks.tell(asks, 'ask', sink);
  }
}

/** One side as it was told last. */
class ToldSide {
  readonly #depth: number;
  /** 1: the highest price is best. */
  readonly #sign: 1 | -1;
  readonly #prices: number[] = [];
  readonly #amounts: number[] = [];
  readonly #priceTexts: (string | undefined)[] = [];
  readonly #amountTexts: (string | undefined)[] = [];

  constructor(depth: number, sign: 1 | -1) {
    this.#depth = depth;
    this.#sign = sign;
  }

  /** Whether a price is worse than all that was told, of a side that was told in full depth. */
  isBelow(price: number): boolean {
    const { length } = this.#prices;
    return length === this.#depth && this.#sign * price < this.#sign * this.#prices[length - 1]!;
  }

  differs(side: BookSide): boolean {
    const count = Math.min(side.depth, this.#depth);
    if (count !== this.#prices.length) return true;
    for (let rank = 0; rank < count; rank += 1) {
      if (this.#prices[rank] !== side.priceOf(rank) || this.#amounts[rank] !== side.amountOf(rank))
        return true;
      // Numbers that read the same can be written differently, beyond the digits that a number holds.
      if (this.#priceTexts[rank] !== side.priceTextOf(rank)) return true;
      if (this.#amountTexts[rank] !== side.amountTextOf(rank)) return true;
    }
    return false;
  }

  tell(side: BookSide, name: 'bid' | 'ask', sink: LevelSink): void {
    const count = Math.min(side.depth, this.#depth);
    for (const column of [this.#prices, this.#amounts, this.#priceTexts, this.#amountTexts])
      if (column.length > count) column.length = count;
    for (let rank = 0; rank < count; rank += 1) {
      const price = side.priceOf(rank);
      const amount = side.amountOf(rank);
      const priceText = side.priceTextOf(rank);
      const amountText = side.amountTextOf(rank);
      this.#prices[rank] = price;
      this.#amounts[rank] = amount;
      this.#priceTexts[rank] = priceText;
      this.#amountTexts[rank] = amountText;
      sink.level(name, price, amount, priceText, amountText);
    }
  }
}
