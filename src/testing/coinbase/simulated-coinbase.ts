// The simulated Coinbase Advanced Trade as its user holds it.
import { SimulatedVenue, type SimulationOptions } from '../kit/simulated-venue.js';
import type { PairOptions, SpotMarket } from '../kit/spot-market.js';
import { type CoinbaseAccountOptions, coinbaseTestAccount } from './tokens.js';
import { CoinbaseVenue } from './venue.js';

/** What the user of the simulated Coinbase can choose. */
export interface CoinbaseOptions extends SimulationOptions {
  /** Default: BTC-USD, ETH-USD and SOL-USD. */
  readonly pairs?: readonly PairOptions[] | undefined;
  /** Default: one account, `coinbaseTestAccount`. */
  readonly accounts?: readonly CoinbaseAccountOptions[] | undefined;
}

const DEFAULT_PAIRS: readonly PairOptions[] = [
  { symbol: 'BTC-USD', price: 92_000, priceDecimals: 2 },
  { symbol: 'ETH-USD', price: 3000, priceDecimals: 2 },
  { symbol: 'SOL-USD', price: 140, priceDecimals: 2 },
];

/** A simulated Coinbase Advanced Trade with fault switches. */
export class SimulatedCoinbase extends SimulatedVenue<CoinbaseVenue> {
  readonly name = 'coinbase';

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: CoinbaseOptions = {}): Promise<SimulatedCoinbase> {
    const exchange = new SimulatedCoinbase(options);
    await exchange.listen();
    return exchange;
  }

  private constructor(options: CoinbaseOptions) {
    const { pairs = DEFAULT_PAIRS, accounts = [coinbaseTestAccount] } = options;
    super(options, (simulation) => new CoinbaseVenue(simulation, pairs, accounts));
  }

  /** Lets the market of a product do so many steps at once. */
  stepMarket(product: string, steps = 1): void {
    for (let step = 0; step < steps; step++) this.venue.stepMarket(this.#market(product));
  }

  /**
   * Tells of an order of an account, as if it had been placed or changed by REST. What is left out is that of an open limit order.
   */
  publishOrder(keyName: string, order: Readonly<Record<string, unknown>>): void {
    this.venue.tellOrder(keyName, {
      client_order_id: '',
      cumulative_quantity: '0',
      leaves_quantity: '0.001',
      avg_price: '0',
      total_fees: '0',
      status: 'OPEN',
      product_id: 'BTC-USD',
      order_side: 'BUY',
      order_type: 'Limit',
      cancel_reason: '',
      reject_reason: '',
      limit_price: '68900.50',
      ...order,
    });
  }

  /** Orders of an account as the venue would list them. */
  orders(keyName: string): readonly Readonly<Record<string, unknown>>[] {
    return [...(this.venue.orders.get(keyName)?.values() ?? [])];
  }

  #market(product: string): SpotMarket {
    const market = this.venue.markets.get(product);
    if (market === undefined) throw new TypeError(`product: "${product}" is not traded here`);
    return market;
  }
}
