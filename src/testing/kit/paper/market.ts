// One instrument of a simulated exchange whose wire has decimal texts: its book, its numbers, and what one operation did to it.
import { hashOf, Random } from '../random.js';
import { MarketMaker } from '../matching/market-maker.js';
import { type BookSide, type LevelChange, OrderBook } from '../matching/order-book.js';

/** What can be traded. */
export interface PaperInstrument {
  /** In the venue's words. */
  readonly symbol: string;
  /** The part of the venue it is traded on, where the symbol alone does not tell. */
  readonly category: string;
  readonly tickSize: number;
  readonly lotSize: number;
  /** Where the market starts. */
  readonly price: number;
}

export interface PaperTrade {
  readonly id: string;
  /** Side of the order that came. */
  readonly side: 'buy' | 'sell';
  readonly tick: number;
  readonly lots: number;
}

/** What one operation did to a market: the source of every public frame about it. */
export interface PaperChange {
  readonly market: PaperMarket;
  readonly atMs: number;
  readonly levels: readonly LevelChange[];
  readonly trades: readonly PaperTrade[];
  /** The number of the update before it; that of this one is the market's `sequence`. */
  readonly previous: number;
}

export class PaperMarket {
  readonly instrument: PaperInstrument;
  readonly book = new OrderBook();
  readonly maker: MarketMaker;
  /** Number of the last book update. */
  sequence: number;
  readonly #priceDecimals: number;
  readonly #lotDecimals: number;

  constructor(instrument: PaperInstrument, seed: number) {
    this.instrument = instrument;
    const random = new Random(seed ^ hashOf(`${instrument.category}/${instrument.symbol}`));
    this.#priceDecimals = decimalsOf(instrument.tickSize);
    this.#lotDecimals = decimalsOf(instrument.lotSize);
    this.maker = new MarketMaker(this.book, random, Math.round(instrument.price / instrument.tickSize));
    this.sequence = random.integer(1_000_000, 2_000_000);
  }

  /** The best `most` levels of a side as pairs of texts. */
  levels(side: BookSide, most: number): readonly (readonly [price: string, amount: string])[] {
    const { levels } = this.book.side(side);
    return levels.slice(0, most).map(({ tick, lots }) => [this.priceText(tick), this.amountText(lots)]);
  }

  priceText(tick: number): string {
    return (tick * this.instrument.tickSize).toFixed(this.#priceDecimals);
  }

  amountText(lots: number): string {
    // The wire says that a level is gone with a plain 0.
    return lots === 0 ? '0' : (lots * this.instrument.lotSize).toFixed(this.#lotDecimals);
  }

  /** Undefined where the price is no text of a price on a tick. */
  tickOf(price: unknown): number | undefined {
    return wholeMultiple(price, this.instrument.tickSize);
  }

  lotsOf(amount: unknown): number | undefined {
    return wholeMultiple(amount, this.instrument.lotSize);
  }
}

function decimalsOf(step: number): number {
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}

function wholeMultiple(text: unknown, step: number): number | undefined {
  if (typeof text !== 'string' || !/^\d+(?:\.\d+)?$/.test(text)) return undefined;
  const whole = Math.round(Number(text) / step);
  return whole > 0 && Math.abs(Number(text) / step - whole) < 1e-6 ? whole : undefined;
}
