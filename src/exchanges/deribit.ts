// Deribit, whole: JSON-RPC 2.0 over one WebSocket for public data, private data and orders (API v2).
// Oddities to know: unknown channels are left out of the answer without an error, and heartbeats must be asked for.
import { createHmac } from 'node:crypto';
import { accountChannels } from './dialects/account-channels.js';
import { accountRows } from './dialects/account-rows.js';
import { tellMessage, tellNotice } from './dialects/channel-readers.js';
import { classifier } from './dialects/classes.js';
import { defineExchange } from './exchange.js';
import { jsonRpcFeeds } from './dialects/json-rpc-feeds.js';
import { actionBooks } from './dialects/level-actions.js';
import { numberQuotes, numberTrades } from './dialects/market-rows.js';
import { methodOrders } from './dialects/method-orders.js';
import { methodPools } from './dialects/method-pools.js';
import { methodSwitch } from './dialects/method-switches.js';
import { tokenLogin } from './dialects/token-logins.js';
import { formCheck } from './dialects/topics.js';
export type * from './order-fields/deribit.js';

/** An API key of Deribit; live and test have separate ones. */
export interface DeribitCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /**
   * Rights and session in Deribit's words, `trade:read_write account:read`. Default: left out, which means all rights of the key on a
   * `connection` session. Rights named here must be granted in full or the login counts as failed. Cancel-on-disconnect needs
   * `account:read_write`. @see https://docs.deribit.com/articles/access-scope
   */
  readonly scope?: string;
  /**
   * Default `client_signature`: a signature that is good once and for 60 s is sent, so the secret itself reaches neither the
   * connection's thread nor the wire. `client_credentials` sends the secret; for machines whose clock cannot be trusted.
   */
  readonly grant?: 'client_credentials' | 'client_signature';
}

/** Failure: `{"id":9,"error":{"code":13004,"message":"invalid_credentials"}}`, success:
 * `{"id":9,"result":{"access_token":"…","refresh_token":"…","expires_in":900,"scope":"connection trade:read","token_type":"bearer"}}` */
const login = tokenLogin<DeribitCredentials>({
  venue: 'Deribit',
  method: 'public/auth',
  grants: {
    client_credentials: ({ clientSecret }) => ({ client_secret: clientSecret }),
    client_signature({ clientSecret }, context) {
      const [timestamp, nonce] = [Math.round(context.wallMs), context.nonce()];
      // Both line breaks are always there; what could follow the second is the optional `data`.
      const signed = createHmac('sha256', clientSecret).update(`${timestamp}\n${nonce}\n`);
      return { timestamp, nonce, data: '', signature: signed.digest('hex') };
    },
  },
  usualGrant: 'client_signature',
  // Rights and sessions are compared; `expires:` and `ip:` are wishes that the venue does not have to repeat.
  isRight: /^session:|:(?:read|read_write)$/,
  widerThan: (right) => right.replace(/:read$/, ':read_write'),
});

// Market data

const MARKET = { symbol: 'instrument_name', time: 'timestamp' };

/** Changes: `{"timestamp":17,"type":"change","change_id":12,"prev_change_id":9,"instrument_name":"X","bids":[],"asks":[["new",2.5,9.8]]}`,
 * grouped (the whole window each time): `{"timestamp":17,"change_id":12,"instrument_name":"X","bids":[[228.5,3]],"asks":[]}` */
// biome-ignore format: a table
const tellBook = actionBooks({
  ...MARKET, bids: 'bids', asks: 'asks', sequence: 'change_id', previous: 'prev_change_id',
  type: 'type', whole: 'snapshot', change: 'change', adds: 'new', updates: 'change', removes: 'delete',
});

/** `[{"timestamp":17,"price":92294.5,"amount":10.0,"direction":"sell","instrument_name":"X","trade_seq":27,"trade_id":"40"}]` */
// biome-ignore format: a table
const tellTrades = numberTrades({
  ...MARKET, id: 'trade_id', side: 'direction', price: 'price', amount: 'amount', sequence: 'trade_seq',
});

/** `{"timestamp":17,"instrument_name":"X","best_bid_price":1.0,"best_bid_amount":2.0,"best_ask_price":null,"best_ask_amount":0.0}` */
// biome-ignore format: a table
const tellQuotes = numberQuotes({
  ...MARKET, bid: 'best_bid_price', bidAmount: 'best_bid_amount', ask: 'best_ask_price', askAmount: 'best_ask_amount',
});

// The account's own data

const WORDS = { orderId: 'order_id', clientOrderId: 'label', symbol: 'instrument_name', side: 'direction' };
const SAME = { price: 'price', amount: 'amount', fee: 'fee', liquidity: 'liquidity' };
// biome-ignore format: a table
const rows = accountRows({
  order: {
    ...WORDS, ...SAME, type: 'order_type', state: 'order_state', filledAmount: 'filled_amount',
    averagePrice: 'average_price', updatedAtMs: 'last_update_timestamp', cancelReason: 'cancel_reason',
  },
  fill: { ...WORDS, ...SAME, tradeId: 'trade_id', feeCurrency: 'fee_currency', exchangeTimeMs: 'timestamp' },
  position: { ...WORDS, amount: 'size', averagePrice: 'average_price' },
  balance: { currency: 'currency', total: 'equity', available: 'available_funds' },
  liquidity: { maker: 'M', taker: 'T' },
});

