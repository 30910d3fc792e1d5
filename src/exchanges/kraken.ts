// Kraken spot, WebSocket v2: a public socket, one more for each other depth of books, and an authenticated one for account and orders.
// Oddities to know: one acknowledgement per symbol, CRC32 over the digits of a book, one depth of a book per symbol and connection.
import { createHash, createHmac } from 'node:crypto';
import { acceptedOrder, accountRows } from './dialects/account-rows.js';
import { type AccountTable, AccountTables } from './dialects/account-tables.js';
import { channelBatches } from './dialects/channel-topics.js';
import { missingText, timeInForceCode } from './dialects/checks.js';
import { wordClassifier } from './dialects/classes.js';
import { digitsChecksum } from './dialects/crc32.js';
import { EXACT_BOOK, readExactBooks } from './dialects/exact-book.js';
import type { DecodeSink, Exchange, Login, OrderCalls, VenueError } from './exchange.js';
import { defineExchange, defineVenue, type RequestContext } from './exchange.js';
import { numberOf, rowsOf, textOf, valueAt } from './dialects/fields.js';
import { headTopics } from './dialects/frame-topics.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { isObject, type JsonObject, parseObject } from './dialects/json-rpc.js';
import { numberQuotes, numberTrades } from './dialects/market-rows.js';
import { channelIds, methodCall, readMethodAnswer } from './dialects/method-calls.js';
import { orderNamer, orderWriter } from './dialects/order-words.js';
import { timerSwitch } from './dialects/setup-requests.js';

export type * from './order-fields/kraken.js';

/** An API key of Kraken, with the right to create WebSocket tokens. There is no test network for spot. */
export interface KrakenCredentials {
  readonly apiKey: string;
  /** The private key in base64, as Kraken shows it once. It signs the call for the token and goes nowhere else. */
  readonly privateKey: string;
}

const DOCUMENTATION = 'https://docs.kraken.com/api/docs/guides/spot-ws-intro';
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
        'API-Sign': signature(privateKey, TOKEN_PATH, `${nonce}${body}`),
        'Content-Type': 'application/x-www-form-urlencoded',
      },
      body,
    };
  },
  read(answer) {
    const [error] = rowsOf(valueAt(answer, 'error'));
    if (typeof error === 'string') return venueError(error);
    const token = textOf(valueAt(answer, 'result.token'));
    const seconds = numberOf(valueAt(answer, 'result.expires'));
    if (token === '' || !(seconds > 0))
      return 'the answer to GetWebSocketsToken lacks the token or its lifetime';
    return { lifetimeMs: seconds * 1000, granted: [], secrets: { token } };
  },
};

/** Base64 of HMAC-SHA512 over the path (none for challenges) and SHA-256 of the text. @see https://docs.kraken.com/api/docs/guides/spot-rest-auth */
export function signature(privateKey: string, path: string, text: string): string {
  const hash = createHash('sha256').update(text).digest();
  return createHmac('sha512', Buffer.from(privateKey, 'base64')).update(path).update(hash).digest('base64');
}

/** @see https://docs.kraken.com/api/docs/guides/spot-errors */
const classify = wordClassifier([
  ['fatal-login', /^EAPI:Invalid (?:key|signature)|^EGeneral:Permission denied|^EAccount:|^EAuth:(?!Rate)/],
  ['login', /^ESession:/],
  ['rate', /[Rr]ate limit exceeded|^EGeneral:Temporary lockout/],
  ['retry', /^EAPI:Invalid nonce|^EService:(?:Unavailable|Busy|Market in)|^EGeneral:Internal error/],
  ['not-found', /^EOrder:Unknown order|^Currency pair not supported/],
]);

// Topics: `channel:symbol`, with the depth of a book or the minutes of a candle behind the channel

const BASE_DEPTH = 10;
const DEPTHS = [25, 100, 500, 1000] as const;
const MINUTES = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600];
const PRIVATE = /^(?:executions|balances)$/;
/** Channels without symbols, and those whose rows have no common form. */
const WHOLE = new Set(['instrument', 'executions', 'balances']);
const OTHERS = new Set(['ohlc', 'trade', 'ticker', 'level3']);
const TOPIC = new RegExp(
  `^(?:(?:trade|ticker|book(?:-(?:${DEPTHS.join('|')}))?|ohlc-(?:${MINUTES.join('|')})):[\\w.]+/[\\w.]+|instrument)$`,
);
/** Symbols of one call: the venue states no limit; this keeps frames below 4 KB. */
const BATCH = { maxTopics: 100, maxBytes: 4000 };

