// The book channels: a snapshot, then changes chained by `prev_change_id`; and the grouped form, a full window each time.
import type { Connection } from '../kit/connection.js';
import type { BookSide } from '../kit/matching/order-book.js';
import type { Envelope } from './envelope.js';
import type { DeribitMarket, MarketChange } from './market.js';
import { ChannelStream, type Pace } from './streams.js';

interface PendingLevel {
  readonly side: BookSide;
  readonly tick: number;
  readonly before: number;
}

export class BookStream extends ChannelStream {
  readonly market: DeribitMarket;
  /** What the listeners' books stand at. */
  lastChangeId: number;
  readonly #pending = new Map<string, PendingLevel>();
  #timestamp: number;

  constructor(channel: string, pace: Pace, envelope: Envelope, market: DeribitMarket, timestamp: number) {
    super(channel, pace, envelope);
    this.market = market;
    this.lastChangeId = market.changeId;
    this.#timestamp = timestamp;
  }

  override onMarket(change: MarketChange): void {
    this.#timestamp = change.timestamp;
    for (const { side, tick, before } of change.levels) this.#remember(side, tick, before);
    if (this.pace === 'raw') this.flush();
  }

  override flush(): void {
    if (this.#pending.size === 0) return;
    const bids: unknown[] = [];
    const asks: unknown[] = [];
    for (const { side, tick, before } of this.#pending.values()) {
      const after = this.market.book.side(side).lotsAt(tick);
      if (after === before) continue;
      const action = after === 0 ? 'delete' : before === 0 ? 'new' : 'change';
      (side === 'bid' ? bids : asks).push([action, this.market.priceOf(tick), this.market.amountOf(after)]);
    }
    this.#pending.clear();
    // What came and went within the interval leaves nothing to tell: change frames are never empty.
    if (bids.length + asks.length > 0) this.#publishChange(bids, asks);
  }

  /** The pending changes go to the older listeners before a new one joins, so that all stand at the same change id. */
  override beforeJoin(): void {
    this.flush();
    if (this.listeners.size === 0) this.lastChangeId = this.market.changeId;
  }

  override greet(connection: Connection): void {
    this.publishTo(connection, this.snapshot(), this.lastChangeId);
  }

  /** A flood sent something else for this level: the next change puts it right. */
  forceChange(side: BookSide, tick: number): void {
    this.#remember(side, tick, -1);
  }

  snapshot(): Readonly<Record<string, unknown>> {
    const entries = (side: BookSide) =>
      this.market.depth(side, 10_000).map(([price, amount]) => ['new', price, amount]);
    return {
      timestamp: this.#timestamp,
      type: 'snapshot',
      change_id: this.lastChangeId,
      instrument_name: this.market.instrument.name,
      bids: entries('bid'),
      asks: entries('ask'),
    };
  }

  #publishChange(bids: readonly unknown[], asks: readonly unknown[]): void {
    const previous = this.lastChangeId;
    this.lastChangeId = this.market.changeId > previous ? this.market.changeId : this.market.nextChangeId();
    this.market.changeId = this.lastChangeId;
    const data = {
      timestamp: this.#timestamp,
      type: 'change',
      change_id: this.lastChangeId,
      instrument_name: this.market.instrument.name,
      bids,
      asks,
      prev_change_id: previous,
    };
    this.publish(data, this.lastChangeId);
  }

  #remember(side: BookSide, tick: number, before: number): void {
    const key = `${side}${tick}`;
    if (!this.#pending.has(key)) this.#pending.set(key, { side, tick, before });
  }
}

export class GroupedBookStream extends ChannelStream {
  readonly #market: DeribitMarket;
  readonly #group: number;
  readonly #depth: number;
  #isDirty = false;
  #timestamp: number;

  constructor(
    channel: string,
    envelope: Envelope,
    market: DeribitMarket,
    window: { readonly group: number; readonly depth: number },
    timestamp: number,
  ) {
    super(channel, '100ms', envelope);
    this.#market = market;
    this.#group = window.group;
    this.#depth = window.depth;
    this.#timestamp = timestamp;
  }

  override onMarket(change: MarketChange): void {
    this.#timestamp = change.timestamp;
    this.#isDirty ||= change.levels.length > 0;
  }

  override flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    this.publish(this.#window(), this.#market.changeId);
  }

  override greet(connection: Connection): void {
    this.publishTo(connection, this.#window(), this.#market.changeId);
  }

  #window(): Readonly<Record<string, unknown>> {
    return {
      timestamp: this.#timestamp,
      change_id: this.#market.changeId,
      instrument_name: this.#market.instrument.name,
      bids: this.#grouped('bid'),
      asks: this.#grouped('ask'),
    };
  }

  /** Bids are rounded down and asks up to the step, so that the window never looks better than the book. */
  #grouped(side: BookSide): readonly (readonly [number, number])[] {
    const levels = this.#market.depth(side, 10_000);
    if (this.#group === 0) return levels.slice(0, this.#depth);
    const round = side === 'bid' ? Math.floor : Math.ceil;
    const sums = new Map<number, number>();
    for (const [price, amount] of levels) {
      const step = round(Number((price / this.#group).toFixed(6)));
      sums.set(step, (sums.get(step) ?? 0) + amount);
    }
    return [...sums]
      .slice(0, this.#depth)
      .map(([step, amount]) => [Number((step * this.#group).toFixed(8)), Number(amount.toFixed(8))]);
  }
}
