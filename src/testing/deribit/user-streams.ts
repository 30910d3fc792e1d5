// The private channels: own orders, own trades, both together with positions, and the portfolio. They start with nothing.
import type { Account } from './accounts.js';
import type { Envelope } from './envelope.js';
import type { DeribitMarket } from './market.js';
import { writePosition } from './portfolio.js';
import { ChannelStream, type Pace } from './streams.js';

type WireObject = Readonly<Record<string, unknown>>;

/** What one operation did to one account on one market. */
export interface AccountChange {
  readonly account: Account;
  readonly market: DeribitMarket;
  readonly orders: readonly WireObject[];
  readonly trades: readonly WireObject[];
}

export abstract class UserStream extends ChannelStream {
  abstract onAccount(change: AccountChange): void;
}

/** `raw`: one order object per frame; aggregated: an array. */
export class UserOrdersStream extends UserStream {
  #pending: WireObject[] = [];

  override onAccount(change: AccountChange): void {
    if (this.pace === 'raw') for (const order of change.orders) this.publish(order);
    else this.#pending.push(...change.orders);
  }

  override flush(): void {
    if (this.#pending.length === 0) return;
    const orders = this.#pending;
    this.#pending = [];
    this.publish(orders);
  }
}

export class UserTradesStream extends UserStream {
  #pending: WireObject[] = [];

  override onAccount(change: AccountChange): void {
    this.#pending.push(...change.trades);
    if (this.pace === 'raw') this.flush();
  }

  override flush(): void {
    if (this.#pending.length === 0) return;
    const trades = this.#pending;
    this.#pending = [];
    this.publish(trades);
  }
}

export class UserChangesStream extends UserStream {
  #pending = new Map<DeribitMarket, { account: Account; orders: WireObject[]; trades: WireObject[] }>();

  override onAccount(change: AccountChange): void {
    const { account, market, orders, trades } = change;
    const pending = this.#pending.get(market) ?? { account, orders: [], trades: [] };
    pending.orders.push(...orders);
    pending.trades.push(...trades);
    this.#pending.set(market, pending);
    if (this.pace === 'raw') this.flush();
  }

  override flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [market, { account, orders, trades }] of pending) {
      const { instrument, markPrice } = market;
      // A position is told when a trade moved it.
      const position = writePosition(account.portfolio.position(instrument), markPrice);
      const positions = trades.length === 0 ? [] : [position];
      this.publish({ instrument_name: instrument.name, trades, orders, positions });
    }
  }
}

export class UserPortfolioStream extends UserStream {
  readonly #write: (currency: string) => WireObject;
  readonly #currency: string;

  constructor(
    channel: string,
    pace: Pace,
    envelope: Envelope,
    currency: string,
    write: (currency: string) => WireObject,
  ) {
    super(channel, pace, envelope);
    this.#currency = currency;
    this.#write = write;
  }

  override onAccount(change: AccountChange): void {
    const currency = change.market.instrument.settlementCurrency;
    if (this.#currency === 'ANY' || this.#currency === currency) this.publish(this.#write(currency));
  }
}
