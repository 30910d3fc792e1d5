// Binance USD-M futures: books and best prices, other market data, and the account on three sockets. Orders go over REST or ws-fapi.
// Oddities to know: since 2026 each kind of stream is served at one address only, and a listen key from HTTP opens the account's.
import type { Fill, Order } from '../market.js';
import { cancelReasonOf, priceOf, sideOf, stateOf, typeOf } from './binance-account.js';
import {
  decodeStreams,
  readControl,
  readShutdown,
  readWhole,
  streamCall,
  streamCalls,
  streamOf,
  streamProblem,
  symbolOf,
} from './binance-streams.js';
import { missingText } from './checks.js';
import { decimalOf, idText } from './decimals.js';
import { type DecodeSink, defineExchange, defineVenue } from './exchange.js';
import { numberOf, rowsOf, textOf } from './fields.js';
import { isObject, type JsonObject, parseObject } from './json-rpc.js';

/** The account's stream needs the key alone: listen keys are handed out unsigned. */
export interface BinanceUsdmCredentials {
  readonly apiKey: string;
}

const NAME = 'binance-usdm';
const DOCUMENTATION =
  'https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams';
const REST = { live: 'https://fapi.binance.com', test: 'https://demo-fapi.binance.com' };
const LIMITS = { lifetimeMs: 86_400_000, topics: 1024, frames: { units: 10, windowMs: 1000 } };
const USER_DATA = 'userData';
const LISTEN_KEY_MS = 3_600_000;

const PUBLIC_STREAMS = [
  /^[^@\sA-Z!]+@(?:bookTicker|depth(?:5|10|20)?(?:@100ms|@250ms|@500ms)?)$/,
  /^!bookTicker$/,
];
const MARKET_STREAMS = [
  /^[^@\sA-Z!]+@(?:aggTrade|trade|miniTicker|ticker|forceOrder|compositeIndex|assetIndex|markPrice(?:@1s)?)$/,
  /^[^@\sA-Z!]+@(?:kline|continuousKline)_\d{1,2}[smhdwM]$/,
  /^!(?:miniTicker|ticker|forceOrder|markPrice|assetIndex)@arr(?:@1s)?$/,
  /^!contractInfo$/,
];
const isPublic = (topic: string): boolean => PUBLIC_STREAMS.some((form) => form.test(topic));
const DEPTH = /@depth(?:@100ms|@250ms|@500ms)?$/;

const marketSocket = (path: 'public' | 'market', forms: readonly RegExp[], examples: string) =>
  defineExchange({
    name: NAME,
    documentation: DOCUMENTATION,
    urls: {
      live: `wss://fstream.binance.com/${path}/stream`,
      test: `wss://fstream.binancefuture.com/${path}/stream`,
    },
    restUrls: REST,
    checkTopic: (topic) => streamProblem(topic, forms, examples),
    subscribe: (topics, context) => streamCalls('SUBSCRIBE', topics, context),
    unsubscribe: (topics, context) => streamCalls('UNSUBSCRIBE', topics, context),
    readSubscribed: (topics) => ({ confirmed: topics, refused: [] }),
    request: (method, { params }, context) => streamCall(context, method, params),
    classify: () => 'reject',
    limits: LIMITS,
    books: {
      rule: (topic) => (DEPTH.test(topic) ? 'range' : 'none'),
      snapshot: (topic) =>
        DEPTH.test(topic)
          ? { method: 'GET', url: `/fapi/v1/depth?symbol=${encodeURIComponent(symbolOf(topic))}&limit=1000` }
          : undefined,
      readSnapshot: (topic, answer, sink) =>
        isObject(answer) ? readWhole(topic, answer, sink) : `${topic}: no snapshot`,
    },
    decode: decodeStreams,
    topicOf: streamOf,
    rehearsal: [
      '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":17,"s":"BTCUSDT","a":5,"p":"61000.0","q":"0.5","f":1,"l":2,"T":17,"m":true}}',
    ],
  });

// The account

/** Frames come without the combined wrapper here, because that would repeat the listen key in each of them. */
function decodeAccount(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  switch (message['e']) {
    case undefined:
      return readControl(message, sink);
    case 'ORDER_TRADE_UPDATE':
      return tellOrder(message, sink);
    case 'ACCOUNT_UPDATE':
      return tellAccount(message['a'], sink);
    case 'listenKeyExpired':
      sink.revoked(USER_DATA, {
        code: 'listenKeyExpired',
        message: 'the listen key expired; a new one is needed',
      });
      return undefined;
    case 'serverShutdown':
      return readShutdown(sink);
    default:
      if (typeof message['e'] !== 'string') return 'an event without a name';
      sink.private({ kind: 'account', topic: USER_DATA, raw: message });
      return undefined;
  }
}

/** `{"e":"ORDER_TRADE_UPDATE","T":17,"o":{"s":"BTCUSDT","c":"…","S":"BUY","o":"LIMIT","x":"TRADE","X":"PARTIALLY_FILLED","i":8886774,…}}` */
function tellOrder({ o: row }: JsonObject, sink: DecodeSink): string | undefined {
  if (!isObject(row)) return `${USER_DATA}: an order update without order`;
  const order = readOrder(row);
  const isFill = row['x'] === 'TRADE' || (row['x'] === 'CALCULATED' && decimalOf(row['l']) > 0);
  const fill = isFill ? readFill(row) : undefined;
  if (order === undefined || (isFill && fill === undefined)) return `${USER_DATA}: malformed order update`;
  if (fill !== undefined) sink.private({ kind: 'fill', topic: USER_DATA, fill });
  sink.private({ kind: 'order', topic: USER_DATA, order });
  return undefined;
}

