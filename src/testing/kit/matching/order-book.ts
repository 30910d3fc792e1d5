// A price-time-priority matching engine for one instrument. It knows sides, ticks, lots and owners, and no venue.
import { type Level, PriceLevels, type RestingOrder } from './price-levels.js';

export type BookSide = 'bid' | 'ask';

/** A match: what rested, what came, at the resting order's price. */
export interface Match {
  readonly tick: number;
  readonly lots: number;
  readonly makerId: string;
  readonly makerOwner: string | undefined;
  /** Lots of the resting order that are left. */
  readonly makerLeft: number;
}

/** A level whose size changed: lots before and after, 0 where it was or is not there. */
export interface LevelChange {
  readonly side: BookSide;
  readonly tick: number;
  readonly before: number;
  readonly after: number;
}

export class OrderBook {
  readonly bids = new PriceLevels('bid');
  readonly asks = new PriceLevels('ask');
  readonly #touched = new Map<string, { side: BookSide; tick: number; before: number }>();

  side(side: BookSide): PriceLevels {
    return side === 'bid' ? this.bids : this.asks;
  }

  /** Lots of the other side that an incoming order of this side could take at its limit. */
  available(side: BookSide, limitTick: number | undefined, enough: number): number {
    let lots = 0;
    for (const level of this.#reachable(side, limitTick)) {
      lots += level.lots;
      if (lots >= enough) break;
    }
    return lots;
  }

  /** Whether an incoming order would meet one of its own. */
  meetsOwn(side: BookSide, limitTick: number | undefined, lots: number, owner: string): boolean {
    let left = lots;
    for (const level of this.#reachable(side, limitTick)) {
      if (left <= 0) return false;
      if (level.orders.some((order) => order.owner === owner)) return true;
      left -= level.lots;
    }
    return false;
  }

  /** Matches an incoming order and tells what it took; the rest does not rest by itself. */
  take(side: BookSide, limitTick: number | undefined, lots: number): readonly Match[] {
    const other: BookSide = side === 'bid' ? 'ask' : 'bid';
    const levels = this.side(other);
    const matches: Match[] = [];
    let left = lots;
    while (left > 0) {
      const best = levels.best;
      if (best === undefined || (limitTick !== undefined && !levels.isReachedBy(limitTick, best.tick))) break;
      const maker = best.orders[0] as RestingOrder;
      const taken = Math.min(left, maker.lots);
      this.#touch(other, best.tick);
      levels.reduce(best.tick, maker, taken);
      left -= taken;
      const { id: makerId, owner: makerOwner, lots: makerLeft } = maker;
      matches.push({ tick: best.tick, lots: taken, makerId, makerOwner, makerLeft });
    }
    return matches;
  }

  rest(side: BookSide, tick: number, order: RestingOrder): void {
    this.#touch(side, tick);
    this.side(side).add(tick, order);
  }

  /** Takes lots off a resting order without a trade. Returns false when it is not there. */
  withdraw(side: BookSide, tick: number, id: string, lots?: number): boolean {
    const order = this.side(side)
      .at(tick)
      ?.orders.find((candidate) => candidate.id === id);
    if (order === undefined) return false;
    this.#touch(side, tick);
    this.side(side).reduce(tick, order, lots ?? order.lots);
    return true;
  }

  /** The levels that differ from what they were at the last call. */
  takeChanges(): readonly LevelChange[] {
    const changes: LevelChange[] = [];
    for (const { side, tick, before } of this.#touched.values()) {
      const after = this.side(side).lotsAt(tick);
      if (after !== before) changes.push({ side, tick, before, after });
    }
    this.#touched.clear();
    return changes;
  }

  *#reachable(side: BookSide, limitTick: number | undefined): Generator<Level> {
    const levels = this.side(side === 'bid' ? 'ask' : 'bid');
    for (const level of levels.levels) {
      if (limitTick !== undefined && !levels.isReachedBy(limitTick, level.tick)) return;
      yield level;
    }
  }

  #touch(side: BookSide, tick: number): void {
    const key = `${side}${tick}`;
    if (!this.#touched.has(key)) {
      this.#touched.set(key, { side, tick, before: this.side(side).lotsAt(tick) });
    }
  }
}
