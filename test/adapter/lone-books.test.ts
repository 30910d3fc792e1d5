// Books of a venue that numbers its frames by connection: from one connection at a time, and never stale in silence.
import { expect } from 'chai';
import { Adapter, type AdapterOptions } from '../../src/index.js';
import { breakThread, faultyWorkerUrl, SimulatedCoinbase } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { BookWitness } from './book-witness.js';
import { change, MergePlay, snapshot } from './merge-play.js';

const TOPIC = 'level2:BTC-USD';
const DEPTH = 20;

describe('books that a venue numbers by connection', () => {
  it('come from the primary only, whatever their numbers', () => {
    const play = twoConnections();
    play.offer(1, snapshot(10), change(11));
    play.offer(2, snapshot(1), change(2));
    play.offer(1, change(12));
    expect(play.out).to.deep.equal(['snapshot 10', 'change 11', 'change 12']);
    expect(play.merge.lacking(2)).to.equal(0);
  });

  it('begin anew, behind a gap, where another connection takes over', () => {
    const play = twoConnections();
    play.offer(1, snapshot(10), change(11));
    play.offer(2, snapshot(1), change(2));
    play.leave(1, false);
    play.switchTo(2);
    expect(play.resyncs).to.deep.equal(['2 topic']);
    play.offer(2, change(3), snapshot(4), change(5));
    expect(play.out).to.deep.equal(['snapshot 10', 'change 11', 'gap exit 11', 'snapshot 4', 'change 5']);
  });

  it('tell their gap with the first book where the new primary had not begun when it took over', () => {
    const play = twoConnections();
    play.offer(1, snapshot(10), change(11));
    play.offer(2, snapshot(1));
    play.leave(1, false);
    play.switchTo(3);
    play.covers(3);
    play.offer(2, change(2));
    play.offer(3, snapshot(7), change(8));
    expect(play.resyncs).to.deep.equal([]);
    expect(play.out).to.deep.equal(['snapshot 10', 'change 11', 'gap exit 11', 'snapshot 7', 'change 8']);
  });

  it('tell a gap of the primary at once, and none of another connection', () => {
    const play = twoConnections();
    play.offer(1, snapshot(10));
    play.offer(2, snapshot(1));
    play.gap(2, 'overflow');
    play.gap(1, 'overflow');
    expect(play.out).to.deep.equal(['snapshot 10', 'gap overflow undefined']);
  });
});

describe('the books of Coinbase', () => {
  let exchange: SimulatedCoinbase;
  let watching: Adapter<'coinbase'>;
  let adapter: Adapter<'coinbase'>;
  let gaps: string[];

  beforeEach(async () => {
    exchange = await SimulatedCoinbase.start({ eventsPerSecond: 0 });
    watching = new Adapter('coinbase', { url: exchange.url, topics: [TOPIC], connection: { spares: 0 } });
  });
  afterEach(async () => {
    await adapter.close();
    await watching.close();
    await exchange.close();
  });

  /** Moves the market again and again; each time the adapter's book has to become that of the witness. */
  async function begin(options: AdapterOptions<'coinbase'>): Promise<() => Promise<void>> {
    adapter = new Adapter('coinbase', {
      url: exchange.url,
      topics: [TOPIC],
      connection: { workerUrl: faultyWorkerUrl },
      ...options,
    });
    gaps = [];
    adapter.on('gap', ({ topic, reason }) => void gaps.push(`${topic} ${reason}`));
    const witness = new BookWitness(watching, TOPIC, DEPTH);
    const own = new BookWitness(adapter, TOPIC, DEPTH);
    await watching.connect();
    await adapter.connect();
    const levels = ({ last }: BookWitness) => JSON.stringify([last?.bids, last?.asks]);
    return async () => {
      for (let moves = 0; moves < 5; moves += 1) {
        const { updates } = own;
        exchange.stepMarket('BTC-USD', 20);
        await waitFor(() => own.updates > updates, 'updates of the book');
        await waitFor(() => levels(own) === levels(witness), 'the book to be that of the witness');
      }
    };
  }

  it('stay right when the connection that they come from dies beside another one', async () => {
    const follows = await begin({ redundancy: 2 });
    for (let kill = 1; kill <= 3; kill += 1) {
      await waitFor(() => adapter.sockets[0]?.ready === 2, 'both connections');
      await follows();
      breakThread(adapter.sockets[0]!.threadId!, 'exit');
      await waitFor(() => gaps.length === kill, 'the gap');
      await follows();
    }
    expect(gaps).to.deep.equal(Array.from({ length: 3 }, () => `${TOPIC} exit`));
  });

  it('stay right across a rotation', async () => {
    const follows = await begin({});
    await follows();
    await adapter.rotate();
    await follows();
    expect(gaps).to.deep.equal([`${TOPIC} exit`]);
  });
});

function twoConnections(): MergePlay {
  const play = new MergePlay({ countsByConnection: true });
  for (const epoch of [1, 2]) play.covers(epoch);
  play.switchTo(1);
  return play;
}
