// ccxt pro's clients against the simulated exchanges, with only the address changed: public trades, books and tickers.
// BitMEX is not here: ccxt has no client of it any more, see bitmex.check.mjs.
import assert from 'node:assert/strict';
import ccxt from 'ccxt';
import { startSimulator } from '../../dist/src/testing/index.js';

const venues = [
  { name: 'binance', id: 'BTCUSDT', symbol: 'BTC/USDT' },
  { name: 'binance-usdm', client: 'binanceusdm', id: 'BTCUSDT', symbol: 'BTC/USDT:USDT' },
  { name: 'bybit', id: 'BTCUSDT', symbol: 'BTC/USDT' },
  { name: 'coinbase', id: 'BTC-USD', symbol: 'BTC/USD' },
  { name: 'hyperliquid', id: '0', symbol: 'BTC/USDC:USDC' },
  { name: 'kraken', id: 'XXBTZUSD', symbol: 'BTC/USD', info: { wsname: 'BTC/USD' } },
  { name: 'okx', id: 'BTC-USDT', symbol: 'BTC/USDT' },
];

for (const { name, client: clientName = name, id, symbol, info = {} } of venues) {
  const exchange = await startSimulator(name, { eventsPerSecond: 20 });
  const client = new ccxt.pro[clientName]();
  // ccxt wants an agent of its own for addresses without TLS.
  await client.loadHttpProxyAgent();
  client.urls.api = moved(client.urls.api, exchange.port);
  client.setMarkets([marketOf(id, symbol, info)]);
  const [trade] = await client.watchTrades(symbol);
  assert.ok(trade.price > 0, `${name}: trades`);
  const book = await client.watchOrderBook(symbol);
  assert.ok(book.bids[0][0] < book.asks[0][0], `${name}: book`);
  const ticker = await client.watchTicker(symbol);
  assert.ok(ticker.bid < ticker.ask || ticker.last > 0 || ticker.info.midPx > 0, `${name}: ticker`);
  await client.close();
  await exchange.close();
  console.log(`${name}: trades, book, ticker`);
}

/** The same paths on this machine. */
function moved(urls, port) {
  if (typeof urls !== 'string')
    return Object.fromEntries(Object.entries(urls).map(([key, url]) => [key, moved(url, port)]));
  const scheme = urls.startsWith('ws') ? 'ws' : 'http';
  return urls.replace(/^\w+:\/\/[^/]+/, `${scheme}://127.0.0.1:${port}`);
}

function marketOf(id, symbol, info) {
  const [base, quote, settle] = symbol.split(/[/:]/);
  const swap = settle !== undefined;
  const ids = { baseId: base, quoteId: quote, settleId: settle, baseName: base };
  const kind = {
    type: swap ? 'swap' : 'spot',
    swap,
    spot: !swap,
    future: false,
    option: false,
    contract: swap,
  };
  const terms = { linear: swap, inverse: false, contractSize: 1, active: true, limits: {} };
  return {
    id,
    lowercaseId: id.toLowerCase(),
    symbol,
    base,
    quote,
    settle,
    ...ids,
    ...kind,
    ...terms,
    precision: { amount: 1e-8, price: 0.01 },
    info,
  };
}
