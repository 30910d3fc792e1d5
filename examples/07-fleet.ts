// A bot with a strategy loop on a fleet: listeners on every adapter, one router for orders, metrics, and a clean end on SIGTERM.
import { once } from 'node:events';
import { Fleet } from 'bulkhead-ws';
import { startSimulatedProcess, testAccount } from 'bulkhead-ws/testing';

const venue = await startSimulatedProcess({ exchange: 'deribit', eventsPerSecond: 50 });
const { clientId, clientSecret } = testAccount;
const latest = new Map<string, number>();

const fleet = new Fleet({
  name: 'desk',
  defaults: { url: venue.url },
  adapters: [
    { name: 'btc', exchange: 'deribit', topics: ['trades.BTC-PERPETUAL.100ms'] },
    { name: 'eth', exchange: 'deribit', topics: ['trades.ETH-PERPETUAL.100ms'] },
    // Two that can do the same: whichever is healthier takes the orders.
    { name: 'orders-1', exchange: 'deribit', credentials: { clientId, clientSecret } },
    { name: 'orders-2', exchange: 'deribit', credentials: { clientId, clientSecret } },
  ],
  // Called again for an adapter that takes the place of one that failed: the listeners are never forgotten.
  onAdapter: (adapter) =>
    adapter.on('trades', (trades) => {
      for (const { symbol, price } of trades) latest.set(symbol, price);
    }),
});
fleet.on('gave-up', (name, error) => console.log(`wake somebody: ${name}: ${error.message}`));

const { ready, failed } = await fleet.start();
console.log(`READY: ${ready.length}, failed: ${failed.length}`);

const orders = fleet.router(['orders-1', 'orders-2']);
const stopping = new AbortController();

/** The strategy: looks at what it knows a few times a second, whatever the connections do. */
async function trade(): Promise<void> {
  let placed = 0;
  while (!stopping.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const price = latest.get('BTC-PERPETUAL');
    const venueNow = orders.healthiest();
    // Nobody is READY: nothing is sent, and nothing is kept for later.
    if (price === undefined || venueNow === undefined || placed === 3) continue;
    const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 } as const;
    const { outcome } = await venueNow.sendOrder(order, { sendBeforeMs: 50 });
    if (outcome === 'acknowledged') placed += 1;
    if (placed === 3) process.kill(process.pid, 'SIGTERM');
  }
}

// On loopback; a Prometheus on this machine scrapes it.
const { url } = await fleet.serve();
const scrape = await (await fetch(`${url}metrics`)).text();
console.log(/^bulkhead_fleet_adapters_ready.* \d+$/m.exec(scrape)?.[0]);

const told = once(process, 'SIGTERM');
const strategy = trade();
await told;
stopping.abort();
await strategy;
// No new orders from here on; all are cancelled, each connection is closed with a close frame, and after 10 s what is left is ended.
const { cancelled, terminated } = await fleet.stop({ cancelAll: true, deadlineMs: 10_000 });
console.log(`cancelled: ${cancelled.reduce((sum, { orders: count = 0 }) => sum + count, 0)}`);
console.log(`terminated: ${terminated.length}, the fleet is ${fleet.state}`);
await venue.close();
// Nothing is left that keeps the process alive.
process.on('exit', (code) => console.log(`exit code ${code}`));
