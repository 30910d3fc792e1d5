// Coinbase Advanced Trade: a socket for market data and one for the account's own. Orders go over REST only.
// Oddities to know: no ids, each answer is the whole list of topics; one count over all frames of a connection; a JWT in each message.
import { createHmac } from 'node:crypto';
import { accountRows } from './dialects/account-rows.js';
import { type ChannelEvents, channelEvents, eventRows } from './dialects/channel-events.js';
import { wordClassifier } from './dialects/classes.js';
import { decimalOf } from './dialects/exact-numbers.js';
import { numberOf, objectOf, rowsOf, textOf } from './dialects/fields.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { isObject } from './dialects/json-rpc.js';
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
const COMMON = { trades: 'market_trades', quotes: 'ticker', book: 'level2' };
const commonTopic = (kind: CommonTopicKind, symbol: string): string => `${COMMON[kind]}:${symbol}`;

function checkTopic(topic: string): string | undefined {
  const [, dollars] = /^(\w+:.+-USD)C$/.exec(topic) ?? [];
  if (dollars !== undefined && !/:(?:USDT|EURC)-USD$/.test(dollars)) {
    return `Coinbase sends the market data of "${topic}" under the name of the dollar: subscribe to ${dollars}`;
  }
  if (TOPIC.test(topic) || WHOLE.test(topic)) return undefined;
  return `"${topic}" is no topic of Coinbase: compare level2:BTC-USD, market_trades:BTC-USD, ticker:BTC-USD, candles:BTC-USD, status, user (all products), futures_balance_summary`;
}

/** `{"type":"subscribe","product_ids":["ETH-USD","BTC-USD"],"channel":"level2","jwt":"…"}`, one channel per message. After each change
 * `{"subscriptions":{"level2":["BTC-USD","ETH-USD"],"heartbeats":["heartbeats"]}}` tells all there are. */
const subscriptions = listedSubscriptions({
  method: 'type',
  channel: 'channel',
  symbols: 'product_ids',
  token: 'jwt',
  // Products of one message: the venue states no limit; this keeps frames below 4 KB.
  limits: { maxTopics: 100, maxBytes: 3000 },
  list: 'subscriptions',
  whole: WHOLE,
  untold: /^heartbeats$/,
  tokenOf(channel, context) {
    const credentials = PRIVATE.test(channel) ? (context.credentials as CoinbaseCredentials) : undefined;
    return credentials && messageToken(credentials, context);
  },
});

// Market data

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

const readTrades = eventRows({
  rows: 'trades',
  symbol: 'product_id',
  tell: ({ channel }, trades, sink) => tellTrades(channel, trades, sink),
  // A subscription starts with old trades, which are not events: they go on as they are.
  isPast: ({ type }) => type === 'snapshot',
});

/** `{"type":"ticker","product_id":"BTC-USD","price":"68900.50","best_bid":"68900.00","best_bid_quantity":"1.5",…}`: a quote and more. */
const tellQuotes = textQuotes({
  symbol: 'product_id',
  bid: 'best_bid',
  bidAmount: 'best_bid_quantity',
  ask: 'best_ask',
  askAmount: 'best_ask_quantity',
  topicOf: (symbol, channel) => `${channel}:${symbol}`,
});

const readTickers = eventRows({
  rows: 'tickers',
  symbol: 'product_id',
  tell: ({ channel, timeMs }, tickers, sink) => tellQuotes(channel, tickers, sink, timeMs),
  sayMore: true,
});

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
function readUser({ channel: topic, events, timeMs }: ChannelEvents, sink: DecodeSink): string | undefined {
  let problem: string | undefined;
  for (const { orders = [], positions } of events) {
    for (const row of rowsOf(orders).map(objectOf)) {
      const event = rows.event('order', topic, { ...row, timeMs }, row);
      if (event === undefined) problem = `${topic}: malformed order`;
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

// Frames: all but errors have one envelope with a channel, a number in the connection's one count, a time and a list of events

/** `{"channel":"ticker","client_id":"","timestamp":"…","sequence_num":12,"events":[…]}`, or `{"type":"error","message":"authentication failure"}`,
 * which says neither to what, nor why: a channel that does not exist reads the same. */
const decode = channelEvents({
  channel: 'channel',
  events: 'events',
  sequence: 'sequence_num',
  time: 'timestamp',
  timeOf: isoTimeMs,
  refusal: { type: 'type', word: 'error', text: 'message' },
  readers: {
    l2_data: tellBooks,
    market_trades: readTrades,
    ticker: readTickers,
    ticker_batch: readTickers,
    candles: eventRows({ rows: 'candles', symbol: 'product_id' }),
    heartbeats: (_frame, sink) => void sink.alive(),
    subscriptions: ({ events }, sink) => subscriptions.read(events, sink),
    status: ({ channel }, sink) => void sink.message(channel),
    user: readUser,
    futures_balance_summary({ channel: topic, events }, sink) {
      for (const raw of events) sink.private({ kind: 'account', topic, raw });
      return undefined;
    },
  },
});

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
    decode,
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