const ids = channelIds(['trade', 'ticker', 'book', ...WHOLE, ...MINUTES.map((minutes) => `ohlc-${minutes}`)]);

function topicCalls(method: string, topics: readonly string[], context: RequestContext) {
  return channelBatches(topics, BATCH).map(({ channel, symbols, topics: asked }) => {
    const [name = '', detail] = channel.split('-');
    const params = {
      channel: name,
      ...(symbols.length === 0 ? {} : { symbol: symbols }),
      ...channelParams(name, detail, method === 'subscribe'),
      ...(PRIVATE.test(name) ? { token: tokenOf(context) } : {}),
    };
    const id = ids.next(context, name === 'ohlc' ? channel : name);
    return { ...methodCall(id, method, params), topics: asked };
  });
}

function channelParams(name: string, detail: string | undefined, isSubscribe: boolean): JsonObject {
  if (name === 'book') return { depth: Number(detail ?? BASE_DEPTH) };
  if (name === 'ohlc') return { interval: Number(detail) };
  if (name === 'ticker') return { event_trigger: 'bbo' };
  // Old trades are not events. Fills made while nobody listened are: they come again, with the same trade id.
  if (name === 'trade' && isSubscribe) return { snapshot: false };
  return name === 'executions' && isSubscribe ? { snap_orders: true, snap_trades: true } : {};
}

function tokenOf(context: RequestContext): string {
  const token = context.session?.secrets['token'];
  if (token === undefined) throw new TypeError('Kraken needs options.credentials for this');
  return token;
}

function checkTopic(topic: string): string | undefined {
  if (TOPIC.test(topic) || PRIVATE.test(topic)) return undefined;
  return `"${topic}" is no topic of Kraken: compare trade:BTC/USD, ticker:BTC/USD, book:BTC/USD (10 levels), book-100:BTC/USD, ohlc-5:BTC/USD, instrument, executions, balances`;
}

// Frames

/** Makes the decoder of one connection. `book` is the channel of its books; `remembered` how many orders it knows the rows of. */
function krakenReader(book: string, remembered: number) {
  const tables = new AccountTables(accounts, { executions: EXECUTIONS }, remembered);
  const topicOf = topicNamed.bind(undefined, book);
  // Each socket knows one depth only, so what is subscribed already can be nothing else.
  const answers = { ids, topicOf, errorOf: venueError, alreadySubscribed: 'Already subscribed' };
  return (frame: string, sink: DecodeSink): string | undefined => {
    if (frame.startsWith(EXACT_BOOK)) return readExactBooks(frame, book, sink);
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is not a JSON object';
    const { method, channel, data, type } = message;
    if (method === 'pong' || channel === 'heartbeat') return void sink.alive();
    if (typeof method === 'string' || message['success'] === false)
      return readMethodAnswer(message, answers, sink);
    if (channel === 'book') return readExactBooks(frame, book, sink);
    if (typeof channel !== 'string') return 'neither an answer nor a channel';
    if (channel === 'instrument' && isObject(data)) return void sink.message(channel);
    if (!Array.isArray(data) || !data.every(isObject)) return `${channel}: no data`;
    // A snapshot of an account without orders.
    if (data.length === 0) return void sink.alive();
    if (channel === 'executions' && type === 'snapshot') tables.clear(channel);
    if (channel === 'executions') return tables.tell(channel, data, sink);
    // What is held by open orders is not said.
    if (channel === 'balances') return accounts.tell('balance', channel, data, sink);
    if (channel === 'status') return readStatus(data[0] as JsonObject, sink);
    if (channel === 'trade' && type !== 'snapshot') return tellTrades(channel, data, sink);
    const problem = channel === 'ticker' ? tellQuotes(channel, data, sink) : undefined;
    return problem ?? readOthers(book, channel, data, sink);
  };
}

const MARKET_FIELDS = { symbol: 'symbol', time: 'timestamp', timeOf: isoTimeMs };

/** `{"symbol":"BTC/USD","side":"buy","price":83744.3,"qty":0.0004478,"ord_type":"limit","trade_id":109116693,"timestamp":"…"}` */
const tellTrades = numberTrades({
  ...MARKET_FIELDS,
  topicOf: (symbol) => `trade:${symbol}`,
  id: 'trade_id',
  sequence: 'trade_id',
  side: 'side',
  price: 'price',
  amount: 'qty',
});

