// Binance spot: market streams on one socket, orders and the account on another (see binance-api.ts).
// Oddities to know: unknown streams stay silent, books begin with a snapshot over HTTP, and orders outlive their connection.
import { binanceApi, DOCUMENTATION, LIMITS, USER_DATA } from './binance-api.js';
import { keyProblem } from './binance-keys.js';
import {
  decodeStreams,
  readWhole,
  streamCall,
  streamCalls,
  streamOf,
  streamProblem,
  symbolOf,
} from './binance-streams.js';
import { defineExchange, defineVenue } from './exchange.js';
import { isObject } from './json-rpc.js';

export type { BinanceCredentials } from './binance-keys.js';

const EXAMPLES =
  'btcusdt@trade, btcusdt@aggTrade, btcusdt@bookTicker, btcusdt@depth@100ms, btcusdt@depth20@100ms, btcusdt@kline_1m, userData';
const STREAMS = [
  /^[^@\sA-Z!]+@(?:aggTrade|trade|bookTicker|avgPrice|miniTicker|ticker(?:_1h|_4h|_1d)?|blockTrade)$/,
  /^[^@\sA-Z!]+@depth(?:5|10|20)?(?:@100ms|@1000ms)?$/,
  /^[^@\sA-Z!]+@kline_\d{1,2}[smhdwM](?:@\+08:00)?$/,
  /^!(?:miniTicker|ticker(?:_1h|_4h|_1d)?)@arr$/,
];
const DEPTH = /@depth(?:@100ms|@1000ms)?$/;

/** @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
const streams = defineExchange({
  name: 'binance',
  documentation: DOCUMENTATION,
  urls: { live: 'wss://stream.binance.com:9443/stream', test: 'wss://stream.testnet.binance.vision/stream' },
  restUrls: { live: 'https://api.binance.com', test: 'https://testnet.binance.vision' },
  checkTopic: (topic) => streamProblem(topic, STREAMS, EXAMPLES),
  subscribe: (topics, context) => streamCalls('SUBSCRIBE', topics, context),
  unsubscribe: (topics, context) => streamCalls('UNSUBSCRIBE', topics, context),
  /** `{"result":null,"id":1}` means that the call was understood, not that the streams exist. */
  readSubscribed: (topics) => ({ confirmed: topics, refused: [] }),
  request: (method, { params }, context) => streamCall(context, method, params),
  classify: () => 'reject',
  limits: { ...LIMITS, topics: 1024, frames: { units: 5, windowMs: 1000 } },
  books: {
    rule: (topic) => (DEPTH.test(topic) ? 'range' : 'none'),
    snapshot: (topic) =>
      DEPTH.test(topic)
        ? { method: 'GET', url: `/api/v3/depth?symbol=${encodeURIComponent(symbolOf(topic))}&limit=5000` }
        : undefined,
    readSnapshot: (topic, answer, sink) =>
      isObject(answer) ? readWhole(topic, answer, sink) : `${topic}: no snapshot`,
  },
  decode: decodeStreams,
  topicOf: streamOf,
  rehearsal: [
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"61000.00","q":"0.5","T":1672515782136,"m":true,"M":true}}',
    '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1672515782136,"s":"BTCUSDT","U":157,"u":160,"b":[["61000.00","10.0"]],"a":[["61001.00","0.0"]]}}',
  ],
});

export const binance = defineVenue({
  name: 'binance',
  documentation: DOCUMENTATION,
  sockets: { streams, api: binanceApi },
  socketOfTopic: (topic) => (topic === USER_DATA ? 'api' : 'streams'),
  socketOfRequest: (method) => (/^[A-Z_]+$/.test(method) ? 'streams' : 'api'),
  orderSocket: 'api',
  commonTopic: (kind, symbol) =>
    `${symbol.toLowerCase()}@${{ trades: 'trade', quotes: 'bookTicker', book: 'depth@100ms' }[kind]}`,
  validateCredentials: keyProblem,
});
