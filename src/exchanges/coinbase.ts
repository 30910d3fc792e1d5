// Coinbase Advanced Trade: a socket for market data and one for the account's own. Orders go over REST only.
// Oddities to know: no ids, each answer is the whole list of topics; one count over all frames of a connection; a JWT in each message.
import { createHash, createHmac } from 'node:crypto';
import { channelBatches } from './channel-topics.js';
import { missingText } from './checks.js';
import { wordClassifier } from './classes.js';
import { decodeCoinbase, WHOLE } from './coinbase-frames.js';
import type { CommonTopicKind, Exchange, Login, RequestContext } from './exchange.js';
import { defineExchange, defineVenue } from './exchange.js';
import { privateKeyOf, signJwt } from './jwt.js';

/** A CDP API key with the right to view. There is no test network with a WebSocket. */
export interface CoinbaseCredentials {
  /** `organizations/…/apiKeys/…`, or the key's id. */
  readonly keyName: string;
  /** The private key as it was handed out: PEM of an EC key, or base64 of an Ed25519 key. It signs and goes nowhere else. */
  readonly privateKey: string;
}

const DOCUMENTATION =
  'https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview';
/** A token is for one message; what it subscribed goes on when it has expired. */
const TOKEN_SECONDS = 120;

/** There is no message to log in with: each message of the account's socket carries a token of its own. */
const login: Login<CoinbaseCredentials> = {
  validate(credentials) {
    const missing = missingText(credentials, ['keyName', 'privateKey']);
    if (missing !== undefined) return missing;
    const { privateKey } = credentials as CoinbaseCredentials;
    if (privateKeyOf(privateKey) !== undefined) return undefined;
    return 'credentials.privateKey must be the PEM of a P-256 key or an Ed25519 key in base64';
  },
  read: () => 'Coinbase answers no login',
};

/** @see https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-authentication */
export function messageToken({ keyName, privateKey }: CoinbaseCredentials, context: RequestContext): string {
  const key = privateKeyOf(privateKey);
  if (key === undefined) throw new TypeError('credentials.privateKey cannot sign');
  const now = Math.floor(context.wallMs / 1000);
  const nonce = createHash('sha256').update(context.nonce()).digest('hex').slice(0, 32);
  return signJwt(
    key,
    { kid: keyName, nonce },
    { sub: keyName, iss: 'cdp', nbf: now, exp: now + TOKEN_SECONDS },
  );
}

/** What the feed of Coinbase Exchange, the institutional venue, wants instead: base64 of HMAC-SHA256. `timestamp` in seconds, as text. */
export function signExchangeFeed(secret: string, timestamp: string): string {
  const text = `${timestamp}GET/users/self/verify`;
  return createHmac('sha256', Buffer.from(secret, 'base64')).update(text).digest('base64');
}

// Topics

const PRIVATE = /^(?:user|futures_balance_summary)$/;
const TOPIC = /^(?:level2|market_trades|ticker|ticker_batch|candles):[A-Z0-9]+(?:-[A-Z0-9]+)+$/;
/** Products of one message: the venue states no limit; this keeps frames below 4 KB. */
const BATCH = { maxTopics: 100, maxBytes: 3000 };
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
function topicCalls(type: string, topics: readonly string[], context: RequestContext) {
  return channelBatches(topics, BATCH).map(({ channel, symbols, topics: asked }) => {
    const credentials = PRIVATE.test(channel) ? (context.credentials as CoinbaseCredentials) : undefined;
    const message = {
      type,
      ...(symbols.length === 0 ? {} : { product_ids: symbols }),
      channel,
      ...(credentials === undefined ? {} : { jwt: messageToken(credentials, context) }),
    };
    return { id: context.nextId(), frame: JSON.stringify(message), topics: asked };
  });
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
    subscribe: (topics, context) => topicCalls('subscribe', topics, context),
    unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
    classify: wordClassifier([
      ['login', /authentication/i],
      ['rate', /rate limit|too many/i],
    ]),
    // What was lost shows in the count of the connection, not in the book's own.
    books: { rule: () => 'none' },
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
      login,
    }),
  },
  socketOfTopic: (topic) => (PRIVATE.test(topic) ? 'user' : 'market'),
  commonTopic,
  validateCredentials: (credentials) => login.validate(credentials),
});
