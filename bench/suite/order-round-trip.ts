// How long an order takes to be acknowledged.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { percentile } from '../kit/statistics.js';
import { keys } from '../load/account.js';
import { startExchange } from '../load/exchange.js';
import { startSession } from '../subjects/bare-session.js';
import { Adapter } from '../../src/index.js';

/** Far from the market and gone at once, so that the thousandth order meets the same book as the first. */
const ORDER = { symbol: 'BTC-PERPETUAL', side: 'buy', amount: 10, type: 'limit', price: 80_000 } as const;

async function roundTrips(
  { quick }: Settings,
  send: (number: number) => Promise<boolean>,
): Promise<Measured> {
  const [warmUp, count] = quick ? [200, 300] : [1000, 2000];
  const times: number[] = [];
  for (let number = 0; number < warmUp + count; number += 1) {
    const start = performance.now();
    if (!(await send(number))) throw new Error(`order ${number} was not acknowledged`);
    if (number >= warmUp) times.push((performance.now() - start) * 1000);
  }
  return { '': percentile(times, 0.5), p99: percentile(times, 0.99) };
}

export const orderRoundTrip: Benchmark = {
  name: 'order/round-trip',
  about: 'sendOrder to acknowledged, p50 p99',
  method: `One order after the other against the simulated Deribit in a process of its own (login, order checks and book included): a limit
order, immediate-or-cancel. \`ws\` writes the same call by hand on a socket that is logged in and waits for the answer with its id; it has
no deadline, no outcome and no record of what is pending.`,
  figures: [
    { id: '', unit: 'us', title: 'order to acknowledgement, p50', better: 'less' },
    { id: 'p99', unit: 'us', title: 'order to acknowledgement, p99', better: 'less' },
  ],
  subjects: {
    async bulkhead(settings) {
      const url = await startExchange();
      const adapter = new Adapter('deribit', { url, credentials: keys, rateBudget: false });
      await adapter.connect();
      return roundTrips(settings, async () => {
        const { outcome } = await adapter.sendOrder({ ...ORDER, timeInForce: 'immediate-or-cancel' });
        return outcome === 'acknowledged';
      });
    },
    async ws(settings) {
      const session = await startSession(await startExchange(), keys, []);
      return roundTrips(settings, async (number) => {
        const { symbol, amount, type, price } = ORDER;
        const params = { instrument_name: symbol, amount, type, price, label: `b${number}` };
        const answer = await session.call('private/buy', { ...params, time_in_force: 'immediate_or_cancel' });
        return answer['result'] !== undefined;
      });
    },
  },
};
