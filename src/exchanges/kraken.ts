// Kraken spot, WebSocket v2: a public socket, one more for each other depth of books, and an authenticated one for account and orders.
// Oddities to know: one acknowledgement per symbol, CRC32 over the digits of a book, one depth of a book per symbol and connection.
import { createHash, createHmac } from 'node:crypto';
import { orderAsAsked } from './dialects/asked-order.js';
import { missingText, neededText, orderProblem } from './dialects/checks.js';
import { wordClassifier } from './dialects/classes.js';
import { crc32, digitsOfBook } from './dialects/crc32.js';
import { EXACT_BOOK } from './dialects/exact-book.js';
import type { Exchange, Login, OrderCalls, RequestContext, SafetySwitch } from './exchange.js';
import { defineExchange, defineVenue } from './exchange.js';
import { numberOf, rowsOf, textOf } from './dialects/fields.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { isObject, type JsonObject } from './dialects/json-rpc.js';
import {
  BASE_DEPTH,
  call,
  checkTopic,
  commonTopic,
  DEPTHS,
  ID_STEP,
  krakenReader,
  PRIVATE,
  tokenOf,
  topicCalls,
  venueError,
} from './kraken/channels.js';

export type * from './order-fields/kraken.js';

/** An API key of Kraken, with the right to create WebSocket tokens. There is no test network for spot. */
export interface KrakenCredentials {
  readonly apiKey: string;
  /** The private key in base64, as Kraken shows it once. It signs the call for the token and goes nowhere else. */
  readonly privateKey: string;
}

const DOCUMENTATION = 'https://docs.kraken.com/api/docs/guides/spot-ws-intro';
const URL = 'wss://ws.kraken.com/v2';
const TOKEN_PATH = '/0/private/GetWebSocketsToken';

// Login: a token over HTTP, which then rides in each private message

