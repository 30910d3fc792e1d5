import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';
import { Life } from './life.js';
import { RemoteVenue } from './remote-venue.js';
import { testOptions } from './stage.js';

const BLOCKED_MS = 8_000;
/** Each event of an instrument is two frames: a trade and a book change. */
const EVENTS_PER_SECOND = 1_250;
const INSTRUMENTS = ['BTC-PERPETUAL', 'ETH-PERPETUAL'];

describe('a main thread that is blocked for 8 s under 5,000 frames a second', () => {
  let venue: RemoteVenue;
  before(async () => {
    // A test_request each 1.06 s that is to be answered within one, both far shorter than the time this thread stands still.
    venue = await RemoteVenue.start({
      eventsPerSecond: EVENTS_PER_SECOND,
      timeScale: 0.1,
      journal: { recordsEvents: false },
    });
  });
  after(() => venue.close());

  it('loses no connection, no heartbeat and no frame', async function () {
    this.timeout(60_000);
    const topics = INSTRUMENTS.flatMap((name) => [`trades.${name}.raw`, `book.${name}.raw`]);
    const connection = {
      hangTimeoutMs: 2_000,
      market: { maxEntries: 1_000_000, maxBytes: 256 * 1024 * 1024 },
    };
    const adapter = new Adapter('deribit', testOptions(venue.url, { topics, connection }));
    const life = new Life(adapter);
    const books = followBooks(adapter);
    await adapter.connect();
    await life.flowing();
    const answeredBefore = await testsAnswered(venue);
    const receivedBefore = adapter.stats().framesReceived;
    const tradesBefore = life.trades;

    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    // Nothing has run on this thread yet: what the counters say now, the connection's own thread did meanwhile.
    const received = adapter.stats().framesReceived - receivedBefore;
    const waiting = life.trades - tradesBefore;

    const answered = (await testsAnswered(venue)) - answeredBefore;
    await waitFor(() => life.trades - tradesBefore > received / 4, 'the frames that had to wait');
    const outcome = await adapter.sendOrder({
      symbol: 'BTC-PERPETUAL',
      side: 'buy',
      type: 'limit',
      price: 50_000,
      amount: 10,
    });
    expect(outcome.outcome).to.equal('acknowledged');
    expect(waiting).to.equal(0);
    // The exchange makes what its own processor time allows; far more than a few must have come for the test to mean anything.
    expect(received).to.be.greaterThan(8_000);
    expect(answered).to.be.greaterThan(4);
    expect(life.exits).to.deep.equal([]);
    expect(life.gaps).to.deep.equal([]);
    expect(life.violations).to.deep.equal([]);
    expect(books.broken).to.deep.equal([]);
    expect(books.changes).to.be.greaterThan(1_000);
    expect(adapter.stats()).to.include({ framesDropped: 0, undecodable: 0, opens: 1, exits: 0 });
    expect(await venue.journal('connection-closed')).to.deep.equal([]);
    await adapter.close();
    console.info(
      `      ${received} frames came in ${BLOCKED_MS} ms, ${answered} test_requests were answered`,
    );
  });
});

/** Every answer to a test_request is a request `public/test`. */
async function testsAnswered(venue: RemoteVenue): Promise<number> {
  return (await venue.journal('request')).filter(({ method }) => method === 'public/test').length;
}

/** Deribit's books name the change before each change: a chain without a hole is a book without a lost frame. */
function followBooks(adapter: Adapter): { readonly broken: string[]; changes: number } {
  const last = new Map<string, number>();
  const result = { broken: [] as string[], changes: 0 };
  adapter.on('books', (books) => {
    for (const { topic, type, sequence, previousSequence } of books) {
      result.changes += 1;
      if (type === 'change' && last.get(topic) !== previousSequence)
        result.broken.push(`${topic}: ${sequence} follows ${previousSequence}, not ${last.get(topic)}`);
      last.set(topic, sequence);
    }
  });
  return result;
}
