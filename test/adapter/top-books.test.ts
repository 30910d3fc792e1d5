// Books told whole, over real threads: every snapshot is compared with a book that is kept from the changes of the same venue.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Adapter, type AdapterOptions } from '../../src/index.js';
import { SimulatedBinance, SimulatedDeribit, SimulatedKraken } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { BookWitness, TopListener, type TopState } from './book-witness.js';
import { BOOK, credentials } from './pair.js';

const DEPTH = 5;
const INSTRUMENT = 'BTC-PERPETUAL';
const books = { depth: DEPTH } as const;

describe('books that are told whole', () => {
  let adapters: Adapter[] = [];

  afterEach(async () => {
    await Promise.all(adapters.map((adapter) => adapter.close()));
    adapters = [];
  });

  function open<Name extends 'deribit' | 'kraken' | 'binance'>(
    name: Name,
    venue: { readonly url: string },
    options: AdapterOptions<Name>,
  ): Adapter<Name> {
    const adapter = new Adapter(name, {
      url: venue.url,
      rateBudget: false,
      connection: { spares: 0 },
      ...options,
    });
    adapters.push(adapter);
    return adapter;
  }

  /** One adapter that is told the changes and one that is told whole books, both READY before the market moves. */
  async function deribitPair(options: AdapterOptions<'deribit'> = {}) {
    const venue = await SimulatedDeribit.start({ eventsPerSecond: 0, limits: null });
    const watching = open('deribit', venue, { credentials, topics: [BOOK] });
    const adapter = open('deribit', venue, { credentials, topics: [BOOK], books, ...options });
    const witness = new BookWitness(watching, BOOK, DEPTH);
    const top = new TopListener(adapter, BOOK);
    await watching.connect();
    await adapter.connect();
    await top.caughtUp(witness);
    return { venue, adapter, witness, top };
  }

  it('come after each update that altered the best levels, and after no other', async () => {
    const { venue, witness, top } = await deribitPair();
    await using _ = venue;
    for (let step = 0; step < 300; step += 1) venue.stepMarket(INSTRUMENT, 1);
    const far = { bids: [[1000, 10]] as [number, number][], asks: [[900_000, 10]] as [number, number][] };
    venue.publishBookChange(INSTRUMENT, far);
    venue.publishBookChange(INSTRUMENT, { bids: [[1000, 0]], asks: [] });
    venue.stepMarket(INSTRUMENT, 5);
    await waitFor(() => witness.updates > 300, 'all updates');
    await top.caughtUp(witness);
    expect(top.states).to.deep.equal(witness.states);
    expect(witness.states.length).to.be.below(witness.updates - 1);
    expect(top.gaps).to.deep.equal([]);
    for (const { bids, asks } of top.states) expect([bids.length, asks.length]).to.deep.equal([DEPTH, DEPTH]);
  });

  it('bring the venue’s own decimals, and begin anew behind the gap of a wrong checksum', async () => {
    await using venue = await SimulatedKraken.start({ eventsPerSecond: 0 });
    const topic = 'book:BTC/USD';
    const watching = open('kraken', venue, { topics: [topic] });
    const adapter = open('kraken', venue, { topics: [topic], topicBooks: { [topic]: books } });
    const witness = new BookWitness(watching, topic, DEPTH, 10);
    const top = new TopListener(adapter, topic);
    await watching.connect();
    await adapter.connect();
    await top.caughtUp(witness);
    venue.stepMarket('BTC/USD', 200);
    await top.caughtUp(witness);
    // The first is dated by the venue when it is subscribed.
    expect(top.states.slice(1)).to.deep.equal(witness.states.slice(1));
    expect(top.states.length).to.be.above(50);
    expect(top.last?.bids[0]?.priceText).to.be.a('string');
    expect(top.last?.asks[0]?.amountText).to.be.a('string');
    venue.spoilChecksum(topic);
    const [before, told] = [top.states.length, witness.updates];
    venue.stepMarket('BTC/USD', 1);
    // Both are told of the spoiled frame and begin anew, each in its own time: meanwhile the market stands still, so that neither misses any of it.
    await waitFor(() => top.gaps.length === 1 && top.states.length > before, 'the gap and what follows it');
    await waitFor(() => witness.updates > told, 'the new snapshot of the witness');
    expect(top.gaps[0]).to.include({ reason: 'sequence' });
    await top.caughtUp(witness);
    venue.stepMarket('BTC/USD', 20);
    await top.caughtUp(witness);
    witness.expectSaw(top.states);
  });

  it('begin anew behind a gap, with a snapshot also where nothing has changed', async () => {
    const { venue, adapter, witness, top } = await deribitPair();
    await using _ = venue;
    const own = venue.connections.at(-1)?.id ?? '';
    for (let round = 1; round <= 3; round += 1) {
      const before = top.states.length;
      venue.inject({ kind: 'gap', topic: BOOK, connection: own });
      // Far from the best levels, so that these stay as they were.
      for (const amount of [10, 20, 30])
        venue.publishBookChange(INSTRUMENT, { bids: [[1000, amount * round]], asks: [] });
      await waitFor(() => top.gaps.length === round, `gap ${round}`);
      await waitFor(() => top.states.length > before, 'the snapshot after the gap');
      expect(top.states.slice(before)).to.have.length(1);
      expect(top.last?.bids).to.deep.equal(witness.last?.bids);
      expect(top.last?.asks).to.deep.equal(witness.last?.asks);
    }
    expect(top.order.filter((entry) => typeof entry === 'string')).to.deep.equal([
      'sequence',
      'sequence',
      'sequence',
    ]);
    expect(adapter.stats().exits).to.equal(0);
    venue.stepMarket(INSTRUMENT, 20);
    await top.caughtUp(witness);
  });

  it('begin with the snapshot that comes over HTTP, and go on with the changes that waited for it', async () => {
    await using venue = await SimulatedBinance.start({ eventsPerSecond: 0 });
    const topic = 'btcusdt@depth@100ms';
    const watching = open('binance', venue, { topics: [topic] });
    const adapter = open('binance', venue, {
      topics: ['book:BTCUSDT', topic],
      topicBooks: { [topic]: books },
    });
    const witness = new BookWitness(watching, topic, DEPTH);
    const top = new TopListener(adapter, topic);
    await watching.connect();
    await adapter.connect();
    await waitFor(() => {
      venue.stepMarket('BTCUSDT', 1);
      return witness.updates > 40 && top.states.length > 20;
    }, 'both books to flow');
    await top.caughtUp(witness);
    // An answer over HTTP has no date, and each of the two asked at its own time.
    const begun = Math.max(witness.states[0]?.sequence ?? 0, top.states[0]?.sequence ?? 0);
    const later = (states: readonly TopState[]) => states.filter(({ sequence }) => sequence > begun);
    expect(later(top.states)).to.deep.equal(later(witness.states));
    expect(top.last?.bids[0]?.priceText).to.be.a('string');
    expect(top.gaps).to.deep.equal([]);
  });

  it('cross as the newest only where their topic is conflated, and are counted', async () => {
    const { venue, adapter, witness } = await deribitPair({ conflate: [BOOK] });
    await using _ = venue;
    const pulled = adapter.events();
    const rows: number[] = [];
    const read = async (): Promise<number> => {
      const { value } = await pulled.next();
      rows.push(value.books.length);
      return value.books.at(value.books.length - 1).sequence;
    };
    venue.stepMarket(INSTRUMENT, 2000);
    await waitFor(() => (adapter.stats().framesDropped ?? 0) > 100, 'snapshots to be replaced');
    // All of the steps have to be there before the first look: on a busy machine they take a while.
    for (let seen = Number.NaN; seen !== witness.last?.sequence; await sleep(300))
      seen = witness.last?.sequence ?? 0;
    let last = await read();
    while (last !== witness.last?.sequence) last = await read();
    for (const count of rows.slice(2)) expect(count).to.equal(1);
    expect(rows.length).to.be.below(20);
    // Each state after the first was read or is counted as replaced, however many batches that took.
    const told = rows.reduce((sum, count) => sum + count, 0);
    expect(told + (adapter.stats().framesDropped ?? 0)).to.equal(witness.states.length - 1);
    expect(adapter.stats().gaps ?? 0).to.equal(0);
  });

  for (const policy of ['gap', 'conflate', 'pause'] as const) {
    it(`end with the newest state where a bot stood still and the policy is ${policy}`, async () => {
      const { venue, adapter, witness, top } = await deribitPair({
        connection: { spares: 0, market: { policy, maxEntries: 64 } },
      });
      await using _ = venue;
      const pulled = adapter.events();
      for (let round = 0; round < 40; round += 1) {
        venue.stepMarket(INSTRUMENT, 50);
        await sleep(5);
      }
      const drained = (async () => {
        for await (const batch of pulled) void batch;
      })();
      await top.caughtUp(witness);
      expect(top.last).to.deep.equal(witness.last);
      witness.expectSaw(top.states);
      if (policy === 'conflate') expect(top.gaps).to.deep.equal([]);
      for (const { reason } of top.gaps) expect(reason).to.equal('overflow');
      await adapter.close();
      await drained;
    });
  }
});