/** Success: `{"error":[],"result":{"token":"…","expires":900}}`, failure: `{"error":["EAPI:Invalid key"]}` with HTTP status 200. */
const login: Login<KrakenCredentials> = {
  validate(credentials) {
    const missing = missingText(credentials, ['apiKey', 'privateKey']);
    if (missing !== undefined) return missing;
    const { privateKey } = credentials as KrakenCredentials;
    return /^[\w+/-]+={0,2}$/.test(privateKey) ? undefined : 'credentials.privateKey must be base64 text';
  },
  fetch({ apiKey, privateKey }, context) {
    const nonce = Math.round(context.wallMs);
    const body = `nonce=${nonce}`;
    return {
      method: 'POST',
      url: TOKEN_PATH,
      headers: {
        'API-Key': apiKey,
        'API-Sign': signCall(privateKey, TOKEN_PATH, nonce, body),
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body,
    };
  },
  read(answer) {
    if (!isObject(answer)) return 'the answer to GetWebSocketsToken is not an object';
    const [error] = rowsOf(answer['error'] ?? []);
    if (typeof error === 'string') return venueError(error);
    const result = isObject(answer['result']) ? answer['result'] : {};
    const [token, seconds] = [textOf(result['token']), numberOf(result['expires'])];
    if (token === '' || !(seconds > 0))
      return 'the answer to GetWebSocketsToken lacks the token or its lifetime';
    return { lifetimeMs: seconds * 1000, granted: [], secrets: { token } };
  },
};

/** Base64 of HMAC-SHA512 over the path and SHA-256 of nonce and body. @see https://docs.kraken.com/api/docs/guides/spot-rest-auth */
export function signCall(privateKey: string, path: string, nonce: number, body: string): string {
  const hash = createHash('sha256').update(`${nonce}${body}`).digest();
  return createHmac('sha512', Buffer.from(privateKey, 'base64')).update(path).update(hash).digest('base64');
}

/** What Kraken's futures sockets want instead: the challenge they sent, signed. */
export function signFuturesChallenge(privateKey: string, challenge: string): string {
  const hash = createHash('sha256').update(challenge).digest();
  return createHmac('sha512', Buffer.from(privateKey, 'base64')).update(hash).digest('base64');
}

/** @see https://docs.kraken.com/api/docs/guides/spot-errors */
const classify = wordClassifier([
  ['fatal-login', /^EAPI:Invalid (?:key|signature)|^EGeneral:Permission denied|^EAccount:|^EAuth:(?!Rate)/],
  ['login', /^ESession:/],
  ['rate', /[Rr]ate limit exceeded|^EGeneral:Temporary lockout/],
  ['retry', /^EAPI:Invalid nonce|^EService:(?:Unavailable|Busy|Market in)|^EGeneral:Internal error/],
  ['not-found', /^EOrder:Unknown order|^Currency pair not supported/],
]);

// Orders

const ORDER_RULES = {
  // Free text may have 18 characters; Kraken also takes UUIDs, which no bot needs who lets the library choose.
  clientOrderIdLength: 18,
  pricedTypes: ['iceberg', 'stop-loss-limit', 'take-profit-limit', 'trailing-stop-limit'],
  ownFields:
    /^(?:order_type|side|order_qty|symbol|limit_price|time_in_force|cl_ord_id|post_only|reduce_only|token)$/,
};
const TIMES: Readonly<Record<string, string>> = {
  'good-til-cancelled': 'GTC',
  'immediate-or-cancel': 'IOC',
  'fill-or-kill': 'FOK',
};

/** Every call about orders carries the token. */
const orderCall = (context: RequestContext, method: string, params: JsonObject) =>
  call(context.nextId() * ID_STEP, method, { ...params, token: tokenOf(context) });

const decimal = (value: number | string | undefined): number | undefined =>
  value === undefined ? undefined : Number(value);

/** Success: `{"method":"add_order","req_id":64,"success":true,"result":{"order_id":"OABCDE-12345-FGHIJ","cl_ord_id":"O-1"}}`,
 * failure: `{"method":"add_order","req_id":64,"success":false,"error":"EOrder:Insufficient funds"}`. Events on `executions` follow. */
const orders: OrderCalls = {
  clientOrderIdLength: ORDER_RULES.clientOrderIdLength,
  validate: (order) => orderProblem(order, ORDER_RULES),
  place: (order, context) =>
    orderCall(context, 'add_order', {
      ...order.extra,
      order_type: order.type ?? 'limit',
      side: order.side,
      order_qty: decimal(order.amount),
      symbol: order.symbol,
      limit_price: decimal(order.price),
      time_in_force:
        order.timeInForce === undefined ? undefined : (TIMES[order.timeInForce] ?? order.timeInForce),
      cl_ord_id: order.clientOrderId,
      post_only: order.postOnly,
      reduce_only: order.reduceOnly,
    }),
  readPlaced(result, asked) {
    if (!isObject(result) || asked === undefined) return undefined;
    const orderId = textOf(result['order_id']);
    return orderId === '' ? undefined : orderAsAsked(asked, orderId, result);
  },
  /** Keeps the order's place in the queue where the price stays. */
  edit: (reference, { amount, price, postOnly, extra }, context) =>
    orderCall(context, 'amend_order', {
      ...extra,
      ...named(reference, (id) => id),
      order_qty: decimal(amount),
      limit_price: decimal(price),
      post_only: postOnly,
    }),
  cancel: (reference, context) =>
    orderCall(
      context,
      'cancel_order',
      named(reference, (id) => [id]),
    ),
  readCancelled: () => undefined,
  cancelAll({ symbol }, context) {
    if (symbol !== undefined)
      throw new TypeError('Kraken cancels all orders of the account: leave symbol out');
    return orderCall(context, 'cancel_all', {});
  },
  /** `{"result":{"count":5},"success":true}` */
  readCancelledAll: (result) => (isObject(result) ? numberOf(result['count']) : undefined),
};

const named = (
  { orderId, clientOrderId }: { readonly orderId?: string; readonly clientOrderId?: string },
  form: (id: string) => unknown,
): JsonObject =>
  orderId === undefined ? { cl_ord_id: form(neededText(clientOrderId)) } : { order_id: form(orderId) };

/**
 * `{"result":{"currentTime":"2023-09-21T15:49:29Z","triggerTime":"2023-09-21T15:51:09Z"},"success":true}`. For all orders of the
 * account, and one shot: once it has fired it stays off. @see https://docs.kraken.com/api/docs/websocket-v2/cancel_after
 */
const safetySwitch: SafetySwitch = {
  kind: 'timer',
  refreshEveryMs: 20_000,
  arm: (context) => [
    {
      ...orderCall(context, 'cancel_all_orders_after', { timeout: 60 }),
      name: 'arm cancel-all-orders-after',
      check: (result) =>
        isObject(result) && isoTimeMs(result['triggerTime']) > 0
          ? undefined
          : 'cancel_all_orders_after did not say when it will fire',
    },
  ],
};

// Sockets

const REMEMBERED_ORDERS = 5000;

const HEARTBEAT = {
  intervalMs: 10_000,
  silenceMs: 30_000,
  // The venue's own heartbeat comes only when no data flows.
  anyFrameCounts: true,
  ping: () => '{"method":"ping"}',
};

function socket(depth: number, url: string): Exchange<KrakenCredentials> {
  const book = depth === BASE_DEPTH ? 'book' : `book-${depth}`;
  return {
    name: 'kraken',
    documentation: DOCUMENTATION,
    urls: { live: url },
    heartbeat: HEARTBEAT,
    isPrivate: (topic) => PRIVATE.test(topic),
    checkTopic,
    commonTopic,
    subscribe: (topics, context) => topicCalls('subscribe', topics, context),
    unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
    classify,
    limits: { connects: { units: 150, windowMs: 600_000 } },
    books: {
      rule: () => 'none',
      depth: () => depth,
      checksum: (held) => crc32(digitsOfBook(held, BASE_DEPTH)),
    },
    decode: krakenReader(book, 0),
    newDecode: () => krakenReader(book, REMEMBERED_ORDERS),
    topicOf: (frame) => topicOf(frame, book),
    rehearsal: REHEARSAL,
  };
}

/** Knows the order of keys that Kraken writes, for the channels whose topic is channel and symbol. */
function topicOf(frame: string, book: string): string | undefined {
  const [, channel, symbol] = MARKET.exec(frame) ?? [];
  return channel === undefined ? undefined : `${channel === 'book' ? book : channel}:${symbol}`;
}

const MARKET = /^\{"channel":"(trade|ticker|book)","type":"\w+","data":\[\{"symbol":"([^"]+)"/;
const REHEARSAL = [
  `${EXACT_BOOK}update","data":[{"symbol":"X/Y","bids":[{"price":1.5,"qty":2.50}],"asks":[],"checksum":1,"timestamp":"2026-01-01T00:00:00.000001Z"}]}`,
  '{"channel":"trade","type":"update","data":[{"symbol":"X/Y","side":"buy","price":1.5,"qty":2.5,"ord_type":"limit","trade_id":1,"timestamp":"2026-01-01T00:00:00.000001Z"}]}',
  '{"channel":"ticker","type":"update","data":[{"symbol":"X/Y","bid":1.5,"bid_qty":2.5,"ask":1.6,"ask_qty":2.5,"timestamp":"2026-01-01T00:00:00.000001Z"}]}',
  '{"channel":"heartbeat"}',
];

export const kraken = defineVenue({
  name: 'kraken',
  documentation: DOCUMENTATION,
  sockets: {
    public: defineExchange(socket(BASE_DEPTH, URL)),
    ...(Object.fromEntries(DEPTHS.map((depth) => [`book${depth}`, socket(depth, URL)])) as Readonly<
      Record<`book${(typeof DEPTHS)[number]}`, Exchange<KrakenCredentials>>
    >),
    private: defineExchange<KrakenCredentials>({
      ...socket(BASE_DEPTH, 'wss://ws-auth.kraken.com/v2'),
      restUrls: { live: 'https://api.kraken.com' },
      login,
      orders,
      safetySwitch,
      request: (method, params, context) => orderCall(context, method, params),
    }),
  },
  socketOfTopic(topic) {
    if (PRIVATE.test(topic)) return 'private';
    const [, depth] = /^book-(\d+):/.exec(topic) ?? [];
    return depth !== undefined && DEPTHS.some((known) => String(known) === depth) ? `book${depth}` : 'public';
  },
  orderSocket: 'private',
  socketOfRequest: () => 'private',
  commonTopic,
  validateCredentials: (credentials) => login.validate(credentials),
});
