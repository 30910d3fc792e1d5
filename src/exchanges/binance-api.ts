// Binance's WebSocket API v3 for the spot market: the login, orders and the account's events.
// Oddity to know: an Ed25519 key logs its session on once, any other kind of key signs each request.
import type { OrderReference, OrderRequest } from '../market.js';
import { readBalance, readOrder, readReport, readReportedFill } from './binance-account.js';
import { type BinanceCredentials, keyProblem, logsOn, signed } from './binance-keys.js';
import { readShutdown } from './binance-streams.js';
import { neededText, orderProblem } from './checks.js';
import { classifier } from './classes.js';
import { decimalText } from './decimals.js';
import {
  type DecodeSink,
  defineExchange,
  type OrderCalls,
  type RequestContext,
  type TopicOutgoing,
  type VenueError,
} from './exchange.js';
import { numberOf, rowsOf, textOf } from './fields.js';
import { isObject, type JsonObject, parseObject } from './json-rpc.js';

export const DOCUMENTATION = 'https://developers.binance.com/docs/binance-spot-api-docs';
/** The only private topic: everything that happens to the account. */
export const USER_DATA = 'userData';
/** A connection lives a day; an address may open 300 in five minutes. */
export const LIMITS = { lifetimeMs: 86_400_000, connects: { units: 300, windowMs: 300_000 } };

/** `{"id":1,"method":"order.place","params":{…}}`; members that are undefined are left out. */
function call(context: RequestContext, method: string, params: JsonObject = {}) {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ id, method, params }) };
}

/** A request on behalf of the account: the time is always there, the signature unless the session is logged on. */
function accountCall(context: RequestContext, method: string, params: JsonObject = {}) {
  const credentials = context.credentials as BinanceCredentials;
  const timed = { ...params, timestamp: Math.round(context.wallMs) };
  return call(context, method, isLoggedOn(context) ? timed : signed(timed, credentials));
}

const isLoggedOn = ({ session }: RequestContext): boolean =>
  session?.granted.includes('session.logon') === true;

/** Methods that work without an account. */
const PUBLIC =
  /^(?:ping|time|exchangeInfo|depth|avgPrice|klines|uiKlines|trades\..*|ticker.*|session\.(?:status|logout|subscriptions)|userDataStream\.(?:un)?subscribe)$/;

/** `{"id":1,"status":200,"result":{…},"rateLimits":[…]}`, events as `{"subscriptionId":0,"event":{"e":"executionReport",…}}`. */
function decodeApi(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  const { event, status, id, result } = message;
  if (isObject(event)) return readUserEvent(event, sink);
  if (typeof message['e'] === 'string') return readUserEvent(message, sink);
  if (typeof status !== 'number') return 'neither an event nor an answer with a status';
  const isAddressed = typeof id === 'number' || (typeof id === 'string' && id !== '');
  if (status === 200) {
    if (!isAddressed || result === undefined) return 'an answer without id or result';
    sink.reply(id, result);
    return undefined;
  }
  const error = readError(message['error'], status);
  if (error === undefined) return `status ${status} without an error`;
  // A key that was withdrawn is told with id null, in answer to whatever was asked next.
  sink.refusal(isAddressed ? id : undefined, error);
  return undefined;
}

/** `{"code":-2010,"msg":"Account has insufficient balance for requested action."}`, with `data` where there is more to say. */
function readError(error: unknown, status: number): VenueError | undefined {
  if (!isObject(error) || !Number.isSafeInteger(error['code']) || typeof error['msg'] !== 'string')
    return undefined;
  const { retryAfter, cancelResult, newOrderResult } = isObject(error['data'])
    ? error['data']
    : ({} as JsonObject);
  const words = [
    ...(status === 400 ? [] : [`status ${status}`]),
    ...(typeof retryAfter === 'number' ? [`retry after ${retryAfter}`] : []),
    ...(typeof cancelResult === 'string'
      ? [`cancel ${cancelResult}, new order ${textOf(newOrderResult)}`]
      : []),
  ];
  return {
    code: String(error['code']),
    message: error['msg'],
    ...(words.length === 0 ? {} : { reason: words.join(', ') }),
  };
}

function readUserEvent(event: JsonObject, sink: DecodeSink): string | undefined {
  switch (event['e']) {
    case 'executionReport':
      return tellReport(event, sink);
    case 'outboundAccountPosition':
      return tellBalances(event, sink);
    case 'eventStreamTerminated':
      sink.revoked(USER_DATA, {
        code: 'eventStreamTerminated',
        message: 'Binance ended the user data stream',
      });
      return undefined;
    case 'serverShutdown':
      return readShutdown(sink);
    default:
      if (typeof event['e'] !== 'string') return 'an event without a name';
      sink.private({ kind: 'account', topic: USER_DATA, raw: event });
      return undefined;
  }
}

