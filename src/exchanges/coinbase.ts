// Coinbase Advanced Trade: a socket for market data and one for the account's own. Orders go over REST only.
// Oddities to know: no ids, each answer is the whole list of topics; one count over all frames of a connection; a JWT in each message.
import { createHmac } from 'node:crypto';
import { accountRows } from './dialects/account-rows.js';
import { wordClassifier } from './dialects/classes.js';
import { decimalOf } from './dialects/exact-numbers.js';
import { countOf, numberOf, objectOf, rowsOf, textOf } from './dialects/fields.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { isObject, type JsonObject, parseObject } from './dialects/json-rpc.js';
import { listedSubscriptions } from './dialects/listed-subscriptions.js';
import { messageTokens } from './dialects/message-tokens.js';
import { sidedBooks } from './dialects/sided-books.js';
import { textQuotes, textTrades } from './dialects/text-rows.js';
import type { CommonTopicKind, DecodeSink, Exchange } from './exchange.js';
import { defineExchange, defineVenue } from './exchange.js';

/** A CDP API key with the right to view. There is no test network with a WebSocket. */
export interface CoinbaseCredentials {
  /** `organizations/…/apiKeys/…`, or the key's id. */
  readonly keyName: string;
  /** The private key as it was handed out: PEM of an EC key, or base64 of an Ed25519 key. It signs and goes nowhere else. */
  readonly privateKey: string;
}

const DOCUMENTATION =
  'https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview';
/**
 * There is no login: each message of the account's socket carries a token of its own.
 * @see https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-authentication
 */
const tokens = messageTokens({ venue: 'Coinbase', issuer: 'cdp', lifetimeSeconds: 120 });
export const { messageToken } = tokens;

/** What the feed of Coinbase Exchange, the institutional venue, wants instead: base64 of HMAC-SHA256. `timestamp` in seconds, as text. */
export function signExchangeFeed(secret: string, timestamp: string): string {
  const text = `${timestamp}GET/users/self/verify`;
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(text).digest('base64');
}

// Topics

const PRIVATE = /^(?:user|futures_balance_summary)$/;
const WHOLE = /^(?:user|futures_balance_summary|status)$/;
const TOPIC = /^(?:level2|market_trades|ticker|ticker_batch|candles):[A-Z0-9]+(?:-[A-Z0-9]+)+$/;
const COMMON: Readonly<Record<CommonTopicKind, string>> = {
  trades: 'market_trades',
  quotes: 'ticker',
  book: 'level2',
};
const commonTopic = (kind: CommonTopicKind, symbol: string): string => `${COMMON[kind]}:${symbol}`;

function checkTopic(topic: string): string | undefined {
  const [, dollars] = /^(\w+:.+-USD)C$/.exec(topic) ?? [];
  if (dollars !== undefined && !/:(?:USDT|EURC)-USD$/.test(dollars)) {
    return `Coinbase sends the market data of "${topic}" under the name of the dollar: subscribe to ${dollars}`;
  }
  if (TOPIC.test(topic) || WHOLE.test(topic)) return undefined;
  return `"${topic}" is no topic of Coinbase: compare level2:BTC-USD, market_trades:BTC-USD, ticker:BTC-USD, candles:BTC-USD, status, user (all products), futures_balance_summary`;
}

/** `{"type":"subscribe","product_ids":["ETH-USD","BTC-USD"],"channel":"level2","jwt":"…"}`, one channel per message. */
const subscriptions = listedSubscriptions({
  method: 'type',
  channel: 'channel',
  symbols: 'product_ids',
  token: 'jwt',
  // Products of one message: the venue states no limit; this keeps frames below 4 KB.
  limits: { maxTopics: 100, maxBytes: 3000 },
  whole: WHOLE,
  untold: /^heartbeats$/,
  tokenOf(channel, context) {
    const credentials = PRIVATE.test(channel) ? (context.credentials as CoinbaseCredentials) : undefined;
    return credentials && messageToken(credentials, context);
  },
});

// Frames: all have one envelope with a channel, a number in the connection's one count, a time and a list of events

/** `{"channel":"ticker","client_id":"","timestamp":"…","sequence_num":12,"events":[…]}` */
function decodeCoinbase(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  const { type, channel, events, timestamp } = message;
  if (type === 'error') return readError(message, sink);
  if (typeof channel !== 'string' || !Array.isArray(events) || !events.every(isObject)) return 'no events';
  const sequence = countOf(message['sequence_num']);
  if (Number.isNaN(sequence)) return `${channel}: no sequence_num`;
  sink.frameSequence?.(sequence);
  return readEvents(channel, { events, timeMs: isoTimeMs(timestamp), sequence }, sink);
}

