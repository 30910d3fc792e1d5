// Lag under a main thread that really stands still, with the exchange in a process of its own. Judged by the times of the events.
import { expect } from 'chai';
import { monotonicNs } from '../../src/clock.js';
import { Adapter } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';
import { RemoteVenue } from './remote-venue.js';
import { testOptions, TRADES } from './stage.js';

const BLOCKED_MS = 1_500;

describe('the lag of an adapter', () => {
  let venue: RemoteVenue;
  before(async () => {
    venue = await RemoteVenue.start({ eventsPerSecond: 200, journal: { recordsEvents: false } });
  });
  after(() => venue.close());

  it('tells how far a blocked main thread is behind, while it is and afterwards', async function () {
    this.timeout(30_000);
    const adapter = new Adapter('deribit', testOptions(venue.url, { topics: [TRADES] }));
    const receivedAtNs: number[] = [];
    let peakMs = 0;
    adapter.on('trades', (trades) => {
      for (const { receivedAtNs: atNs } of trades) receivedAtNs.push(atNs);
      peakMs = Math.max(peakMs, adapter.vitals().lagPeakMs);
    });
    await adapter.connect();
    await waitFor(() => receivedAtNs.length > 10, 'the first trades');

    const taken = receivedAtNs.length;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    // Nothing has run on this thread since: the bot has not got an event more.
    const askedAtNs = monotonicNs();
    const { lagMs, sockets } = adapter.vitals();
    // Between the two a busy machine can let the thread read on.
    const lookedAtNs = monotonicNs();
    expect(receivedAtNs.length).to.equal(taken);
    const waiting = sockets[0]!.threads[0]!.waitingEntries;
    await waitFor(() => receivedAtNs.length > taken + waiting, 'the trades that had to wait');
    await adapter.close();

    const oldestAtNs = receivedAtNs[taken]!;
    const readMeanwhile = receivedAtNs.slice(taken).filter((atNs) => atNs < askedAtNs);
    const lastReadAtNs = readMeanwhile.at(-1)!;
    const behindMs = (lastReadAtNs - oldestAtNs) / 1e6;
    // The read before the last was over, its look at the lag included, when the last began.
    const seenAtNs = readMeanwhile.filter((atNs) => atNs < lastReadAtNs).at(-1)!;
    expect(readMeanwhile.length, 'trades that came meanwhile').to.be.above(20);
    // At the end of the block the oldest of them waited, and nothing older did.
    expect(lagMs).to.be.at.least(behindMs);
    expect(lagMs).to.be.at.most((lookedAtNs - oldestAtNs) / 1e6);
    expect(peakMs).to.be.at.least((seenAtNs - oldestAtNs) / 1e6);
  });
});
