// ccxt pro's Deribit client against the simulated Deribit: public streams, login, an order over HTTP and its private notification.
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { SimulatedDeribit, testAccount } from '../../dist/src/testing/index.js';

const exchange = await SimulatedDeribit.start({ eventsPerSecond: 20 });
const client = new ccxt.pro.deribit({ apiKey: testAccount.clientId, secret: testAccount.clientSecret });
// ccxt wants an agent of its own for addresses without TLS.
await client.loadHttpProxyAgent();
const { origin } = new URL(exchange.url.replace('ws:', 'http:'));
client.urls.api = { ...client.urls.api, rest: origin, ws: exchange.url };
const symbol = 'BTC/USD:BTC';
client.setMarkets([
  {
    id: 'BTC-PERPETUAL',
    symbol,
    base: 'BTC',
    quote: 'USD',
    settle: 'BTC',
    baseId: 'BTC',
    quoteId: 'USD',
    settleId: 'BTC',
    type: 'swap',
    swap: true,
    spot: false,
    future: false,
    option: false,
    contract: true,
    inverse: true,
    linear: false,
    active: true,
    contractSize: 10,
    precision: { amount: 10, price: 0.5 },
    limits: {},
    info: {},
  },
]);

const [trade] = await client.watchTrades(symbol);
assert.equal(typeof trade.price, 'number');
const book = await client.watchOrderBook(symbol);
assert.ok(book.bids[0][0] < book.asks[0][0]);
const ticker = await client.watchTicker(symbol);
assert.ok(ticker.bid < ticker.ask);

const notified = client.watchOrders(symbol);
await new Promise((resolve) => setTimeout(resolve, 200));
const placed = await client.createOrder(symbol, 'limit', 'buy', 10, 1000);
const [order] = await notified;
assert.equal(order.id, placed.id);
assert.equal(order.status, 'open');

await client.close();
await exchange.close();
