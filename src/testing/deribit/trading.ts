// Carries orders out on the markets and tells everybody concerned: public channels, both sides of a trade, the journal.
import type { BookSide, Match } from '../kit/matching/order-book.js';
import type { Account } from './accounts.js';
import type { DeribitMarket, PublicTrade } from './market.js';
import { Order, type OrderTerms } from './order.js';
import type { World } from './world.js';

type WireObject = Readonly<Record<string, unknown>>;

export interface Placement {
  readonly account: Account;
  readonly market: DeribitMarket;
  readonly terms: OrderTerms;
  /** Undefined: at any price. */
  readonly limitTick: number | undefined;
  readonly lots: number;
}

export interface OrderOutcome {
  readonly order: Order;
  readonly trades: readonly WireObject[];
}

interface Touched {
  readonly orders: Set<Order>;
  readonly trades: WireObject[];
}

const keptOrders = 20_000;
const keptTrades = 10_000;
const takerFee = 0.0005;

export class Trading {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  place(placement: Placement): OrderOutcome {
    const { account, market, terms, limitTick, lots } = placement;
    const at = this.#world.clock.milliseconds();
    const tick = limitTick ?? this.#protectedTick(market, terms.direction === 'buy' ? 'bid' : 'ask');
    const order = new Order(this.#nextOrderId(market), account, market, terms, tick, lots, at);
    this.#remember(order);
    return { order, trades: this.#work(order, limitTick, at) };
  }

  /** Changes an open order. A smaller amount at the same price keeps its place in the queue, anything else loses it. */
  edit(order: Order, tick: number, lots: number): OrderOutcome {
    const at = this.#world.clock.milliseconds();
    const { market, side } = order;
    order.isReplaced = true;
    order.updatedAt = at;
    if (tick === order.tick && lots <= order.lots) {
      market.book.withdraw(side, order.tick, order.id, order.lots - lots);
      order.lots = lots;
      this.#publish(market, [], at, this.#touch([order]));
      return { order, trades: [] };
    }
    market.book.withdraw(side, order.tick, order.id);
    order.tick = tick;
    order.lots = lots;
    return { order, trades: this.#work(order, tick, at) };
  }

  cancel(order: Order, reason: string): void {
    const at = this.#world.clock.milliseconds();
    order.market.book.withdraw(order.side, order.tick, order.id);
    order.cancel(reason, at);
    this.#publish(order.market, [], at, this.#touch([order]));
  }

  /** One event of the market itself. */
  step(market: DeribitMarket): void {
    const { side, matches } = market.maker.step();
    this.#settleMarket(market, side, matches);
  }

  /** A market order of nobody's. */
  trade(market: DeribitMarket, side: BookSide, lots: number): void {
    this.#settleMarket(market, side, market.book.take(side, undefined, lots));
  }

  /** Publishes what was changed in a book by hand. */
  commit(market: DeribitMarket): void {
    this.#publish(market, [], this.#world.clock.milliseconds(), new Map());
  }

  #settleMarket(market: DeribitMarket, side: BookSide, matches: readonly Match[]): void {
    const at = this.#world.clock.milliseconds();
    const touched = new Map<Account, Touched>();
    const trades = market.recordTrades(side, matches, at);
    this.#fill(matches, trades, undefined, touched, at);
    this.#publish(market, trades, at, touched);
  }

  /** Matches an order, lets the rest wait or go, and returns its own trades. */
  #work(order: Order, limitTick: number | undefined, at: number): readonly WireObject[] {
    const { market, side, terms } = order;
    const { book } = market;
    const mustFill = terms.timeInForce === 'fill_or_kill';
    const isKilled = mustFill && book.available(side, limitTick, order.openLots) < order.openLots;
    const matches = isKilled ? [] : book.take(side, limitTick, order.openLots);
    const touched = this.#touch([order]);
    const trades = market.recordTrades(side, matches, at);
    this.#fill(matches, trades, order, touched, at);
    if (order.isOpen) {
      const rests = terms.timeInForce.startsWith('good') && limitTick !== undefined;
      if (!rests) order.cancel(undefined, at);
      else book.rest(side, order.tick, { id: order.id, owner: order.account.clientId, lots: order.openLots });
    }
    this.#publish(market, trades, at, touched);
    return touched.get(order.account)?.trades.filter((trade) => trade['order_id'] === order.id) ?? [];
  }

