// What healthy connections feel when another one of the same process goes wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Adapter } from '../../src/index.js';
import { breakThread, faultyWorkerUrl, type ThreadFault } from '../../src/testing/index.js';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { startChild } from '../kit/child.js';
import { Latencies } from '../kit/latencies.js';
import { Load } from '../load/load.js';
import { microsecondsSince } from '../load/stamp.js';
import { startAdapter } from '../subjects/ours.js';

const RATE = 1000;
const HEALTHY = 3;
/** How long a thread that spins is let live: as long as the window that is measured. */
const HANG_TIMEOUT_MS = 60_000;
const troubles = ['spin', 'flood', 'out-of-memory'] as const;
type Trouble = (typeof troubles)[number];

async function startHealthy(latencies: Latencies): Promise<void> {
  const load = await Load.start({ rate: RATE, pace: 'burst' });
  await Promise.all(
    Array.from({ length: HEALTHY }, () =>
      startAdapter(load.url, (adapter) =>
        adapter.on('trades', ({ exchangeTimeMs, length }) => {
          for (let index = 0; index < length; index += 1)
            latencies.add(microsecondsSince(exchangeTimeMs[index]!));
        }),
      ),
    ),
  );
}

/** A fourth adapter, whose thread can be broken from here. It reconnects, so that memory runs out again and again. */
async function startFourth(trouble: Trouble): Promise<Adapter> {
  const load = await Load.start(trouble === 'flood' ? {} : { rate: 1 });
  const prices = { sum: 0 };
  const listen = (adapter: Adapter): void => {
    adapter.on('trades', ({ price, length }) => {
      for (let index = 0; index < length; index += 1) prices.sum += price[index]!;
    });
  };
  return startAdapter(load.url, listen, {
    backoff: { baseMs: 0, capMs: 0 },
    connection: {
      workerUrl: faultyWorkerUrl,
      hangTimeoutMs: HANG_TIMEOUT_MS,
      spares: 0,
      resourceLimits: { maxOldGenerationSizeMb: 64 },
    },
  });
}

async function breakIt(adapter: Adapter, fault: ThreadFault): Promise<void> {
  const again = (): void => {
    const threadId = adapter.sockets[0]?.threadId;
    if (threadId !== undefined) breakThread(threadId, fault);
  };
  adapter.on('restored', again);
  again();
  await sleep(100);
}

/** Each trouble in turn, beside the same three healthy adapters. */
async function besideFourth(settings: Settings): Promise<Measured> {
  const latencies = new Latencies();
  await startHealthy(latencies);
  const p99s: Record<string, number> = {};
  for (const trouble of troubles) {
    const fourth = await startFourth(trouble);
    if (trouble !== 'flood') await breakIt(fourth, trouble);
    p99s[trouble] = (await latencies.window(settings)).p99;
    const closed = fourth.close();
    fourth.terminate();
    await closed;
  }
  return { '': Math.max(...Object.values(p99s)), ...p99s };
}

/** The same windows with nothing beside the three, or with a process that takes as much of the processor as the thread that spins. */
async function besides(settings: Settings, start: () => () => void): Promise<Measured> {
  const latencies = new Latencies();
  await startHealthy(latencies);
  const stop = start();
  const p99s: Record<string, number> = {};
  for (const trouble of troubles) p99s[trouble] = (await latencies.window(settings)).p99;
  stop();
  return { '': Math.max(...Object.values(p99s)), ...p99s };
}

const titles: Readonly<Record<Trouble, string>> = {
  spin: 'spins in an endless loop',
  flood: 'is flooded',
  'out-of-memory': 'runs out of memory, again and again',
};

export const isolationNeighbour: Benchmark = {
  name: 'isolation/neighbour',
  about: 'p99 of 3 healthy adapters while a fourth spins, floods or runs out of memory',
  rounds: 3,
  method: `Three adapters get 1,000 frames a second each; latency is taken as in \`latency/hop\`. A fourth in the same process is put into
each trouble in turn; the watchdog's limit is raised so that the thread that spins is not ended before the window is over. \`alone\` is the same
without the fourth. \`other-process\` has an endless loop in another process instead: what is lost there is lost to the processor, which
no wall between threads can give back.`,
  figures: [
    {
      id: '',
      unit: 'us',
      title: 'p99 of the healthy three, worst of the troubles',
      better: 'less',
      targets: { alone: { atMost: 1.5 } },
    },
    ...troubles.map((trouble) => ({
      id: trouble,
      unit: 'us',
      title: `p99 of the healthy three while the fourth ${titles[trouble]}`,
      better: 'less' as const,
    })),
  ],
  subjects: {
    bulkhead: besideFourth,
    alone: (settings) => besides(settings, () => () => undefined),
    'other-process': (settings) =>
      besides(settings, () => {
        const child = startChild('../load/spin.js', {});
        return () => void child.kill();
      }),
  },
};