/** `{"jsonrpc":"2.0","method":"subscription","params":{"channel":"quote.BTC-PERPETUAL","data":{…}}}`, and heartbeats
 * `{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}`; unanswered, the venue closes with 4000 after 10 s. */
const feeds = jsonRpcFeeds({
  venue: 'Deribit',
  /** Public and private channels go in calls of their own. @see https://docs.deribit.com/articles/market-data-collection-best-practices */
  subscribe: { open: 'public/subscribe', own: 'private/subscribe' },
  unsubscribe: { open: 'public/unsubscribe', own: 'private/unsubscribe' },
  /** `user.*` is the account's own data; `*.raw` is public data that needs a login all the same. */
  isOwn: (topic) => /^user\.|\.raw$/.test(topic),
  maxTopics: 500,
  maxRequestBytes: 32_768,
  /** `{"id":4,"result":["trades.BTC-PERPETUAL.100ms"]}`, in any order; a channel that does not exist is just not there. */
  leftOut: { code: 'left-out', message: 'Deribit left it out silently: check instrument and interval' },
  hello: { method: 'public/hello', params: { client_name: 'bulkhead-ws', client_version: '1' } },
  // biome-ignore format: a table
  heartbeat: {
    intervalMs: 10_000, silenceMs: 35_000, ask: 'public/set_heartbeat', leastSeconds: 10,
    method: 'heartbeat', beat: 'heartbeat', challenge: 'test_request', answer: 'public/test',
  },
  notices: { connection_too_slow: 'too-slow' },
  method: 'subscription',
  lists: { 'trades.': tellTrades },
  objects: {
    'book.': tellBook,
    'quote.': (topic, data, sink) => tellQuotes(topic, [data], sink),
    // A ticker is a quote with more to it: the quote is told in columns, the rest as the frame.
    'ticker.': (topic, data, sink) => tellQuotes(topic, [data], sink) ?? tellMessage(topic, data, sink),
  },
  events: {
    ...accountChannels(rows, {
      // An order (raw) or an array (100ms, agg2).
      'user.orders.': 'order',
      'user.trades.': 'fill',
      'user.portfolio.': 'balance',
      'user.changes.': { fills: 'trades', orders: 'orders', positions: 'positions' },
      'user.': 'account',
    }),
    platform_state: tellNotice('maintenance', { kind: 'maintenance', text: 'Deribit: maintenance begins' }),
  },
});

// Orders

/** The currency Deribit files an instrument under: `BTC-PERPETUAL` BTC, `ETH_USDC-PERPETUAL` USDC (spot: its quote currency). */
const currencyOf = (symbol: string) => ({ currency: symbol.split('-')[0]?.split('_').at(-1) });

/** The client order id travels as `label`, which Deribit does not keep unique: the bot must.
 * Failure: `{"id":3,"error":{"code":10009,"message":"not_enough_funds"}}`, success:
 * `{"id":3,"result":{"order":{"order_id":"USDC-104819327443","order_state":"open","label":"…"},"trades":[]}}`
 * @see https://docs.deribit.com/articles/order-management */
// biome-ignore format: a table
const orders = methodOrders({
  venue: 'Deribit',
  clientOrderIdLength: 64,
  pricedTypes: ['stop_limit', 'take_limit'],
  names: {
    symbol: 'instrument_name', type: 'type', amount: 'amount', price: 'price', timeInForce: 'time_in_force',
    clientOrderId: 'label', postOnly: 'post_only', reduceOnly: 'reduce_only',
  },
  orderId: 'order_id',
  otherNames: 'contracts access_token',
  timeInForceOf: (word) => word.replaceAll('-', '_'),
  place: { buy: 'private/buy', sell: 'private/sell' },
  // Deribit's text shows true as the default of post_only, so it is always said.
  defaults: { postOnly: false },
  placedAt: 'order',
  edit: { byId: 'private/edit', byClientId: 'private/edit_by_label', ofSymbol: (symbol) => ({ instrument_name: symbol }) },
  // Deribit wants the amount in any case, and what a left-out post_only does to the order is not documented.
  neededChanges: ['amount', 'postOnly'],
  // Answered with the order, by label with a count.
  cancel: { byId: 'private/cancel', byClientId: 'private/cancel_by_label' },
  notFound: { code: '10004', message: 'order_not_found' },
  cancelAll: { ofAccount: 'private/cancel_all', ofSymbol: 'private/cancel_all_by_instrument' },
  lookup: { byId: 'private/get_order_state', byClientId: 'private/get_order_state_by_label', ofSymbol: currencyOf },
  lookupIsFinal: true,
  openOrders: { ofAccount: 'private/get_open_orders', ofSymbol: 'private/get_open_orders_by_instrument' },
  positions: { method: 'private/get_positions', params: { currency: 'any' } },
}, rows);