interface Events {
  readonly events: readonly JsonObject[];
  readonly timeMs: number;
  readonly sequence: number;
}

function readEvents(channel: string, frame: Events, sink: DecodeSink): string | undefined {
  switch (channel) {
    case 'l2_data':
      return tellBooks(channel, frame.events, sink, frame.timeMs, frame.sequence);
    case 'market_trades':
      return readTrades(frame, sink);
    case 'ticker':
    case 'ticker_batch':
      return readTickers(channel, frame, sink);
    case 'heartbeats':
      return void sink.alive();
    case 'subscriptions':
      // `{"events":[{"subscriptions":{"level2":["BTC-USD","ETH-USD"],"heartbeats":["heartbeats"]}}]}`: all there are, after each change.
      return subscriptions.read(
        frame.events.map((event) => event['subscriptions']),
        sink,
      );
    case 'user':
      return readUser(frame, sink);
    case 'candles':
      return readCandles(frame, sink);
    case 'futures_balance_summary':
      for (const raw of frame.events) sink.private({ kind: 'account', topic: channel, raw });
      return undefined;
    case 'status':
      return void sink.message(channel);
    default:
      return 'a channel that is not known';
  }
}

/** `{"type":"error","message":"authentication failure"}` says neither to what, nor why: a channel that does not exist reads the same. */
function readError({ message }: JsonObject, sink: DecodeSink): string | undefined {
  if (typeof message !== 'string') return 'an error without a message';
  sink.refusal(undefined, { code: 'error', message });
  return undefined;
}

/** `{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"…","price_level":"68900.00","new_quantity":"0"}]}` */
// biome-ignore format: a table
const tellBooks = sidedBooks({
  type: 'type', whole: 'snapshot', change: 'update', symbol: 'product_id', levels: 'updates', side: 'side', bid: 'bid',
  ask: 'offer', price: 'price_level', amount: 'new_quantity', topicOf: (symbol) => `level2:${symbol}`,
});

/** `{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.0015","side":"BUY","time":"…"}` */
const tellTrades = textTrades({
  id: 'trade_id',
  symbol: 'product_id',
  side: 'side',
  buy: 'BUY',
  sell: 'SELL',
  price: 'price',
  amount: 'size',
  time: 'time',
  timeOf: isoTimeMs,
  sequenceOf: decimalOf,
  topicOf: (symbol) => `market_trades:${symbol}`,
});

function readTrades({ events }: Events, sink: DecodeSink): string | undefined {
  const trades = rowsIn(events, 'trades');
  if (events.every(({ type }) => type !== 'snapshot')) return tellTrades('market_trades', trades, sink);
  // A subscription starts with old trades, which are not events: they go on as they are.
  return trades.every(isObject) ? tellFrame('market_trades', trades, sink) : 'market_trades: malformed';
}

/** The rows of all events; what holds no rows counts as a row that is none. Nearly always there is one event. */
function rowsIn(events: readonly JsonObject[], name: string): readonly unknown[] {
  const only = events.length === 1 ? events[0]?.[name] : undefined;
  return Array.isArray(only) ? only : events.flatMap((event) => event[name] ?? [undefined]);
}

/** The frame as it is, once for each product in it. */
function tellFrame(
  channel: string,
  rows: readonly { readonly product_id?: unknown }[],
  sink: DecodeSink,
): string | undefined {
  const symbols = new Set(rows.map((row) => textOf(row.product_id)));
  if (symbols.has('')) return `${channel}: malformed`;
  for (const symbol of symbols) sink.message(`${channel}:${symbol}`);
  if (symbols.size === 0) sink.alive();
  return undefined;
}

function readCandles({ events }: Events, sink: DecodeSink): string | undefined {
  const candles = rowsIn(events, 'candles');
  return candles.every(isObject) ? tellFrame('candles', candles, sink) : 'candles: malformed';
}

/** `{"type":"ticker","product_id":"BTC-USD","price":"68900.50","best_bid":"68900.00","best_bid_quantity":"1.5",…}`: a quote and more. */
const quotesOf = (channel: string) =>
  textQuotes({
    symbol: 'product_id',
    bid: 'best_bid',
    bidAmount: 'best_bid_quantity',
    ask: 'best_ask',
    askAmount: 'best_ask_quantity',
    topicOf: (symbol) => `${channel}:${symbol}`,
  });
const tellQuotes = { ticker: quotesOf('ticker'), ticker_batch: quotesOf('ticker_batch') };

