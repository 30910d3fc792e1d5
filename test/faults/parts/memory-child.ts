// A process whose main thread stands still under a flood from four connections, and watches its own memory meanwhile. Started by
// memory.faults.ts with `fork`: url, policy and the milliseconds to stand still are its arguments, a report is its message.
import { Adapter, type OverflowPolicy } from '../../../src/index.js';
import { waitFor } from '../../support/wait-for.js';
import { TOPICS } from './memory-bound.js';

export interface MemoryReport {
  readonly beforeMb: number;
  readonly highestMb: number;
  readonly afterMb: number;
  readonly framesReceived: number;
  readonly framesDropped: number;
  readonly exits: number;
  readonly exitCodes: readonly string[];
  readonly gaps: number;
}

/** The simulated exchange's own account: raw topics ask for one. */
const credentials = { clientId: 'test-client', clientSecret: 'test-secret' };
const MB = 1024 * 1024;
const LOOK_EVERY_MS = 50;

async function run(
  urls: readonly string[],
  policy: OverflowPolicy,
  blockedMs: number,
): Promise<MemoryReport> {
  const adapters = urls.map(
    (url) =>
      new Adapter('deribit', {
        url,
        credentials,
        topics: TOPICS,
        connection: { spares: 0, market: { policy } },
      }),
  );
  const exitCodes: string[] = [];
  for (const adapter of adapters) adapter.on('exit', ({ code }) => exitCodes.push(code));
  await Promise.all(adapters.map((adapter) => adapter.connect()));
  const beforeMb = rssMb();
  process.send?.('ready');
  await new Promise((resolve) => process.once('message', resolve));
  const sum = (name: 'framesReceived' | 'framesDropped'): number =>
    adapters.reduce((total, adapter) => total + adapter.stats()[name], 0);
  const highestMb = standStill(blockedMs);
  const [framesReceived, framesDropped] = [sum('framesReceived'), sum('framesDropped')];
  await waitFor(() => adapters.every(({ state }) => state === 'ready'), 'every adapter READY', 60_000);
  // The markers of what was dropped wait behind batches that are still on their way.
  const hasGaps = () => adapters.every((adapter) => adapter.stats().gaps > 0);
  if (policy !== 'pause') await waitFor(hasGaps, 'the gaps', 60_000);
  const stats = adapters.map((adapter) => adapter.stats());
  const afterMb = rssMb();
  await Promise.all(adapters.map((adapter) => adapter.close()));
  const exits = stats.reduce((total, one) => total + one.exits, 0);
  const gaps = stats.reduce((total, one) => total + one.gaps, 0);
  return { beforeMb, highestMb, afterMb, framesReceived, framesDropped, exits, exitCodes, gaps };
}

/** Blocks the thread without using the processor; looks at the memory in between, which turns no event loop. */
function standStill(ms: number): number {
  const end = performance.now() + ms;
  let highest = 0;
  while (performance.now() < end) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
    highest = Math.max(highest, rssMb());
  }
  return highest;
}

function rssMb(): number {
  return process.memoryUsage.rss() / MB;
}

const [policy, blockedMs, ...urls] = process.argv.slice(2);
if (process.send !== undefined) {
  process.send(await run(urls, policy as OverflowPolicy, Number(blockedMs)));
  process.disconnect();
}
