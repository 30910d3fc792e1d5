// What a trade costs the main thread when it arrives decoded, in columns.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { countWindow } from '../kit/rate.js';
import { tradeTexts } from '../load/frames.js';
import { Load } from '../load/load.js';
import { type Notification, startBare } from '../subjects/bare.js';
import { startAdapter } from '../subjects/ours.js';

/** Frames per second; undefined: as many as go through. */
const RATES: Readonly<Record<string, number | undefined>> = {
  flood: undefined,
  '100k': 100_000,
  '10k': 10_000,
};

/** Connects anew for each rate and counts what a trade cost. */
async function atRates(
  settings: Settings,
  connect: (url: string) => Promise<{ trades(): number; close(): unknown }>,
): Promise<Measured> {
  const measured: Record<string, number> = {};
  for (const [name, rate] of Object.entries(RATES)) {
    const load = await Load.start(rate === undefined ? {} : { rate });
    const connected = await connect(load.url);
    const counted = await countWindow(settings, connected.trades);
    if (rate === undefined) {
      measured[''] = (counted.loopSeconds / counted.count) * 1e6;
      measured['cpu'] = (counted.threadSeconds / counted.count) * 1e6;
      measured['process'] = (counted.processSeconds / counted.count) * 1e6;
    } else measured[name] = (counted.loopSeconds / counted.count) * 1e6;
    await connected.close();
    load.stop();
  }
  return measured;
}

export const mainThreadEvents: Benchmark = {
  name: 'main-thread/events',
  about: 'main-thread busy microseconds per trade delivered as event',
  method: `The load generator floods one connection with trades, one per frame. The handler adds up price times amount. Busy is what
\`performance.eventLoopUtilization()\` counts as active on the main thread, which is blind to the worker's loop; \`cpu\` is the processor
time that the kernel gave to the main thread (Linux), as a check; \`process\` is that of all threads together, the price of the whole
delivery. At 100,000 and 10,000 trades a second (sent in a write per millisecond) batches are small, and what a batch costs shows.
\`json-parse\` parses the same texts and does nothing else.`,
  figures: [
    {
      id: '',
      unit: 'us/trade',
      title: 'event loop of the main thread busy per trade, flood',
      better: 'less',
      targets: { value: { atMost: 0.12 }, ws: { atMost: 1 / 20 } },
    },
    {
      id: 'cpu',
      unit: 'us/trade',
      title: 'processor time of the main thread per trade, flood',
      better: 'less',
    },
    {
      id: 'process',
      unit: 'us/trade',
      title: 'processor time of all threads per trade, flood',
      better: 'less',
    },
    { id: '100k', unit: 'us/trade', title: 'event loop busy per trade at 100,000 a second', better: 'less' },
    { id: '10k', unit: 'us/trade', title: 'event loop busy per trade at 10,000 a second', better: 'less' },
  ],
  subjects: {
    bulkhead: (settings) =>
      atRates(settings, async (url) => {
        let trades = 0;
        let turnover = 0;
        const adapter = await startAdapter(url, (one) =>
          one.on('trades', ({ price, amount, length }) => {
            for (let index = 0; index < length; index += 1) turnover += price[index]! * amount[index]!;
            trades += length;
          }),
        );
        return { trades: () => (Number.isFinite(turnover) ? trades : 0), close: () => adapter.close() };
      }),
    ws: (settings) =>
      atRates(settings, async (url) => {
        let trades = 0;
        let turnover = 0;
        const socket = await startBare(url, ({ params }) => {
          for (const { price, amount } of params?.data ?? []) {
            turnover += price * amount;
            trades += 1;
          }
        });
        return { trades: () => (Number.isFinite(turnover) ? trades : 0), close: () => socket.terminate() };
      }),
    async 'json-parse'(settings) {
      const texts = tradeTexts(800);
      let trades = 0;
      let turnover = 0;
      const loop = (): void => {
        for (const text of texts) {
          for (const { price, amount } of (JSON.parse(text) as Notification).params!.data) {
            turnover += price * amount;
            trades += 1;
          }
        }
        setImmediate(loop);
      };
      loop();
      const { count, threadSeconds, loopSeconds } = await countWindow(settings, () =>
        turnover > 0 ? trades : 0,
      );
      return { '': (loopSeconds / count) * 1e6, cpu: (threadSeconds / count) * 1e6 };
    },
  },
};
