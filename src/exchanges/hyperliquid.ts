// Hyperliquid, whole: market data, the events of any address, and signed actions on one WebSocket without a login.
// Oddities to know: a coin that does not exist kills the socket without a word, and books come whole each time.
import { innerList, passedOn, rowList } from './dialects/row-readers.js';
import { accountRows } from './dialects/account-rows.js';
import { actionOrders } from './dialects/action-orders.js';
import { byteIds } from './dialects/byte-ids.js';
import { channelDecoder } from './dialects/channel-data.js';
import { wordClassifier } from './dialects/classes.js';
import { objectOf, valueAt } from './dialects/fields.js';
import { headTopics } from './dialects/frame-topics.js';
import { postJson } from './dialects/http-calls.js';
import { instrumentPlaces } from './dialects/instrument-places.js';
import { namedSubscriptions } from './dialects/named-subscriptions.js';
import { optionTopics } from './dialects/option-topics.js';
import { ownerQuestions } from './dialects/owner-questions.js';
import { pairedBooks } from './dialects/paired-books.js';
import { readPost, signedPosts } from './dialects/posts.js';
import { timerSwitch } from './dialects/setup-requests.js';
import { actionSigner } from './dialects/signed-actions.js';
import { textTrades } from './dialects/text-rows.js';
import { ADDRESS_SUBJECT, roleLogin, type WalletCredentials } from './dialects/wallets.js';
import { defineExchange } from './exchange.js';

export type { WalletCredentials as HyperliquidCredentials } from './dialects/wallets.js';
export type * from './order-fields/hyperliquid.js';

// Topics: anybody may watch any address, so none of them needs a login

export const topics = optionTopics({
  venue: 'Hyperliquid',
  examples: 'trades:BTC, l2Book:BTC, bbo:BTC, candle:BTC?interval=1m, orderUpdates:0x…',
  subjects: {
    coin: {
      types: 'activeAssetCtx bbo candle?interval= l2Book?fast&mantissa&nSigFigs trades',
      hint: 'name the coin',
      example: 'BTC',
    },
    user: {
      types:
        'activeAssetData?coin= clearinghouseState?dex notification openOrders?dex orderUpdates spotState twapStates?dex userEvents userFills?aggregateByTime userFundings userNonFundingLedgerUpdates userTwapHistory userTwapSliceFills webData2 webData3',
      ...ADDRESS_SUBJECT,
    },
  },
  alone: 'allMids?dex',
  options: {
    fast: /^true$/,
    mantissa: /^[125]$/,
    nSigFigs: /^[2-5]$/,
    aggregateByTime: /^true$/,
    interval: /^\d{1,2}[mhdwM]$/,
    coin: /^[^?&=\s]+$/,
    dex: /^\w+$/,
  },
  repeated: 'coin dex interval',
  nameless: 'notification orderUpdates userEvents',
  channels: { user: 'userEvents', activeSpotAssetCtx: 'activeAssetCtx' },
  fields: { candle: { coin: 's', interval: 'i' } },
});

const subscriptions = namedSubscriptions(topics, {
  frame: (method, subscription) => JSON.stringify({ method, subscription }),
  isThere: /^Already subscribed/,
  isGone: /^Already unsubscribed/,
});

// The account's own data

const clientIds = byteIds(16);
const NAMES = { orderId: 'oid', clientOrderId: 'cloid', symbol: 'coin', side: 'side' };

/**
 * - a pushed order: `{"order":{"coin":"ETH","side":"B","limitPx":"1500.0","sz":"1.0","oid":3,"origSz":"1.0","cloid":"0x…"},"status":"open","statusTimestamp":17}`
 * - an open one: `{"coin":"ETH","side":"A","limitPx":"1500.0","sz":"1.0","oid":3,"timestamp":17,"origSz":"1.0"}`
 * - a fill: `{"coin":"ETH","px":"2067.2","sz":"0.01","side":"A","time":17,"oid":3,"crossed":true,"fee":"0.00893","tid":34,"cloid":"0x…","feeToken":"USDC"}`
 * - a position: `{"type":"oneWay","position":{"coin":"ETH","szi":"-0.5","entryPx":"2986.3",…}}`
 */
