// The library against the simulated Kraken: several sockets, a token over HTTP, orders, and a restore after a kill.
import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { krakenTestAccount, SimulatedKraken } from '../../src/testing/index.js';
import { waitFor } from './wire-client.js';

describe('an adapter for kraken', () => {
  let exchange: SimulatedKraken;
  let adapter: Adapter;

  beforeEach(async () => {
    exchange = await SimulatedKraken.start({ eventsPerSecond: 50 });
    adapter = new Adapter('kraken', {
      url: exchange.url,
      credentials: krakenTestAccount,
      cancelOnDisconnect: true,
      topics: ['trade:BTC/USD', 'book:BTC/USD', 'book-25:ETH/USD', 'executions'],
    });
  });

  afterEach(async () => {
    await adapter.close();
    await exchange.close();
  });

  it('is READY with a socket for each need, trades, and restores all of it after a kill', async () => {
    const events: string[] = [];
    const restored: string[] = [];
    adapter.on('trades', (batch) => void events.push(...[...batch].map((trade) => trade.topic)));
    adapter.on('books', (batch) => void events.push(...[...batch].map((book) => book.topic)));
    adapter.on('order', ({ state }) => void events.push(`order ${state}`));
    adapter.on('restored', (report) => void restored.push(...report.restored));
    await adapter.connect();
    expect(restored).to.have.members(['trade:BTC/USD', 'book:BTC/USD', 'book-25:ETH/USD', 'executions']);
    expect(exchange.connections).to.have.length(3);
    await waitFor(() =>
      ['trade:BTC/USD', 'book:BTC/USD', 'book-25:ETH/USD'].every((topic) => events.includes(topic)),
    );

    const order = { symbol: 'BTC/USD', side: 'buy', amount: 0.5, price: 80_000 } as const;
    const placed = await adapter.sendOrder(order);
    expect(placed.outcome).to.equal('acknowledged');
    const orderId = placed.outcome === 'acknowledged' ? (placed.order?.orderId ?? '') : '';
    await waitFor(() => events.includes('order open'));
    const refused = await adapter.sendOrder({ ...order, price: 80_000.05 });
    expect(refused).to.have.nested.property('error.detail.venueCode', 'EOrder:Tick size check failed');

    restored.length = 0;
    exchange.inject({ kind: 'drop', by: 'rst' });
    await waitFor(() => restored.length === 4);
    const cancelled = await adapter.cancelOrder({ orderId });
    expect(cancelled.outcome).to.equal('acknowledged');
    expect(await adapter.cancelAll()).to.include({ outcome: 'acknowledged', value: 0 });
  });

  it('gives up on a key that the venue does not know', async () => {
    const stranger = new Adapter('kraken', {
      url: exchange.url,
      credentials: { ...krakenTestAccount, apiKey: 'nobody' },
    });
    const error: unknown = await stranger.connect().catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'login-refused' });
    await stranger.close();
  });
});