function readOrder(row: JsonObject): Order | undefined {
  const { s: symbol, X: status } = row;
  const [side, state, orderId] = [sideOf(row['S']), stateOf(status), idText(row['i'])];
  if (side === undefined || state === undefined || orderId === '' || typeof symbol !== 'string')
    return undefined;
  const filledAmount = decimalOf(row['z']);
  return {
    orderId,
    clientOrderId: textOf(row['c']),
    symbol,
    side,
    type: typeOf(row['o']),
    state,
    price: priceOf(row['p']),
    amount: decimalOf(row['q']),
    filledAmount,
    averagePrice: filledAmount > 0 ? decimalOf(row['ap']) : Number.NaN,
    updatedAtMs: numberOf(row['T']),
    ...cancelReasonOf(status),
    raw: row,
  };
}

function readFill(row: JsonObject): Fill | undefined {
  const { s: symbol, m: isMaker } = row;
  const [side, tradeId, orderId] = [sideOf(row['S']), idText(row['t']), idText(row['i'])];
  if (side === undefined || tradeId === '' || orderId === '' || typeof symbol !== 'string') return undefined;
  return {
    tradeId,
    orderId,
    clientOrderId: textOf(row['c']),
    symbol,
    side,
    price: decimalOf(row['L']),
    amount: decimalOf(row['l']),
    fee: decimalOf(row['n']),
    feeCurrency: textOf(row['N']),
    liquidity: isMaker === true ? 'maker' : isMaker === false ? 'taker' : 'unknown',
    exchangeTimeMs: numberOf(row['T']),
    raw: row,
  };
}

/** `{"m":"ORDER","B":[{"a":"USDT","wb":"122624.1","cw":"100.1","bc":"50.1"}],"P":[{"s":"BTCUSDT","pa":"-1","ep":"61000.0",…}]}` */
function tellAccount(account: unknown, sink: DecodeSink): string | undefined {
  if (!isObject(account)) return `${USER_DATA}: an account update without account`;
  let problem: string | undefined;
  for (const row of rowsOf(account['B'] ?? [])) {
    const { a: currency, wb, cw } = isObject(row) ? row : ({} as JsonObject);
    const balance = { currency: textOf(currency), total: decimalOf(wb), available: decimalOf(cw), raw: row };
    if (balance.currency === '' || Number.isNaN(balance.total)) problem = `${USER_DATA}: malformed balance`;
    else sink.private({ kind: 'balance', topic: USER_DATA, balance });
  }
  for (const row of rowsOf(account['P'] ?? [])) {
    const { s: symbol, pa, ep } = isObject(row) ? row : ({} as JsonObject);
    const position = { symbol: textOf(symbol), amount: decimalOf(pa), averagePrice: priceOf(ep), raw: row };
    if (position.symbol === '' || Number.isNaN(position.amount)) problem = `${USER_DATA}: malformed position`;
    else sink.private({ kind: 'position', topic: USER_DATA, position });
  }
  if (problem !== undefined) return problem;
  sink.private({ kind: 'account', topic: USER_DATA, raw: account });
  return undefined;
}

const account = defineExchange<BinanceUsdmCredentials>({
  name: NAME,
  documentation: 'https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams',
  urls: { live: 'wss://fstream.binance.com/private/ws', test: 'wss://fstream.binancefuture.com/private/ws' },
  restUrls: REST,
  login: {
    validate: (credentials) => missingText(credentials, ['apiKey']),
    // Asked again before the hour is over, the same call lengthens the life of the same key.
    fetch: ({ apiKey }) => ({
      method: 'POST',
      url: '/fapi/v1/listenKey',
      headers: { 'X-MBX-APIKEY': apiKey },
    }),
    read: (result) =>
      isObject(result) && typeof result['listenKey'] === 'string' && result['listenKey'] !== ''
        ? { lifetimeMs: LISTEN_KEY_MS, granted: [], secrets: { listenKey: result['listenKey'] } }
        : 'the answer has no listenKey',
  },
  isPrivate: () => true,
  checkTopic: (topic) =>
    topic === USER_DATA
      ? undefined
      : `"${topic}" is no topic of the account's socket: it has ${USER_DATA} only`,
  subscribe: (topics, context) =>
    topics.length === 0
      ? []
      : [{ ...streamCall(context, 'SUBSCRIBE', [context.session?.secrets['listenKey']]), topics }],
  unsubscribe: (topics, context) =>
    topics.length === 0
      ? []
      : [{ ...streamCall(context, 'UNSUBSCRIBE', [context.session?.secrets['listenKey']]), topics }],
  readSubscribed: (topics) => ({ confirmed: topics, refused: [] }),
  classify: ({ code }) => (code === '-2014' || code === '-2015' || code === '401' ? 'fatal-login' : 'reject'),
  limits: LIMITS,
  decode: decodeAccount,
});

export const binanceUsdm = defineVenue({
  name: NAME,
  documentation: DOCUMENTATION,
  sockets: {
    public: marketSocket(
      'public',
      PUBLIC_STREAMS,
      'btcusdt@bookTicker, btcusdt@depth@100ms, btcusdt@depth20@100ms',
    ),
    market: marketSocket(
      'market',
      MARKET_STREAMS,
      'btcusdt@aggTrade, btcusdt@markPrice@1s, btcusdt@kline_1m, btcusdt@bookTicker, btcusdt@depth@100ms',
    ),
    private: account,
  },
  socketOfTopic: (topic) => (topic === USER_DATA ? 'private' : isPublic(topic) ? 'public' : 'market'),
  commonTopic: (kind, symbol) =>
    `${symbol.toLowerCase()}@${{ trades: 'aggTrade', quotes: 'bookTicker', book: 'depth@100ms' }[kind]}`,
  validateCredentials: (credentials) => missingText(credentials, ['apiKey']),
});