// biome-ignore format: a table
const rows = accountRows({
  order: {
    ...NAMES, type: 'orderType', state: 'status', price: 'limitPx', amount: 'origSz sz', filledAmount: '', leftAmount: 'sz',
    averagePrice: '', updatedAtMs: 'statusTimestamp timestamp', cancelReason: 'status',
  },
  fill: {
    ...NAMES, tradeId: 'tid', price: 'px', amount: 'sz', fee: 'fee', feeCurrency: 'feeToken', liquidity: 'crossed',
    exchangeTimeMs: 'time',
  },
  position: { symbol: 'coin', amount: 'szi', averagePrice: 'entryPx', side: '' },
  sides: { buy: 'B', sell: 'A' },
  liquidity: { maker: false, taker: true },
  /** `selfTradeCanceled`, `scheduledCancel` and their like say why; so does `tickRejected`. */
  states: { cancelled: /cancel/i, rejected: /rejected$/i, open: 'open triggered' },
  noReason: /^canceled$/,
  isCamelCase: true,
  clientIdOf: clientIds.read,
  prepare: ({ order = { status: 'open' }, ...row }) => ({ orderType: 'Limit', ...row, ...objectOf(order) }),
});

// Frames: a channel with data, acknowledgements that repeat the subscription, errors as text, answers to posts

/** `[{"coin":"SOL","side":"A","px":"128.5","sz":"0.42","time":1765887848009,"hash":"0x…","tid":867891549538215,"users":["0x…","0x…"]}]` */
const SIDES = { side: 'side', buy: 'B', sell: 'A' };
const LEVEL = { price: 'px', amount: 'sz' };
const tellTrades = textTrades({ ...SIDES, ...LEVEL, id: 'tid', symbol: 'coin', time: 'time' });

/**
 * - l2Book: `{"coin":"BTC","time":1790232236546,"levels":[[{"px":"84143.0","sz":"10.25923","n":36}],[{"px":"84144.0","sz":"50.66449","n":18}]]}`
 * - bbo: `{"coin":"SOL","time":1765887848009,"bbo":[{"px":"128.5","sz":"36.93","n":2},null]}`, null for an empty side
 */
const tellBook = pairedBooks({ symbol: 'coin', time: 'time', levels: 'levels', best: 'bbo', level: LEVEL });

const tellOther = passedOn(/^(?:activeAssetCtx|allMids|candle|allDexs|outcome)/);

/** `{"fills":[…]}`, with `"isSnapshot":true` for what was filled before: those go to the user as they are, for reconciling. */
const tellFills = innerList('fill', rows, { list: 'fills', isOld: 'isSnapshot', others: tellOther });

const decoder = channelDecoder(subscriptions, {
  /** Of older servers. */
  greeting: 'Websocket connection established.',
  channels: { pong: 'pong', acknowledgement: 'subscriptionResponse', error: 'error' },
  answers: { post: readPost },
  readers: {
    trades: tellTrades,
    'l2Book bbo': tellBook,
    orderUpdates: rowList('order', rows),
    'user userFills': tellFills,
  },
  others: tellOther,
});

// Posts: signed actions (orders, cancels, the dead-man's switch) and questions about the account

const DOMAIN = { name: 'Exchange', version: '1', chainId: 1337 };
export const actions = actionSigner(DOMAIN, { live: 'a', test: 'b' });
const posts = signedPosts(actions);

/** Orders name an instrument by its place: in `meta` for perpetuals, 10000 plus its index in `spotMeta` for spot. */
const instruments = instrumentPlaces({
  venue: 'Hyperliquid',
  hint: 'names are case-sensitive, compare BTC and @107',
  call: (type) => postJson('/info', { type }),
  lists: {
    meta: { first: 0 },
    spotMeta: { first: 10_000, place: 'index', knownBy: 'tokens', placeInName: /^@(\d+)$/ },
  },
  fields: { rows: 'universe', name: 'name' },
});