function tellReport(event: JsonObject, sink: DecodeSink): string | undefined {
  const order = readReport(event);
  const fill = event['x'] === 'TRADE' ? readReportedFill(event) : undefined;
  if (order === undefined || (event['x'] === 'TRADE' && fill === undefined))
    return `${USER_DATA}: malformed execution report`;
  if (fill !== undefined) sink.private({ kind: 'fill', topic: USER_DATA, fill });
  sink.private({ kind: 'order', topic: USER_DATA, order });
  return undefined;
}

function tellBalances(event: JsonObject, sink: DecodeSink): string | undefined {
  const rows = Array.isArray(event['B']) ? (event['B'] as readonly unknown[]) : [undefined];
  const balances = rows.map((row) => (isObject(row) ? readBalance(row) : undefined));
  if (balances.length === 0) sink.private({ kind: 'account', topic: USER_DATA, raw: event });
  for (const balance of balances)
    if (balance !== undefined) sink.private({ kind: 'balance', topic: USER_DATA, balance });
  return balances.includes(undefined) ? `${USER_DATA}: malformed balance` : undefined;
}

/**
 * An Ed25519 key logs the session on; for other keys, which cannot, a signed question about the account proves that they work.
 * - success: `{"id":1,"status":200,"result":{"apiKey":"…","authorizedSince":1649729878532,"serverTime":1649729878630,…}}`
 * - failure: `{"id":1,"status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}}`
 */
function loginCall(credentials: BinanceCredentials, context: RequestContext) {
  const params = { timestamp: Math.round(context.wallMs) };
  if (logsOn(credentials)) return call(context, 'session.logon', signed(params, credentials));
  return call(context, 'account.status', signed({ ...params, omitZeroBalances: true }, credentials));
}

function readLogin(result: unknown, credentials: BinanceCredentials) {
  if (!isObject(result)) return 'the answer to the login is not an object';
  const session = { lifetimeMs: Number.POSITIVE_INFINITY, granted: [] as readonly string[], secrets: {} };
  if (!logsOn(credentials)) return session;
  if (result['apiKey'] !== credentials.apiKey)
    return 'Binance logged on another key than the one that was given';
  return { ...session, granted: ['session.logon'] };
}

function userDataCalls(
  topics: readonly string[],
  context: RequestContext,
  verb: 'subscribe' | 'unsubscribe',
): readonly TopicOutgoing[] {
  if (topics.length === 0) return [];
  if (verb === 'unsubscribe') return [{ ...call(context, 'userDataStream.unsubscribe'), topics }];
  if (isLoggedOn(context)) return [{ ...call(context, 'userDataStream.subscribe'), topics }];
  return [{ ...accountCall(context, 'userDataStream.subscribe.signature'), topics }];
}

// Orders

const ORDER_RULES = {
  clientOrderIdLength: 36,
  pricedTypes: ['limit-maker', 'stop-loss-limit', 'take-profit-limit'],
  ownFields: /^(?:symbol|side|type|timeInForce|price|quantity|newClientOrderId|apiKey|signature|timestamp)$/,
};
const IN_FORCE: Readonly<Record<string, string>> = {
  'good-til-cancelled': 'GTC',
  'immediate-or-cancel': 'IOC',
  'fill-or-kill': 'FOK',
};

function validateOrder(order: OrderRequest): string | undefined {
  if (order.reduceOnly === true) return 'order.reduceOnly has no meaning on the spot market';
  if (order.clientOrderId !== undefined && !/^[.A-Z:/a-z0-9_-]{1,36}$/.test(order.clientOrderId)) {
    return 'order.clientOrderId must have 1 to 36 characters out of letters, digits and . : / _ -';
  }
  return orderProblem(order, ORDER_RULES);
}

/** `{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","price":"23416.1","quantity":"0.00847",…}` */
function orderParams(order: OrderRequest & { readonly clientOrderId: string }): JsonObject {
  const { type = 'limit', timeInForce, price } = order;
  const isPostOnly = order.postOnly === true && type === 'limit';
  const wireType = isPostOnly ? 'LIMIT_MAKER' : type.toUpperCase().replaceAll('-', '_');
  const inForce = timeInForce ?? (/(?:^|_)LIMIT$/.test(wireType) ? 'good-til-cancelled' : undefined);
  return {
    // RESULT brings the order's state with the answer; an ACK would bring its id only.
    newOrderRespType: 'RESULT',
    ...order.extra,
    symbol: order.symbol,
    side: order.side.toUpperCase(),
    type: wireType,
    timeInForce: inForce === undefined ? undefined : (IN_FORCE[inForce] ?? inForce.toUpperCase()),
    price: price === undefined ? undefined : decimalText(price),
    quantity: decimalText(order.amount),
    newClientOrderId: order.clientOrderId,
  };
}

