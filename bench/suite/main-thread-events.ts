// What a trade costs the main thread when it arrives decoded, in columns.
import type { Benchmark, Settings } from '../kit/benchmark.js';
import { countWindow } from '../kit/rate.js';
import { tradeTexts } from '../load/frames.js';
import { Load } from '../load/load.js';
import { type Notification, startBare } from '../subjects/bare.js';
import { startAdapter } from '../subjects/ours.js';

/** Fewer than any subject can take: all of them do the same work, and cost is compared instead of speed. */
const RATE = 100_000;

async function perTrade(settings: Settings, total: () => number) {
  const { count, seconds, loopSeconds, threadSeconds, processSeconds } = await countWindow(settings, total);
  return {
    '': (loopSeconds / count) * 1e6,
    cpu: (threadSeconds / count) * 1e6,
    process: (processSeconds / count) * 1e6,
    rate: count / seconds,
  };
}

export const mainThreadEvents: Benchmark = {
  name: 'main-thread/events',
  about: 'main-thread busy microseconds per trade delivered as event',
  method: `The load generator sends ${RATE.toLocaleString('en-US')} trades a second, one per frame, in a write per millisecond. The handler adds up
price times amount. Busy is what \`performance.eventLoopUtilization()\` counts as active on the main thread, which is blind to the worker's
loop; \`cpu\` is the processor time that the kernel gave to the main thread (Linux), as a check; \`process\` is that of all threads together,
the price of the whole delivery. \`json-parse\` parses the same texts and does nothing else.`,
  figures: [
    {
      id: '',
      unit: 'us/trade',
      title: 'event loop of the main thread busy per trade',
      better: 'less',
      targets: { value: { atMost: 0.12 }, ws: { atMost: 1 / 20 } },
    },
    { id: 'cpu', unit: 'us/trade', title: 'processor time of the main thread per trade', better: 'less' },
    { id: 'process', unit: 'us/trade', title: 'processor time of all threads per trade', better: 'less' },
    { id: 'rate', unit: 'trades/s', title: 'trades per second while measured', better: 'more' },
  ],
  subjects: {
    async bulkhead(settings) {
      const load = await Load.start({ rate: RATE });
      let trades = 0;
      let turnover = 0;
      await startAdapter(load.url, (adapter) =>
        adapter.on('trades', ({ price, amount, length }) => {
          for (let index = 0; index < length; index += 1) turnover += price[index]! * amount[index]!;
          trades += length;
        }),
      );
      const measured = await perTrade(settings, () => trades);
      return Number.isFinite(turnover) ? measured : {};
    },
    async ws(settings) {
      const load = await Load.start({ rate: RATE });
      let trades = 0;
      let turnover = 0;
      await startBare(load.url, ({ params }) => {
        for (const { price, amount } of params?.data ?? []) {
          turnover += price * amount;
          trades += 1;
        }
      });
      const measured = await perTrade(settings, () => trades);
      return Number.isFinite(turnover) ? measured : {};
    },
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
      const measured = await perTrade(settings, () => trades);
      return Number.isFinite(turnover) ? measured : {};
    },
  },
};
