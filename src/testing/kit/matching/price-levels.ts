// One side of an order book: price levels from best to worst, each a queue in order of arrival.
// Prices are whole ticks and amounts whole lots, so that nothing is ever off by a rounding.

export interface RestingOrder {
  readonly id: string;
  /** Who owns it; `undefined` is the market itself. */
  readonly owner: string | undefined;
  lots: number;
}

export interface Level {
  readonly tick: number;
  lots: number;
  readonly orders: RestingOrder[];
}

export class PriceLevels {
  /** Best first. */
  readonly levels: Level[] = [];
  /** 1 where a lower price is better (asks), -1 where a higher one is (bids). */
  readonly #sign: 1 | -1;

  constructor(side: 'bid' | 'ask') {
    this.#sign = side === 'ask' ? 1 : -1;
  }

  get best(): Level | undefined {
    return this.levels[0];
  }

  lotsAt(tick: number): number {
    const level = this.levels[this.#position(tick)];
    return level?.tick === tick ? level.lots : 0;
  }

  at(tick: number): Level | undefined {
    const level = this.levels[this.#position(tick)];
    return level?.tick === tick ? level : undefined;
  }

  add(tick: number, order: RestingOrder): void {
    const position = this.#position(tick);
    let level = this.levels[position];
    if (level?.tick !== tick) {
      level = { tick, lots: 0, orders: [] };
      this.levels.splice(position, 0, level);
    }
    level.orders.push(order);
    level.lots += order.lots;
  }

  /** Takes lots off an order; an order or level that is used up goes. */
  reduce(tick: number, order: RestingOrder, lots: number): void {
    const position = this.#position(tick);
    const level = this.levels[position];
    if (level?.tick !== tick) return;
    order.lots -= lots;
    level.lots -= lots;
    if (order.lots <= 0) {
      const at = level.orders.indexOf(order);
      if (at !== -1) level.orders.splice(at, 1);
    }
    if (level.orders.length === 0) this.levels.splice(position, 1);
  }

  /** Whether a price of the other side reaches this tick. */
  isReachedBy(limitTick: number, tick: number): boolean {
    return this.#sign * (limitTick - tick) >= 0;
  }

  /** Binary search: where the tick is or would be. */
  #position(tick: number): number {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.levels[middle]?.tick ?? 0;
      if (this.#sign * (other - tick) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
