// A clean end: on a signal stop trading, cancel, close every adapter, and let the process end by itself.
import { once } from 'node:events';
import { Adapter } from 'bulkhead-ws';
import { SimulatedDeribit, testAccount } from 'bulkhead-ws/testing';

const venue = await SimulatedDeribit.start();
const { clientId, clientSecret } = testAccount;
const deribit = new Adapter('deribit', {
  url: venue.url,
  credentials: { clientId, clientSecret },
  // The net below: orders are cancelled by the venue if this process dies without a word.
  cancelOnDisconnect: true,
  topics: ['trades.BTC-PERPETUAL.100ms'],
});
await deribit.connect();
await deribit.sendOrder({ symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 });

const signal = once(process, 'SIGTERM');
// Somebody stops the process; here it does so itself.
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 100);
await signal;

const cancelled = await deribit.cancelAll();
console.log(`cancelled: ${cancelled.outcome === 'acknowledged' ? cancelled.value : cancelled.outcome}`);
// Close frames go out, threads end. `process.exit()` in its place would send none and cut off what is on its way.
await deribit.close();
await deribit.close();
console.log(`state: ${deribit.state}`);
while (venue.connections.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
const farewell = venue.journal.of('connection-closed').at(-1);
console.log(`the venue saw close code ${farewell?.code} by its ${farewell?.by}`);
await venue.close();
// Nothing is left that keeps the process alive: it ends here, without process.exit().
process.on('exit', (code) => console.log(`exit code ${code}`));
