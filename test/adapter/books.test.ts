import { expect } from 'chai';
import { Adapter } from '../../src/adapter/adapter.js';
import type { BookUpdate, Gap } from '../../src/market.js';
import { OrderBook } from '../../src/order-book.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';

const topic = 'book.BTC-PERPETUAL.100ms';

describe('order books of an adapter', () => {
  it('tell a gap, begin anew with a snapshot, and leave other topics alone', async () => {
    await using exchange = await SimulatedDeribit.start({ eventsPerSecond: 100 });
    await using adapter = new Adapter('deribit', {
      url: exchange.url,
      topics: [topic, 'trades.BTC-PERPETUAL.100ms'],
    });
    const updates: BookUpdate[] = [];
    const gaps: Gap[] = [];
    adapter.on('books', (batch) => void updates.push(...batch));
    adapter.on('gap', (gap) => void gaps.push(gap));
    await adapter.connect();
    await waitFor(() => updates.length > 3, 'book updates');
    exchange.inject({ kind: 'gap', topic });
    const snapshots = () => updates.filter(({ type }) => type === 'snapshot').length;
    await waitFor(() => snapshots() === 2, 'a second snapshot');
    expect(gaps.map((gap) => [gap.topic, gap.reason])).to.deep.equal([[topic, 'sequence']]);
    expect(gaps[0]?.fromSequence).to.be.a('number');
    expect(gaps[0]?.toSequence).to.be.greaterThan(gaps[0]?.fromSequence ?? Number.POSITIVE_INFINITY);
    await waitFor(() => updates.length > 8, 'more updates');
    expect(adapter.stats().exits).to.equal(0);
    expectChain(updates);
  });

  it('are equal to the venue’s own after any number of gaps', async () => {
    await using exchange = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    await using adapter = new Adapter('deribit', { url: exchange.url, topics: [topic] });
    const book = new OrderBook();
    let snapshots = 0;
    adapter.on('books', (batch) => {
      for (const update of batch) {
        if (update.type === 'snapshot') snapshots += 1;
        book.apply(update);
      }
    });
    await adapter.connect();
    for (let round = 1; round <= 3; round += 1) {
      await waitFor(() => snapshots === round, `snapshot ${round}`);
      exchange.inject({ kind: 'gap', topic });
      // One step falls into the gap, the next one shows it.
      await steps(exchange, 3);
    }
    await waitFor(() => snapshots === 4, 'the last snapshot');
    await steps(exchange, 3);
    const params = { instrument_name: 'BTC-PERPETUAL', depth: 10_000 };
    const own = (await adapter.request('public/get_order_book', params)) as {
      change_id: number;
      bids: [number, number][];
      asks: [number, number][];
    };
    await waitFor(() => book.sequence === own.change_id, 'the update that the venue named');
    const view = book.snapshot();
    expect(view.bids.map(({ price, amount }) => [price, amount])).to.deep.equal(own.bids);
    expect(view.asks.map(({ price, amount }) => [price, amount])).to.deep.equal(own.asks);
  });
});

/** Every change follows from the update before it, except right after a snapshot began the book anew. */
function expectChain(updates: readonly BookUpdate[]): void {
  let last = Number.NaN;
  for (const { type, sequence, previousSequence } of updates) {
    if (type === 'change') expect(previousSequence).to.equal(last);
    last = sequence;
  }
}

/** Market steps that the venue publishes one by one: what happens within its interval of 100 ms goes out as one frame. */
async function steps(exchange: SimulatedDeribit, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    exchange.stepMarket('BTC-PERPETUAL', 1);
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
