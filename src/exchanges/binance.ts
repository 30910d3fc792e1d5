// Binance spot: market streams on one socket, orders and the account on another (WebSocket API v3).
// Oddities to know: unknown streams stay silent, books begin with a snapshot over HTTP, and orders outlive their connection.
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
  apiCall,
  apiClassifier,
  apiClock,
  apiLogin,
  apiOrderProblem,
  apiOrders,
  apiRequest,
  decodeApi,
  isLoggedOn,
  named,
  orderParams,
} from './dialects/binance-api.js';
import { type BinanceCredentials, keyProblem } from './dialects/binance-keys.js';
import { streamSocket } from './dialects/binance-streams.js';
import { classifier } from './dialects/classes.js';
import { decimalText } from './dialects/decimals.js';
import { valueAt } from './dialects/fields.js';
import type { JsonObject } from './dialects/json-rpc.js';
import { allConfirmed } from './dialects/topics.js';
import type { DecodeSink, OrderCalls, RequestContext, TopicOutgoing } from './exchange.js';
import { defineExchange, defineVenue } from './exchange.js';

export type { BinanceCredentials } from './dialects/binance-keys.js';
export type * from './order-fields/binance.js';

const NAME = 'binance';
const DOCUMENTATION = 'https://developers.binance.com/docs/binance-spot-api-docs';
/** A connection lives a day; an address may open 300 in five minutes. */
const LIMITS = { lifetimeMs: 86_400_000, connects: { units: 300, windowMs: 300_000 } };

// Market streams

const FORMS = [
  /^[^@\sA-Z!]+@(?:aggTrade|trade|bookTicker|avgPrice|miniTicker|ticker(?:_1h|_4h|_1d)?|blockTrade)$/,
  /^[^@\sA-Z!]+@depth(?:5|10|20)?(?:@100ms|@1000ms)?$/,
  /^[^@\sA-Z!]+@kline_\d{1,2}[smhdwM](?:@\+08:00)?$/,
  /^!(?:miniTicker|ticker(?:_1h|_4h|_1d)?)@arr$/,
];

/** @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
const streams = streamSocket({
  name: NAME,
  documentation: DOCUMENTATION,
  urls: { live: 'wss://stream.binance.com:9443/stream', test: 'wss://stream.testnet.binance.vision/stream' },
  restUrls: { live: 'https://api.binance.com', test: 'https://testnet.binance.vision' },
  limits: { ...LIMITS, topics: 1024, frames: { units: 5, windowMs: 1000 } },
  // 6000 weights a minute and address; the deepest snapshot takes 250 of them, and others may be at work behind the same address.
  httpRates: {
    limits: { weight: { kind: 'window', units: 4_800, windowMs: 60_000 } },
    cost: ({ url }) => ({ weight: url.includes('/depth') ? 250 : 20 }),
  },
  forms: FORMS,
  examples:
    'btcusdt@trade, btcusdt@aggTrade, btcusdt@bookTicker, btcusdt@depth@100ms, btcusdt@depth20@100ms, btcusdt@kline_1m, userData',
  snapshot: (symbol) => `/api/v3/depth?symbol=${symbol}&limit=5000`,
  rehearsal: [
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":12345,"p":"61000.00","q":"0.5","T":1672515782136,"m":true,"M":true}}',
    '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":1672515782136,"s":"BTCUSDT","U":157,"u":160,"b":[["61000.00","10.0"]],"a":[["61001.00","0.0"]]}}',
  ],
});

// The account's events

function readUserEvent(event: JsonObject, sink: DecodeSink): string | undefined {
  switch (event['e']) {
    case 'executionReport':
      return tellReport(event, sink);
    case 'outboundAccountPosition':
      return tellBalances(event['B'], event, sink);
    case 'eventStreamTerminated':
      sink.revoked(USER_DATA, {
        code: 'eventStreamTerminated',
        message: 'Binance ended the user data stream',
      });
      return undefined;
    default:
      return tellOtherEvent(event, sink);
  }
}

function tellBalances(rows: unknown, event: JsonObject, sink: DecodeSink): string | undefined {
  if (Array.isArray(rows) && rows.length === 0)
    sink.private({ kind: 'account', topic: USER_DATA, raw: event });
  return tellRows('balance', rows, sink);
}

/** `{"id":1,"status":200,"result":{"subscriptionId":0}}` */
function userDataCalls(
  topics: readonly string[],
  context: RequestContext,
  verb: 'subscribe' | 'unsubscribe',
): readonly TopicOutgoing[] {
  if (topics.length === 0) return [];
  if (verb === 'unsubscribe') return [{ ...apiCall(context, 'userDataStream.unsubscribe'), topics }];
  if (isLoggedOn(context)) return [{ ...apiCall(context, 'userDataStream.subscribe'), topics }];
  return [{ ...accountCall(context, 'userDataStream.subscribe.signature'), topics }];
}

