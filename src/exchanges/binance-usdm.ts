// Binance USD-M futures: books and best prices, other market data, the account's events and orders, each on a socket of its own.
// Oddities to know: since 2026 each kind of stream is served at one address only, and a listen key from HTTP opens the account's.
import type { OrderRequest } from '../market.js';
import {
  answers,
  checkUserData,
  tellOtherEvent,
  tellReport,
  tellRows,
  USER_DATA,
} from './dialects/binance-account.js';
import {
  accountCall,
  apiClassifier,
  apiClock,
  apiLogin,
  apiOrderProblem,
  apiOrders,
  apiRequest,
  decodeApi,
  named,
  orderParams,
} from './dialects/binance-api.js';
import { type BinanceCredentials, keyProblem } from './dialects/binance-keys.js';
import { readControl, readShutdown, streamCall, streamSocket } from './dialects/binance-streams.js';
import { classifier } from './dialects/classes.js';
import { decimalText } from './dialects/decimals.js';
import { objectOf } from './dialects/fields.js';
import { isObject, type JsonObject, parseObject } from './dialects/json-rpc.js';
import { allConfirmed } from './dialects/topics.js';
import type { DecodeSink, OrderCalls, RequestContext } from './exchange.js';
import { defineExchange, defineVenue } from './exchange.js';
export type { BinanceUsdmEditFields, BinanceUsdmOrderFields } from './order-fields/binance.js';

const NAME = 'binance-usdm';
const DOCUMENTATION =
  'https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-market-streams';
const REST = { live: 'https://fapi.binance.com', test: 'https://demo-fapi.binance.com' };
const LIMITS = { lifetimeMs: 86_400_000, topics: 1024, frames: { units: 10, windowMs: 1000 } };
const EXPIRED = 'listenKeyExpired';

// Market streams

const PUBLIC_FORMS = [
  /^[^@\sA-Z!]+@(?:bookTicker|trade|depth(?:5|10|20)?(?:@100ms|@250ms|@500ms)?)$/,
  /^!bookTicker$/,
];
const MARKET_FORMS = [
  /^[^@\sA-Z!]+@(?:aggTrade|miniTicker|ticker|forceOrder|compositeIndex|assetIndex|markPrice(?:@1s)?)$/,
  /^[^@\sA-Z!]+@(?:kline|continuousKline)_\d{1,2}[smhdwM]$/,
  /^!(?:miniTicker|ticker|forceOrder|markPrice|assetIndex)@arr(?:@1s)?$/,
  /^!contractInfo$/,
];
const isPublic = (topic: string): boolean => PUBLIC_FORMS.some((form) => form.test(topic));

const marketSocket = (path: 'public' | 'market', forms: readonly RegExp[], examples: string) =>
  streamSocket({
    name: NAME,
    documentation: DOCUMENTATION,
    urls: {
      live: `wss://fstream.binance.com/${path}/stream`,
      test: `wss://fstream.binancefuture.com/${path}/stream`,
    },
    restUrls: REST,
    limits: LIMITS,
    // 2400 weights a minute and address; a snapshot of 1000 levels takes 20 of them.
    httpRates: {
      limits: { weight: { kind: 'window', units: 1_900, windowMs: 60_000 } },
      cost: () => ({ weight: 20 }),
    },
    forms,
    examples,
    snapshot: (symbol) => `/fapi/v1/depth?symbol=${symbol}&limit=1000`,
    rehearsal: [
      '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":17,"s":"BTCUSDT","a":5,"p":"61000.0","q":"0.5","f":1,"l":2,"T":17,"m":true}}',
    ],
  });

// The account's events

/** Frames come without the combined wrapper here, because that would repeat the listen key in each of them. */
function decodeAccount(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  switch (message['e']) {
    case undefined:
      return readControl(message, sink);
    case 'ORDER_TRADE_UPDATE':
      return tellReport(objectOf(message['o']), sink);
    case 'ACCOUNT_UPDATE':
      return tellAccount(message['a'], sink);
    case EXPIRED:
      return void sink.revoked(USER_DATA, {
        code: EXPIRED,
        message: 'the listen key expired; a new one is needed',
      });
    default:
      return tellOtherEvent(message, sink);
  }
}

/** `{"m":"ORDER","B":[{"a":"USDT","wb":"122624.1","cw":"100.1","bc":"50.1"}],"P":[{"s":"BTCUSDT","pa":"-1","ep":"61000.0",…}]}` */
function tellAccount(account: unknown, sink: DecodeSink): string | undefined {
  if (!isObject(account)) return `${USER_DATA}: an account update without account`;
  const { B: balances = [], P: positions = [] } = account;
  const malformed = tellRows('balance', balances, sink);
  const problem = tellRows('position', positions, sink) ?? malformed;
  if (problem !== undefined) return problem;
  sink.private({ kind: 'account', topic: USER_DATA, raw: account });
  return undefined;
}

const listenKeyCall = (method: string, topics: readonly string[], context: RequestContext) =>
  topics.length === 0
    ? []
    : [{ ...streamCall(context, method, [context.session?.secrets['listenKey']]), topics }];

