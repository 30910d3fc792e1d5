// Orders on the simulated Kraken: they meet the market's own, and each change is a row of `executions` that says only what changed.
import type { BookSide, Match } from '../kit/matching/order-book.js';
import type { Simulation } from '../kit/simulated-venue.js';
import type { MarketTrade, SpotMarket } from '../kit/spot-market.js';
import type { KrakenAccount, KrakenOrder } from './accounts.js';

export type Row = Readonly<Record<string, unknown>>;

export interface TradingListener {
  /** Rows for the account, oldest first. */
  onExecutions(account: KrakenAccount, rows: readonly Row[]): void;
  /** Something happened on a market. */
  onMarket(market: SpotMarket, trades: readonly MarketTrade[]): void;
}

export interface Placement {
  readonly account: KrakenAccount;
  readonly market: SpotMarket;
  readonly side: 'buy' | 'sell';
  readonly type: string;
  readonly tick: number | undefined;
  readonly lots: number;
  readonly clientOrderId: string;
  readonly isImmediate: boolean;
}

const TAKER_FEE = 0.0026;
const FIRST_ORDER = 36 ** 5;

export class KrakenTrading {
  readonly #simulation: Simulation;
  readonly #listener: TradingListener;
  readonly #orders = new Map<string, KrakenOrder>();
  #lastId = FIRST_ORDER;

  constructor(simulation: Simulation, listener: TradingListener) {
    this.#simulation = simulation;
    this.#listener = listener;
  }

  place(placement: Placement): KrakenOrder {
    const { account, market, side, type, tick, lots, clientOrderId } = placement;
    const orderId = this.#nextId('O');
    const book: BookSide = side === 'buy' ? 'bid' : 'ask';
    const order = { orderId, clientOrderId, market, side, type, tick, lots, filledLots: 0, cost: 0, account };
    const own: KrakenOrder = { ...order, status: 'pending_new' };
    account.orders.set(orderId, own);
    this.#orders.set(orderId, own);
    this.#tell(own, { ...this.whole(own), exec_type: 'pending_new' });
    this.#change(own, 'new', {});
    const matches = market.book.take(book, tick, lots);
    const trades = market.record(book, matches);
    for (const [index, match] of matches.entries()) this.#fill(own, match, trades[index], 't');
    const left = own.lots - own.filledLots;
    if (left > 0 && (tick === undefined || placement.isImmediate)) this.cancel(own, 'Order expired');
    else if (left > 0 && tick !== undefined) {
      market.book.rest(book, tick, { id: orderId, owner: account.apiKey, lots: left });
    }
    this.#settle(market, matches, trades);
    return own;
  }

  cancel(order: KrakenOrder, reason: string): void {
    const side = order.side === 'buy' ? 'bid' : 'ask';
    if (order.tick !== undefined) order.market.book.withdraw(side, order.tick, order.orderId);
    this.#change(order, 'canceled', { reason });
    this.#listener.onMarket(order.market, []);
  }

  /** Another amount for the rest of an order. */
  amend(order: KrakenOrder, lots: number): void {
    const side = order.side === 'buy' ? 'bid' : 'ask';
    if (order.tick !== undefined) {
      order.market.book.withdraw(side, order.tick, order.orderId);
      const rest = { id: order.orderId, owner: order.account.apiKey, lots: lots - order.filledLots };
      order.market.book.rest(side, order.tick, rest);
    }
    order.lots = lots;
    this.#tell(order, { ...this.#key(order), exec_type: 'amended', order_qty: order.market.amountOf(lots) });
    this.#listener.onMarket(order.market, []);
  }

  /** A trade of the market itself. */
  trade(market: SpotMarket, side: BookSide, matches: readonly Match[]): void {
    this.#settle(market, matches, market.record(side, matches));
  }

  /** Everything that is said of an order in its first row and in a snapshot. */
  whole(order: KrakenOrder): Row {
    const { market, tick, clientOrderId } = order;
    return {
      ...this.#key(order),
      ...(clientOrderId === '' ? {} : { cl_ord_id: clientOrderId }),
      symbol: market.symbol,
      side: order.side,
      order_type: order.type,
      ...(tick === undefined ? {} : { limit_price: Number(market.priceText(tick)) }),
      order_qty: market.amountOf(order.lots),
      cum_qty: market.amountOf(order.filledLots),
      cum_cost: order.cost,
      time_in_force: 'GTC',
    };
  }

  #settle(market: SpotMarket, matches: readonly Match[], trades: readonly MarketTrade[]): void {
    for (const [index, match] of matches.entries()) {
      const maker = match.makerOwner === undefined ? undefined : this.#orders.get(match.makerId);
      if (maker !== undefined) this.#fill(maker, match, trades[index], 'm');
    }
    this.#listener.onMarket(market, trades);
  }

  #fill(order: KrakenOrder, match: Match, trade: MarketTrade | undefined, liquidity: 'm' | 't'): void {
    if (trade === undefined) return;
    const { market } = order;
    order.filledLots += match.lots;
    order.cost += trade.price * trade.amount;
    order.status = order.filledLots >= order.lots ? 'filled' : 'partially_filled';
    const filled = market.amountOf(order.filledLots);
    this.#tell(order, {
      ...this.#key(order),
      exec_type: 'trade',
      exec_id: this.#nextId('T'),
      trade_id: trade.id,
      symbol: market.symbol,
      side: order.side,
      last_qty: trade.amount,
      last_price: trade.price,
      liquidity_ind: liquidity,
      cost: trade.price * trade.amount,
      cum_qty: filled,
      cum_cost: order.cost,
      avg_price: order.cost / filled,
      fees: [{ asset: market.symbol.split('/')[1], qty: trade.price * trade.amount * TAKER_FEE }],
    });
    if (order.status === 'filled') this.#change(order, 'filled', {});
  }

  #change(order: KrakenOrder, status: 'new' | 'filled' | 'canceled', more: Row): void {
    order.status = status;
    this.#tell(order, { ...this.#key(order), exec_type: status, ...more });
  }

  #key(order: KrakenOrder): Row {
    const timestamp = new Date(this.#simulation.clock.milliseconds()).toISOString();
    return { order_id: order.orderId, order_status: order.status, timestamp };
  }

  #tell(order: KrakenOrder, row: Row): void {
    const { orderId, clientOrderId: label, status: state, account } = order;
    this.#simulation.journal.record({ kind: 'order', account: account.apiKey, orderId, label, state });
    this.#listener.onExecutions(account, [row]);
  }

  #nextId(letter: string): string {
    this.#lastId += 1;
    const text = this.#lastId.toString(36).toUpperCase().padStart(16, '0');
    return `${letter}${text.slice(0, 5)}-${text.slice(5, 10)}-${text.slice(10)}`;
  }
}
