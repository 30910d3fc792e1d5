// The memory of a process whose main thread stands still for ten seconds under a flood from four connections.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import type { OverflowPolicy } from '../../src/index.js';
import { startSimulatedProcess } from '../../src/testing/index.js';
import { skipUnlessAsked } from './options.js';
import { CONNECTIONS, RSS_BOUND_MB } from './parts/memory-bound.js';
import type { MemoryReport } from './parts/memory-child.js';
import { report } from './report.js';

const BLOCKED_MS = 10_000;
/** Per topic and exchange; as much as the machine can make. */
const FLOOD_PER_SECOND = 50_000;
const policies: readonly OverflowPolicy[] = ['gap', 'conflate', 'exit', 'pause'];

describe(`a main thread that stands still for 10 s under a flood from ${CONNECTIONS} connections`, () => {
  for (const policy of policies) {
    it(`keeps the process below ${RSS_BOUND_MB} MB of memory with policy ${policy}`, async function () {
      skipUnlessAsked(this, 'memory');
      const result = await measure(policy);
      const { beforeMb, highestMb, framesReceived, framesDropped, exits, gaps } = result;
      report.note(
        `memory, policy ${policy}: ${beforeMb.toFixed(0)} MB before, ${highestMb.toFixed(0)} MB at most (bound ${RSS_BOUND_MB} MB), ` +
          `${framesReceived.toLocaleString('en')} frames received on live connections, ${framesDropped.toLocaleString('en')} dropped, ${exits} exits, ${gaps} gaps`,
      );
      expect(highestMb).to.be.below(RSS_BOUND_MB);
      if (policy === 'exit') expect(result.exitCodes).to.include('overflow');
      else if (policy === 'pause') expect(exits).to.equal(0);
      else {
        expect(exits).to.equal(0);
        // Far more came than the lanes hold, or the test would mean nothing.
        expect(framesDropped).to.be.greaterThan(0);
        expect(gaps).to.be.greaterThan(0);
      }
    });
  }
});

async function measure(policy: OverflowPolicy): Promise<MemoryReport> {
  await using venue = await startSimulatedProcess({
    exchange: 'deribit',
    eventsPerSecond: 5,
    limits: null,
    connectionsPerAddress: null,
    journal: { recordsEvents: false },
  });
  const urls = Array.from({ length: CONNECTIONS }, () => venue.url);
  const child = fork(
    new URL('./parts/memory-child.js', import.meta.url),
    [policy, String(BLOCKED_MS), ...urls],
    { execArgv: [] },
  );
  // Without this a child that fails would be waited for to the end of the suite.
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the measured process ended with code ${code}`);
  });
  failed.catch(() => {});
  await Promise.race([once(child, 'message'), failed]);
  await venue.flood({ framesPerSecond: FLOOD_PER_SECOND });
  child.send('go');
  const timer = setTimeout(() => void venue.stopFlood(), BLOCKED_MS);
  const [result] = (await Promise.race([once(child, 'message'), failed])) as [MemoryReport];
  clearTimeout(timer);
  if (child.exitCode === null) await once(child, 'exit');
  return result;
}
