// An order as the exchange keeps it and as it writes it on the wire.
import type { BookSide } from '../kit/matching/order-book.js';
import type { Account } from './accounts.js';
import type { DeribitMarket } from './market.js';

export type Direction = 'buy' | 'sell';
export const orderTypes = ['limit', 'market', 'market_limit'] as const;
export type OrderType = (typeof orderTypes)[number];
export const timesInForce = [
  'good_til_cancelled',
  'good_til_day',
  'fill_or_kill',
  'immediate_or_cancel',
] as const;
export type TimeInForce = (typeof timesInForce)[number];
export type OrderState = 'open' | 'filled' | 'cancelled' | 'rejected';

export interface OrderTerms {
  readonly direction: Direction;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly label: string;
  readonly postOnly: boolean;
  readonly rejectPostOnly: boolean;
  readonly reduceOnly: boolean;
}

export class Order {
  readonly id: string;
  readonly account: Account;
  readonly market: DeribitMarket;
  readonly terms: OrderTerms;
  readonly createdAt: number;
  updatedAt: number;
  tick: number;
  lots: number;
  filledLots = 0;
  /** Sum of lots times price, for the average. */
  #cost = 0;
  state: OrderState = 'open';
  cancelReason: string | undefined;
  isReplaced = false;

  constructor(
    id: string,
    account: Account,
    market: DeribitMarket,
    terms: OrderTerms,
    tick: number,
    lots: number,
    at: number,
  ) {
    this.id = id;
    this.account = account;
    this.market = market;
    this.terms = terms;
    this.tick = tick;
    this.lots = lots;
    this.createdAt = at;
    this.updatedAt = at;
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get openLots(): number {
    return this.lots - this.filledLots;
  }

  get side(): BookSide {
    return this.terms.direction === 'buy' ? 'bid' : 'ask';
  }

  fill(lots: number, price: number, at: number): void {
    this.filledLots += lots;
    this.#cost += lots * price;
    this.updatedAt = at;
    if (this.openLots <= 0) this.state = 'filled';
  }

  cancel(reason: string | undefined, at: number): void {
    this.state = 'cancelled';
    this.cancelReason = reason;
    this.updatedAt = at;
  }

  get averagePrice(): number {
    return this.filledLots === 0 ? 0 : Number((this.#cost / this.filledLots).toFixed(6));
  }

  toWire(): Readonly<Record<string, unknown>> {
    const { market, terms } = this;
    return {
      label: terms.label,
      price: market.priceOf(this.tick),
      user_id: this.account.userId,
      amount: market.amountOf(this.lots),
      direction: terms.direction,
      time_in_force: terms.timeInForce,
      instrument_name: market.instrument.name,
      web: false,
      api: true,
      order_id: this.id,
      creation_timestamp: this.createdAt,
      replaced: this.isReplaced,
      filled_amount: market.amountOf(this.filledLots),
      last_update_timestamp: this.updatedAt,
      post_only: terms.postOnly,
      reduce_only: terms.reduceOnly,
      ...(this.cancelReason === undefined ? {} : { cancel_reason: this.cancelReason }),
      average_price: this.averagePrice,
      mmp: false,
      contracts: market.contractsOf(this.lots),
      reject_post_only: terms.rejectPostOnly,
      order_state: this.state,
      order_type: terms.type,
      is_liquidation: false,
      risk_reducing: false,
      max_show: market.amountOf(this.lots),
    };
  }
}
