// What the demo needs to know of a venue: topics that are busy, an account, an order that rests far from the market.
import type { OrderRequest } from '../../market.js';

export interface DemoVenue {
  readonly exchange: string;
  /** Trades, quotes and a book of one instrument. */
  readonly topics: readonly string[];
  /** Environment variables that hold the keys for the real venue. */
  readonly keys: { readonly id: string; readonly secret: string };
  credentials(id: string, secret: string): unknown;
  /** An order that will not be filled at once. */
  readonly restingOrder: OrderRequest;
}

export const demoVenues: Readonly<Record<string, DemoVenue>> = {
  deribit: {
    exchange: 'deribit',
    topics: ['trades.BTC-PERPETUAL.100ms', 'quote.BTC-PERPETUAL', 'book.BTC-PERPETUAL.100ms'],
    keys: { id: 'DERIBIT_CLIENT_ID', secret: 'DERIBIT_CLIENT_SECRET' },
    credentials: (clientId, clientSecret) => ({ clientId, clientSecret }),
    restingOrder: { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 },
  },
};
