// An exchange of your own: a module (toy-exchange.ts), given by its URL. Functions do not cross threads; the URL does, and main
// thread and worker both import it.
import { Adapter } from 'bulkhead-ws';
import { ToyVenue } from './toy-venue.js';

const venue = await ToyVenue.start();
const toy = new Adapter(new URL('./toy-exchange.js', import.meta.url), { url: venue.url, name: 'toy' });

let trades = 0;
toy.on('trades', (batch) => {
  trades += batch.length;
});
toy.on('gap', ({ topic, reason, fromSequence }) => {
  console.log(`gap in ${topic}: ${reason}, last sequence known: ${fromSequence !== undefined}`);
});

await toy.connect();
const { confirmed, refused } = await toy.subscribe(['trades.ABC', 'trades.NOPE']);
console.log(`confirmed ${confirmed.join(' ')}, refused ${refused.map(({ topic }) => topic).join(' ')}`);
await tradesAfter(0);

// The venue drops the connection: the thread exits, the next one connects and subscribes again.
const restored = new Promise((resolve) => toy.on('restored', resolve));
venue.drop();
await restored;
await tradesAfter(trades);
console.log(`trades flow again on connection ${toy.sockets[0]?.epoch}`);

await toy.close();
await venue.close();

async function tradesAfter(seen: number): Promise<void> {
  while (trades <= seen) await new Promise((resolve) => setTimeout(resolve, 5));
}
