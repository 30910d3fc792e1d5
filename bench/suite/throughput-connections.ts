// Whether more connections bring more events: each of ours has a thread, bare ws shares one.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { countWindow } from '../kit/rate.js';
import { Load } from '../load/load.js';
import { startBare } from '../subjects/bare.js';
import { startAdapter } from '../subjects/ours.js';

const COUNTS = [2, 1, 4] as const;

interface Connected {
  total(): number;
  close(): Promise<void>;
}

/** Measures each number of connections in turn, within one process. */
async function withConnections(
  settings: Settings,
  connect: (url: string, count: number) => Promise<Connected>,
): Promise<Measured> {
  const measured: Record<string, number> = {};
  for (const count of COUNTS) {
    const load = await Load.start();
    const connected = await connect(load.url, count);
    const { count: events, seconds } = await countWindow(settings, connected.total);
    measured[count === 2 ? '' : String(count)] = events / seconds;
    await connected.close();
    load.stop();
  }
  return measured;
}

export const throughputConnections: Benchmark = {
  name: 'throughput/connections',
  about: 'events per second with 1, 2, 4 connections at once',
  method: `One load generator floods each connection. Trades are decoded (here in the threads, as columns; with \`ws\` on the main thread by
JSON.parse) and each price is added up. On two cores, two threads that decode, a main thread and the generator share the processor.`,
  figures: [
    {
      id: '',
      unit: 'events/s',
      title: 'events per second, 2 connections',
      better: 'more',
      targets: { ws: { atLeast: 1.5 } },
    },
    { id: '1', unit: 'events/s', title: 'events per second, 1 connection', better: 'more' },
    { id: '4', unit: 'events/s', title: 'events per second, 4 connections', better: 'more' },
  ],
  subjects: {
    bulkhead: (settings) =>
      withConnections(settings, async (url, count) => {
        let events = 0;
        let sum = 0;
        const adapters = await Promise.all(
          Array.from({ length: count }, () =>
            startAdapter(url, (adapter) =>
              adapter.on('trades', ({ price, length }) => {
                for (let index = 0; index < length; index += 1) sum += price[index]!;
                events += length;
              }),
            ),
          ),
        );
        return {
          total: () => (Number.isFinite(sum) ? events : 0),
          close: async () => void (await Promise.all(adapters.map((adapter) => adapter.close()))),
        };
      }),
    ws: (settings) =>
      withConnections(settings, async (url, count) => {
        let events = 0;
        let sum = 0;
        const sockets = await Promise.all(
          Array.from({ length: count }, () =>
            startBare(url, ({ params }) => {
              for (const { price } of params?.data ?? []) {
                sum += price;
                events += 1;
              }
            }),
          ),
        );
        return {
          total: () => (Number.isFinite(sum) ? events : 0),
          close: async () => {
            for (const socket of sockets) socket.terminate();
          },
        };
      }),
  },
};
