// Binance's WebSocket API as its spot and futures servers speak it: calls with a status, signatures, the login and how orders are named.
// Oddity to know: an Ed25519 key logs its session on once, any other kind of key signs each request.
import type { OrderReference, OrderRequest } from '../../market.js';
import type {
  ClockCall,
  DecodeSink,
  ErrorClass,
  Login,
  OrderCalls,
  RequestContext,
  VenueError,
} from '../exchange.js';
import { answers } from './binance-account.js';
import { type BinanceCredentials, keyProblem, logsOn, signed } from './binance-keys.js';
import { neededText, orderProblem, type OrderRules } from './checks.js';
import { decimalText } from './decimals.js';
import { numberOf, textOf, wordOf } from './fields.js';
import { isObject, type JsonObject, parseObject } from './json-rpc.js';

/** `{"id":1,"method":"order.place","params":{…}}`; members that are undefined are left out. */
export function apiCall(context: RequestContext, method: string, params: JsonObject = {}) {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ id, method, params }) };
}

/** A request on behalf of the account: the time is always there, the signature unless the session is logged on. */
export function accountCall(context: RequestContext, method: string, params: JsonObject = {}) {
  const credentials = context.credentials as BinanceCredentials;
  const timed = { ...params, timestamp: Math.round(context.wallMs) };
  return apiCall(context, method, isLoggedOn(context) ? timed : signed(timed, credentials));
}

/** Any method: those that fit `open` work without an account. */
export const apiRequest = (open: RegExp) => (method: string, params: JsonObject, context: RequestContext) =>
  (open.test(method) ? apiCall : accountCall)(context, method, params);

export const isLoggedOn = ({ session }: RequestContext): boolean =>
  session?.granted.includes('session.logon') === true;

/**
 * `{"id":1,"status":200,"result":{…},"rateLimits":[…]}`; a frame that is no answer is an event, wrapped as
 * `{"subscriptionId":0,"event":{"e":"executionReport",…}}` or as it is.
 */
export function decodeApi(
  frame: string,
  sink: DecodeSink,
  readEvent: (event: JsonObject, sink: DecodeSink) => string | undefined,
): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  const { event, status, id, result } = message;
  if (isObject(event)) return readEvent(event, sink);
  if (typeof message['e'] === 'string') return readEvent(message, sink);
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
    code: wordOf(error['code']),
    message: error['msg'],
    ...(words.length === 0 ? {} : { reason: words.join(', ') }),
  };
}

/** With a status of 5xx Binance itself does not know what became of the request. 418 is the ban of an address. */
export function apiClassifier(byCode: (error: VenueError) => ErrorClass): (error: VenueError) => ErrorClass {
  return (error) => {
    const status = numberOf(/^status (\d+)/.exec(error.reason ?? '')?.[1]);
    if (status === 418 || status === 403) return 'banned';
    if (status === 429) return 'rate';
    const known = byCode(error);
    return status >= 500 && known === 'reject' ? 'unknown' : known;
  };
}

/**
 * An Ed25519 key logs the session on; for other keys, which cannot, a signed question about the account proves that they work.
 * - success: `{"id":1,"status":200,"result":{"apiKey":"…","authorizedSince":1649729878532,"serverTime":1649729878630,…}}`
 * - failure: `{"id":1,"status":401,"error":{"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}}`
 */
export function apiLogin(question: string, questionParams: JsonObject = {}): Login<BinanceCredentials> {
  return {
    validate: keyProblem,
    request(credentials, context) {
      const params = { timestamp: Math.round(context.wallMs) };
      if (logsOn(credentials)) return apiCall(context, 'session.logon', signed(params, credentials));
      return apiCall(context, question, signed({ ...params, ...questionParams }, credentials));
    },
    read(result, credentials) {
      if (!isObject(result)) return 'the answer to the login is not an object';
      const session = { lifetimeMs: Number.POSITIVE_INFINITY, granted: [] as readonly string[], secrets: {} };
      if (!logsOn(credentials)) return session;
      if (result['apiKey'] !== credentials.apiKey)
        return 'Binance logged on another key than the one that was given';
      return { ...session, granted: ['session.logon'] };
    },
  };
}

/** The venue's time in the answer to this method, which needs no key. */
export function apiClock(method: string): ClockCall {
  return {
    request: (context) => apiCall(context, method),
    read: (result) =>
      isObject(result) && typeof result['serverTime'] === 'number' ? result['serverTime'] : undefined,
  };
}

// Orders

const IN_FORCE: Readonly<Record<string, string>> = {
  'good-til-cancelled': 'GTC',
  'immediate-or-cancel': 'IOC',
  'fill-or-kill': 'FOK',
};

const CLIENT_ORDER_ID_LENGTH = 36;

/** What every market of Binance takes of an order, and its own rules. */
export function apiOrderProblem(
  order: OrderRequest,
  rules: Omit<OrderRules, 'clientOrderIdLength'>,
): string | undefined {
  const { clientOrderId } = order;
  if (clientOrderId !== undefined && !/^[.A-Z:/a-z0-9_-]{1,36}$/.test(clientOrderId))
    return 'order.clientOrderId must have 1 to 36 characters out of letters, digits and . : / _ -';
  return orderProblem(order, { ...rules, clientOrderIdLength: CLIENT_ORDER_ID_LENGTH });
}

type NewOrder = Parameters<OrderCalls['place']>[0];

/** The calls about orders that all markets of Binance share; `params` writes a new order. */
export const apiOrders = (params: (order: NewOrder) => JsonObject) =>
  ({
    clientOrderIdLength: CLIENT_ORDER_ID_LENGTH,
    place: (order, context) => accountCall(context, 'order.place', params(order)),
    readPlaced: answers.order,
    cancel: (reference, context) => accountCall(context, 'order.cancel', named(reference)),
    readCancelled: answers.order,
    lookup: (reference, context) => accountCall(context, 'order.status', named(reference)),
    readLookup: answers.orders,
  }) satisfies Partial<OrderCalls>;

/** `{"symbol":"BTCUSDT","side":"SELL","type":"LIMIT","timeInForce":"GTC","price":"23416.1","quantity":"0.00847",…}` */
export function orderParams(
  order: OrderRequest & { readonly clientOrderId: string },
  type: string,
  timeInForce: string | undefined,
): JsonObject {
  const { price } = order;
  return {
    // RESULT brings the order's state with the answer; an ACK would bring its id only.
    newOrderRespType: 'RESULT',
    ...order.extra,
    symbol: order.symbol,
    side: order.side.toUpperCase(),
    type,
    timeInForce: timeInForce === undefined ? undefined : (IN_FORCE[timeInForce] ?? timeInForce.toUpperCase()),
    price: price === undefined ? undefined : decimalText(price),
    quantity: decimalText(order.amount),
    newClientOrderId: order.clientOrderId,
  };
}

/** How Binance wants an order to be named; ids are numbers there. */
export function named({ orderId, clientOrderId, symbol }: OrderReference): JsonObject {
  const name =
    orderId === undefined ? { origClientOrderId: neededText(clientOrderId) } : { orderId: Number(orderId) };
  return { symbol: neededText(symbol), ...name };
}
