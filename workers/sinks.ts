// Where a decoded frame's meaning goes: market data into the market lane, everything else into the control lane.
import type { MarketLane } from '../src/batch/lane.js';
import type { ControlMessage, Delivery } from '../src/client/protocol.js';
import type { DecodeSink, RequestId, VenueError, VenueNotice } from '../src/exchanges/exchange.js';
import type { PrivateEvent, Side } from '../src/market.js';
import type { BookFollower } from './book-follower.js';
import type { ControlLane } from './control-lane.js';

export interface SinkParts {
  readonly lane: MarketLane;
  readonly control: ControlLane;
  /** Follows order books by the venue's rule; undefined where the exchange has none. */
  readonly books?: BookFollower | undefined;
  /** A sign of life of the venue came. */
  alive(): void;
  /** Sends a frame back at once. */
  answer(frame: string): void;
  /** The venue's count of frames jumped: some were lost, and nobody knows of which topics. */
  lost(fromSequence: number, toSequence: number): void;
}

/** Only keeps the venue's heartbeat going: for plain clients, whose frames mean nothing else to the library. */
export class HeartbeatSink implements DecodeSink {
  protected readonly parts: SinkParts;
  /** The frame being decoded. */
  frame: Buffer = Buffer.alloc(0);

  constructor(parts: SinkParts) {
    this.parts = parts;
  }

  trade(..._trade: Parameters<DecodeSink['trade']>): void {}
  quote(..._quote: Parameters<DecodeSink['quote']>): void {}
  book(..._book: Parameters<DecodeSink['book']>): void {}
  level(..._level: Parameters<DecodeSink['level']>): void {}
  message(_topic: string): void {}
  private(_event: PrivateEvent): void {}
  reply(_id: RequestId, _result: unknown): void {}
  refusal(_id: RequestId | undefined, _error: VenueError): void {}
  confirmed(_topic: string): void {}
  refused(_topic: string, _error: VenueError): void {}
  revoked(_topic: string, _error: VenueError): void {}
  notice(_notice: VenueNotice): void {}

  answer(frame: string): void {
    this.parts.alive();
    this.parts.answer(frame);
  }

  alive(): void {
    this.parts.alive();
  }
}

/** Adds the control lane. Market data is left out: it crosses as whole frames. */
export class ControlSink extends HeartbeatSink {
  #lastFrame = Number.NaN;

  override private(event: PrivateEvent): void {
    this.#tell({ kind: 'private', event, receivedAtNs: this.parts.lane.receivedAtNs });
  }
  override reply(id: RequestId, result: unknown): void {
    this.#tell({ kind: 'reply', id, result, receivedAtNs: this.parts.lane.receivedAtNs });
  }
  override refusal(id: RequestId | undefined, error: VenueError): void {
    this.#tell({ kind: 'refusal', id, error, receivedAtNs: this.parts.lane.receivedAtNs });
  }
  override confirmed(topic: string): void {
    this.#tell({ kind: 'confirmed', topic });
  }
  override refused(topic: string, error: VenueError): void {
    this.#tell({ kind: 'refused', topic, error });
  }
  override revoked(topic: string, error: VenueError): void {
    this.#tell({ kind: 'revoked', topic, error });
  }
  override notice(notice: VenueNotice): void {
    this.#tell({ kind: 'notice', notice });
  }
  subscribed(topics: readonly string[]): void {
    this.#tell({ kind: 'subscribed', topics });
  }
  frameSequence(sequence: number): void {
    const last = this.#lastFrame;
    this.#lastFrame = sequence;
    if (!Number.isNaN(last) && sequence !== last + 1) this.parts.lost(last, sequence);
  }

  #tell(message: ControlMessage): void {
    this.parts.control.add(message, this.frame.byteLength);
  }
}

/** Adds the market lane: trades, quotes and books as columns. Books pass through the venue's own rule, where it has one. */
export class EventSink extends ControlSink {
  #bookPasses = true;

  override trade(
    topic: string,
    symbol: string,
    side: Side,
    price: number,
    amount: number,
    exchangeTimeMs: number,
    sequence: number,
    id: string,
    priceText?: string,
    amountText?: string,
  ): void {
    const { lane } = this.parts;
    lane.trade(topic, symbol, side, price, amount, exchangeTimeMs, sequence, id, priceText, amountText);
  }
  override quote(
    topic: string,
    symbol: string,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void {
    const { lane } = this.parts;
    lane.quote(topic, symbol, bidPrice, bidAmount, askPrice, askAmount, exchangeTimeMs, sequence);
  }
  override book(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
    checksum = Number.NaN,
  ): void {
    const { lane, books } = this.parts;
    this.#bookPasses =
      books === undefined ||
      books.admits(topic, symbol, type, exchangeTimeMs, sequence, previousSequence, checksum);
    if (this.#bookPasses) lane.book(topic, symbol, type, exchangeTimeMs, sequence, previousSequence);
  }
  override level(
    side: 'bid' | 'ask',
    price: number,
    amount: number,
    priceText?: string,
    amountText?: string,
  ): void {
    const { lane, books } = this.parts;
    if (this.#bookPasses) lane.level(side, price, amount, priceText, amountText);
    books?.level(side, price, amount, priceText, amountText);
  }
  override message(topic: string): void {
    this.parts.lane.message(topic, this.frame);
  }
}

/** Asks for each topic how it is to cross. A frame whose topic crosses whole goes into the lane once, at its first event. */
export class RoutedSink extends EventSink {
  readonly #deliveryOf: (topic: string) => Delivery;
  #wholeFrame: Buffer | undefined;
  #skipLevels = false;

  constructor(parts: SinkParts, deliveryOf: (topic: string) => Delivery) {
    super(parts);
    this.#deliveryOf = deliveryOf;
  }

  override trade(...values: Parameters<EventSink['trade']>): void {
    if (this.#isDecoded(values[0])) super.trade(...values);
  }
  override quote(...values: Parameters<EventSink['quote']>): void {
    if (this.#isDecoded(values[0])) super.quote(...values);
  }
  override book(...values: Parameters<EventSink['book']>): void {
    this.#skipLevels = !this.#isDecoded(values[0]);
    if (!this.#skipLevels) super.book(...values);
  }
  override level(...values: Parameters<EventSink['level']>): void {
    if (!this.#skipLevels) super.level(...values);
  }
  override message(topic: string): void {
    if (this.#isDecoded(topic)) super.message(topic);
  }

  #isDecoded(topic: string): boolean {
    const delivery = this.#deliveryOf(topic);
    if (delivery === 'events') return true;
    if (this.#wholeFrame !== this.frame) {
      this.#wholeFrame = this.frame;
      if (delivery === 'frames') this.parts.lane.frame(this.frame, false);
      else this.parts.lane.message(topic, this.frame);
    }
    return false;
  }
}