function readTickers(channel: 'ticker' | 'ticker_batch', { events, timeMs }: Events, sink: DecodeSink) {
  const tickers = rowsIn(events, 'tickers');
  if (!tickers.every(isObject)) return `${channel}: malformed`;
  return tellQuotes[channel](channel, tickers, sink, timeMs) ?? tellFrame(channel, tickers, sink);
}

// The account

/** `{"order_id":"…","client_order_id":"…","cumulative_quantity":"0","leaves_quantity":"0.001","avg_price":"0","status":"OPEN",…}` */
// biome-ignore format: a table
const rows = accountRows({
  order: {
    orderId: 'order_id', clientOrderId: 'client_order_id', symbol: 'product_id', side: 'order_side', type: 'order_type',
    state: 'status', price: 'limit_price', amount: '', filledAmount: 'cumulative_quantity', leftAmount: 'leaves_quantity',
    averagePrice: 'avg_price', updatedAtMs: 'timeMs', cancelReason: 'cancel_reason reject_reason',
  },
  states: { rejected: 'failed', 'cancel-queued': 'cancel_queued' },
  prepare: (row) => ({
    ...row,
    order_type: textOf(row['order_type']).toLowerCase(),
    status: textOf(row['status']).toLowerCase(),
    // A market order has none.
    limit_price: numberOf(row['limit_price']) > 0 ? row['limit_price'] : undefined,
  }),
});

/** Open orders in batches of 50 first, then each change. Fills are not told one by one: `filledAmount` and `averagePrice` move. */
function readUser({ events, timeMs }: Events, sink: DecodeSink): string | undefined {
  const topic = 'user';
  let problem: string | undefined;
  for (const { orders = [], positions } of events) {
    for (const row of rowsOf(orders).map(objectOf)) {
      const event = rows.event('order', topic, { ...row, timeMs }, row);
      if (event === undefined) problem = 'user: malformed order';
      else sink.private(event);
    }
    const held = isObject(positions) ? Object.values(positions) : [];
    if (held.some((rows) => Array.isArray(rows) && rows.length > 0))
      sink.private({ kind: 'account', topic, raw: positions });
  }
  // An empty snapshot: an account without open orders.
  if (problem === undefined) sink.alive();
  return problem;
}

// Sockets

function socket(url: string): Exchange<CoinbaseCredentials> {
  return {
    name: 'coinbase',
    documentation: DOCUMENTATION,
    urls: { live: url },
    heartbeat: {
      intervalMs: 1000,
      silenceMs: 15_000,
      // Also the subscription that must come within five seconds, and what keeps quiet channels from being closed.
      start: () => '{"type":"subscribe","channel":"heartbeats"}',
    },
    isPrivate: (topic) => PRIVATE.test(topic),
    checkTopic,
    commonTopic,
    subscribe: (topics, context) => subscriptions.calls('subscribe', topics, context),
    unsubscribe: (topics, context) => subscriptions.calls('unsubscribe', topics, context),
    classify: wordClassifier([
      ['login', /authentication/i],
      ['rate', /rate limit|too many/i],
    ]),
    limits: { frames: { units: 8, windowMs: 1000 }, connects: { units: 8, windowMs: 1000 } },
    books: { rule: () => 'none' },
    countsByConnection: true,
    decode: decodeCoinbase,
    rehearsal: REHEARSAL,
  };
}

const HEAD =
  '"client_id":"","timestamp":"2026-01-01T00:00:00.000001Z","sequence_num":0,"events":[{"type":"update",';
const REHEARSAL = [
  `{"channel":"l2_data",${HEAD}"product_id":"X-Y","updates":[{"side":"bid","event_time":"","price_level":"1.5","new_quantity":"2.5"}]}]}`,
  `{"channel":"market_trades",${HEAD}"trades":[{"trade_id":"1","product_id":"X-Y","price":"1.5","size":"2.5","side":"BUY","time":"2026-01-01T00:00:00.000001Z"}]}]}`,
  `{"channel":"ticker",${HEAD}"tickers":[{"product_id":"X-Y","best_bid":"1.5","best_bid_quantity":"2","best_ask":"1.6","best_ask_quantity":"2"}]}]}`,
];

export const coinbase = defineVenue({
  name: 'coinbase',
  documentation: DOCUMENTATION,
  sockets: {
    market: defineExchange(socket('wss://advanced-trade-ws.coinbase.com')),
    user: defineExchange<CoinbaseCredentials>({
      ...socket('wss://advanced-trade-ws-user.coinbase.com'),
      login: tokens.login,
    }),
  },
  socketOfTopic: (topic) => (PRIVATE.test(topic) ? 'user' : 'market'),
  commonTopic,
  validateCredentials: tokens.login.validate,
});
