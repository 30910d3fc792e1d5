// The simulated Kraken as its user holds it.
import type { BookSide } from '../kit/matching/order-book.js';
import { SimulatedVenue, type SimulationOptions } from '../kit/simulated-venue.js';
import type { PairOptions, SpotMarket } from '../kit/spot-market.js';
import { type KrakenAccountOptions, krakenTestAccount } from './accounts.js';
import { KrakenVenue } from './venue.js';

/** What the user of the simulated Kraken can choose. */
export interface KrakenOptions extends SimulationOptions {
  /** Default: BTC/USD, ETH/USD and SOL/USD. */
  readonly pairs?: readonly PairOptions[] | undefined;
  /** Default: one account, `krakenTestAccount`. */
  readonly accounts?: readonly KrakenAccountOptions[] | undefined;
}

const DEFAULT_PAIRS: readonly PairOptions[] = [
  { symbol: 'BTC/USD', price: 92_000, priceDecimals: 1 },
  { symbol: 'ETH/USD', price: 3000, priceDecimals: 2 },
  { symbol: 'SOL/USD', price: 140, priceDecimals: 2 },
];

/** A simulated Kraken with fault switches. */
export class SimulatedKraken extends SimulatedVenue<KrakenVenue> {
  readonly name = 'kraken';

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: KrakenOptions = {}): Promise<SimulatedKraken> {
    const exchange = new SimulatedKraken(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: KrakenOptions) {
    const { pairs = DEFAULT_PAIRS, accounts = [krakenTestAccount] } = options;
    super(options, (simulation) => new KrakenVenue(simulation, pairs, accounts));
  }

  /** Lets the market of a pair do so many steps at once. */
  stepMarket(symbol: string, steps = 1): void {
    for (let step = 0; step < steps; step++) this.venue.stepMarket(this.#market(symbol));
  }

  /** A trade of the market itself against the best prices of the book. It may fill an account's order. */
  publishTrade({ symbol, side, amount }: { symbol: string; side: 'buy' | 'sell'; amount: number }): void {
    const market = this.#market(symbol);
    const lots = market.lotsOf(amount);
    if (lots === undefined || lots < 1)
      throw new TypeError(`amount: ${amount} is no multiple of the smallest`);
    const taker: BookSide = side === 'buy' ? 'bid' : 'ask';
    this.venue.world.trading.trade(market, taker, market.book.take(taker, undefined, lots));
  }

  /** The next frame of this book topic carries a wrong checksum. */
  spoilChecksum(topic: string): void {
    this.venue.spoilChecksum(topic);
  }

  /** Every order of an account, oldest first, in Kraken's words. */
  orders(apiKey: string): readonly Readonly<Record<string, unknown>>[] {
    const { accounts, world } = this.venue;
    return [...(accounts.get(apiKey)?.orders.values() ?? [])].map((order) => world.trading.whole(order));
  }

  #market(symbol: string): SpotMarket {
    const market = this.venue.world.markets.get(symbol);
    if (market === undefined) throw new TypeError(`symbol: "${symbol}" is not traded here`);
    return market;
  }
}
