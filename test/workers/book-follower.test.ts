import { expect } from 'chai';
import { Batch } from '../../src/batch/batch.js';
import { MarketLane } from '../../src/batch/lane.js';
import { NameTable } from '../../src/batch/name-table.js';
import { Counters } from '../../src/client/counters.js';
import type { BookFeed } from '../../src/exchanges/exchange.js';
import type { BookUpdate, Gap } from '../../src/market.js';
import { BookFollower } from '../../workers/book-follower.js';
import { waitFor } from '../support/wait-for.js';

/** A follower in front of a real lane, and what came out of that. */
class Bench {
  readonly updates: BookUpdate[] = [];
  readonly gaps: Gap[] = [];
  readonly resyncs: string[] = [];
  readonly problems: string[] = [];
  readonly #names = new NameTable();
  readonly #follower: BookFollower;
  readonly #lane: MarketLane;

  constructor(feed: BookFeed, answers: unknown[] = []) {
    const counters = new Counters();
    this.#lane = new MarketLane({
      epoch: 1,
      bounds: { maxBytes: 1e6, maxEntries: 1e4, policy: 'gap' },
      conflate: [],
      counters,
      overflowed: () => undefined,
      post: (read) => {
        const batch = new Batch(read, this.#names);
        this.updates.push(...batch.books);
        this.gaps.push(...batch.gaps);
        counters.addBatchRead();
      },
    });
    this.#follower = new BookFollower({
      feed,
      lane: this.#lane,
      epoch: 1,
      fetch: async () => {
        const answer = answers.shift();
        if (answer instanceof Error) throw answer;
        return answer;
      },
      resync: (topic) => void this.resyncs.push(topic),
      failed: (_topic, problem) => void this.problems.push(problem),
    });
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
});
