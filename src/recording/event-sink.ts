// Collects what decode says of recorded frames as plain objects: what an export writes.
import type { DecodeSink } from '../exchanges/exchange.js';
import type { PrivateEvent, Side } from '../market.js';

/** Price and amount; the texts are there where the venue's exact decimals were told. */
export type ExportedLevel = readonly [price: number | string, amount: number | string];

/** What an exported event says beside its kind and where it came from. NaN is left out. */
export type DecodedEvent =
  | {
      readonly kind: 'trade';
      readonly topic: string;
      readonly symbol: string;
      readonly side: Side;
      /** A text where the venue sent its exact decimals as text. */
      readonly price: number | string;
      readonly amount: number | string;
      readonly exchangeTimeMs: number;
      readonly sequence: number;
      readonly id: string;
    }
  | {
      readonly kind: 'quote';
      readonly topic: string;
      readonly symbol: string;
      readonly bidPrice: number;
      readonly bidAmount: number;
      readonly askPrice: number;
      readonly askAmount: number;
      readonly exchangeTimeMs: number;
      readonly sequence: number;
    }
  | {
      readonly kind: 'book';
      readonly topic: string;
      readonly symbol: string;
      readonly type: 'snapshot' | 'change';
      readonly exchangeTimeMs: number;
      readonly sequence: number;
      readonly previousSequence: number;
      /** In the venue's order; amount 0 removes the price. */
      readonly bids: readonly ExportedLevel[];
      readonly asks: readonly ExportedLevel[];
    }
  | { readonly kind: 'private'; readonly event: PrivateEvent };

export class EventCollector implements DecodeSink {
  #events: DecodedEvent[] = [];
  #levels: { readonly bid: ExportedLevel[]; readonly ask: ExportedLevel[] } = { bid: [], ask: [] };

  /** What came since the last call. */
  take(): readonly DecodedEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  trade(
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
    const exact = { price: priceText ?? price, amount: amountText ?? amount };
    this.#events.push({ kind: 'trade', topic, symbol, side, ...exact, exchangeTimeMs, sequence, id });
  }

  quote(
    topic: string,
    symbol: string,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void {
    const values = { bidPrice, bidAmount, askPrice, askAmount, exchangeTimeMs, sequence };
    this.#events.push({ kind: 'quote', topic, symbol, ...values });
  }

  book(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
  ): void {
    this.#levels = { bid: [], ask: [] };
    const { bid: bids, ask: asks } = this.#levels;
    const numbers = { exchangeTimeMs, sequence, previousSequence };
    this.#events.push({ kind: 'book', topic, symbol, type, ...numbers, bids, asks });
  }

  level(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void {
    this.#levels[side].push([priceText ?? price, amountText ?? amount]);
  }

  private(event: PrivateEvent): void {
    this.#events.push({ kind: 'private', event });
  }

  message(): void {}
  reply(): void {}
  refusal(): void {}
  confirmed(): void {}
  refused(): void {}
  revoked(): void {}
  notice(): void {}
  answer(): void {}
  alive(): void {}
}
