// What a fleet of two hundred needs to be READY, and to be READY again after all of its threads were killed at once.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Fleet, type FleetAdapter } from '../../src/index.js';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { startExchange } from '../load/exchange.js';

const BUDGET_MS = 60_000;

const countOf = ({ quick }: Settings): number => (quick ? 40 : 200);

async function measureFleet(settings: Settings): Promise<Measured> {
  const url = await startExchange();
  const count = countOf(settings);
  const adapters = Array.from({ length: count }, (_, index): FleetAdapter => {
    const topics = ['trades.BTC-PERPETUAL.100ms'];
    return { name: `a${index}`, exchange: 'deribit', url, topics, rateBudget: false, backoff: { baseMs: 0 } };
  });
  const fleet = new Fleet({ adapters });
  const start = performance.now();
  const { ready } = await fleet.start();
  const startMs = performance.now() - start;
  if (ready.length !== count) throw new Error(`${ready.length} of ${count} were READY`);
  const rss = process.memoryUsage.rss();
  const again = restoredAgain(fleet, count);
  const killed = performance.now();
  for (const adapter of fleet.adapters.values()) adapter.terminate();
  await again;
  const againMs = performance.now() - killed;
  const snapshot = timeOf(() => fleet.snapshot());
  const stopping = performance.now();
  await fleet.stop();
  return {
    '': startMs / count,
    again: againMs / count,
    'again-total': againMs,
    stop: performance.now() - stopping,
    snapshot,
    rss: rss / (1 << 20),
  };
}

/** Resolves when each adapter has been restored once more. */
function restoredAgain(fleet: Fleet, count: number): Promise<void> {
  const restored = new Set<string>();
  return new Promise((resolve) => {
    fleet.on('transition', ({ kind, adapter, epoch = 0 }) => {
      if (kind !== 'restored' || adapter === undefined || epoch < 2) return;
      restored.add(adapter);
      if (restored.size === count) resolve();
    });
  });
}

function timeOf(work: () => unknown): number {
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}

async function startWorkers(count: number): Promise<readonly Worker[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const worker = new Worker(new URL('../subjects/idle-worker.js', import.meta.url));
      await once(worker, 'message');
      return worker;
    }),
  );
}

async function measureWorkers(settings: Settings): Promise<Measured> {
  const count = countOf(settings);
  const start = performance.now();
  const workers = await startWorkers(count);
  const startMs = performance.now() - start;
  const killed = performance.now();
  await Promise.all(workers.map((worker) => worker.terminate()));
  const others = await startWorkers(count);
  const againMs = performance.now() - killed;
  // A process that exits with hundreds of living threads takes minutes about it.
  await Promise.all(others.map((worker) => worker.terminate()));
  return { '': startMs / count, again: againMs / count, 'again-total': againMs };
}

export const fleetStart: Benchmark = {
  name: 'fleet/start',
  about: 'ms per adapter until a fleet of 200 is READY, and READY again after all its threads were killed',
  rounds: 3,
  method: `A fleet of two hundred adapters against the simulated Deribit in a process of its own. Time runs from \`fleet.start()\` until each
adapter is READY with its topic confirmed. Then every thread is killed in one turn of the event loop, and time runs until each adapter is
READY again. Connect budgets are off: what is measured is the way, not a venue's pace. \`bare-worker\` is two hundred Workers that only
import ws and comlink; \`again\` terminates them all and starts as many anew.`,
  figures: [
    {
      id: '',
      unit: 'ms/adapter',
      title: 'start of a fleet of 200, time per adapter',
      better: 'less',
      targets: { 'bare-worker': { atMost: 2 } },
    },
    {
      id: 'again',
      unit: 'ms/adapter',
      title: 'all 200 threads killed at once, time per adapter until all are READY again',
      better: 'less',
      targets: { 'bare-worker': { atMost: 2 } },
    },
    {
      id: 'again-total',
      unit: 'ms',
      title: 'all 200 threads killed at once, until the last adapter is READY again',
      better: 'less',
      targets: { value: { atMost: BUDGET_MS } },
    },
    { id: 'stop', unit: 'ms', title: 'stop of a fleet of 200, with close frames', better: 'less' },
    { id: 'snapshot', unit: 'ms', title: 'one snapshot of a fleet of 200', better: 'less' },
    { id: 'rss', unit: 'MiB', title: 'memory of the process with 200 adapters', better: 'less' },
  ],
  subjects: { bulkhead: measureFleet, 'bare-worker': measureWorkers },
};
