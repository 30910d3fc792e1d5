// What a hundred adapters cost: to start at once, in memory, and while nothing happens.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { Load } from '../load/load.js';
import { startAdapter } from '../subjects/ours.js';

const IDLE_AFTER_MS = 10_000;
const MIB = 1 << 20;

async function startMany({ quick }: Settings, startOne: () => Promise<unknown>): Promise<Measured> {
  const count = quick ? 30 : 100;
  const rss = process.memoryUsage.rss();
  const start = performance.now();
  const cpuAtStart = process.cpuUsage();
  const started = await Promise.all(Array.from({ length: count }, startOne));
  const ms = performance.now() - start;
  const startCpu = cpuMs(process.cpuUsage(cpuAtStart));
  const rssAfter = process.memoryUsage.rss();
  await sleep(IDLE_AFTER_MS);
  const cpu = process.cpuUsage();
  const idleStart = performance.now();
  await sleep(quick ? 2000 : 5000);
  const idle = cpuMs(process.cpuUsage(cpu)) / (performance.now() - idleStart);
  return {
    '': ms / count,
    'start-cpu': startCpu / count,
    rss: (rssAfter - rss) / count / MIB,
    'rss-idle': (process.memoryUsage.rss() - rss) / count / MIB,
    idle: (idle * 100 * 100) / started.length,
  };
}

const cpuMs = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

export const scaleAdapters: Benchmark = {
  name: 'scale/adapters',
  about: 'ms and RSS per adapter, starting 100 at once, and idle CPU afterwards',
  rounds: 3,
  method: `A hundred adapters connect and subscribe at once to a plain server on loopback in a process of its own. Time runs until the last
is READY. Memory is what the process grew by, divided by a hundred, right after the start. Idle processor time is taken from ten seconds
after it, in percent of one core for a hundred. \`bare-worker\` is a Worker that only imports ws and comlink: it does not connect, so it
is the floor under any design with a thread per connection.`,
  figures: [
    {
      id: '',
      unit: 'ms/adapter',
      title: 'start of 100 at once, time per adapter',
      better: 'less',
      targets: { 'bare-worker': { atMost: 1.4 } },
    },
    {
      id: 'start-cpu',
      unit: 'ms/adapter',
      title: 'start of 100 at once, processor time per adapter',
      better: 'less',
    },
    {
      id: 'rss',
      unit: 'MiB/adapter',
      title: 'memory per adapter after the start',
      better: 'less',
      targets: { 'bare-worker': { atMost: 1.35 } },
    },
    {
      id: 'rss-idle',
      unit: 'MiB/adapter',
      title: 'memory per adapter after ten idle seconds',
      better: 'less',
    },
    {
      id: 'idle',
      unit: '% of a core',
      title: 'processor time of 100 idle adapters, from ten seconds after the start',
      better: 'less',
      targets: { value: { atMost: 2 } },
    },
  ],
  subjects: {
    async bulkhead(settings) {
      const load = await Load.start({ rate: 0 });
      return startMany(settings, () => startAdapter(load.url, () => undefined));
    },
    'bare-worker': (settings) =>
      startMany(settings, async () => {
        const worker = new Worker(new URL('../subjects/idle-worker.js', import.meta.url));
        await once(worker, 'message');
        return worker;
      }),
  },
};
