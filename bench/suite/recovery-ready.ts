// How long the bot is without its connection after the thread was killed.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Adapter } from '../../src/index.js';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { percentile } from '../kit/statistics.js';
import { keys, tenTopics } from '../load/account.js';
import { startExchange } from '../load/exchange.js';
import { startSession } from '../subjects/bare-session.js';

/** Between two kills: long enough for a spare to be made and rehearsed, as in a bot whose connection does not die every second. */
const REST_MS = 1500;
const WARM_UP = 2;

async function kills({ quick }: Settings, killAndWait: () => Promise<unknown>): Promise<Measured> {
  const times: number[] = [];
  for (let kill = 0; kill < WARM_UP + (quick ? 3 : 12); kill += 1) {
    await sleep(REST_MS);
    const start = performance.now();
    await killAndWait();
    if (kill >= WARM_UP) times.push(performance.now() - start);
  }
  return { '': percentile(times, 0.5), max: Math.max(...times) };
}

export const recoveryReady: Benchmark = {
  name: 'recovery/ready',
  about: 'kill to READY (login + 10 topics), p50 max',
  rounds: 3,
  method: `Against the simulated Deribit in a process of its own. \`adapter.terminate()\` kills the thread of an adapter that is READY; the
time runs until it is READY again: thread gone, spare taken, connected, logged in, ten topics confirmed. The backoff is 0. \`ws\` drops its socket and redials in place,
on a main thread whose code is warm; it logs in and subscribes and is content with the answers. \`cold-thread\` does the same in a new
Worker each time. Connections die every 1.5 s, so that a spare thread is there, as it is in a bot whose connections live for minutes.`,
  figures: [
    {
      id: '',
      unit: 'ms',
      title: 'kill to READY, p50',
      better: 'less',
      targets: { ws: { atMost: 3 }, 'cold-thread': { atMost: 1 / 3 } },
    },
    { id: 'max', unit: 'ms', title: 'kill to READY, max', better: 'less' },
  ],
  subjects: {
    async bulkhead(settings) {
      const url = await startExchange();
      const adapter = new Adapter('deribit', {
        // The kills come quicker than the venue's budget for subscribes allows: what is measured is the way, not the pace.
        rateBudget: false,
        url,
        credentials: keys,
        topics: tenTopics,
        readyHoldMs: 0,
        backoff: { baseMs: 0, capMs: 0 },
      });
      let ready: () => void = () => undefined;
      adapter.on('restored', () => ready());
      await adapter.connect();
      return kills(settings, () => {
        const restored = new Promise<void>((resolve) => {
          ready = resolve;
        });
        adapter.terminate();
        return restored;
      });
    },
    async ws(settings) {
      const url = await startExchange();
      let session = await startSession(url, keys, tenTopics);
      return kills(settings, async () => {
        const closed = once(session.socket, 'close');
        session.socket.terminate();
        await closed;
        session = await startSession(url, keys, tenTopics);
      });
    },
    async 'cold-thread'(settings) {
      const url = await startExchange();
      const start = async (): Promise<Worker> => {
        const worker = new Worker(new URL('../subjects/session-worker.js', import.meta.url), {
          workerData: { url, keys, channels: tenTopics },
        });
        await once(worker, 'message');
        return worker;
      };
      let worker = await start();
      return kills(settings, async () => {
        const exited = once(worker, 'exit');
        void worker.terminate();
        await exited;
        worker = await start();
      });
    },
  },
};