const account = { posts, instruments, clientIds, rows };

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint */
const orders = {
  ...actionOrders(account, {
    limitOnly:
      'Hyperliquid has limit orders only: for a market order send one that is immediate-or-cancel at the worst price you accept, for a trigger order give extra.t',
    maxDecimals: 8,
    /** `{"a":4,"b":true,"p":"1100","s":"0.2","r":false,"t":{"limit":{"tif":"Gtc"}},"c":"0x1234…"}`, its keys in just this order. */
    // biome-ignore format: a table
    keys: { instrument: 'a', isBuy: 'b', price: 'p', amount: 's', reduceOnly: 'r', terms: 't', clientOrderId: 'c' },
    otherNames: 'type orders nonce signature',
    extraFields: ['t', 'grouping', 'builder', 'expiresAfter'],
    timesInForce: { 'good-til-cancelled': 'Gtc', 'immediate-or-cancel': 'Ioc' },
    postOnly: 'Alo',
    termsOf: (tif) => ({ limit: { tif } }),
    /** `{"type":"order","orders":[…],"grouping":"na"}` */
    place: (order, { grouping = 'na', builder }) => ({ type: 'order', orders: [order], grouping, builder }),
    /** `{"type":"modify","oid":3,"order":{…}}`: the new order in full, for nothing of the old one is kept. */
    edit: (oid, order) => ({ type: 'modify', oid, order }),
    cancel: (a, o) => ({ type: 'cancel', cancels: [{ a, o }] }),
    cancelByClientId: (asset, cloid) => ({ type: 'cancelByCloid', cancels: [{ asset, cloid }] }),
    /** `{"statuses":[{"resting":{"oid":3}}]}` or `{"statuses":[{"filled":{"totalSz":"0.5","avgPx":"73.6","oid":3}}]}`, deep in the answer. */
    // biome-ignore format: a table
    placed: { resting: 'resting', filled: 'filled', orderId: 'oid', filledAmount: 'totalSz', averagePrice: 'avgPx' },
  }),
  ...ownerQuestions(account, {
    venue: 'Hyperliquid',
    keys: { owner: 'user', order: 'oid' },
    /** `{"status":"order","order":{"order":{…},"status":"open","statusTimestamp":17}}` or `{"status":"unknownOid"}` */
    lookup: { type: 'orderStatus', order: 'order' },
    openOrders: { type: 'openOrders' },
    positions: { type: 'clearinghouseState', list: 'assetPositions', position: 'position' },
  }),
};

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket */
export const hyperliquid = defineExchange<WalletCredentials>({
  name: 'hyperliquid',
  documentation: 'https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api',
  urls: { live: 'wss://api.hyperliquid.xyz/ws', test: 'wss://api.hyperliquid-testnet.xyz/ws' },
  restUrls: { live: 'https://api.hyperliquid.xyz', test: 'https://api.hyperliquid-testnet.xyz' },
  /** The venue ends a connection on which it has sent nothing for 60 s; the answer to a ping counts. */
  heartbeat: { intervalMs: 20_000, silenceMs: 45_000, anyFrameCounts: true, ping: () => '{"method":"ping"}' },
  /** `{"role":"user"}`, `{"role":"agent","data":{"user":"0x…"}}` or `{"role":"missing"}` */
  login: roleLogin({
    question: 'userRole',
    call: (type, user) => postJson('/info', { type, user }),
    role: 'role',
    nobody: 'missing',
  }),
  instrumentIds: instruments.ids,
  /**
   * Cancels all orders of the account a minute after the last sign of life, ten times a day at most.
   * - success: `{"status":"ok","response":{"type":"default"}}`
   * - failure: `{"status":"err","response":"Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $373.47205."}`
   */
  safetySwitch: timerSwitch({
    name: 'arm scheduleCancel',
    refreshEveryMs: 20_000,
    arm: (context) =>
      posts.act(context, { type: 'scheduleCancel', time: Math.floor(context.wallMs) + 60_000 }),
    isGood: (result) => valueAt(result, 'status') === 'ok',
    problem: 'scheduleCancel was not answered with ok',
  }),
  checkTopic: topics.problemOf,
  subscribe: (names, context) => subscriptions.calls('subscribe', names, context),
  unsubscribe: (names, context) => subscriptions.calls('unsubscribe', names, context),
  commonTopic: (kind, symbol) => `${{ trades: 'trades', quotes: 'bbo', book: 'l2Book' }[kind]}:${symbol}`,
  /** `action` signs its parameters and sends them; any other method is a question of the info endpoint. */
  request: posts.request,
  orders,
  /** The venue has no codes, its texts are all there is. */
  classify: wordClassifier([
    ['fatal-login', /^User or API Wallet .* does not exist|^This key /],
    ['not-found', /never placed, already canceled, or filled/],
    ['rate', /^429|[Tt]oo many|rate limit/],
    // The request may have been executed before the answer was lost.
    ['unknown', /^5\d\d/],
  ]),
  books: { rule: () => 'none' },
  limits: {
    addressTopics: 1000,
    frames: { units: 2000, windowMs: 60_000 },
    connects: { units: 30, windowMs: 60_000 },
  },
  ...decoder,
  /** Knows the order of keys that Hyperliquid writes, and topics without options. */
  topicOf: headTopics(/^\{"channel":"(trades|l2Book|bbo)","data":\[?\{"coin":"([^"\\]+)"/),
  rehearsal: [
    '{"channel":"trades","data":[{"coin":"BTC","side":"A","px":"84143.0","sz":"0.42","time":1765887848009,"hash":"0x00","tid":867891549538215,"users":["0x00","0x01"]}]}',
    '{"channel":"l2Book","data":{"coin":"BTC","time":1790232236546,"levels":[[{"px":"84143.0","sz":"10.25923","n":36}],[{"px":"84144.0","sz":"50.66449","n":18}]]}}',
  ],
});