// Orders

const ORDER_RULES = {
  pricedTypes: ['limit-maker', 'stop-loss-limit', 'take-profit-limit'],
  ownFields: /^(?:symbol|side|type|timeInForce|price|quantity|newClientOrderId|apiKey|signature|timestamp)$/,
};

function validateOrder(order: OrderRequest): string | undefined {
  if (order.reduceOnly === true) return 'order.reduceOnly has no meaning on the spot market';
  return apiOrderProblem(order, ORDER_RULES);
}

function placeParams(order: OrderRequest & { readonly clientOrderId: string }): JsonObject {
  const { type = 'limit', timeInForce } = order;
  const isPostOnly = order.postOnly === true && type === 'limit';
  const wireType = isPostOnly ? 'LIMIT_MAKER' : type.toUpperCase().replaceAll('-', '_');
  const inForce = timeInForce ?? (/(?:^|_)LIMIT$/.test(wireType) ? 'good-til-cancelled' : undefined);
  return orderParams(order, wireType, inForce);
}

/**
 * - success: `{"id":1,"status":200,"result":{"symbol":"BTCUSDT","orderId":12569099453,"clientOrderId":"4d96…","transactTime":17,"status":"NEW",…}}`
 * - failure: `{"id":1,"status":400,"error":{"code":-2010,"msg":"Account has insufficient balance for requested action."}}`
 * @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/trading-requests
 */
const orders: OrderCalls = {
  ...apiOrders(placeParams),
  validate: validateOrder,
  readPlaced: (result) => answers.order(valueAt(result, 'amendedOrder') ?? result),
  edit(reference, changes, context) {
    const other = Object.keys(changes).find((name) => name !== 'amount' && name !== 'extra');
    if (changes.amount === undefined || other !== undefined) {
      throw new TypeError(
        'Binance changes only the amount of an order, and only downwards; for more, call request("order.cancelReplace")',
      );
    }
    const newQty = decimalText(changes.amount);
    return accountCall(context, 'order.amend.keepPriority', {
      ...changes.extra,
      ...named(reference),
      newQty,
    });
  },
  cancelAll: ({ symbol }, context) => {
    if (symbol === undefined)
      throw new TypeError('Binance cancels all orders of one symbol: name it in filter.symbol');
    return accountCall(context, 'openOrders.cancelAll', { symbol });
  },
  readCancelledAll: (result) => (Array.isArray(result) ? result.length : undefined),
  openOrders: ({ symbol }, context) => accountCall(context, 'openOrders.status', { symbol }),
  readOpenOrders: answers.orders,
};

const classify = apiClassifier(
  classifier({
    retry: '-1008 -1016 -1021',
    rate: '-1003 -1015 -1034',
    login: '-2036',
    'fatal-login': '-1022 -2014 -2015',
    'not-found': '-2011 -2013 -2026',
    unknown: '-1006 -1007 -2021',
  }),
);

/** Methods that work without an account. */
const PUBLIC =
  /^(?:ping|time|exchangeInfo|depth|avgPrice|klines|uiKlines|trades\..*|ticker.*|session\.(?:status|logout|subscriptions)|userDataStream\.(?:un)?subscribe)$/;

/** @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-api-information */
const api = defineExchange<BinanceCredentials>({
  name: NAME,
  documentation: DOCUMENTATION,
  urls: {
    live: 'wss://ws-api.binance.com:443/ws-api/v3',
    test: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
  },
  login: apiLogin('account.status', { omitZeroBalances: true }),
  clock: apiClock('time'),
  isPrivate: () => true,
  checkTopic: checkUserData("Binance's API socket"),
  subscribe: (topics, context) => userDataCalls(topics, context, 'subscribe'),
  unsubscribe: (topics, context) => userDataCalls(topics, context, 'unsubscribe'),
  readSubscribed: allConfirmed,
  request: apiRequest(PUBLIC),
  orders,
  classify,
  limits: LIMITS,
  decode: (frame, sink) => decodeApi(frame, sink, readUserEvent),
  rehearsal: ['{"id":1,"status":200,"result":{},"rateLimits":[]}'],
});

export const binance = defineVenue({
  name: NAME,
  documentation: DOCUMENTATION,
  sockets: { streams, api },
  socketOfTopic: (topic) => (topic === USER_DATA ? 'api' : 'streams'),
  socketOfRequest: (method) => (/^[A-Z_]+$/.test(method) ? 'streams' : 'api'),
  orderSocket: 'api',
  commonTopic: (kind, symbol) =>
    `${symbol.toLowerCase()}@${{ trades: 'trade', quotes: 'bookTicker', book: 'depth@100ms' }[kind]}`,
  validateCredentials: keyProblem,
});
