// Deribit, whole: JSON-RPC 2.0 over one WebSocket for public data, private data and orders (API v2).
// Oddities to know: unknown channels are left out of the answer without an error, and heartbeats must be asked for.
import { createHmac } from 'node:crypto';
import type { OrderRequest, Side } from '../market.js';
import { accountRows } from './account-rows.js';
import { missingText, neededText, orderProblem } from './checks.js';
import {
  type DecodeSink,
  defineExchange,
  type ErrorClass,
  type Login,
  type OrderCalls,
  type RequestContext,
  type SafetySwitch,
  type TopicOutgoing,
  type VenueError,
} from './exchange.js';
import { numberOf } from './fields.js';
import { call, callWithId, isObject, type JsonObject, parseObject, readAnswer } from './json-rpc.js';
import { batchTopics, compareTopics } from './topics.js';

/** An API key of Deribit. Live and test have separate accounts and keys. */
export interface DeribitCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * Rights and session, in Deribit's words: `trade:read_write account:read`. Default: left out, which gives all rights of the key on
   * a `connection` session. Rights named here must be granted in full or the login counts as failed.
   * Cancel-on-disconnect needs `account:read_write`. @see https://docs.deribit.com/articles/access-scope
   */
  readonly scope?: string;
  /**
   * How the key is proved. Default `client_signature`: a signature good for one use within 60 s is sent, and the secret itself
   * reaches neither the connection's thread nor the wire. `client_credentials` sends the secret; use it where the clock is wrong.
   */
  readonly grant?: 'client_credentials' | 'client_signature';
}

const MAX_REQUEST_BYTES = 32_768;
/** 200 bytes are left for what a call has around its channels. */
const BATCH = { maxTopics: 500, maxBytes: MAX_REQUEST_BYTES - 200 };
const HEARTBEAT_ID = -1;
const TEST_FRAME = callWithId(-2, 'public/test').frame;

/**
 * - success: `{"id":9,"result":{"access_token":"…","refresh_token":"…","expires_in":900,"scope":"connection trade:read","token_type":"bearer"}}`
 * - failure: `{"id":9,"error":{"code":13004,"message":"invalid_credentials"}}`
 * @see https://docs.deribit.com/articles/authentication
 */
const login: Login<DeribitCredentials> = {
  validate: credentialsProblem,
  request(credentials, context) {
    const { clientId, clientSecret, scope, grant = 'client_signature' } = credentials;
    const asked = { grant_type: grant, client_id: clientId, ...(scope === undefined ? {} : { scope }) };
    if (grant === 'client_credentials') {
      return call(context, 'public/auth', { ...asked, client_secret: clientSecret });
    }
    const timestamp = Math.round(context.wallMs);
    const nonce = context.nonce();
    const signature = sign(clientSecret, timestamp, nonce, '');
    return call(context, 'public/auth', { ...asked, timestamp, nonce, data: '', signature });
  },
  read(result, { scope }) {
    if (!isObject(result)) return 'the answer to public/auth is not an object';
    const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = result;
    if (typeof accessToken !== 'string' || typeof refreshToken !== 'string') return 'no tokens in the answer';
    if (typeof seconds !== 'number' || !(seconds > 0)) return 'no expires_in in the answer';
    const granted = typeof result['scope'] === 'string' ? words(result['scope']) : [];
    const missing = words(scope ?? '').filter((right) => !isGranted(right, granted));
    if (missing.length > 0) {
      return `Deribit granted less than asked: ${missing.join(' ')} is missing; widen the rights of the API key or ask for less`;
    }
    return { lifetimeMs: seconds * 1000, granted, secrets: { accessToken, refreshToken } };
  },
  refresh: (session, _credentials, context) =>
    call(context, 'public/auth', {
      grant_type: 'refresh_token',
      refresh_token: session.secrets['refreshToken'],
    }),
};

/** Lower-case hex HMAC-SHA256 of `timestamp \n nonce \n data`; both line breaks are always there. */
export function sign(clientSecret: string, timestampMs: number, nonce: string, data: string): string {
  return createHmac('sha256', clientSecret).update(`${timestampMs}\n${nonce}\n${data}`).digest('hex');
}