/** `{"symbol":"BTC/USD","bid":83744.2,"bid_qty":0.56,"ask":83744.3,"ask_qty":0.0004478,"last":83744.3,…,"timestamp":"…"}` */
const tellQuotes = numberQuotes({
  ...MARKET_FIELDS,
  topicOf: (symbol) => `ticker:${symbol}`,
  bid: 'bid',
  bidAmount: 'bid_qty',
  ask: 'ask',
  askAmount: 'ask_qty',
});

/** What has no common form goes on as it is, once for each topic in it: candles, single orders of a book, old trades, and what a ticker
 * says beside its quote. */
function readOthers(book: string, channel: string, rows: readonly JsonObject[], sink: DecodeSink) {
  const topics = new Set(rows.map((row) => topicNamed(book, channel, row)));
  if (!OTHERS.has(channel) || topics.has(undefined)) return 'data of a channel that is not known';
  for (const topic of topics) sink.message(topic as string);
  return undefined;
}

/** `{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2",…}]}`: the first frame, and again on change. */
function readStatus({ system }: JsonObject, sink: DecodeSink): string | undefined {
  if (typeof system !== 'string') return 'status: malformed';
  if (system === 'online') return void sink.alive();
  const kind = system === 'maintenance' ? 'maintenance' : 'information';
  return void sink.notice({ kind, text: `Kraken: ${system}` });
}

/** The topic of a channel and what a row or an answer says beside it; undefined where the symbol is missing. */
function topicNamed(book: string, channel: string, { symbol, interval }: JsonObject): string | undefined {
  if (WHOLE.has(channel)) return channel;
  const name = channel === 'ohlc' ? `ohlc-${numberOf(interval)}` : channel === 'book' ? book : channel;
  return name === '' || typeof symbol !== 'string' || symbol === '' ? undefined : `${name}:${symbol}`;
}

/** `EOrder:Insufficient funds`, or plain words. What follows a second colon is not part of the code. */
function venueError(text: string): VenueError {
  return { code: /^E\w+:[^:]+/.exec(text)?.[0] ?? 'refused', message: text };
}

// The account

const WORDS = { clientOrderId: 'cl_ord_id', symbol: 'symbol', side: 'side' };
const TERMS = { type: 'order_type', price: 'limit_price', amount: 'order_qty' };
const accounts = accountRows({
  order: {
    ...WORDS,
    ...TERMS,
    orderId: 'order_id',
    state: 'order_status',
    filledAmount: 'cum_qty',
    averagePrice: 'avg_price',
    updatedAtMs: 'timestamp',
    cancelReason: 'reason',
  },
  fill: {
    ...WORDS,
    orderId: 'order_id',
    tradeId: 'exec_id',
    price: 'last_price',
    amount: 'last_qty',
    fee: 'fees.0.qty',
    feeCurrency: 'fees.0.asset',
    liquidity: 'liquidity_ind',
    exchangeTimeMs: 'timestamp',
  },
  balance: { currency: 'asset', total: 'balance', available: '' },
  liquidity: { maker: 'm', taker: 't' },
  states: { open: 'new partially_filled', cancelled: 'canceled', pending: 'pending_new' },
  timeOf: isoTimeMs,
});

/**
 * `{"order_id":"OK4GJX","exec_type":"trade","exec_id":"TGBB7L","symbol":"BTC/USD","side":"sell","last_qty":0.005,"last_price":26599.9,
 * "liquidity_ind":"t","order_status":"partially_filled","cum_qty":0.005,"fees":[{"asset":"USD","qty":0.3458}],"timestamp":"…"}`.
 * After the first row of an order only what changed is said; a row of an order that was never seen whole goes on as it is.
 */
const EXECUTIONS: AccountTable = {
  key: ['order_id'],
  kinds: ({ exec_type: type }) => (type === 'trade' ? ['fill', 'order'] : ['order']),
  raw: 'change',
};

// Orders

const { placeParams, paramsOf, ...orderChecks } = orderWriter({
  // Free text may have 18 characters; Kraken also takes UUIDs, which no bot needs who lets the library choose.
  clientOrderIdLength: 18,
  pricedTypes: ['iceberg', 'stop-loss-limit', 'take-profit-limit', 'trailing-stop-limit'],
  names: {
    ...WORDS,
    ...TERMS,
    timeInForce: 'time_in_force',
    postOnly: 'post_only',
    reduceOnly: 'reduce_only',
  },
  otherNames: 'token',
  timeInForceOf: timeInForceCode,
});

