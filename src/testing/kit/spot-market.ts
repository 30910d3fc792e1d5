// One pair of a simulated spot venue: its book, the market's own trades, and prices and amounts as texts of fixed precision.
import type { Random } from './random.js';
import { MarketMaker } from './matching/market-maker.js';
import { type BookSide, type Match, OrderBook } from './matching/order-book.js';

export interface PairOptions {
  readonly symbol: string;
  /** Where the market starts. Default 100. */
  readonly price?: number | undefined;
  /** Decimals of a price. Default 1. */
  readonly priceDecimals?: number | undefined;
  /** Decimals of an amount, as it is written. Default 8. */
  readonly amountDecimals?: number | undefined;
}

export interface MarketTrade {
  readonly id: number;
  /** Side of the order that came. */
  readonly side: BookSide;
  readonly price: number;
  readonly priceText: string;
  readonly amount: number;
  readonly amountText: string;
}

/** Amounts are whole multiples of this. */
const LOT = 0.0001;
const FIRST_TRADE = 1_000_000;

export class SpotMarket {
  readonly symbol: string;
  readonly book = new OrderBook();
  readonly maker: MarketMaker;
  readonly priceDecimals: number;
  readonly amountDecimals: number;
  lastTrade: MarketTrade | undefined;
  #lastTradeId = FIRST_TRADE;

  constructor({ symbol, price = 100, priceDecimals = 1, amountDecimals = 8 }: PairOptions, random: Random) {
    this.symbol = symbol;
    this.priceDecimals = priceDecimals;
    this.amountDecimals = amountDecimals;
    this.maker = new MarketMaker(this.book, random, Math.round(price * 10 ** priceDecimals));
  }

  priceText(tick: number): string {
    return (tick / 10 ** this.priceDecimals).toFixed(this.priceDecimals);
  }

  amountText(lots: number): string {
    return (lots * LOT).toFixed(this.amountDecimals);
  }

  amountOf(lots: number): number {
    return Number(this.amountText(lots));
  }

  /** Undefined where the price is not on a tick. */
  tickOf(price: number): number | undefined {
    return wholeMultiple(price * 10 ** this.priceDecimals);
  }

  /** Undefined where the amount is not a multiple of the smallest one. */
  lotsOf(amount: number): number | undefined {
    return wholeMultiple(amount / LOT);
  }

  /** Writes matches down as trades. `side` is the side of the order that came. */
  record(side: BookSide, matches: readonly Match[]): readonly MarketTrade[] {
    return matches.map(({ tick, lots }) => {
      this.#lastTradeId += 1;
      const [priceText, amountText] = [this.priceText(tick), this.amountText(lots)];
      const [price, amount] = [Number(priceText), Number(amountText)];
      this.lastTrade = { id: this.#lastTradeId, side, price, priceText, amount, amountText };
      return this.lastTrade;
    });
  }
}

function wholeMultiple(value: number): number | undefined {
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-6 ? whole : undefined;
}
