import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import {
  SimulatedBinance,
  SimulatedBitmex,
  SimulatedHyperliquid,
  type SimulatedExchange,
} from '../../src/testing/index.js';
import { waitFor } from './wire-client.js';

const key = '0x0123456789012345678901234567890123456789012345678901234567890123';
const hmac = { apiKey: 'test-key', secret: 'test-secret' };

/** Each simulated exchange with what an adapter needs for it. */
const venues = {
  binance: {
    start: (): Promise<SimulatedExchange> => SimulatedBinance.start({ eventsPerSecond: 50 }),
    credentials: hmac,
    topics: ['btcusdt@trade', 'btcusdt@depth@100ms', 'userData'],
    order: { symbol: 'BTCUSDT', side: 'buy', amount: '0.01', price: 50_000 },
  },
  bitmex: {
    start: (): Promise<SimulatedExchange> => SimulatedBitmex.start({ eventsPerSecond: 50 }),
    credentials: hmac,
    topics: ['trade:XBTUSD', 'orderBookL2:XBTUSD', 'order'],
    order: undefined,
  },
  hyperliquid: {
    start: (): Promise<SimulatedExchange> =>
      SimulatedHyperliquid.start({ eventsPerSecond: 50, bookIntervalMs: 50 }),
    credentials: { privateKey: key },
    topics: ['trades:BTC', 'l2Book:BTC'],
    order: { symbol: 'BTC', side: 'buy', amount: '0.01', price: 50_000 },
  },
} as const;

describe('adapters of the simulated exchanges', () => {
  for (const [name, { start, credentials, topics, order }] of Object.entries(venues)) {
    it(`restores ${name} after a kill: login, topics, books, orders`, async () => {
      const exchange = await start();
      const adapter = new Adapter(name, {
        url: exchange.url,
        credentials,
        backoff: { baseMs: 10, capMs: 100 },
      });
      const seen = { trades: 0, books: 0, restored: 0 };
      adapter.on('trades', () => {
        seen.trades += 1;
      });
      adapter.on('books', () => {
        seen.books += 1;
      });
      adapter.on('restored', () => {
        seen.restored += 1;
      });
      try {
        await adapter.connect();
        const report = await adapter.subscribe([...topics]);
        expect(report.refused).to.deep.equal([]);
        await waitFor(() => seen.trades > 3 && seen.books > 3);
        if (order !== undefined)
          expect(await adapter.sendOrder(order)).to.include({ outcome: 'acknowledged' });
        const restored = seen.restored;
        exchange.inject({ kind: 'drop', by: 'rst' });
        await waitFor(() => seen.restored > restored);
        const { trades, books } = seen;
        await waitFor(() => seen.trades > trades + 3 && seen.books > books + 3);
      } finally {
        await adapter.close();
        await exchange.close();
      }
    });
  }
});
