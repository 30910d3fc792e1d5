// Orders of accounts in the markets of a venue: placing, filling, cancelling. What a venue says of it on the wire is its own business.
import type { BookSide, LevelChange, Match } from './order-book.js';
import type { Market } from './market.js';

export type OrderState = 'open' | 'filled' | 'cancelled';

export interface PlacedOrder {
  readonly id: number;
  readonly clientId: string;
  readonly account: string;
  readonly market: Market;
  readonly side: BookSide;
  readonly isMarket: boolean;
  tick: number;
  lots: number;
  readonly createdAt: number;
  filledLots: number;
  /** Sum of lots times ticks of its fills. */
  cost: number;
  state: OrderState;
  /** Why it was cancelled, in the venue's words. */
  reason: string | undefined;
  updatedAt: number;
}

/** A trade of the market; `side` is that of the order that came. */
export interface MarketTrade {
  readonly id: number;
  readonly side: BookSide;
  readonly tick: number;
  readonly lots: number;
}

/** What happened to an order: it came, got other terms, was filled by a trade, or went. */
export interface OrderChange {
  readonly order: PlacedOrder;
  readonly kind: 'new' | 'amended' | 'fill' | 'cancelled';
  readonly fill?: MarketTrade & { readonly isMaker: boolean };
}

/** All that one operation did to a market. */
export interface MarketChange {
  readonly market: Market;
  readonly atMs: number;
  readonly trades: readonly MarketTrade[];
  readonly levels: readonly LevelChange[];
  readonly orders: readonly OrderChange[];
}

export interface OrderTerms {
  readonly account: string;
  readonly clientId: string;
  readonly market: Market;
  readonly side: BookSide;
  /** Left out for a market order. */
  readonly tick?: number | undefined;
  readonly lots: number;
  /** `post`: only where it takes nothing; refused otherwise. */
  readonly inForce: 'rest' | 'immediate' | 'all-or-none' | 'post';
}

const KEPT_ORDERS = 10_000;

export class Trading {
  readonly orders = new Map<number, PlacedOrder>();
  readonly #now: () => number;
  readonly #onChange: (change: MarketChange) => void;
  #lastOrder = 12_569_099_453;
  #lastTrade = 403_691_824;

  constructor(now: () => number, onChange: (change: MarketChange) => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  /** One event of the market itself: a trade and a change of its book. */
  step(market: Market): void {
    const { side, matches } = market.maker.step();
    this.#publish(market, ...this.#settle(side, matches, undefined));
  }

  /** Undefined where the order may take nothing but would, or must be filled whole and cannot. */
  place(terms: OrderTerms): PlacedOrder | undefined {
    const { market, side, tick, lots, inForce } = terms;
    const reachable = market.book.available(side, tick, lots);
    if ((inForce === 'post' && reachable > 0) || (inForce === 'all-or-none' && reachable < lots))
      return undefined;
    const order = this.#newOrder(terms);
    const matches = market.book.take(side, tick, lots);
    const [trades, changes] = this.#settle(side, matches, order);
    const orders: OrderChange[] = [{ order, kind: 'new' }, ...changes];
    const left = lots - order.filledLots;
    if (left > 0 && tick !== undefined && (inForce === 'rest' || inForce === 'post')) {
      market.book.rest(side, tick, { id: String(order.id), owner: order.account, lots: left });
    } else if (left > 0) {
      this.#end(order, 'not filled at once');
      orders.push({ order, kind: 'cancelled' });
    }
    this.#publish(market, trades, orders);
    return order;
  }

  /** False where it is not open any more. */
  cancel(order: PlacedOrder, reason?: string): boolean {
    if (order.state !== 'open') return false;
    order.market.book.withdraw(order.side, order.tick, String(order.id));
    this.#end(order, reason);
    this.#publish(order.market, [], [{ order, kind: 'cancelled' }]);
    return true;
  }

  /** Another price and amount for an open order, which goes to the end of the queue. False where it cannot have them any more. */
  amend(order: PlacedOrder, tick: number, lots: number): boolean {
    if (order.state !== 'open' || lots <= order.filledLots) return false;
    const { market, side } = order;
    market.book.withdraw(side, order.tick, String(order.id));
    Object.assign(order, { tick, lots, updatedAt: this.#now() });
    const [trades, changes] = this.#settle(
      side,
      market.book.take(side, tick, lots - order.filledLots),
      order,
    );
    const left = lots - order.filledLots;
    if (left > 0) market.book.rest(side, tick, { id: String(order.id), owner: order.account, lots: left });
    this.#publish(market, trades, [{ order, kind: 'amended' }, ...changes]);
    return true;
  }

  /** What the fills of an account add up to in a market; the average is in ticks, NaN without a position. */
  positionOf(account: string, market: Market): { readonly lots: number; readonly averageTick: number } {
    const own = this.ofAccount(account).filter((order) => order.market === market);
    const sum = (read: (order: PlacedOrder) => number) =>
      own.reduce((total, order) => total + (order.side === 'bid' ? 1 : -1) * read(order), 0);
    const lots = sum(({ filledLots }) => filledLots);
    return { lots, averageTick: lots === 0 ? Number.NaN : sum(({ cost }) => cost) / lots };
  }

  ofAccount(account: string): readonly PlacedOrder[] {
    return [...this.orders.values()].filter((order) => order.account === account);
  }

  #newOrder({ account, clientId, market, side, tick, lots }: OrderTerms): PlacedOrder {
    this.#lastOrder += 1;
    const at = this.#now();
    const order: PlacedOrder = {
      id: this.#lastOrder,
      clientId,
      account,
      market,
      side,
      isMarket: tick === undefined,
      tick: tick ?? 0,
      lots,
      createdAt: at,
      filledLots: 0,
      cost: 0,
      state: 'open',
      reason: undefined,
      updatedAt: at,
    };
    this.orders.set(order.id, order);
    const oldest =
      this.orders.size > KEPT_ORDERS
        ? [...this.orders.values()].find(({ state }) => state !== 'open')
        : undefined;
    if (oldest !== undefined) this.orders.delete(oldest.id);
    return order;
  }

  #settle(
    side: BookSide,
    matches: readonly Match[],
    taker: PlacedOrder | undefined,
  ): readonly [MarketTrade[], OrderChange[]] {
    const trades: MarketTrade[] = [];
    const changes: OrderChange[] = [];
    for (const { tick, lots, makerId, makerOwner } of matches) {
      this.#lastTrade += 1;
      const trade = { id: this.#lastTrade, side, tick, lots };
      trades.push(trade);
      const maker = makerOwner === undefined ? undefined : this.orders.get(Number(makerId));
      if (maker !== undefined) changes.push(this.#fill(maker, trade, true));
      if (taker !== undefined) changes.push(this.#fill(taker, trade, false));
    }
    return [trades, changes];
  }

  #fill(order: PlacedOrder, trade: MarketTrade, isMaker: boolean): OrderChange {
    order.filledLots += trade.lots;
    order.cost += trade.lots * trade.tick;
    order.updatedAt = this.#now();
    if (order.filledLots >= order.lots) order.state = 'filled';
    return { order, kind: 'fill', fill: { ...trade, isMaker } };
  }

  #end(order: PlacedOrder, reason: string | undefined): void {
    order.state = 'cancelled';
    order.reason = reason;
    order.updatedAt = this.#now();
  }

  #publish(market: Market, trades: readonly MarketTrade[], orders: readonly OrderChange[]): void {
    this.#onChange({ market, atMs: this.#now(), trades, levels: market.book.takeChanges(), orders });
  }
}