const account = defineExchange<BinanceCredentials>({
  name: NAME,
  documentation: 'https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams',
  urls: { live: 'wss://fstream.binance.com/private/ws', test: 'wss://fstream.binancefuture.com/private/ws' },
  restUrls: REST,
  login: {
    validate: keyProblem,
    // Unsigned: the key alone gets a listen key. Asked again before the hour is over, the same call lengthens the life of the same one.
    fetch: ({ apiKey }) => ({
      method: 'POST',
      url: '/fapi/v1/listenKey',
      headers: { 'X-MBX-APIKEY': apiKey },
    }),
    read: (result) =>
      isObject(result) && typeof result['listenKey'] === 'string' && result['listenKey'] !== ''
        ? { lifetimeMs: 3_600_000, granted: [], secrets: { listenKey: result['listenKey'] } }
        : 'the answer has no listenKey',
  },
  isPrivate: () => true,
  checkTopic: checkUserData("the account's socket"),
  subscribe: (topics, context) => listenKeyCall('SUBSCRIBE', topics, context),
  unsubscribe: (topics, context) => listenKeyCall('UNSUBSCRIBE', topics, context),
  readSubscribed: allConfirmed,
  classify: classifier({ 'fatal-login': '-2014 -2015 401', login: EXPIRED }),
  limits: LIMITS,
  decode: decodeAccount,
});

// Orders

const ORDER_RULES = {
  pricedTypes: ['stop', 'take-profit'],
  ownFields:
    /^(?:symbol|side|type|timeInForce|price|quantity|reduceOnly|newClientOrderId|apiKey|signature|timestamp)$/,
};

/** `GTX`, good till crossing, is what post-only is called here. */
function placeParams(order: OrderRequest & { readonly clientOrderId: string }): JsonObject {
  const { type = 'limit', timeInForce, postOnly, reduceOnly } = order;
  const usual = type === 'limit' ? 'good-til-cancelled' : undefined;
  const inForce = postOnly === true ? 'GTX' : (timeInForce ?? usual);
  const params = orderParams(order, type.toUpperCase().replaceAll('-', '_'), inForce);
  // A boolean is signed as the text that stands in the frame.
  return reduceOnly === undefined ? params : { ...params, reduceOnly: String(reduceOnly) };
}

function validateOrder(order: OrderRequest): string | undefined {
  const { type = 'limit', timeInForce, postOnly } = order;
  if (postOnly === true && (type !== 'limit' || timeInForce !== undefined))
    return 'order.postOnly is a time in force of limit orders here (GTX): leave order.timeInForce out';
  return apiOrderProblem(order, ORDER_RULES);
}

/** Price and amount are both needed, and the side, which must be the order's own. */
function modifyParams({ side, price, amount, extra }: Partial<OrderRequest>): JsonObject {
  if (side === undefined || price === undefined || amount === undefined)
    throw new TypeError(
      'Binance futures change price and amount together: give changes.side, .price and .amount',
    );
  return { ...extra, side: side.toUpperCase(), price: decimalText(price), quantity: decimalText(amount) };
}

/**
 * - success: `{"id":1,"status":200,"result":{"orderId":336829446,"symbol":"BTCUSDT","status":"NEW","clientOrderId":"…","avgPrice":"0.00",…}}`
 * - failure: `{"id":1,"status":400,"error":{"code":-2019,"msg":"Margin is insufficient."}}`
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api
 */
const orders: OrderCalls = {
  ...apiOrders(placeParams),
  validate: validateOrder,
  /** The order loses its place in the queue. */
  edit: (reference, changes, context) =>
    accountCall(context, 'order.modify', { ...modifyParams(changes), ...named(reference) }),
  positions: (context) => accountCall(context, 'v2/account.position'),
  readPositions: answers.positions,
};

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/websocket-api-general-info */
const trade = defineExchange<BinanceCredentials>({
  name: NAME,
  documentation: 'https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api',
  urls: { live: 'wss://ws-fapi.binance.com/ws-fapi/v1', test: 'wss://testnet.binancefuture.com/ws-fapi/v1' },
  login: apiLogin('v2/account.status'),
  // There is no method that tells the time alone.
  clock: apiClock('session.status'),
  checkTopic: (topic) => `"${topic}": there are no topics on the socket for orders`,
  subscribe: () => [],
  unsubscribe: () => [],
  request: apiRequest(/^(?:session\.(?:status|logout)|ping|depth|ticker\.)/),
  orders,
  // The codes from -2020 on mean other things than on the spot market.
  classify: apiClassifier(
    classifier({
      retry: '-1001 -1008 -1016 -1021',
      rate: '-1003 -1015',
      'fatal-login': '-1002 -1022 -2014 -2015 -2017',
      'not-found': '-2011 -2013',
      unknown: '-1006 -1007',
    }),
  ),
  limits: { lifetimeMs: LIMITS.lifetimeMs },
  decode: (frame, sink) =>
    decodeApi(frame, sink, ({ e: event }) =>
      event === 'serverShutdown' ? readShutdown(sink) : 'an event on the socket for orders',
    ),
  rehearsal: ['{"id":1,"status":200,"result":{},"rateLimits":[]}'],
});

export const binanceUsdm = defineVenue({
  name: NAME,
  documentation: DOCUMENTATION,
  sockets: {
    public: marketSocket(
      'public',
      PUBLIC_FORMS,
      'btcusdt@bookTicker, btcusdt@depth@100ms, btcusdt@depth20@100ms',
    ),
    market: marketSocket(
      'market',
      MARKET_FORMS,
      'btcusdt@aggTrade, btcusdt@markPrice@1s, btcusdt@kline_1m, btcusdt@bookTicker, btcusdt@depth@100ms',
    ),
    private: account,
    trade,
  },
  socketOfTopic: (topic) => (topic === USER_DATA ? 'private' : isPublic(topic) ? 'public' : 'market'),
  socketOfRequest: (method) => (/^[A-Z_]+$/.test(method) ? 'public' : 'trade'),
  orderSocket: 'trade',
  commonTopic: (kind, symbol) =>
    `${symbol.toLowerCase()}@${{ trades: 'aggTrade', quotes: 'bookTicker', book: 'depth@100ms' }[kind]}`,
  validateCredentials: keyProblem,
});
