// Orders on the markets of a simulated exchange: placed, changed, cancelled, matched. It tells what happened and knows no wire.
import type { BookSide, Match } from '../matching/order-book.js';
import type { PaperChange, PaperMarket, PaperTrade } from './market.js';

export interface PaperTerms {
  readonly clientOrderId: string;
  readonly side: 'buy' | 'sell';
  readonly type: 'limit' | 'market';
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK' | 'PostOnly';
  /** Undefined for an order at any price. */
  readonly tick: number | undefined;
  readonly lots: number;
}

export class PaperOrder {
  readonly id: string;
  readonly account: string;
  readonly market: PaperMarket;
  readonly terms: PaperTerms;
  readonly createdAtMs: number;
  updatedAtMs: number;
  tick: number | undefined;
  lots: number;
  filledLots = 0;
  /** Sum of lots times ticks, for the average. */
  filledTicks = 0;
  state: 'open' | 'filled' | 'cancelled' = 'open';
  reason: 'post-only' | 'unfilled' | 'user' | undefined;

  constructor(id: string, account: string, market: PaperMarket, terms: PaperTerms, atMs: number) {
    this.id = id;
    this.account = account;
    this.market = market;
    this.terms = terms;
    this.tick = terms.tick;
    this.lots = terms.lots;
    this.createdAtMs = atMs;
    this.updatedAtMs = atMs;
  }

  get openLots(): number {
    return this.lots - this.filledLots;
  }

  get bookSide(): BookSide {
    return this.terms.side === 'buy' ? 'bid' : 'ask';
  }
}

export interface PaperFill {
  readonly trade: PaperTrade;
  readonly order: PaperOrder;
  readonly isMaker: boolean;
  readonly atMs: number;
}

export interface PaperListener {
  onMarket(change: PaperChange): void;
  onFill(fill: PaperFill): void;
  onOrder(order: PaperOrder): void;
}

const keptOrders = 20_000;

export class PaperTrading {
  /** By id, oldest first; the oldest closed ones are forgotten. */
  readonly orders = new Map<string, PaperOrder>();
  readonly #listener: PaperListener;
  readonly #now: () => number;
  #lastOrder = 1_000_000_000;
  #lastTrade = 2_000_000_000;

  constructor(listener: PaperListener, now: () => number) {
    this.#listener = listener;
    this.#now = now;
  }

  /** The order exists from here on, but nobody has worked on it: venues answer before they match. */
  accept(account: string, market: PaperMarket, terms: PaperTerms): PaperOrder {
    this.#lastOrder += 1;
    const order = new PaperOrder(String(this.#lastOrder), account, market, terms, this.#now());
    this.orders.set(order.id, order);
    if (this.orders.size > keptOrders) this.#forgetOne();
    return order;
  }

  /** Matches an order; what is left rests or goes, as its terms say. */
  work(order: PaperOrder): void {
    const { market, bookSide: side, tick, terms } = order;
    const { book } = market;
    const atMs = this.#now();
    const reachable = book.available(side, tick, order.openLots);
    const isBarred = terms.timeInForce === 'PostOnly' && reachable > 0;
    const isKilled = terms.timeInForce === 'FOK' && reachable < order.openLots;
    const matches = isBarred || isKilled ? [] : book.take(side, tick, order.openLots);
    const trades = this.#settle(market, side, matches, order, atMs);
    if (order.openLots > 0) this.#rest(order, isBarred);
    order.updatedAtMs = atMs;
    this.#listener.onOrder(order);
    this.commit(market, trades);
  }

  /** Changes price, size or both; it loses its place in the queue. */
  amend(order: PaperOrder, tick: number | undefined, lots: number | undefined): void {
    if (order.tick !== undefined) order.market.book.withdraw(order.bookSide, order.tick, order.id);
    order.tick = tick ?? order.tick;
    order.lots = lots ?? order.lots;
    this.work(order);
  }

  cancel(order: PaperOrder): void {
    if (order.tick !== undefined) order.market.book.withdraw(order.bookSide, order.tick, order.id);
    this.#end(order, 'user');
    order.updatedAtMs = this.#now();
    this.#listener.onOrder(order);
    this.commit(order.market, []);
  }

  find(account: string, id: string | undefined, clientOrderId: string | undefined): PaperOrder | undefined {
    const byId = id === undefined ? undefined : this.orders.get(id);
    if (id !== undefined) return byId?.account === account ? byId : undefined;
    const own = [...this.orders.values()].filter((order) => order.account === account);
    return own.findLast((order) => order.terms.clientOrderId === clientOrderId);
  }

  /** One event of the market itself. */
  step(market: PaperMarket): void {
    const { side, matches } = market.maker.step();
    this.commit(market, this.#settle(market, side, matches, undefined, this.#now()));
  }

  /** Publishes what was changed in a book. */
  commit(market: PaperMarket, trades: readonly PaperTrade[]): void {
    const levels = market.book.takeChanges();
    const previous = market.sequence;
    if (levels.length > 0) market.sequence += 1;
    if (levels.length + trades.length === 0) return;
    this.#listener.onMarket({ market, atMs: this.#now(), levels, trades, previous });
  }

  #settle(
    market: PaperMarket,
    side: BookSide,
    matches: readonly Match[],
    taker: PaperOrder | undefined,
    atMs: number,
  ): readonly PaperTrade[] {
    return matches.map((match) => {
      this.#lastTrade += 1;
      const { tick, lots } = match;
      const trade: PaperTrade = {
        id: String(this.#lastTrade),
        side: side === 'bid' ? 'buy' : 'sell',
        tick,
        lots,
      };
      const maker = match.makerOwner === undefined ? undefined : this.orders.get(match.makerId);
      if (maker !== undefined) {
        this.#fill(maker, trade, true, atMs);
        if (maker.market === market) this.#listener.onOrder(maker);
      }
      if (taker !== undefined) this.#fill(taker, trade, false, atMs);
      return trade;
    });
  }

  #fill(order: PaperOrder, trade: PaperTrade, isMaker: boolean, atMs: number): void {
    order.filledLots += trade.lots;
    order.filledTicks += trade.lots * trade.tick;
    order.updatedAtMs = atMs;
    if (order.openLots <= 0) order.state = 'filled';
    this.#listener.onFill({ trade, order, isMaker, atMs });
  }

  #rest(order: PaperOrder, isBarred: boolean): void {
    const { market, bookSide, tick, terms } = order;
    const rests = tick !== undefined && (terms.timeInForce === 'GTC' || terms.timeInForce === 'PostOnly');
    if (rests && !isBarred) {
      market.book.rest(bookSide, tick, { id: order.id, owner: order.account, lots: order.openLots });
    } else this.#end(order, isBarred ? 'post-only' : 'unfilled');
  }

  #end(order: PaperOrder, reason: PaperOrder['reason']): void {
    order.state = 'cancelled';
    order.reason = reason;
  }

  #forgetOne(): void {
    for (const [id, { state }] of this.orders) {
      if (state === 'open') continue;
      this.orders.delete(id);
      return;
    }
  }
}
