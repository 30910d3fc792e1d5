// The market itself: a seeded random walk that keeps the book filled, moves it and trades against it.
// It acts through the same matching engine as the accounts, so it also fills their orders.
import type { Random } from '../random.js';
import type { BookSide, Match, OrderBook } from './order-book.js';

const depth = 20;

/** What one step did besides changing levels. */
export interface MarketTrade {
  /** Side of the order that came: `bid` bought. */
  readonly side: BookSide;
  readonly matches: readonly Match[];
}

export class MarketMaker {
  readonly #book: OrderBook;
  readonly #random: Random;
  readonly #startTick: number;
  #middle: number;
  #lastOrder = 0;

  constructor(book: OrderBook, random: Random, startTick: number) {
    this.#book = book;
    this.#random = random;
    this.#startTick = startTick;
    this.#middle = startTick;
    this.#refill('bid');
    this.#refill('ask');
    book.takeChanges();
  }

  /** One event: a small trade on one side, now and then a move, and the book filled up again. */
  step(): MarketTrade {
    const side: BookSide = this.#random.next() < 0.5 ? 'bid' : 'ask';
    const matches = this.#book.take(side, undefined, this.#random.integer(1, 20));
    if (this.#random.next() < 0.2) this.#move();
    else this.#resize();
    this.#refill('bid');
    this.#refill('ask');
    return { side, matches };
  }

  /** Lets the middle wander, bound to half and one and a half times its start; what it runs over is withdrawn. */
  #move(): void {
    const step = this.#random.next() < 0.5 ? -1 : 1;
    const next = this.#middle + step;
    if (next < this.#startTick * 0.5 || next > this.#startTick * 1.5) return;
    this.#middle = next;
    this.#withdrawMarket(step > 0 ? 'ask' : 'bid', this.#middle);
  }

  #withdrawMarket(side: BookSide, tick: number): void {
    const level = this.#book.side(side).at(tick);
    const own = level?.orders.filter((order) => order.owner === undefined) ?? [];
    for (const order of own) this.#book.withdraw(side, tick, order.id);
  }

  #resize(): void {
    const side: BookSide = this.#random.next() < 0.5 ? 'bid' : 'ask';
    const level = this.#random.pick(this.#book.side(side).levels);
    if (level !== undefined) this.#rest(side, level.tick);
  }

  /** Keeps the levels next to the middle filled, and forgets those that were left far behind. */
  #refill(side: BookSide): void {
    const sign = side === 'bid' ? -1 : 1;
    const levels = this.#book.side(side);
    for (let distance = 1; distance <= depth && levels.levels.length < depth; distance++) {
      const tick = this.#middle + sign * distance;
      if (levels.lotsAt(tick) === 0 && !this.#crosses(side, tick)) this.#rest(side, tick);
    }
    for (const level of levels.levels.slice(depth + 10)) this.#withdrawMarket(side, level.tick);
  }

  #crosses(side: BookSide, tick: number): boolean {
    const other = this.#book.side(side === 'bid' ? 'ask' : 'bid').best;
    return other !== undefined && (side === 'bid' ? tick >= other.tick : tick <= other.tick);
  }

  #rest(side: BookSide, tick: number): void {
    this.#lastOrder += 1;
    const lots = this.#random.integer(10, 5000);
    this.#book.rest(side, tick, { id: `m${this.#lastOrder}`, owner: undefined, lots });
  }
}
