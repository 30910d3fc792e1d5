// Market data in two ways: batches given to a listener, and batches pulled with `for await`.
import { Adapter } from 'bulkhead-ws';
import { SimulatedDeribit } from 'bulkhead-ws/testing';

const venue = await SimulatedDeribit.start({ eventsPerSecond: 100 });
// For the venue itself: new Adapter('deribit', { network: 'test' }).
const deribit = new Adapter('deribit', { url: venue.url });

// By listener. Columns are typed arrays; scanning them makes no object per trade.
let volume = 0;
deribit.on('trades', ({ price, amount, length }) => {
  for (let index = 0; index < length; index += 1) volume += price[index]! * amount[index]!;
});
deribit.on('gap', ({ topic, reason }) => console.log(`events of ${topic} can be missing: ${reason}`));
deribit.on('status', ({ state, epoch }) => console.log(`connection ${epoch} is ${state}`));

await deribit.connect();
const report = await deribit.subscribe(['trades.BTC-PERPETUAL.100ms', 'quote.NO-SUCH-INSTRUMENT']);
console.log(`confirmed: ${report.confirmed.join(' ')}`);
console.log(`refused: ${report.refused.map(({ topic }) => topic).join(' ')}`);

// By pull: everything in order of arrival, gaps where they stand. A slow loop holds the thread back.
let left = 5;
for await (const batch of deribit.events()) {
  for (const event of batch) {
    if (event.kind !== 'trade' || left === 0) continue;
    const { symbol, side, amount, price } = event.trade;
    console.log(`${side} ${amount} ${symbol} at ${price}`);
    left -= 1;
  }
  if (left === 0) break;
}
console.log(`the listener saw volume: ${volume > 0}`);

await deribit.close();
await venue.close();
