// Many adapters at once: one thread each, connected in parallel. What kills one does not touch the others.
import { Adapter } from 'bulkhead-ws';
import { startSimulatedProcess } from 'bulkhead-ws/testing';

const symbols = ['BTC-PERPETUAL', 'ETH-PERPETUAL', 'SOL_USDC-PERPETUAL', 'BTC_USDC-PERPETUAL'];
// A process of its own: its load is not on this event loop.
const venue = await startSimulatedProcess({ exchange: 'deribit', eventsPerSecond: 50 });
const adapters = symbols.map(
  (symbol) =>
    new Adapter('deribit', {
      name: symbol,
      url: venue.url,
      topics: [`trades.${symbol}.100ms`, `book.${symbol}.100ms`],
    }),
);

await Promise.all(adapters.map((adapter) => adapter.connect()));
console.log(`READY: ${adapters.filter(({ state }) => state === 'ready').length} of ${adapters.length}`);
const threads = new Set(adapters.flatMap(({ sockets }) => sockets.map(({ threadId }) => threadId)));
console.log(`threads: ${threads.size}`);

// Kill one thread, as a fault would.
const [victim, ...others] = adapters;
const restored = new Promise((resolve) => victim?.on('restored', resolve));
victim?.on('exit', ({ code, epoch }) => console.log(`${victim.name}: connection ${epoch} ended, ${code}`));
victim?.terminate();
await restored;
console.log(`${victim?.name}: ${victim?.state}, connection ${victim?.sockets[0]?.epoch}`);
console.log(`exits of the others: ${others.reduce((sum, adapter) => sum + adapter.stats().exits, 0)}`);

await Promise.all(adapters.map((adapter) => adapter.close()));
await venue.close();