/** How Binance wants an order to be named; ids are numbers there. */
function named({ orderId, clientOrderId, symbol }: OrderReference): JsonObject {
  const name =
    orderId === undefined ? { origClientOrderId: neededText(clientOrderId) } : { orderId: Number(orderId) };
  return { symbol: neededText(symbol), ...name };
}

const orderOf = (result: unknown) => (isObject(result) ? readOrder(result) : undefined);
const ordersOf = (result: unknown) => rowsOf(result).flatMap((row) => orderOf(row) ?? []);

/**
 * - success: `{"id":1,"status":200,"result":{"symbol":"BTCUSDT","orderId":12569099453,"clientOrderId":"4d96…","transactTime":17,"status":"NEW",…}}`
 * - failure: `{"id":1,"status":400,"error":{"code":-2010,"msg":"Account has insufficient balance for requested action."}}`
 * @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/trading-requests
 */
const orders: OrderCalls = {
  clientOrderIdLength: ORDER_RULES.clientOrderIdLength,
  validate: validateOrder,
  place: (order, context) => accountCall(context, 'order.place', orderParams(order)),
  readPlaced: (result) =>
    orderOf(isObject(result) && isObject(result['amendedOrder']) ? result['amendedOrder'] : result),
  edit(reference, changes, context) {
    const other = Object.keys(changes).find((name) => name !== 'amount' && name !== 'extra');
    if (changes.amount === undefined || other !== undefined) {
      throw new TypeError(
        'Binance changes only the amount of an order, and only downwards; for more, call request("order.cancelReplace")',
      );
    }
    return accountCall(context, 'order.amend.keepPriority', {
      ...changes.extra,
      ...named(reference),
      newQty: decimalText(changes.amount),
    });
  },
  cancel: (reference, context) => accountCall(context, 'order.cancel', named(reference)),
  readCancelled: orderOf,
  cancelAll: ({ symbol }, context) => {
    if (symbol === undefined)
      throw new TypeError('Binance cancels all orders of one symbol: name it in filter.symbol');
    return accountCall(context, 'openOrders.cancelAll', { symbol });
  },
  readCancelledAll: (result) => (Array.isArray(result) ? result.length : undefined),
  lookup: (reference, context) => accountCall(context, 'order.status', named(reference)),
  readLookup: ordersOf,
  openOrders: ({ symbol }, context) => accountCall(context, 'openOrders.status', { symbol }),
  readOpenOrders: ordersOf,
};

// Meanings

const byCode = classifier({
  retry: '-1008 -1016 -1021',
  rate: '-1003 -1015 -1034',
  login: '-2036',
  'fatal-login': '-1022 -2014 -2015',
  'not-found': '-2011 -2013 -2026',
  unknown: '-1006 -1007 -2021',
});

/** With a status of 5xx Binance itself does not know what became of the request. 418 is the ban of an address. */
function classify(error: VenueError) {
  const status = numberOf(/^status (\d+)/.exec(error.reason ?? '')?.[1]);
  if (status === 418 || status === 403) return 'banned';
  if (status === 429) return 'rate';
  const known = byCode(error);
  return status >= 500 && known === 'reject' ? 'unknown' : known;
}

/** @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/general-api-information */
export const binanceApi = defineExchange<BinanceCredentials>({
  name: 'binance',
  documentation: DOCUMENTATION,
  urls: {
    live: 'wss://ws-api.binance.com:443/ws-api/v3',
    test: 'wss://ws-api.testnet.binance.vision/ws-api/v3',
  },
  login: { validate: keyProblem, request: loginCall, read: readLogin },
  clock: {
    request: (context) => call(context, 'time'),
    read: (result) =>
      isObject(result) && typeof result['serverTime'] === 'number' ? result['serverTime'] : undefined,
  },
  isPrivate: () => true,
  checkTopic: (topic) =>
    topic === USER_DATA
      ? undefined
      : `"${topic}" is no topic of Binance's API socket: it has ${USER_DATA} only`,
  subscribe: (topics, context) => userDataCalls(topics, context, 'subscribe'),
  unsubscribe: (topics, context) => userDataCalls(topics, context, 'unsubscribe'),
  /** `{"id":1,"status":200,"result":{"subscriptionId":0}}` */
  readSubscribed: (topics) => ({ confirmed: topics, refused: [] }),
  request: (method, params, context) => (PUBLIC.test(method) ? call : accountCall)(context, method, params),
  orders,
  classify,
  limits: LIMITS,
  decode: decodeApi,
  rehearsal: ['{"id":1,"status":200,"result":{},"rateLimits":[]}'],
});
