// BitMEX, whole: tables of public and private rows over one WebSocket. Orders go over REST.
// Oddities to know: no request ids (answers repeat the request), errors name no topic, and updates carry only what changed.
import { createHmac } from 'node:crypto';
import { bitmexDecoder, isPrivateTable } from './bitmex/tables.js';
import { missingText } from './dialects/checks.js';
import { defineExchange, type ErrorClass, type RequestContext, type TopicOutgoing } from './exchange.js';
import { numberOf } from './dialects/fields.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { isObject } from './dialects/json-rpc.js';

/** An API key of BitMEX. Live and test network have separate keys. */
export interface BitmexCredentials {
  readonly apiKey: string;
  readonly secret: string;
}

/** How long orders stay after the last sign of life, and how often that is given: BitMEX's own advice. */
const DEAD_MAN_MS = 60_000;
const REFRESH_MS = 15_000;
/** Seconds for which the signature of a login is good. */
const SIGNATURE_SECONDS = 60;
const HOUR_MS = 3_600_000;

const TOPICS = [
  /^(?:trade|quote|tradeBin(?:1m|5m|1h|1d)|quoteBin(?:1m|5m|1h|1d)|orderBookL2|orderBookL2_25|orderBook10):[\w.]+$/,
  /^(?:funding|instrument|liquidation|settlement)(?::[\w.]+)?$/,
  /^(?:insurance|affiliate|execution|margin|order|position|transact|wallet)$/,
];

function checkTopic(topic: string): string | undefined {
  if (topic.length < 100 && TOPICS.some((form) => form.test(topic))) return undefined;
  if (/^(?:announcement|chat|connected|\w+Notifications)/.test(topic))
    return `"${topic}" is served at BitMEX's platform address only`;
  if (/^(?:execution|margin|order|position|wallet):/.test(topic))
    return `"${topic}": write the account's tables without a symbol`;
  return `"${topic}" is no topic of BitMEX: compare trade:XBTUSD, quote:XBTUSD, orderBookL2_25:XBTUSD, orderBook10:XBTUSD, order`;
}

/** One topic in each frame: an error repeats the frame it is about but does not say which of several topics it means. */
function topicCalls(
  op: 'subscribe' | 'unsubscribe',
  topics: readonly string[],
  context: RequestContext,
): readonly TopicOutgoing[] {
  return topics.map((topic) => ({
    // What is subscribed is confirmed by topic, so this id is never answered and must not be in the way of the next try.
    id: op === 'subscribe' ? context.nextId() : `unsubscribe ${topic}`,
    frame: JSON.stringify({ op, args: [topic] }),
    topics: [topic],
  }));
}

/** Where answers repeat the request, its name is as good as an id. */
function call(op: string, args: unknown) {
  return { id: op, frame: JSON.stringify({ op, args }) };
}

/** Lower-case hex HMAC-SHA256 of `GET/realtime` and the second at which the signature ends to be good. */
export function signature(secret: string, expires: number, path = '/realtime'): string {
  return createHmac('sha256', secret).update(`GET${path}${expires}`).digest('hex');
}

/** An error comes with an HTTP status as its code. */
const CLASSES: ReadonlyMap<string, ErrorClass> = new Map([
  ['401', 'fatal-login'],
  ['403', 'fatal-login'],
  ['404', 'not-found'],
  ['419', 'login'],
  ['429', 'rate'],
] as const);

const MARKET_FRAME =
  /^\{"table":"((?:trade|quote|orderBook)\w*)","action":"(?:insert|update|delete)","data":\[\{/;
const SYMBOL = '"symbol":"';

/** Knows the order of keys that BitMEX writes; whole tables, and what has a memory to be asked, are left to `decode`. */
function topicOf(frame: string): string | undefined {
  const [head, table] = MARKET_FRAME.exec(frame) ?? [];
  if (head === undefined) return undefined;
  const start = frame.indexOf(SYMBOL, head.length) + SYMBOL.length;
  const end = frame.indexOf('"', start);
  return start < SYMBOL.length || end < 0 ? undefined : `${table}:${frame.slice(start, end)}`;
}

/** @see https://www.bitmex.com/app/wsAPI */
export const bitmex = defineExchange<BitmexCredentials>({
  name: 'bitmex',
  documentation: 'https://www.bitmex.com/app/wsAPI',
  urls: { live: 'wss://ws.bitmex.com/realtime', test: 'wss://ws.testnet.bitmex.com/realtime' },
  restUrls: { live: 'https://www.bitmex.com', test: 'https://testnet.bitmex.com' },
  heartbeat: { intervalMs: 5000, silenceMs: 15_000, anyFrameCounts: true, ping: () => 'ping' },
  /**
   * - success: `{"success":true,"request":{"op":"authKeyExpires","args":["…",1552157533,"…"]}}`
   * - failure: `{"status":401,"error":"Signature not valid.","meta":{},"request":{"op":"authKeyExpires","args":[…]}}`
   */
  login: {
    validate: (credentials) => missingText(credentials, ['apiKey', 'secret']),
    request({ apiKey, secret }, { wallMs }) {
      const expires = Math.ceil(wallMs / 1000) + SIGNATURE_SECONDS;
      return call('authKeyExpires', [apiKey, expires, signature(secret, expires)]);
    },
    read: () => ({ lifetimeMs: Number.POSITIVE_INFINITY, granted: [], secrets: {} }),
  },
  /** `{"now":"2015-09-02T14:18:43.536Z","cancelTime":"2015-09-02T14:19:43.536Z","request":{…}}`; cancels in the whole account. */
  safetySwitch: {
    kind: 'timer',
    refreshEveryMs: REFRESH_MS,
    arm: () => [
      {
        ...call('cancelAllAfter', DEAD_MAN_MS),
        name: 'arm cancelAllAfter',
        check(result) {
          const { now, cancelTime } = isObject(result) ? result : {};
          if (isoTimeMs(cancelTime) > isoTimeMs(now)) return undefined;
          return 'BitMEX does not name a time at which it will cancel the orders';
        },
      },
    ],
  },
  isPrivate: (topic) => isPrivateTable(topic),
  checkTopic,
  subscribe: (topics, context) => topicCalls('subscribe', topics, context),
  unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
  commonTopic: (kind, symbol) =>
    `${{ trades: 'trade', quotes: 'quote', book: 'orderBookL2' }[kind]}:${symbol}`,
  request: (method, { args }) => call(method, args),
  classify: ({ code }) => CLASSES.get(code) ?? (numberOf(code) >= 500 ? 'retry' : 'reject'),
  books: { rule: () => 'none' },
  limits: { connects: { units: 720, windowMs: HOUR_MS } },
  decode: (frame, sink) => bitmexDecoder()(frame, sink),
  newDecode: bitmexDecoder,
  topicOf,
  rehearsal: [
    '{"table":"trade","action":"insert","data":[{"timestamp":"2025-09-30T14:08:00.000Z","symbol":"XBTUSD","side":"Buy","size":100,"price":61000.5,"tickDirection":"PlusTick","trdMatchID":"00000000-006d-1000-0000-000e8737d540","trdType":"Regular"}]}',
    '{"table":"orderBookL2_25","action":"update","data":[{"symbol":"XBTUSD","id":62400580205,"side":"Sell","size":33000,"price":98459.9,"timestamp":"2024-11-24T08:26:22.356Z"}]}',
  ],
});
