// Hyperliquid, whole: market data, the events of any address, and signed actions on one WebSocket without a login.
// Oddities to know: a coin that does not exist kills the socket without a word, and books come whole each time.
import {
  defineExchange,
  type ErrorClass,
  type RequestContext,
  type TopicOutgoing,
  type VenueError,
} from './exchange.js';
import { hyperliquidDecoder } from './hyperliquid/frames.js';
import {
  actionCall,
  credentialsProblem,
  type HyperliquidCredentials,
  infoCall,
  instrumentIds,
  orders,
  safetySwitch,
} from './hyperliquid/orders.js';
import { addressOf } from './dialects/typed-data.js';
import { subscriptionFrame, topicProblem } from './hyperliquid/topics.js';
import { isObject } from './dialects/json-rpc.js';

export type * from './order-fields/hyperliquid.js';
export type { HyperliquidCredentials } from './hyperliquid/orders.js';

const MINUTE_MS = 60_000;

/** One subscription in each frame, without an id: what is subscribed is confirmed by its name. */
function topicCalls(
  method: 'subscribe' | 'unsubscribe',
  topics: readonly string[],
  context: RequestContext,
): readonly TopicOutgoing[] {
  return topics.map((topic) => ({
    id: method === 'subscribe' ? context.nextId() : `unsubscribe ${topic}`,
    frame: subscriptionFrame(method, topic),
    topics: [topic],
  }));
}

const MARKET_FRAME = /^\{"channel":"(trades|l2Book|bbo)","data":\[?\{"coin":"([^"\\]+)"/;

/** Knows the order of keys that Hyperliquid writes, and topics without options. */
function topicOf(frame: string): string | undefined {
  const [, channel, coin] = MARKET_FRAME.exec(frame) ?? [];
  return channel === undefined ? undefined : `${channel}:${coin}`;
}

// Meanings: the venue has no codes, its texts are all there is.

const MEANINGS: readonly (readonly [RegExp, ErrorClass])[] = [
  [/^User or API Wallet .* does not exist|^This key /, 'fatal-login'],
  [/never placed, already canceled, or filled/, 'not-found'],
  [/^429|[Tt]oo many|rate limit/, 'rate'],
  // The request may have been executed before the answer was lost.
  [/^5\d\d/, 'unknown'],
];

function classify({ message }: VenueError): ErrorClass {
  return MEANINGS.find(([text]) => text.test(message))?.[1] ?? 'reject';
}

/** A key signs without being asked for first, so this is what tells a wrong one before the first order does. */
function readRole(result: unknown, { privateKey }: HyperliquidCredentials) {
  const role = isObject(result) ? result['role'] : undefined;
  if (typeof role !== 'string') return 'the answer to userRole has no role';
  if (role === 'missing')
    return {
      code: 'missing',
      message: `This key (${addressOf(privateKey)}) belongs to no account and no API wallet`,
    };
  return { lifetimeMs: Number.POSITIVE_INFINITY, granted: [role], secrets: {} };
}

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export const hyperliquid = defineExchange<HyperliquidCredentials>({
  name: 'hyperliquid',
  documentation: 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api',
  urls: { live: 'wss://api.hyperliquid.xyz/ws', test: 'wss://api.hyperliquid-testnet.xyz/ws' },
  restUrls: { live: 'https://api.hyperliquid.xyz', test: 'https://api.hyperliquid-testnet.xyz' },
  /** The venue ends a connection on which it has sent nothing for 60 s; the answer to a ping counts. */
  heartbeat: { intervalMs: 20_000, silenceMs: 45_000, anyFrameCounts: true, ping: () => '{"method":"ping"}' },
  login: {
    validate: credentialsProblem,
    fetch: ({ privateKey }) => ({
      method: 'POST',
      url: '/info',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'userRole', user: addressOf(privateKey) }),
    }),
    read: readRole,
  },
  instrumentIds,
  safetySwitch,
  checkTopic: topicProblem,
  subscribe: (topics, context) => topicCalls('subscribe', topics, context),
  unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
  commonTopic: (kind, symbol) => `${{ trades: 'trades', quotes: 'bbo', book: 'l2Book' }[kind]}:${symbol}`,
  /** `action` signs its parameters and sends them; any other method is a question of the info endpoint. */
  request: (method, params, context) =>
    method === 'action' ? actionCall(context, params) : infoCall(context, method, params),
  orders,
  classify,
  books: { rule: () => 'none' },
  limits: {
    addressTopics: 1000,
    frames: { units: 2000, windowMs: MINUTE_MS },
    connects: { units: 30, windowMs: MINUTE_MS },
  },
  decode: (frame, sink) => hyperliquidDecoder()(frame, sink),
  newDecode: hyperliquidDecoder,
  topicOf,
  rehearsal: [
    '{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"84143.0","sz":"0.42","time":1765887848009,"hash":"0x00","tid":867891549538215,"users":["0x00","0x01"]}]}',
    '{"channel":"l2Book","data":{"coin":"BTC","time":1790232236546,"levels":[[{"px":"84143.0","sz":"10.25923","n":36}],[{"px":"84144.0","sz":"50.66449","n":18}]]}}',
  ],
});