const named = orderNamer('order_id', 'cl_ord_id');
const asList = (id: string): readonly string[] => [id];

/** Every call about orders carries the token. */
const orderCall = (context: RequestContext, method: string, params: JsonObject) =>
  methodCall(ids.next(context), method, { ...params, token: tokenOf(context) });

/** Success: `{"method":"add_order","req_id":64,"success":true,"result":{"order_id":"OABCDE-12345-FGHIJ","cl_ord_id":"O-1"}}`,
 * failure: `{"method":"add_order","req_id":64,"success":false,"error":"EOrder:Insufficient funds"}`. Events on `executions` follow. */
const orders: OrderCalls = {
  ...orderChecks,
  place: (order, context) => orderCall(context, 'add_order', placeParams(order)),
  readPlaced(result, asked) {
    if (!isObject(result) || asked === undefined) return undefined;
    return acceptedOrder(result['order_id'], asked, Number.NaN, result, 'pending');
  },
  /** Keeps the order's place in the queue where the price stays. */
  edit: (reference, { amount, price, postOnly, extra }, context) =>
    orderCall(context, 'amend_order', {
      ...paramsOf({ amount, price, postOnly, extra }),
      ...named(reference),
    }),
  cancel: (reference, context) => orderCall(context, 'cancel_order', named(reference, asList)),
  readCancelled: () => undefined,
  cancelAll({ symbol }, context) {
    if (symbol !== undefined)
      throw new TypeError('Kraken cancels all orders of the account: leave symbol out');
    return orderCall(context, 'cancel_all', {});
  },
  /** `{"result":{"count":5},"success":true}` */
  readCancelledAll: (result) => (isObject(result) ? numberOf(result['count']) : undefined),
};

/**
 * `{"result":{"currentTime":"2023-09-21T15:49:29Z","triggerTime":"2023-09-21T15:51:09Z"},"success":true}`. For all orders of the
 * account, and one shot: once it has fired it stays off. @see https://docs.kraken.com/api/docs/websocket-v2/cancel_after
 */
const safetySwitch = timerSwitch({
  name: 'arm cancel-all-orders-after',
  refreshEveryMs: 20_000,
  arm: (context) => orderCall(context, 'cancel_all_orders_after', { timeout: 60 }),
  isGood: (result) => isoTimeMs(valueAt(result, 'triggerTime')) > 0,
  problem: 'cancel_all_orders_after did not say when it will fire',
});

// Sockets

const REMEMBERED_ORDERS = 5000;

function socket(depth: number, url = 'wss://ws.kraken.com/v2'): Exchange<KrakenCredentials> {
  const book = depth === BASE_DEPTH ? 'book' : `book-${depth}`;
  return {
    name: 'kraken',
    documentation: DOCUMENTATION,
    urls: { live: url },
    heartbeat: {
      intervalMs: 10_000,
      silenceMs: 30_000,
      // The venue's own heartbeat comes only when no data flows.
      anyFrameCounts: true,
      ping: () => '{"method":"ping"}',
    },
    isPrivate: (topic) => PRIVATE.test(topic),
    checkTopic,
    subscribe: (topics, context) => topicCalls('subscribe', topics, context),
    unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
    classify,
    limits: { connects: { units: 150, windowMs: 600_000 } },
    books: { rule: () => 'none', depth: () => depth, checksum: digitsChecksum(BASE_DEPTH) },
    decode: krakenReader(book, 0),
    newDecode: () => krakenReader(book, REMEMBERED_ORDERS),
    /** Knows the order of keys that Kraken writes, for the channels whose topic is channel and symbol. */
    topicOf: headTopics(MARKET_FRAME, (channel) => (channel === 'book' ? book : channel)),
    rehearsal: REHEARSAL,
  };
}

const MARKET_FRAME = /^\{"channel":"(trade|ticker|book)","type":"\w+","data":\[\{"symbol":"([^"]+)"/;
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
    public: defineExchange(socket(BASE_DEPTH)),
    ...(Object.fromEntries(DEPTHS.map((depth) => [`book${depth}`, socket(depth)])) as Readonly<
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
  commonTopic: (kind, symbol) => `${{ trades: 'trade', quotes: 'ticker', book: 'book' }[kind]}:${symbol}`,
  validateCredentials: (credentials) => login.validate(credentials),
});
