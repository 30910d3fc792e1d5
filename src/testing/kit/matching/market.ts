// One instrument's market for venues that need no more than prices, amounts and a book: ticks and lots turned into their words.
import { type BookSide, OrderBook } from './order-book.js';
import { MarketMaker } from './market-maker.js';
import type { Random } from '../random.js';

/** What is traded, where its price begins, and in which steps. */
export interface InstrumentTerms {
  readonly symbol: string;
  /** Where the random walk begins. */
  readonly price: number;
  readonly tickSize: number;
  readonly lotSize: number;
}

export class Market {
  readonly terms: InstrumentTerms;
  readonly book = new OrderBook();
  readonly maker: MarketMaker;
  /** The venue's number of the last book change. */
  sequence: number;
  readonly #priceDecimals: number;
  readonly #amountDecimals: number;

  constructor(terms: InstrumentTerms, random: Random) {
    this.terms = terms;
    this.#priceDecimals = decimalsOf(terms.tickSize);
    this.#amountDecimals = decimalsOf(terms.lotSize);
    this.maker = new MarketMaker(this.book, random, Math.round(terms.price / terms.tickSize));
    this.sequence = random.integer(1_000_000, 9_000_000);
  }

  get symbol(): string {
    return this.terms.symbol;
  }

  priceText(tick: number): string {
    return (tick * this.terms.tickSize).toFixed(this.#priceDecimals);
  }

  amountText(lots: number): string {
    return (lots * this.terms.lotSize).toFixed(this.#amountDecimals);
  }

  price(tick: number): number {
    return Number(this.priceText(tick));
  }

  amount(lots: number): number {
    return Number(this.amountText(lots));
  }

  /** Undefined where the price is not on a tick. */
  tickOf(price: number): number | undefined {
    return wholeMultiple(price, this.terms.tickSize);
  }

  /** Undefined where the amount is not a multiple of the lot. */
  lotsOf(amount: number): number | undefined {
    return wholeMultiple(amount, this.terms.lotSize);
  }

  /** Price and amount texts of one side, best first. */
  depth(side: BookSide, most: number): readonly (readonly [price: string, amount: string])[] {
    const { levels } = this.book.side(side);
    return levels.slice(0, most).map(({ tick, lots }) => [this.priceText(tick), this.amountText(lots)]);
  }
}

function decimalsOf(step: number): number {
  const text = String(step);
  const [, exponent] = /e-(\d+)$/.exec(text) ?? [];
  return exponent === undefined ? (text.split('.')[1]?.length ?? 0) : Number(exponent);
}

function wholeMultiple(value: number, step: number): number | undefined {
  const whole = Math.round(value / step);
  return Number.isFinite(value) && Math.abs(value / step - whole) < 1e-6 ? whole : undefined;
}
