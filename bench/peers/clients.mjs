// Each client as its user would write it, with only the address changed: `start(url, onFrame)` is subscribed when it resolves, and
// onFrame is called with the number of trades that the handler was given (one per frame).
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// Some packages do not export their package.json.
const versionOf = (name) => require(`./node_modules/${name}/package.json`).version;
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, notice() {}, silly() {} };

const common = {
  type: 'swap',
  swap: true,
  spot: false,
  future: false,
  option: false,
  contract: true,
  active: true,
};
const markets = {
  deribit: {
    ...common,
    id: 'BTC-PERPETUAL',
    symbol: 'BTC/USD:BTC',
    base: 'BTC',
    quote: 'USD',
    settle: 'BTC',
    baseId: 'BTC',
    quoteId: 'USD',
    settleId: 'BTC',
    inverse: true,
    linear: false,
    contractSize: 10,
    precision: { amount: 10, price: 0.5 },
    limits: {},
    info: {},
  },
  bybit: {
    ...common,
    id: 'BTCUSDT',
    symbol: 'BTC/USDT:USDT',
    base: 'BTC',
    quote: 'USDT',
    settle: 'USDT',
    baseId: 'BTC',
    quoteId: 'USDT',
    settleId: 'USDT',
    inverse: false,
    linear: true,
    contractSize: 1,
    precision: { amount: 0.001, price: 0.1 },
    limits: {},
    info: {},
  },
};

/** Calls `watchTrades` over and over, as ccxt's own examples do, also after an error: that is how it reconnects. */
async function startCcxt(venue, address, onFrame) {
  const { default: ccxt } = await import('ccxt');
  const client = new ccxt.pro[venue]({ newUpdates: true });
  // ccxt wants an agent of its own for addresses without TLS.
  await client.loadHttpProxyAgent();
  client.urls.api = { ...client.urls.api, ws: address };
  client.setMarkets([markets[venue]]);
  await new Promise((started) => {
    const watch = async () => {
      for (;;) {
        try {
          const trades = await client.watchTrades(markets[venue].symbol);
          onFrame(trades.length);
          started();
        } catch {
          // The next call connects again.
        }
      }
    };
    void watch();
  });
}

async function startOurs(url, options, listen) {
  const { Adapter } = await import('../../dist/src/index.js');
  const adapter = new Adapter('deribit', { url, topics: ['trades.BTC-PERPETUAL.100ms'], ...options });
  listen(adapter);
  await adapter.connect();
}

export const clients = {
  'bulkhead-ws events': {
    version: '',
    dialect: 'deribit',
    note: 'Trades in columns, decoded in a thread of their own; heartbeat, confirmed topics, gap markers.',
    start: (url, onFrame) =>
      startOurs(url, {}, (adapter) => adapter.on('trades', (batch) => onFrame(batch.length))),
  },
  'bulkhead-ws objects': {
    version: '',
    dialect: 'deribit',
    note: 'The same, and the handler asks for a plain object for every trade.',
    start: (url, onFrame) =>
      startOurs(url, {}, (adapter) =>
        adapter.on('trades', (batch) => {
          let sum = 0;
          for (const trade of batch) sum += trade.price;
          onFrame(Number.isFinite(sum) ? batch.length : 0);
        }),
      ),
  },
  'ccxt bybit': {
    version: versionOf('ccxt'),
    dialect: 'bybit',
    note: 'More: one unified trade object of some twenty fields for more than a hundred venues, a cache of the last 1,000 trades. Less: all on the main thread; trades beyond the cache between two awaits are lost without a word; the loop of the user must call again after an error, and that call reconnects.',
    start: (url, onFrame) => startCcxt('bybit', { public: { linear: url } }, onFrame),
  },
  'ccxt deribit': {
    version: versionOf('ccxt'),
    dialect: 'deribit',
    note: 'The same. This version makes a new cache for each Deribit message (`handleTrades` looks for a dictionary where an array is), so of all messages of one socket read only the last one reaches the handler: the figure is what is delivered.',
    start: (url, onFrame) => startCcxt('deribit', url, onFrame),
  },
  'bybit-api': {
    version: versionOf('bybit-api'),
    dialect: 'bybit',
    note: "More: one client for all of the venue's endpoints. Less: parsed on the main thread, objects as the venue writes them; a fixed wait before it reconnects; no gap marker, no book or order outcome.",
    async start(url, onFrame) {
      const { WebsocketClient } = await import('bybit-api');
      const client = new WebsocketClient({ wsUrl: url }, silent);
      const first = new Promise((resolve) => client.once('update', resolve));
      client.on('update', (message) => onFrame(message.data.length));
      client.on('exception', () => undefined);
      void client.subscribeV5('publicTrade.BTCUSDT', 'linear');
      await first;
    },
  },
  '@binance/spot': {
    version: versionOf('@binance/spot'),
    dialect: 'binance',
    note: "The venue's own connector. More: typed calls for all of its endpoints, renewal after 23 hours. Less: parsed on the main thread; no heartbeat of its own; reconnects after a fixed wait.",
    async start(url, onFrame) {
      const { Spot } = await import('@binance/spot');
      const client = new Spot({ configurationWebsocketStreams: { wsURL: url } });
      const connection = await client.websocketStreams.connect();
      await new Promise((started) => {
        connection.trade({ symbol: 'btcusdt' }).on('message', () => {
          onFrame(1);
          started();
        });
      });
    },
  },
  partysocket: {
    version: versionOf('partysocket'),
    dialect: 'deribit',
    note: 'A socket that redials and nothing else: the user parses, subscribes again on open, logs in, beats. Keeps what is sent while it is closed and sends it later, which no order should be.',
    async start(url, onFrame) {
      const { WebSocket: PartySocket } = await import('partysocket');
      const { default: WebSocket } = await import('ws');
      const socket = new PartySocket(url, [], { WebSocket });
      const params = { channels: ['trades.BTC-PERPETUAL.100ms'] };
      const subscribe = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'public/subscribe', params });
      await new Promise((started) => {
        socket.addEventListener('open', () => socket.send(subscribe));
        socket.addEventListener('message', ({ data }) => {
          const message = JSON.parse(data);
          if (message.params === undefined) return;
          onFrame(message.params.data.length);
          started();
        });
      });
    },
  },
};
