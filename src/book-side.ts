// One side of an order book: prices and amounts in two plain arrays sorted with the best price at the end, where nearly all changes
// happen, so that most of them move only a few numbers. Nothing is allocated by an update beyond the arrays' own growth.
import type { BookLevel } from './market.js';

/** One side of an order book. Iterating it gives the levels, best price first. */
export class BookSide implements Iterable<BookLevel> {
  /** 1: the highest price is best (bids). -1: the lowest (asks). */
  readonly #sign: 1 | -1;
  readonly #prices: number[] = [];
  readonly #amounts: number[] = [];
  /** The venue's own words per level, kept from the first text on; checksums are made over them. */
  #texts: { readonly prices: (string | undefined)[]; readonly amounts: (string | undefined)[] } | undefined;

  constructor(best: 'highest' | 'lowest') {
    this.#sign = best === 'highest' ? 1 : -1;
  }

  /** Number of prices. */
  get depth(): number {
    return this.#prices.length;
  }

  /** NaN where the side is empty. */
  get bestPrice(): number {
    return this.#prices.at(-1) ?? Number.NaN;
  }

  /** 0 where the side is empty. */
  get bestAmount(): number {
    return this.#amounts.at(-1) ?? 0;
  }

  /** The amount at a price, 0 where there is none. */
  amountAt(price: number): number {
    const index = this.#find(price);
    return this.#prices[index] === price ? this.#amounts[index]! : 0;
  }

  /** The level of a rank, 0 being the best; undefined past the end. */
  level(rank: number): BookLevel | undefined {
    const index = this.#prices.length - 1 - rank;
    const price = this.#prices[index];
    if (price === undefined) return undefined;
    const amount = this.#amounts[index]!;
    const priceText = this.#texts?.prices[index];
    const amountText = this.#texts?.amounts[index];
    if (priceText === undefined || amountText === undefined) return { price, amount };
    return { price, amount, priceText, amountText };
  }

  /** The price of a rank, 0 being the best; NaN past the end. Makes no object, unlike `level`. */
  priceOf(rank: number): number {
    return this.#prices[this.#prices.length - 1 - rank] ?? Number.NaN;
  }

  /** The amount of a rank, 0 being the best; 0 past the end. */
  amountOf(rank: number): number {
    return this.#amounts[this.#amounts.length - 1 - rank] ?? 0;
  }

  /** The price of a rank as the venue wrote it; undefined where it sent none, and past the end. */
  priceTextOf(rank: number): string | undefined {
    return this.#texts?.prices[this.#prices.length - 1 - rank];
  }

  /** The amount of a rank as the venue wrote it; undefined where it sent none, and past the end. */
  amountTextOf(rank: number): string | undefined {
    return this.#texts?.amounts[this.#prices.length - 1 - rank];
  }

  /** The best `count` levels, best first. */
  top(count: number): BookLevel[] {
    const levels: BookLevel[] = [];
    for (let rank = 0; rank < Math.min(count, this.depth); rank++) levels.push(this.level(rank)!);
    return levels;
  }

  /** Best first. Changing the side while it is iterated gives levels of both states. */
  *[Symbol.iterator](): Generator<BookLevel> {
    for (let rank = 0; rank < this.depth; rank++) yield this.level(rank)!;
  }

  /** Sets the amount at a price; 0 removes it. @throws RangeError for what cannot be a level, before anything is changed. */
  set(price: number, amount: number, priceText?: string, amountText?: string): void {
    if (!Number.isFinite(price) || !(amount >= 0 && amount < Number.POSITIVE_INFINITY)) {
      throw new RangeError(
        `a book level needs a finite price and an amount of 0 or more, got ${price} x ${amount}`,
      );
    }
    const index = this.#find(price);
    const exists = this.#prices[index] === price;
    if (amount === 0) {
      if (exists) this.#remove(index);
      return;
    }
    if (priceText !== undefined) this.#texts ??= this.#startTexts();
    if (!exists) this.#insert(index, price);
    this.#amounts[index] = amount;
    if (this.#texts === undefined) return;
    this.#texts.prices[index] = priceText;
    this.#texts.amounts[index] = amountText;
  }

  /** Replaces the whole side. */
  load(levels: readonly BookLevel[]): void {
    this.clear();
    // Venues send the best price first. From the worst to the best each level lands at the end of the arrays and moves nothing.
    if (this.#isBestFirst(levels)) for (let i = levels.length - 1; i >= 0; i--) this.#setLevel(levels[i]!);
    else for (const level of levels) this.#setLevel(level);
  }

  /** Drops all but the best `depth` levels. */
  trim(depth: number): void {
    const surplus = this.depth - depth;
    if (surplus <= 0) return;
    for (const column of this.#columns()) column.splice(0, surplus);
  }

  /** Forgets all levels. */
  clear(): void {
    for (const column of this.#columns()) column.length = 0;
  }

  #setLevel({ price, amount, priceText, amountText }: BookLevel): void {
    this.set(price, amount, priceText, amountText);
  }

  #isBestFirst(levels: readonly BookLevel[]): boolean {
    for (let i = 1; i < levels.length; i++) {
      if (!(this.#sign * levels[i - 1]!.price > this.#sign * levels[i]!.price)) return false;
    }
    return true;
  }

  /** Where the price is, or would have to be inserted. */
  #find(price: number): number {
    const wanted = this.#sign * price;
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sign * this.#prices[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #insert(index: number, price: number): void {
    insertAt(this.#prices, index, price);
    insertAt(this.#amounts, index, 0);
    if (this.#texts === undefined) return;
    insertAt(this.#texts.prices, index, undefined);
    insertAt(this.#texts.amounts, index, undefined);
  }

  #remove(index: number): void {
    removeAt(this.#prices, index);
    removeAt(this.#amounts, index);
    if (this.#texts === undefined) return;
    removeAt(this.#texts.prices, index);
    removeAt(this.#texts.amounts, index);
  }

  #startTexts() {
    const empty = () => Array.from<string | undefined>({ length: this.depth });
    return { prices: empty(), amounts: empty() };
  }

  #columns(): unknown[][] {
    const columns: unknown[][] = [this.#prices, this.#amounts];
    return this.#texts === undefined ? columns : [...columns, this.#texts.prices, this.#texts.amounts];
  }
}

/** Up to so many places from the end a plain loop is quicker than `splice`, which also allocates an array for its result. */
const NEAR = 64;

function insertAt<T>(column: T[], index: number, value: T): void {
  if (column.length - index > NEAR) column.splice(index, 0, value);
  else {
    column.push(value);
    for (let i = column.length - 1; i > index; i--) column[i] = column[i - 1]!;
    column[index] = value;
  }
}

function removeAt<T>(column: T[], index: number): void {
  if (column.length - index > NEAR) column.splice(index, 1);
  else {
    for (let i = index; i < column.length - 1; i++) column[i] = column[i + 1]!;
    column.pop();
  }
}