/** What one account may ask: credits that refill, in pools by kind of method. Who runs dry gets 10028 and loses the session. The published
 * pools; orders as in the lowest tier of volume until the account's summary tells its own:
 * `{"limits":{"non_matching_engine":{"burst":100,"rate":20},"matching_engine":{"trading":{"total":{"burst":5,"rate":5}}}}}`
 * @see https://docs.deribit.com/articles/rate-limits */
// biome-ignore format: a table
const rates = methodPools({
  pools: {
    // The reserve is for cancels, which are matching requests as well.
    orders: {
      burst: 20, rate: 5, cost: 1, reserve: 4, told: 'matching_engine.trading.total',
      methods: /^private\/(?:buy|sell|edit|cancel|close_position|mass_quote|move_positions|replace)/,
    },
    subscribes: { burst: 30_000, rate: 10_000, cost: 3_000, methods: /^p\w+\/subscribe$/ },
    instruments: { burst: 500_000, rate: 10_000, cost: 10_000, methods: /^public\/get_instruments$/ },
    requests: { burst: 50_000, rate: 10_000, cost: 500, told: 'non_matching_engine' },
  },
  heartbeat: 'requests',
  ask: { method: 'private/get_account_summary', params: { currency: 'BTC' }, limits: 'limits' },
});

export const deribit = defineExchange<DeribitCredentials>({
  name: 'deribit',
  documentation: 'https://docs.deribit.com',
  urls: { live: 'wss://www.deribit.com/ws/api/v2', test: 'wss://test.deribit.com/ws/api/v2' },
  login,
  /** Failure: `{"id":8,"error":{"code":10049,"message":"cancel_on_disconnect_failed"}}`, success: `{"id":8,"result":"ok"}` and
   * `{"id":9,"result":{"scope":"connection","enabled":true}}`. @see https://docs.deribit.com/articles/connection-management-best-practices */
  safetySwitch: methodSwitch({
    venue: 'Deribit',
    name: 'cancel-on-disconnect',
    arm: 'private/enable_cancel_on_disconnect',
    verify: 'private/get_cancel_on_disconnect',
    disarm: 'private/disable_cancel_on_disconnect',
    params: { scope: 'connection' },
    armed: { enabled: true, scope: 'connection' },
  }),
  // A grouped book comes whole each time, and follows nothing.
  books: { rule: (topic) => (/^book\.[^.]+\.\w+\.\d+\./.test(topic) ? 'none' : 'chain') },
  checkTopic: formCheck({
    what: 'channel of Deribit',
    examples:
      'book.BTC-PERPETUAL.100ms, book.BTC-PERPETUAL.none.10.100ms, trades.BTC-PERPETUAL.100ms, quote.BTC-PERPETUAL',
    forms: [
      /^book\.[\w-]+\.(?:raw|100ms|agg2|\w+\.(?:1|10|20)\.(?:100ms|agg2))$/,
      /^(?:ticker\.[\w-]+|trades\.[\w-]+(?:\.\w+)?)\.(?:raw|100ms|agg2)$/,
      /^quote\.[\w-]+$/,
      /^(?!(?:book|ticker|trades|quote)\b)[a-z][a-z_]*(?:\.[\w-]+)*$/,
    ],
  }),
  commonTopic: (kind, symbol) => (kind === 'quotes' ? `quote.${symbol}` : `${kind}.${symbol}.100ms`),
  ...feeds,
  orders,
  /** @see https://docs.deribit.com/articles/errors */
  classify: classifier({
    retry: '10040 10041 10047 10049 10050 10066 11051 11094 13025 13028 13503',
    rate: '10028 12998 13780',
    login: '10000 11056 13009 13778',
    'fatal-login': '12003 13004',
    banned: '11098',
    'not-found': '10004 10010 11008 11044 13020 left-out',
  }),
  classifyClose: (_code, reason) => (/too_many_requests|10028/.test(reason) ? 'rate' : 'retry'),
  rates,
  accountOf: ({ clientId }) => clientId,
  rehearsal: [
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.X.100ms","data":{"timestamp":1,"type":"snapshot","change_id":1,"instrument_name":"X","bids":[["new",1.5,1.0]],"asks":[]}}}',
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"trades.X.100ms","data":[{"timestamp":1,"price":1.5,"amount":1.0,"direction":"buy","instrument_name":"X","trade_seq":1,"trade_id":"1"}]}}',
    '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"quote.X","data":{"timestamp":1,"instrument_name":"X","best_bid_price":1.5,"best_bid_amount":1.0,"best_ask_price":2.5,"best_ask_amount":1.0}}}',
    '{"params":{"type":"test_request"},"method":"heartbeat","jsonrpc":"2.0"}',
  ],
});
