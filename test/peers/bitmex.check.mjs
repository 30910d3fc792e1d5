// BitMEX's own client (bitmex-realtime-api) against the simulated BitMEX, with only the address changed: it keeps whole tables out of
// partials and deltas, and logs in by the query of the address.
import assert from 'node:assert/strict';
import BitMEXClient from 'bitmex-realtime-api';
import { startSimulator } from '../../dist/src/testing/index.js';

const exchange = await startSimulator('bitmex', { eventsPerSecond: 20 });
const httpEndpoint = `http://127.0.0.1:${exchange.port}/api/v1`;
const keys = { apiKeyID: 'test-key', apiKeySecret: 'test-secret' };
const client = new BitMEXClient({ endpoint: exchange.url, httpEndpoint, ...keys });
client.on('error', (error) => {
  throw error instanceof Error ? error : new Error(String(error));
});
await new Promise((resolve) => client.on('initialize', resolve));

/** Resolves with the table once it has brought an update that passes. */
function table(name, passes) {
  return new Promise((resolve) => {
    client.addStream('XBTUSD', name, (rows) => {
      if (passes(rows)) resolve(rows);
    });
  });
}

const trades = await table('trade', (rows) => rows.length > 2);
assert.ok(trades.every(({ price, size }) => price > 0 && size > 0));
const [quote] = await table('quote', (rows) => rows.length > 0);
assert.ok(quote.bidPrice < quote.askPrice);
let updates = 0;
const book = await table('orderBookL2_25', () => {
  updates += 1;
  return updates > 20;
});
const prices = (side) => book.filter((level) => level.side === side).map(({ price }) => price);
assert.ok(
  Math.max(...prices('Buy')) < Math.min(...prices('Sell')),
  'the book that the client keeps is crossed',
);
assert.equal(exchange.connections[0].account, keys.apiKeyID);
console.log('bitmex: login, trades, quotes, book out of deltas');
await exchange.close();
// The client has no end: it would go on reconnecting.
process.exit(0);
