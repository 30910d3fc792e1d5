import { expect } from 'chai';
import { Batch } from '../../src/batch/batch.js';
import { MarketLane } from '../../src/batch/lane.js';
import { NameTable } from '../../src/batch/name-table.js';
import { Counters } from '../../src/client/counters.js';
import type { BatchRead } from '../../src/client/protocol.js';
import type { BookFeed } from '../../src/exchanges/exchange.js';
import type { BookUpdate, Gap } from '../../src/market.js';
import { BookFollower } from '../../workers/book-follower.js';
import { waitFor } from '../support/wait-for.js';

/** A follower in front of a real lane, and what came out of that. */
class Bench {
  /** Batches that the main thread has not read yet. */
  readonly held: (() => void)[] = [];
  /** In the order in which they came: numbers of updates, `s` before those of snapshots, and reasons of gaps. */
  readonly order: string[] = [];
  readonly updates: BookUpdate[] = [];
  readonly gaps: Gap[] = [];
  readonly resyncs: string[] = [];
  readonly problems: string[] = [];
  readonly #names = new NameTable();
  readonly #follower: BookFollower;
  readonly #lane: MarketLane;

  constructor(
    feed: BookFeed,
    answers: unknown[] = [],
    { maxEntries = 1e4, stands = false, depth = 0, conflate = false } = {},
  ) {
    const counters = new Counters();
    this.#lane = new MarketLane({
      epoch: 1,
      bounds: { maxBytes: 1e6, maxEntries, policy: 'gap' },
      conflate: conflate ? ['book'] : [],
      counters,
      overflowed: () => undefined,
      dropped: (topic) => this.#follower.dropped(topic),
      caughtUp: () => this.#follower.caughtUp(),
      post: (read) => {
        const deliver = (): void => this.#deliver(read, counters);
        if (stands) this.held.push(deliver);
        else deliver();
      },
    });
    this.#follower = new BookFollower({
      feed,
      lane: this.#lane,
      epoch: 1,
      ...(depth > 0 ? { topDepth: () => depth } : {}),
      fetch: async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      resync: (topic) => void this.resyncs.push(topic),
      failed: (_topic, problem) => void this.problems.push(problem),
    });
  }

  #deliver(read: BatchRead, counters: Counters): void {
    const batch = new Batch(read, this.#names);
    for (const event of batch) {
      if (event.kind === 'gap') this.order.push(event.gap.reason);
      if (event.kind === 'book')
        this.order.push(`${event.book.type === 'snapshot' ? 's' : ''}${event.book.sequence}`);
    }
    this.updates.push(...batch.books);
    this.gaps.push(...batch.gaps);
    counters.addBatchRead();
  }

  /** The main thread reads the next batch that waits for it, if there is one. */
  read(): void {
    this.held.shift()?.();
    this.#lane.flush();
  }

  tell(
    type: 'snapshot' | 'change',
    sequence: number,
    previous: number,
    bids: [number, number][],
    checksum = Number.NaN,
  ): void {
    const passes = this.#follower.admits('book', 'X', type, 0, sequence, previous, checksum);
    if (passes) this.#lane.book('book', 'X', type, 0, sequence, previous);
    for (const [price, amount] of bids) {
      if (passes) this.#lane.level('bid', price, amount);
      this.#follower.level('bid', price, amount);
    }
    this.#follower.endFrame();
    this.#lane.flush();
  }

  /** A frame that could not be read to its end: only the first of its levels were told. */
  break(sequence: number, previous: number, bids: [number, number][]): void {
    this.#follower.admits('book', 'X', 'change', 0, sequence, previous, Number.NaN);
    for (const [price, amount] of bids) this.#follower.level('bid', price, amount);
    this.#follower.unreadable(undefined);
    this.#follower.endFrame();
    this.#lane.flush();
  }

  begins(): void {
    this.#follower.begins(['book']);
  }

  get sequences(): readonly number[] {
    return this.updates.map(({ sequence }) => sequence);
  }
}

const none = Number.NaN;

