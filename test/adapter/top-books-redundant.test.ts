// Books told whole by connections that come and go: every state once, in order, and no gap where one of them had it.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { SimulatedKraken } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { BookWitness, TopListener } from './book-witness.js';
import { BOOK, credentials, Pair } from './pair.js';

const DEPTH = 5;
const KILLS = Number(process.env['BULKHEAD_KILLS'] ?? 4);

describe('books that are told whole over connections that come and go', function () {
  this.timeout(30_000 + KILLS * 3_000);
  let pair: Pair;
  let watching: Adapter<'deribit'>;
  let witness: BookWitness;
  let top: TopListener;
  afterEach(async () => {
    await watching.close();
    await pair.close();
  });

  async function open(redundancy: 1 | 2, eventsPerSecond: number): Promise<void> {
    const options = { redundancy, topics: [BOOK], books: { depth: DEPTH } } as const;
    pair = await Pair.open(options, { eventsPerSecond });
    watching = new Adapter('deribit', {
      url: pair.venue.url,
      credentials,
      topics: [BOOK],
      connection: { spares: 0 },
      rateBudget: false,
    });
    witness = new BookWitness(watching, BOOK, DEPTH);
    top = new TopListener(pair.adapter, BOOK);
    await watching.connect();
    await pair.adapter.connect();
    await waitFor(() => top.states.length > 0, 'the first snapshot');
  }

  /** The connections of the adapter, without that of the witness. */
  const own = () => pair.venue.connections.slice(1);

  async function kill(index: number): Promise<void> {
    const exits = pair.exits.length;
    pair.venue.inject({ kind: 'drop', by: 'rst', connection: own()[index]!.id });
    await waitFor(() => pair.exits.length === exits + 1, 'the exit');
    await pair.ready(2);
  }

  /** Everything from the first state on, once, in order. */
  async function expectEveryState(): Promise<void> {
    const delivered = [...top.states];
    const end = delivered.at(-1)?.sequence ?? 0;
    await waitFor(() => (witness.last?.sequence ?? 0) >= end, 'the witness to come as far');
    const first = delivered[0]?.sequence ?? 0;
    const wanted = witness.states.filter(({ sequence }) => sequence > first && sequence <= end);
    expect(top.gaps).to.deep.equal([]);
    expect(delivered.slice(1)).to.deep.equal(wanted);
  }

  it('come once each, in order and without a gap while one of two dies every second', async () => {
    await open(2, 300);
    await pair.ready(2);
    for (let count = 0; count < KILLS; count += 1) {
      await sleep(700);
      await kill(count % 2);
    }
    await expectEveryState();
    expect(top.states.length).to.be.above(KILLS * 50);
  });

  it('tell no gap where the best levels stand still while one dies, and go on with the next change', async () => {
    await open(2, 0);
    await pair.ready(2);
    for (let count = 0; count < 2; count += 1) {
      pair.venue.stepMarket('BTC-PERPETUAL', 3);
      await top.caughtUp(witness);
      // Only the depth of the book moves, so that a connection that joins begins at another number than was told last.
      pair.venue.publishBookChange('BTC-PERPETUAL', { bids: [[1000 + count, 10]], asks: [] });
      await kill(0);
      pair.venue.publishBookChange('BTC-PERPETUAL', { bids: [[1000 + count, 20]], asks: [] });
      // Longer than a joining connection's events may wait to be proved.
      await sleep(2_500);
      await kill(0);
    }
    pair.venue.stepMarket('BTC-PERPETUAL', 5);
    await top.caughtUp(witness);
    expect(top.gaps).to.deep.equal([]);
    const sequences = top.states.map(({ sequence }) => sequence);
    expect(sequences).to.deep.equal([...new Set(sequences)].sort((one, other) => one - other));
  });

  it('are carried on by a rotation, each state once', async () => {
    await open(1, 300);
    for (let round = 0; round < 3; round += 1) {
      await pair.adapter.rotate();
      await sleep(200);
    }
    expect(top.gaps).to.deep.equal([]);
    const known = new Set(witness.states.map(({ sequence }) => sequence));
    const sequences = top.states.map(({ sequence }) => sequence);
    expect(sequences).to.deep.equal([...new Set(sequences)].sort((one, other) => one - other));
    const strangers = sequences.slice(1).filter((sequence) => !known.has(sequence));
    // Where a new connection takes over, its first snapshot can say what is known already.
    expect(strangers.length).to.be.at.most(3);
  });

  it('tell the gap when both are gone, and begin anew', async () => {
    await open(2, 300);
    await pair.ready(2);
    const { connections } = pair.venue;
    for (const { id } of connections.slice(1)) pair.venue.inject({ kind: 'drop', by: 'rst', connection: id });
    await waitFor(() => pair.exits.length === 2, 'both exits');
    await pair.ready(2);
    const before = top.states.length;
    await waitFor(() => top.states.length > before + 20, 'snapshots to flow');
    expect(top.gaps.map(({ reason }) => reason)).to.deep.equal(['exit']);
  });
});

describe('books that are told whole and that the venue dates instead of numbering', function () {
  this.timeout(60_000);

  it('come once each, right and without a gap while one of two connections dies', async () => {
    const topic = 'book:BTC/USD';
    await using venue = await SimulatedKraken.start({ eventsPerSecond: 200 });
    const options = {
      url: venue.url,
      topics: [topic],
      connection: { spares: 0 },
      rateBudget: false,
    } as const;
    await using watching = new Adapter('kraken', options);
    await using adapter = new Adapter('kraken', {
      ...options,
      books: { depth: DEPTH },
      redundancy: 2,
      backoff: { baseMs: 0, capMs: 0 },
    });
    const witness = new BookWitness(watching, topic, DEPTH, 10);
    const top = new TopListener(adapter, topic);
    const exits: unknown[] = [];
    adapter.on('exit', (exit) => void exits.push(exit));
    await watching.connect();
    await adapter.connect();
    const first = watching.sockets.length;
    for (let count = 1; count <= 3; count += 1) {
      await waitFor(() => adapter.sockets[0]?.ready === 2, 'both connections to be READY');
      await sleep(700);
      const own = venue.connections.slice(first);
      venue.inject({ kind: 'drop', by: 'rst', connection: own[count % own.length]!.id });
      await waitFor(() => exits.length === count, 'the exit');
    }
    const delivered = [...top.states];
    await sleep(200);
    expect(top.gaps).to.deep.equal([]);
    witness.expectSaw(delivered);
    const texts = delivered.map(({ bids, asks }) => JSON.stringify([bids, asks]));
    expect(texts.filter((text, index) => text === texts[index - 1])).to.deep.equal([]);
    expect(delivered.length).to.be.above(100);
  });
});
