// The other public channels: trades, quotes, tickers, perpetuals, indices and the platform's state.
import type { Connection } from '../kit/connection.js';
import type { Envelope } from './envelope.js';
import type { DeribitMarket, MarketChange, PublicTrade } from './market.js';
import { ChannelStream, type Pace } from './streams.js';

type MakeData = () => Readonly<Record<string, unknown>>;

export class TradesStream extends ChannelStream {
  /** The one instrument of the channel, undefined for `trades.{kind}.{currency}`. */
  readonly market: DeribitMarket | undefined;
  #pending: PublicTrade[] = [];

  constructor(channel: string, pace: Pace, envelope: Envelope, market: DeribitMarket | undefined) {
    super(channel, pace, envelope);
    this.market = market;
  }

  override onMarket(change: MarketChange): void {
    if (change.trades.length === 0) return;
    this.#pending.push(...change.trades);
    if (this.pace === 'raw') this.flush();
  }

  override flush(): void {
    const last = this.#pending.at(-1);
    if (last === undefined) return;
    const trades = this.#pending;
    this.#pending = [];
    this.publish(trades, last.trade_seq);
  }
}

export class QuoteStream extends ChannelStream {
  readonly market: DeribitMarket;
  readonly #now: () => number;
  #last = '';

  constructor(channel: string, envelope: Envelope, market: DeribitMarket, now: () => number) {
    super(channel, 'raw', envelope);
    this.market = market;
    this.#now = now;
  }

  override onMarket(change: MarketChange): void {
    const best = Object.values(this.market.bestPrices()).join();
    if (best === this.#last) return;
    this.#last = best;
    this.publish(this.market.quote(change.timestamp));
  }

  override greet(connection: Connection): void {
    this.publishTo(connection, this.market.quote(this.#now()), 0);
  }
}

/** A channel that always tells the whole present state: tickers and perpetuals when the market moved. */
export class StateStream extends ChannelStream {
  readonly #makeData: MakeData;
  #isDirty = false;

  constructor(channel: string, pace: Pace, envelope: Envelope, makeData: MakeData) {
    super(channel, pace, envelope);
    this.#makeData = makeData;
  }

  override onMarket(_change: MarketChange): void {
    this.#isDirty = true;
    if (this.pace === 'raw') this.flush();
  }

  override flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.publish(this.#makeData());
  }

  override greet(connection: Connection): void {
    this.publishTo(connection, this.#makeData(), 0);
  }
}

/** A price index: one frame a second whether it moved or not. */
export class IndexStream extends ChannelStream {
  readonly #makeData: MakeData;

  constructor(channel: string, envelope: Envelope, makeData: MakeData) {
    super(channel, 'second', envelope);
    this.#makeData = makeData;
  }

  override flush(): void {
    this.publish(this.#makeData());
  }

  override greet(connection: Connection): void {
    this.publishTo(connection, this.#makeData(), 0);
  }
}

/** A channel that speaks only when it is told to. */
export class QuietStream extends ChannelStream {}