  #fill(
    matches: readonly Match[],
    trades: readonly PublicTrade[],
    taker: Order | undefined,
    touched: Map<Account, Touched>,
    at: number,
  ): void {
    for (const [index, match] of matches.entries()) {
      const trade = trades[index];
      if (trade === undefined) continue;
      const owner =
        match.makerOwner === undefined ? undefined : this.#world.accounts.byClientId(match.makerOwner);
      const maker = owner?.orders.get(match.makerId);
      if (maker !== undefined) this.#book(maker, match.lots, trade, 'M', touched, at);
      if (taker !== undefined) this.#book(taker, match.lots, trade, 'T', touched, at);
    }
  }

  #book(
    order: Order,
    lots: number,
    trade: PublicTrade,
    liquidity: 'M' | 'T',
    touched: Map<Account, Touched>,
    at: number,
  ): void {
    const { account, market, terms } = order;
    order.fill(lots, trade.price, at);
    const sign = terms.direction === 'buy' ? 1 : -1;
    const profit = account.portfolio.fill(market.instrument, sign * trade.amount, trade.price);
    const own = {
      ...trade,
      direction: terms.direction,
      order_id: order.id,
      order_type: terms.type,
      label: terms.label,
      state: order.state,
      liquidity,
      fee:
        liquidity === 'M'
          ? 0
          : Number(
              (
                takerFee *
                trade.amount *
                (market.instrument.isLinear ? trade.price : 1 / trade.price)
              ).toFixed(10),
            ),
      fee_currency: market.instrument.settlementCurrency,
      profit_loss: profit,
      post_only: terms.postOnly,
      reduce_only: terms.reduceOnly,
      matching_id: null,
      self_trade: false,
      api: true,
      mmp: false,
      risk_reducing: false,
      user_id: account.userId,
    };
    const entry = touched.get(account) ?? { orders: new Set(), trades: [] };
    entry.orders.add(order);
    entry.trades.push(own);
    touched.set(account, entry);
    account.trades.push(own);
    if (account.trades.length > keptTrades * 2) account.trades.splice(0, account.trades.length - keptTrades);
  }

  #touch(orders: readonly Order[]): Map<Account, Touched> {
    return new Map(orders.map((order) => [order.account, { orders: new Set([order]), trades: [] }]));
  }

  #publish(
    market: DeribitMarket,
    trades: readonly PublicTrade[],
    at: number,
    touched: ReadonlyMap<Account, Touched>,
  ): void {
    const { journal, subscriptions } = this.#world;
    for (const [account, { orders, trades: own }] of touched) {
      for (const order of orders) {
        account.noteState(order);
        const { id: orderId, state, cancelReason: reason } = order;
        const entry = {
          kind: 'order',
          account: account.clientId,
          orderId,
          label: order.terms.label,
          state,
        } as const;
        journal.record(reason === undefined ? entry : { ...entry, reason });
      }
      const written = [...orders].map((order) => order.toWire());
      subscriptions.onAccount({ account, market, orders: written, trades: own });
    }
    subscriptions.onMarket(market.commit(trades, at));
  }

  /** The price that stands on a market order. */
  #protectedTick(market: DeribitMarket, side: BookSide): number {
    const mark = market.tickOf(market.lastPrice) ?? 1;
    return Math.max(1, Math.round(side === 'bid' ? mark * 1.015 : mark * 0.985));
  }

  #nextOrderId(market: DeribitMarket): string {
    const { counters, instrument } = market;
    counters.orderId += 1;
    const currency = instrument.settlementCurrency;
    return currency === 'BTC' ? String(counters.orderId) : `${currency}-${counters.orderId}`;
  }

  #remember(order: Order): void {
    const { orders } = order.account;
    orders.set(order.id, order);
    order.account.noteState(order);
    if (orders.size <= keptOrders) return;
    for (const [id, old] of orders) {
      if (!old.isOpen) {
        orders.delete(id);
        return;
      }
    }
  }
}
