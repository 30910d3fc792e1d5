// One instrument's market: its book, its last trades, its change ids, and the figures that tickers and quotes are made of.
import { type BookSide, type LevelChange, type Match, OrderBook } from '../kit/matching/order-book.js';
import { MarketMaker } from '../kit/matching/market-maker.js';
import type { PriceLevels } from '../kit/matching/price-levels.js';
import type { Random } from '../kit/random.js';
import type { Instrument } from './instruments.js';

export interface PublicTrade extends Readonly<Record<string, unknown>> {
  readonly trade_seq: number;
  readonly trade_id: string;
  readonly price: number;
  readonly amount: number;
}

/** What one operation did to a market: the source of every public frame about it. */
export interface MarketChange {
  readonly market: DeribitMarket;
  readonly timestamp: number;
  readonly changeId: number;
  readonly levels: readonly LevelChange[];
  readonly trades: readonly PublicTrade[];
}

/** Counters that all instruments share: a change id never grows by one within one instrument. */
export interface SharedCounters {
  changeId: number;
  tradeId: number;
  orderId: number;
}

const keptTrades = 1000;

export class DeribitMarket {
  readonly instrument: Instrument;
  readonly book = new OrderBook();
  readonly maker: MarketMaker;
  readonly trades: PublicTrade[] = [];
  readonly counters: SharedCounters;
  changeId: number;
  tradeSeq: number;
  #lastTick: number;
  #lastDirection = 2;
  #volume = 0;
  readonly #random: Random;
  readonly #priceDecimals: number;
  readonly #amountDecimals: number;

  constructor(instrument: Instrument, random: Random, counters: SharedCounters) {
    this.instrument = instrument;
    this.counters = counters;
    this.#random = random;
    this.#priceDecimals = decimalsOf(instrument.tickSize);
    this.#amountDecimals = decimalsOf(instrument.minTradeAmount);
    this.#lastTick = Math.round(instrument.price / instrument.tickSize);
    this.maker = new MarketMaker(this.book, random, this.#lastTick);
    this.tradeSeq = random.integer(100_000_000, 300_000_000);
    this.changeId = this.nextChangeId();
  }

  nextChangeId(): number {
    this.counters.changeId += this.#random.integer(2, 5000);
    return this.counters.changeId;
  }

  priceOf(tick: number): number {
    return Number((tick * this.instrument.tickSize).toFixed(this.#priceDecimals));
  }

  amountOf(lots: number): number {
    return Number((lots * this.instrument.minTradeAmount).toFixed(this.#amountDecimals));
  }

  contractsOf(lots: number): number {
    return Number(((lots * this.instrument.minTradeAmount) / this.instrument.contractSize).toFixed(8));
  }

  /** Undefined where the price is not on a tick. */
  tickOf(price: number): number | undefined {
    return wholeMultiple(price, this.instrument.tickSize);
  }

  /** Undefined where the amount is not a multiple of the smallest one. */
  lotsOf(amount: number): number | undefined {
    return wholeMultiple(amount, this.instrument.minTradeAmount);
  }

  get lastPrice(): number {
    return this.priceOf(this.#lastTick);
  }

  /** The middle of the book where it has two sides, else the last price. */
  get markPrice(): number {
    const bid = this.book.bids.best;
    const ask = this.book.asks.best;
    if (bid === undefined || ask === undefined) return this.lastPrice;
    return Number((((bid.tick + ask.tick) / 2) * this.instrument.tickSize).toFixed(this.#priceDecimals + 2));
  }

  get volume(): number {
    return this.#volume;
  }

  /** Writes matches down as public trades. `side` is the side of the order that came. */
  recordTrades(side: BookSide, matches: readonly Match[], timestamp: number): readonly PublicTrade[] {
    const trades = matches.map((match) => this.#recordTrade(side, match, timestamp));
    if (this.trades.length > keptTrades * 2) this.trades.splice(0, this.trades.length - keptTrades);
    return trades;
  }

  /** Ends an operation: what changed since the last one, under a new change id. */
  commit(trades: readonly PublicTrade[], timestamp: number): MarketChange {
    const levels = this.book.takeChanges();
    if (levels.length > 0) this.changeId = this.nextChangeId();
    return { market: this, timestamp, changeId: this.changeId, levels, trades };
  }

  quote(timestamp: number): Readonly<Record<string, unknown>> {
    return { timestamp, instrument_name: this.instrument.name, ...this.bestPrices() };
  }

  bestPrices(): Readonly<Record<string, number>> {
    const bid = this.book.bids.best;
    const ask = this.book.asks.best;
    return {
      best_bid_price: bid === undefined ? 0 : this.priceOf(bid.tick),
      best_bid_amount: bid === undefined ? 0 : this.amountOf(bid.lots),
      best_ask_price: ask === undefined ? 0 : this.priceOf(ask.tick),
      best_ask_amount: ask === undefined ? 0 : this.amountOf(ask.lots),
    };
  }

  ticker(timestamp: number): Readonly<Record<string, unknown>> {
    const mark = this.markPrice;
    return {
      timestamp,
      instrument_name: this.instrument.name,
      state: 'open',
      ...this.bestPrices(),
      last_price: this.lastPrice,
      mark_price: mark,
      index_price: mark,
      settlement_price: this.instrument.price,
      estimated_delivery_price: mark,
      min_price: this.priceOf(Math.round(this.#lastTick * 0.985)),
      max_price: this.priceOf(Math.round(this.#lastTick * 1.015)),
      open_interest: 1_000_000,
      ...(this.instrument.isPerpetual
        ? { current_funding: 0, funding_8h: 0.00001, interest_value: 0.01 }
        : {}),
      stats: {
        volume: this.#volume,
        volume_usd: this.#volume,
        volume_notional: this.#volume,
        price_change: 0,
        low: this.lastPrice,
        high: this.lastPrice,
      },
    };
  }

  /** Price and amount pairs of one side, best first. */
  depth(side: BookSide, most: number): readonly (readonly [number, number])[] {
    const levels: PriceLevels = this.book.side(side);
    return levels.levels.slice(0, most).map((level) => [this.priceOf(level.tick), this.amountOf(level.lots)]);
  }

  #recordTrade(side: BookSide, match: Match, timestamp: number): PublicTrade {
    this.tradeSeq += 1;
    this.counters.tradeId += 1;
    this.#lastDirection =
      match.tick > this.#lastTick ? 0 : match.tick < this.#lastTick ? 2 : this.#lastDirection | 1;
    this.#lastTick = match.tick;
    this.#volume += this.amountOf(match.lots);
    const trade: PublicTrade = {
      timestamp,
      price: this.priceOf(match.tick),
      amount: this.amountOf(match.lots),
      direction: side === 'bid' ? 'buy' : 'sell',
      index_price: this.markPrice,
      instrument_name: this.instrument.name,
      trade_seq: this.tradeSeq,
      mark_price: this.markPrice,
      tick_direction: this.#lastDirection,
      contracts: this.contractsOf(match.lots),
      trade_id: tradeIdOf(this.instrument, this.counters.tradeId),
    };
    this.trades.push(trade);
    return trade;
  }
}

function tradeIdOf(instrument: Instrument, number: number): string {
  return instrument.settlementCurrency === 'BTC'
    ? String(number)
    : `${instrument.settlementCurrency}-${number}`;
}

function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) + (Number.isInteger(step) ? 0 : 1);
}

function wholeMultiple(value: number, step: number): number | undefined {
  const whole = Math.round(value / step);
  return Math.abs(value / step - whole) < 1e-6 ? whole : undefined;
}
