// Orders: the four outcomes, and what to do about the one that is not known.
import { Adapter, type OrderRequest } from 'bulkhead-ws';
import { SimulatedDeribit, testAccount } from 'bulkhead-ws/testing';

const venue = await SimulatedDeribit.start();
const { clientId, clientSecret } = testAccount;
const deribit = new Adapter('deribit', {
  url: venue.url,
  credentials: { clientId, clientSecret },
  // Called before READY with every request whose outcome is unknown. READY waits until it has returned.
  async onReconcile(unknown, session) {
    for (const { call, clientOrderId, symbol } of unknown) {
      if (call !== 'order' || clientOrderId === undefined || symbol === undefined) continue;
      const [order] = await session.lookupOrder({ clientOrderId, symbol });
      console.log(`reconciled: the venue ${order === undefined ? 'never had it' : `has it, ${order.state}`}`);
    }
  },
});
const order: OrderRequest = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 };

// not-sent: the adapter is not READY. Nothing is kept for later; the bot decides anew.
console.log(`before the connect: ${(await deribit.sendOrder(order)).outcome}`);
await deribit.connect();

// acknowledged: the venue said yes.
const placed = await deribit.sendOrder(order, { sendBeforeMs: 500 });
console.log(`a good order: ${placed.outcome}`);
console.log(`its cancel: ${(await deribit.cancelOrder({ clientOrderId: placed.clientOrderId })).outcome}`);

// rejected: the venue said no, and why.
const rejected = await deribit.sendOrder({ ...order, price: 1000.3 });
console.log(`a price between two ticks: ${rejected.outcome}`);
if (rejected.outcome === 'rejected') console.log(rejected.error.message);

// unknown: the venue executed it and the connection died before the answer.
venue.inject({ kind: 'drop-on', method: 'private/buy', when: 'after-execution', by: 'rst' });
const restored = new Promise((resolve) => deribit.on('restored', resolve));
console.log(`an order whose answer was lost: ${(await deribit.sendOrder(order)).outcome}`);
await restored;
console.log(`open orders now: ${(await deribit.openOrders()).length}`);

await deribit.close();
await venue.close();