describe('the book follower in the thread', () => {
  it('lets nothing through after a gap until a snapshot begins the book anew', async () => {
    const bench = new Bench({ rule: () => 'chain' });
    bench.tell('snapshot', 5, none, [[1, 1]]);
    bench.tell('change', 7, 5, [[1, 2]]);
    bench.tell('change', 9, 8, [[1, 3]]);
    bench.tell('change', 10, 9, [[1, 4]]);
    bench.tell('snapshot', 20, none, [[1, 5]]);
    bench.tell('change', 21, 20, [[1, 6]]);
    await waitFor(() => bench.updates.length === 4, 'four updates');
    expect(bench.sequences).to.deep.equal([5, 7, 20, 21]);
    expect(bench.gaps).to.have.length(1);
    expect(bench.gaps[0]).to.include({ topic: 'book', reason: 'sequence', fromSequence: 7, toSequence: 9 });
    expect(bench.resyncs).to.deep.equal(['book']);
  });

  it('asks for a resync when the held book does not have the venue’s checksum', async () => {
    const sum: BookFeed = {
      rule: () => 'none',
      depth: () => 2,
      checksum: (book) => [...book.bids].reduce((total, { amount }) => total + amount, 0),
    };
    const bench = new Bench(sum);
    bench.tell(
      'snapshot',
      none,
      none,
      [
        [3, 1],
        [2, 1],
        [1, 1],
      ],
      2,
    );
    bench.tell('change', none, none, [[3, 5]], 6);
    await waitFor(() => bench.updates.length === 2, 'both updates');
    expect(bench.gaps).to.deep.equal([]);
    bench.tell('change', none, none, [[3, 6]], 99);
    await waitFor(() => bench.gaps.length === 1, 'the gap');
    expect(bench.resyncs).to.deep.equal(['book']);
  });

  const overHttp: BookFeed = {
    rule: () => 'range',
    snapshot: () => ({ method: 'GET', url: '/depth' }),
    readSnapshot: (topic, answer, sink) => {
      sink.book(topic, 'X', 'snapshot', 0, answer as number, Number.NaN);
      sink.level('bid', 1, 1);
      return undefined;
    },
  };

  it('keeps changes until the snapshot that comes over HTTP, and leaves out those it covers', async () => {
    const bench = new Bench(overHttp, [6]);
    bench.tell('change', 4, 2, [[1, 1]]);
    bench.tell('change', 7, 4, [[1, 2]]);
    bench.tell('change', 9, 7, [[1, 3]]);
    await waitFor(() => bench.updates.length === 3, 'snapshot and two changes');
    expect(bench.sequences).to.deep.equal([6, 7, 9]);
    expect(bench.updates[2]?.bids).to.deep.equal([{ price: 1, amount: 3 }]);
    bench.tell('change', 11, 9, [[1, 4]]);
    await waitFor(() => bench.updates.length === 4, 'the next change');
    expect(bench.sequences).to.deep.equal([6, 7, 9, 11]);
    expect(bench.gaps).to.deep.equal([]);
  });

  it('fetches the snapshot again after a gap, and says so when it cannot be had', async () => {
    const bench = new Bench(overHttp, [6, new Error('a'), new Error('b'), new Error('HTTP status 503')]);
    bench.tell('change', 7, 5, [[1, 1]]);
    await waitFor(() => bench.updates.length === 2, 'snapshot and change');
    bench.tell('change', 20, 18, [[1, 2]]);
    bench.tell('change', 22, 20, [[1, 3]]);
    await waitFor(() => bench.gaps.length === 1, 'the gap');
    expect(bench.resyncs, 'no new subscription brings it').to.deep.equal([]);
    await waitFor(() => bench.problems.length === 1, 'the last try');
    expect(bench.problems).to.deep.equal(['HTTP status 503']);
  });

  describe('of which updates were dropped because the main thread stood still', () => {
    const tooSmall = { maxEntries: 8, stands: true };

    /** A book whose changes go on while nobody reads, until far more than the bounds have come; then everything is read. */
    async function stall(bench: Bench): Promise<void> {
      bench.tell('snapshot', 1, none, [[1, 1]]);
      for (let number = 2; number <= 30; number += 1) bench.tell('change', number, number - 1, [[1, number]]);
      await waitFor(() => {
        bench.read();
        return bench.order.includes('overflow') && bench.held.length === 0;
      }, 'everything to be read');
    }

    it('asks for a new snapshot once the main thread has caught up, and lets nothing through before it', async () => {
      const bench = new Bench({ rule: () => 'chain' }, [], tooSmall);
      await stall(bench);
      await waitFor(() => bench.resyncs.length > 0, 'the resync');
      bench.tell('change', 31, 30, [[1, 31]]);
      bench.tell('snapshot', 32, none, [[1, 32]]);
      bench.tell('change', 33, 32, [[1, 33]]);
      await waitFor(() => {
        bench.read();
        return bench.order.at(-1) === '33';
      }, 'the book to go on');
      expect(bench.resyncs).to.deep.equal(['book']);
      expect(bench.order.slice(-3)).to.deep.equal(['overflow', 's32', '33']);
    });

    it('begins anew from the book held here where the venue’s checksum needs one, and asks nobody', async () => {
      const bench = new Bench({ rule: () => 'chain', checksum: () => Number.NaN }, [], tooSmall);
      await stall(bench);
      await waitFor(() => {
        bench.read();
        return bench.order.includes('s30');
      }, 'the snapshot');
      bench.tell('change', 31, 30, [[2, 5]]);
      await waitFor(() => {
        bench.read();
        return bench.order.at(-1) === '31';
      }, 'the book to go on');
      expect(bench.resyncs).to.deep.equal([]);
      expect(bench.order.slice(-3)).to.deep.equal(['overflow', 's30', '31']);
      expect(bench.updates.at(-2)?.bids).to.deep.equal([{ price: 1, amount: 30 }]);
    });

    it('fetches the snapshot anew where it comes over HTTP', async () => {
      const bench = new Bench(overHttp, [40], tooSmall);
      await stall(bench);
      await waitFor(() => {
        bench.read();
        return bench.order.at(-1) === 's40';
      }, 'the snapshot');
      expect(bench.resyncs).to.deep.equal([]);
    });
  });

  describe('of a book that is told whole', () => {
    const two = { depth: 2 };
    const levels = (...prices: number[]): [number, number][] => prices.map((price) => [price, 1]);
    const bidsOf = (bench: Bench) =>
      bench.updates.map(({ bids }) => bids.map(({ price, amount }) => `${amount}@${price}`).join(' '));

    it('tells the best levels when they changed, whatever happened below them', () => {
      const bench = new Bench({ rule: () => 'chain' }, [], two);
      bench.tell('snapshot', 1, none, levels(9, 8, 7, 6));
      bench.tell('change', 2, 1, [[7, 5]]);
      bench.tell('change', 3, 2, [
        [7, 0],
        [6, 2],
      ]);
      bench.tell('change', 4, 3, [[9, 0]]);
      bench.tell('change', 5, 4, [
        [10, 1],
        [10, 0],
      ]);
      bench.tell('change', 6, 5, [[10, 3]]);
      bench.tell('snapshot', 7, none, [
        [10, 3],
        [8, 1],
      ]);
      bench.tell('snapshot', 8, none, [[10, 3]]);
      expect(bench.order).to.deep.equal(['s1', 's4', 's6', 's8']);
      expect(bidsOf(bench)).to.deep.equal(['1@9 1@8', '1@8 2@6', '3@10 1@8', '3@10']);
    });

    it('tells the whole book again after a gap, and when it is subscribed anew', () => {
      const bench = new Bench({ rule: () => 'chain' }, [], two);
      bench.tell('snapshot', 1, none, levels(9, 8));
      bench.tell('change', 5, 4, levels(10));
      bench.tell('change', 6, 5, levels(10));
      bench.tell('snapshot', 7, none, levels(9, 8));
      bench.begins();
      bench.tell('snapshot', 7, none, levels(9, 8));
      bench.tell('snapshot', 8, none, levels(9, 8));
      expect(bench.order).to.deep.equal(['s1', 'sequence', 's7', 's7']);
      expect(bench.resyncs).to.deep.equal(['book']);
    });

    it('tells a gap, and nothing of the book, where a frame broke off in its middle', () => {
      const bench = new Bench({ rule: () => 'chain' }, [], two);
      bench.tell('snapshot', 1, none, levels(9, 8));
      bench.break(2, 1, levels(10));
      bench.tell('change', 3, 2, levels(11));
      bench.tell('snapshot', 4, none, levels(9, 8));
      expect(bench.order).to.deep.equal(['s1', 'sequence', 's4']);
    });

    it('tells a gap where a snapshot has a level that cannot be one', () => {
      const bench = new Bench({ rule: () => 'none' }, [], two);
      bench.tell('snapshot', 1, none, [[9, -1]]);
      bench.tell('snapshot', 2, none, levels(9));
      expect(bench.order).to.deep.equal(['sequence', 's2']);
    });

    it('begins with the snapshot that comes over HTTP and goes on with each change that waited', async () => {
      const bench = new Bench(overHttp, [6], two);
      bench.tell('change', 4, 2, [[5, 9]]);
      bench.tell('change', 7, 4, [[2, 1]]);
      bench.tell('change', 9, 7, [[3, 1]]);
      await waitFor(() => bench.updates.length === 3, 'three states');
      expect(bench.order).to.deep.equal(['s6', 's7', 's9']);
      expect(bidsOf(bench)).to.deep.equal(['1@1', '1@2 1@1', '1@3 1@2']);
    });

    it('ends with the newest state where the main thread stood still, and asks nobody for it', async () => {
      const bench = new Bench({ rule: () => 'chain' }, [], { ...two, maxEntries: 8, stands: true });
      bench.tell('snapshot', 1, none, levels(9));
      for (let number = 2; number <= 30; number += 1) bench.tell('change', number, number - 1, [[9, number]]);
      bench.tell('change', 31, 30, [[1, 1]]);
      bench.tell('change', 32, 31, [[1, 0]]);
      await waitFor(() => {
        bench.read();
        return bench.order.at(-1) === 's32' && bench.held.length === 0;
      }, 'the newest state');
      expect(bench.resyncs).to.deep.equal([]);
      expect(new Set(bench.gaps.map(({ reason }) => reason))).to.deep.equal(new Set(['overflow']));
      expect(bidsOf(bench).at(-1)).to.equal('30@9');
    });

    it('lets only the newest cross where its topic is conflated', async () => {
      const bench = new Bench({ rule: () => 'chain' }, [], { ...two, stands: true, conflate: true });
      bench.tell('snapshot', 1, none, levels(9));
      for (let number = 2; number <= 30; number += 1) bench.tell('change', number, number - 1, [[9, number]]);
      await waitFor(() => {
        bench.read();
        return bench.order.at(-1) === 's30';
      }, 'the newest state');
      expect(bench.order).to.deep.equal(['s1', 's2', 's30']);
    });
  });
});
