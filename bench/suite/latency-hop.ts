// How long a frame takes from the server's write to the bot's handler, and so what the hop between two threads costs.
import type { Benchmark, Figure, Measured, Settings } from '../kit/benchmark.js';
import { Latencies } from '../kit/latencies.js';
import { Load } from '../load/load.js';
import { microsecondsSince } from '../load/stamp.js';
import { startBare } from '../subjects/bare.js';
import { startAdapter } from '../subjects/ours.js';

const RATES = { '10k': 10_000, '1k': 1000 } as const;
type RateName = keyof typeof RATES;

function idOf(rate: RateName, percentile: string): string {
  return rate === '10k' && percentile === 'p50' ? '' : `${rate}-${percentile}`;
}

async function atRates(
  settings: Settings,
  connect: (url: string, add: (us: number) => void) => Promise<unknown>,
) {
  const load = await Load.start({ rate: RATES['10k'], pace: 'even' });
  const latencies = new Latencies();
  await connect(load.url, latencies.add);
  const measured: Record<string, number> = {};
  for (const rate of Object.keys(RATES) as RateName[]) {
    load.setRate(RATES[rate]);
    const figures: Measured = await latencies.window(settings);
    for (const [percentile, value] of Object.entries(figures)) measured[idOf(rate, percentile)] = value;
  }
  return measured;
}

const figures: Figure[] = (Object.keys(RATES) as RateName[]).flatMap((rate) =>
  (['p50', 'p99', 'p999'] as const).map((percentile) => ({
    id: idOf(rate, percentile),
    unit: 'us',
    title: `server stamp to handler, ${percentile === 'p999' ? 'p99.9' : percentile} at ${rate} frames/s`,
    better: 'less' as const,
    ...(rate === '10k' && percentile === 'p50' ? { targets: { ws: { plus: 40 } } } : {}),
    ...(rate === '10k' && percentile === 'p99' ? { targets: { ws: { atMost: 1.5 } } } : {}),
  })),
);

export const latencyHop: Benchmark = {
  name: 'latency/hop',
  about: 'server stamp to handler, p50 p99 p99.9 in us, at 1 k and 10 k frames/s',
  method: `The generator writes each frame by itself at its time, with the machine's monotonic clock in the trade's timestamp right before
the write; the handler compares. Both sides read the same clock. The generator sleeps between frames and does not spin.`,
  figures,
  subjects: {
    bulkhead: (settings) =>
      atRates(settings, (url, add) =>
        startAdapter(url, (adapter) =>
          adapter.on('trades', (batch) => {
            const { exchangeTimeMs, length } = batch;
            for (let index = 0; index < length; index += 1) add(microsecondsSince(exchangeTimeMs[index]!));
          }),
        ),
      ),
    ws: (settings) =>
      atRates(settings, (url, add) =>
        startBare(url, ({ params }) => {
          for (const { timestamp } of params?.data ?? []) add(microsecondsSince(timestamp));
        }),
      ),
  },
};