function credentialsProblem(credentials: unknown): string | undefined {
  const missing = missingText(credentials, ['clientId', 'clientSecret']);
  if (missing !== undefined) return missing;
  const { scope, grant = 'client_signature' } = credentials as JsonObject;
  if (scope !== undefined && typeof scope !== 'string') return 'credentials.scope must be a string';
  if (grant === 'client_credentials' || grant === 'client_signature') return undefined;
  return 'credentials.grant must be client_credentials or client_signature';
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** Only rights and sessions are compared: `expires:` and `ip:` are wishes that the venue does not have to repeat. */
function isGranted(right: string, granted: readonly string[]): boolean {
  if (right.startsWith('session:')) return granted.includes(right);
  const [, area, level] = /^(\w+):(read|read_write)$/.exec(right) ?? [];
  if (area === undefined) return true;
  return granted.includes(`${area}:read_write`) || granted.includes(`${area}:${level}`);
}

// Topics

/** `user.*` is the account's own data; `*.raw` is public data that needs a login all the same. */
const PRIVATE = /^user\.|\.raw$/;
const TOPIC = /^[a-z][a-z_]*(?:\.[\w-]+)*$/;
const FAMILIES: Readonly<Record<string, readonly [form: RegExp, example: string]>> = {
  book: [
    /^book\.[\w-]+\.(?:raw|100ms|agg2|\w+\.(?:1|10|20)\.(?:100ms|agg2))$/,
    'book.BTC-PERPETUAL.100ms or book.BTC-PERPETUAL.none.10.100ms',
  ],
  trades: [/^trades\.[\w-]+(?:\.\w+)?\.(?:raw|100ms|agg2)$/, 'trades.BTC-PERPETUAL.100ms'],
  ticker: [/^ticker\.[\w-]+\.(?:raw|100ms|agg2)$/, 'ticker.BTC-PERPETUAL.100ms'],
  quote: [/^quote\.[\w-]+$/, 'quote.BTC-PERPETUAL'],
};

function checkTopic(topic: string): string | undefined {
  const [form, example] = FAMILIES[topic.split('.', 1)[0] ?? ''] ?? [TOPIC, 'platform_state'];
  return form.test(topic) && topic.length < 256 ? undefined : `"${topic}" does not look like ${example}`;
}

/** Public and private channels go in calls of their own. @see https://docs.deribit.com/articles/market-data-collection-best-practices */
function topicCalls(
  verb: string,
  topics: readonly string[],
  context: RequestContext,
): readonly TopicOutgoing[] {
  return (['public', 'private'] as const).flatMap((access) => {
    const own = topics.filter((topic) => PRIVATE.test(topic) === (access === 'private'));
    return batchTopics(own, BATCH).map((channels) => ({
      ...call(context, `${access}/${verb}`, { channels }),
      topics: channels,
    }));
  });
}

const LEFT_OUT: VenueError = {
  code: 'left-out',
  message: "Deribit leaves unknown channels out silently: check the instrument's name and the interval",
};

// Frames

function decode(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  switch (message['method']) {
    case 'subscription':
      return readNotification(message['params'], sink);
    case 'heartbeat':
      return readHeartbeat(message['params'], sink);
    case undefined:
      return isSlowNotice(message['error'], sink) ? undefined : readAnswer(message, sink);
    default:
      return 'a method that is neither subscription nor heartbeat';
  }
}

/** `{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}`; unanswered, the venue closes with 4000 after 10 s. */
function readHeartbeat(params: unknown, sink: DecodeSink): string | undefined {
  const type = isObject(params) ? params['type'] : undefined;
  if (type === 'test_request') sink.answer(TEST_FRAME);
  else if (type === 'heartbeat') sink.alive();
  else return 'a heartbeat of unknown type';
  return undefined;
}

/** An error that answers nothing and must not be taken for the refusal of the oldest request. */
function isSlowNotice(error: unknown, sink: DecodeSink): boolean {
  if (!isObject(error) || error['message'] !== 'connection_too_slow') return false;
  sink.notice({ kind: 'too-slow', text: 'Deribit: connection_too_slow, this client reads too slowly' });
  return true;
}

/** `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"quote.BTC-PERPETUAL","data":{…}}}` */
function readNotification(params: unknown, sink: DecodeSink): string | undefined {
  if (!isObject(params)) return 'a notification without params';
  const { channel, data } = params;
  if (typeof channel !== 'string' || channel === '') return 'a notification without channel';
  if (typeof data !== 'object' || data === null) return `${channel}: no data`;
  if (channel.startsWith('book.')) return readBook(channel, data as JsonObject, sink);
  if (channel.startsWith('trades.')) return readTrades(channel, data, sink);
  if (channel.startsWith('quote.')) return readQuote(channel, data as JsonObject, sink);
  if (channel.startsWith('user.')) return readPrivate(channel, data as JsonObject, sink);
  // A ticker is a quote with more to it: both are told, the quote in columns and the rest as the frame.
  if (channel.startsWith('ticker.')) {
    const problem = readQuote(channel, data as JsonObject, sink);
    if (problem !== undefined) return problem;
  }
  if (channel === 'platform_state' && (data as JsonObject)['maintenance'] === true) {
    sink.notice({ kind: 'maintenance', text: 'Deribit: platform maintenance begins' });
  }
  sink.message(channel);
  return undefined;
}

/**
 * Everything is checked before the first call: half a book update would be worse than none.
 * - `{"timestamp":1790133845258,"type":"change","change_id":12,"prev_change_id":9,"instrument_name":"X","bids":[],"asks":[["change",228.58,91.89]]}`
 * - grouped, always the whole window: `{"timestamp":…,"change_id":…,"instrument_name":"X","bids":[[228.5,3]],"asks":[]}`
 */
function readBook(channel: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const { type = 'snapshot', bids, asks } = data;
  const symbol = data['instrument_name'];
  const sequence = data['change_id'];
  const previous = data['prev_change_id'] ?? Number.NaN;
  if (typeof symbol !== 'string' || typeof sequence !== 'number' || typeof previous !== 'number') {
    return `${channel}: no instrument_name or change_id`;
  }
  if (type !== 'snapshot' && type !== 'change') return `${channel}: unknown type of book update`;
  if (type === 'change' && Number.isNaN(previous)) return `${channel}: a change without prev_change_id`;
  const offset = data['type'] === undefined ? 0 : 1;
  if (!areLevels(bids, offset) || !areLevels(asks, offset)) return `${channel}: malformed levels`;
  sink.book(
    channel,
    symbol,
    type,
    numberOf(data['timestamp']),
    sequence,
    type === 'change' ? previous : Number.NaN,
  );
  for (const level of bids) sink.level('bid', level[offset] as number, level[offset + 1] as number);
  for (const level of asks) sink.level('ask', level[offset] as number, level[offset + 1] as number);
  return undefined;
}

function areLevels(levels: unknown, offset: number): levels is readonly (readonly unknown[])[] {
  if (!Array.isArray(levels)) return false;
  for (const level of levels as readonly unknown[]) {
    if (!Array.isArray(level) || level.length !== offset + 2) return false;
    const amount: unknown = level[offset + 1];
    if (!Number.isFinite(level[offset]) || !Number.isFinite(amount) || (amount as number) < 0) return false;
    if (offset === 0) continue;
    const action: unknown = level[0];
    if (action === 'delete' ? amount !== 0 : action !== 'new' && action !== 'change') return false;
  }
  return true;
}

/** `[{"timestamp":1765531356452,"price":92294.5,"amount":10.0,"direction":"sell","instrument_name":"X","trade_seq":27,"trade_id":"40"}]` */
function readTrades(channel: string, data: unknown, sink: DecodeSink): string | undefined {
  if (!Array.isArray(data)) return `${channel}: trades are not an array`;
  const trades = data as readonly unknown[];
  if (!trades.every(isTrade)) return `${channel}: malformed trade`;
  for (const trade of trades) {
    const { direction, price, amount, trade_seq: sequence, trade_id: id } = trade;
    sink.trade(channel, trade.instrument_name, direction, price, amount, trade.timestamp, sequence, id);
  }
  return undefined;
}

type WireTrade = { readonly [Name in 'instrument_name' | 'trade_id']: string } & {
  readonly [Name in 'price' | 'amount' | 'timestamp' | 'trade_seq']: number;
} & { readonly direction: Side };

function isTrade(value: unknown): value is WireTrade {
  const trade = value as { readonly [Name in keyof WireTrade]: unknown } | null;
  return (
    typeof trade === 'object' &&
    (trade?.direction === 'buy' || trade?.direction === 'sell') &&
    typeof trade.instrument_name === 'string' &&
    typeof trade.trade_id === 'string' &&
    Number.isFinite(trade.price) &&
    Number.isFinite(trade.amount) &&
    Number.isFinite(trade.timestamp) &&
    Number.isFinite(trade.trade_seq)
  );
}

/** `{"timestamp":…,"instrument_name":"X","best_bid_price":1.0,"best_bid_amount":2.0,"best_ask_price":null,"best_ask_amount":0.0}` */
function readQuote(channel: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const symbol = data['instrument_name'];
  const bidAmount = amountOf(data['best_bid_price'], data['best_bid_amount']);
  const askAmount = amountOf(data['best_ask_price'], data['best_ask_amount']);
  if (typeof symbol !== 'string' || !(bidAmount >= 0 && askAmount >= 0)) return `${channel}: malformed quote`;
  const bid = bidAmount > 0 ? (data['best_bid_price'] as number) : Number.NaN;
  const ask = askAmount > 0 ? (data['best_ask_price'] as number) : Number.NaN;
  sink.quote(channel, symbol, bid, bidAmount, ask, askAmount, numberOf(data['timestamp']), Number.NaN);
  return undefined;
}

/** Amount of one side of a quote: 0 where the side is empty (price null, or price and amount 0), NaN where it makes no sense. */
function amountOf(price: unknown, amount: unknown): number {
  if (price === null) return 0;
  return Number.isFinite(price) && Number.isFinite(amount) ? (amount as number) : Number.NaN;
}

// The account's own data

const rows = accountRows({
  order: {
    orderId: 'order_id',
    clientOrderId: 'label',
    symbol: 'instrument_name',
    side: 'direction',
    type: 'order_type',
    state: 'order_state',
    price: 'price',
    amount: 'amount',
    filledAmount: 'filled_amount',
    averagePrice: 'average_price',
    updatedAtMs: 'last_update_timestamp',
    cancelReason: 'cancel_reason',
  },
  fill: {
    tradeId: 'trade_id',
    orderId: 'order_id',
    clientOrderId: 'label',
    symbol: 'instrument_name',
    side: 'direction',
    price: 'price',
    amount: 'amount',
    fee: 'fee',
    feeCurrency: 'fee_currency',
    liquidity: 'liquidity',
    exchangeTimeMs: 'timestamp',
  },
  position: { symbol: 'instrument_name', amount: 'size', averagePrice: 'average_price', side: 'direction' },
  balance: { currency: 'currency', total: 'equity', available: 'available_funds' },
  liquidity: { maker: 'M', taker: 'T' },
});

/** `user.orders.*` brings an order (raw) or an array (100ms, agg2). What has no common form comes as `account`. */
function readPrivate(topic: string, data: JsonObject, sink: DecodeSink): string | undefined {
  if (topic.startsWith('user.orders.')) return rows.tell('order', topic, data, sink);
  if (topic.startsWith('user.trades.')) return rows.tell('fill', topic, data, sink);
  if (topic.startsWith('user.portfolio.')) return rows.tell('balance', topic, data, sink);
  if (topic.startsWith('user.changes.')) {
    const fills = rows.tell('fill', topic, data['trades'] ?? [], sink);
    const changed = rows.tell('order', topic, data['orders'] ?? [], sink);
    return fills ?? changed ?? rows.tell('position', topic, data['positions'] ?? [], sink);
  }
  sink.private({ kind: 'account', topic, raw: data });
  return undefined;
}

// Orders

const ORDER_RULES = {
  clientOrderIdLength: 64,
  pricedTypes: ['stop_limit', 'take_limit'],
  ownFields: ['instrument_name', 'amount', 'contracts', 'type', 'price', 'label', 'time_in_force'].concat([
    'post_only',
    'reduce_only',
    'access_token',
  ]),
};

/**
 * The client order id travels as `label`, which Deribit does not keep unique: the bot must.
 * - success: `{"id":3,"result":{"order":{"order_id":"USDC-104819327443","order_state":"open","label":"…",…},"trades":[]}}`
 * - failure: `{"id":3,"error":{"code":10009,"message":"not_enough_funds"}}`
 * @see https://docs.deribit.com/articles/order-management
 */
const orders: OrderCalls = {
  clientOrderIdLength: ORDER_RULES.clientOrderIdLength,
  validate: (order) => orderProblem(order, ORDER_RULES),
  place: (order, context) =>
    call(context, `private/${order.side}`, {
      ...order.extra,
      instrument_name: order.symbol,
      type: order.type ?? 'limit',
      label: order.clientOrderId,
      // Deribit's text shows true as the default here, so it is always said.
      post_only: order.postOnly ?? false,
      ...changeable(order),
    }),
  readPlaced: (result) => rows.order(isObject(result) ? result['order'] : undefined),
  edit(reference, changes, context) {
    const { orderId, clientOrderId, symbol = changes.symbol } = reference;
    // Deribit wants the amount in any case, and what a left-out post_only does to the order is not documented.
    if (changes.amount === undefined || changes.postOnly === undefined) {
      throw new TypeError('a Deribit order is edited with changes.amount and changes.postOnly given');
    }
    const params = { ...changes.extra, post_only: changes.postOnly, ...changeable(changes) };
    if (orderId !== undefined) return call(context, 'private/edit', { ...params, order_id: orderId });
    const named = { label: clientOrderId, instrument_name: neededText(clientOrderId && symbol) };
    return call(context, 'private/edit_by_label', { ...params, ...named });
  },
  cancel: ({ orderId, clientOrderId }, context) =>
    orderId === undefined
      ? call(context, 'private/cancel_by_label', { label: neededText(clientOrderId) })
      : call(context, 'private/cancel', { order_id: orderId }),
  /** `private/cancel` answers with the order, `cancel_by_label` with a count. */
  readCancelled: rows.order,
  cancelProblem: (result) => (result === 0 ? { code: '10004', message: 'order_not_found' } : undefined),
  cancelAll: ({ symbol }, context) =>
    symbol === undefined
      ? call(context, 'private/cancel_all')
      : call(context, 'private/cancel_all_by_instrument', { instrument_name: symbol }),
  readCancelledAll: (result) => (typeof result === 'number' ? result : undefined),
  lookup: ({ orderId, clientOrderId, symbol }, context) =>
    orderId === undefined
      ? call(context, 'private/get_order_state_by_label', {
          currency: currencyOf(neededText(clientOrderId && symbol)),
          label: clientOrderId,
        })
      : call(context, 'private/get_order_state', { order_id: orderId }),
  readLookup: rows.orders,
  openOrders: ({ symbol }, context) =>
    symbol === undefined
      ? call(context, 'private/get_open_orders')
      : call(context, 'private/get_open_orders_by_instrument', { instrument_name: symbol }),
  readOpenOrders: rows.orders,
  positions: (context) => call(context, 'private/get_positions', { currency: 'any' }),
  readPositions: rows.positions,
};

/** Undefined members do not reach the JSON. */
const changeable = ({ amount, price, timeInForce, reduceOnly }: Partial<OrderRequest>): JsonObject => ({
  amount: amount === undefined ? undefined : Number(amount),
  price: price === undefined ? undefined : Number(price),
  time_in_force: timeInForce?.replaceAll('-', '_'),
  reduce_only: reduceOnly,
});

/** The currency Deribit files an instrument under: `BTC-PERPETUAL` BTC, `ETH_USDC-PERPETUAL` USDC (spot: its quote currency). */
export function currencyOf(symbol: string): string {
  const [pair = ''] = symbol.split('-', 1);
  return pair.slice(pair.indexOf('_') + 1);
}

/**
 * - success: `{"id":8,"result":"ok"}`, then `{"id":9,"result":{"scope":"connection","enabled":true}}`
 * - failure: `{"id":8,"error":{"code":10049,"message":"cancel_on_disconnect_failed"}}`
 * @see https://docs.deribit.com/articles/connection-management-best-practices
 */
const safetySwitch: SafetySwitch = {
  kind: 'connection',
  arm: (context) => [
    {
      ...call(context, 'private/enable_cancel_on_disconnect', { scope: 'connection' }),
      name: 'arm cancel-on-disconnect',
      check: (result) => (result === 'ok' ? undefined : 'enable_cancel_on_disconnect did not answer ok'),
    },
    {
      ...call(context, 'private/get_cancel_on_disconnect', { scope: 'connection' }),
      name: 'verify cancel-on-disconnect',
      check: (result) =>
        isObject(result) && result['enabled'] === true && result['scope'] === 'connection'
          ? undefined
          : 'Deribit says that cancel-on-disconnect is not enabled for this connection',
    },
  ],
};

/** Every code that is not here refuses that one request. @see https://docs.deribit.com/articles/errors */
const CLASSES: Readonly<Partial<Record<ErrorClass, readonly string[]>>> = {
  retry: '10040 10041 10047 10049 10050 10066 11051 11094 13025 13028 13503'.split(' '),
  rate: '10028 12998 13780'.split(' '),
  login: '10000 11056 13009 13778'.split(' '),
  'fatal-login': '12003 13004'.split(' '),
  banned: ['11098'],
  'not-found': ['10004', '10010', '11008', '11044', '13020', LEFT_OUT.code],
};
const CLASS_OF_CODE = new Map(
  Object.entries(CLASSES).flatMap(([name, codes]) => codes.map((code) => [code, name as ErrorClass])),
);

const MARKET_FRAME = '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"';

/** Only the order of keys that Deribit writes; any other frame is left to `decode`. */
function topicOf(frame: string): string | undefined {
  if (!frame.startsWith(MARKET_FRAME) || frame.startsWith('user.', MARKET_FRAME.length)) return undefined;
  const end = frame.indexOf('"', MARKET_FRAME.length);
  const topic = end < 0 ? undefined : frame.slice(MARKET_FRAME.length, end);
  return topic === 'platform_state' ? undefined : topic;
}

export const deribit = defineExchange<DeribitCredentials>({
  name: 'deribit',
  documentation: 'https://docs.deribit.com',
  urls: { live: 'wss://www.deribit.com/ws/api/v2', test: 'wss://test.deribit.com/ws/api/v2' },
  heartbeat: {
    intervalMs: 10_000,
    silenceMs: 35_000,
    start(intervalMs) {
      // Deribit counts in seconds and refuses less than ten.
      const interval = Math.max(10, Math.round(intervalMs / 1000));
      return callWithId(HEARTBEAT_ID, 'public/set_heartbeat', { interval }).frame;
    },
  },
  login,
  safetySwitch,
  isPrivate: (topic) => PRIVATE.test(topic),
  checkTopic,
  subscribe: (topics, context) => topicCalls('subscribe', topics, context),
  unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
  /** `{"id":4,"result":["trades.BTC-PERPETUAL.100ms"]}`, in any order; a channel that does not exist is just not there. */
  readSubscribed: (topics, result) => compareTopics(topics, result, LEFT_OUT),
  /** A channel that is left out was not subscribed, which is what was wanted. */
  readUnsubscribed: (topics) => ({ confirmed: topics, refused: [] }),
  request: (method, params, context) => call(context, method, params),
  orders,
  classify: ({ code }) => CLASS_OF_CODE.get(code) ?? 'reject',
  /** 4000 `heartbeat close`, 1006 and all others are worth a new connection. */
  classifyClose: (_code, reason) => (/too_many_requests|10028/.test(reason) ? 'rate' : 'retry'),
  maxRequestBytes: MAX_REQUEST_BYTES,
  decode,
  topicOf,
  rehearsal: [
    `${MARKET_FRAME}book.X.100ms","data":{"timestamp":1,"type":"snapshot","change_id":1,"instrument_name":"X","bids":[["new",1.5,1.0]],"asks":[]}}}`,
    `${MARKET_FRAME}trades.X.100ms","data":[{"timestamp":1,"price":1.5,"amount":1.0,"direction":"buy","instrument_name":"X","trade_seq":1,"trade_id":"1"}]}}`,
    `${MARKET_FRAME}quote.X","data":{"timestamp":1,"instrument_name":"X","best_bid_price":1.5,"best_bid_amount":1.0,"best_ask_price":2.5,"best_ask_amount":1.0}}}`,
    '{"jsonrpc":"2.0","id":1,"result":"ok","usIn":1,"usOut":2,"usDiff":1,"testnet":true}',
    '{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}',
  ],
});
