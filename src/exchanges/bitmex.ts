// BitMEX, whole: tables of public and private rows over one WebSocket. Orders go over REST.
// Oddities to know: no request ids (answers repeat the request), errors name no topic, and updates carry only what changed.
// The memory of a connection is bounded: prices of the levels of books, the rows of the account's tables, names of tables without symbol.
import { createHmac } from 'node:crypto';
import { accountRows } from './dialects/account-rows.js';
import { type AccountTable, AccountTables } from './dialects/account-tables.js';
import { type ActionTableOptions, ActionTables, type RowReader } from './dialects/action-tables.js';
import { missingText } from './dialects/checks.js';
import { statusClassifier } from './dialects/classes.js';
import { echoedRequests } from './dialects/echoed-requests.js';
import { textOf, valueAt } from './dialects/fields.js';
import { frameTopics } from './dialects/frame-topics.js';
import { isoTimeMs } from './dialects/iso-time.js';
import { type JsonObject, parseObject } from './dialects/json-rpc.js';
import { numberQuotes, numberTrades, tellNumberBook } from './dialects/market-rows.js';
import { timerSwitch } from './dialects/setup-requests.js';
import { type DecodeSink, defineExchange } from './exchange.js';

/** An API key of BitMEX. Live and test network have separate keys. */
export interface BitmexCredentials {
  readonly apiKey: string;
  readonly secret: string;
}

/** How long orders stay after the last sign of life, and how often that is given: BitMEX's own advice. */
const DEAD_MAN_MS = 60_000;
const REFRESH_MS = 15_000;
/** Seconds for which the signature of a login is good. */
const SIGNATURE_SECONDS = 60;
const HOUR_MS = 3_600_000;

// Topics

const PRIVATE = new Set(['affiliate', 'execution', 'margin', 'order', 'position', 'transact', 'wallet']);
const TOPICS = [
  /^(?:trade|quote|tradeBin(?:1m|5m|1h|1d)|quoteBin(?:1m|5m|1h|1d)|orderBookL2|orderBookL2_25|orderBook10):[\w.]+$/,
  /^(?:funding|instrument|liquidation|settlement)(?::[\w.]+)?$/,
  /^(?:insurance|affiliate|execution|margin|order|position|transact|wallet)$/,
];

function checkTopic(topic: string): string | undefined {
  if (topic.length < 100 && TOPICS.some((form) => form.test(topic))) return undefined;
  if (/^(?:announcement|chat|connected|\w+Notifications)/.test(topic))
    return `"${topic}" is served at BitMEX's platform address only`;
  if (/^(?:execution|margin|order|position|wallet):/.test(topic))
    return `"${topic}": write the account's tables without a symbol`;
  return `"${topic}" is no topic of BitMEX: compare trade:XBTUSD, quote:XBTUSD, orderBookL2_25:XBTUSD, orderBook10:XBTUSD, order`;
}

/** Lower-case hex HMAC-SHA256 of `GET/realtime` and the second at which the signature ends to be good. */
export function signature(secret: string, expires: number, path = '/realtime'): string {
  return createHmac('sha256', secret).update(`GET${path}${expires}`).digest('hex');
}

// Answers

/**
 * - a topic: `{"success":true,"subscribe":"trade:XBTUSD","request":{"op":"subscribe","args":["trade:XBTUSD"]}}`
 * - one that is there: `{"status":400,"error":"You are already subscribed to this topic: order:*","meta":{},"request":{"op":"subscribe","args":["order"]}}`
 * - one that is taken away: `{"status":419,"error":"Access Token expired for subscription: order"}`
 */
const { call, topicCalls, readAnswer } = echoedRequests({
  data: 'a table',
  isThere: /^You are already subscribed/,
  revoked: /^Access Token expired for subscription: (\S+)$/,
  results: {
    cancelAllAfter: ({ now, cancelTime }) =>
      now === undefined ? 'an answer to cancelAllAfter without time' : { now, cancelTime },
  },
});

/** `{"info":"Welcome to the BitMEX Realtime API.","version":"2.0.0","limit":{"remaining":719},…}` */
function readWelcome({ limit }: JsonObject, sink: DecodeSink): undefined {
  sink.alive();
  const remaining = valueAt(limit, 'remaining');
  if (typeof remaining !== 'number') return;
  sink.notice({ kind: 'information', text: `BitMEX: ${remaining} more connections may be opened this hour` });
}

// Market data

const MARKET_FRAME =
  /^\{"table":"((?:trade|quote|orderBook)\w*)","action":"(?:insert|update|delete)","data":\[\{/;
const SIDES = { side: 'side', buy: 'Buy', sell: 'Sell' };
const MARKET = { symbol: 'symbol', time: 'timestamp', timeOf: isoTimeMs };

/** `{"symbol":"XBTUSD","id":8795192450,"side":"Sell","size":5000,"price":48075.5,"timestamp":"…"}` */
const LEVEL = { ...SIDES, id: 'id', price: 'price', amount: 'size' };

/** `{"timestamp":"2025-09-30T14:08:00.000Z","symbol":"XBTUSD","side":"Buy","size":100,"price":61000.5,"trdMatchID":"…","trdType":"Regular"}` */
const tellTrades = numberTrades({ ...MARKET, ...SIDES, id: 'trdMatchID', price: 'price', amount: 'size' });

/** `{"timestamp":"2024-11-22T22:44:25.085Z","symbol":"BCHUSDT","bidSize":103000,"bidPrice":487.55,"askPrice":488.25,"askSize":50000}` */
const BID = { bid: 'bidPrice', bidAmount: 'bidSize' };
const ASK = { ask: 'askPrice', askAmount: 'askSize' };
const tellQuotes = numberQuotes({ ...MARKET, ...BID, ...ASK, isEmptyLeftOut: true });

/** Prices of an index come as trades that nobody made. */
const isIndexPrice = ({ trdType }: JsonObject): boolean => trdType === 'Referential';

/** What a table of trades begins with are old trades: they were told before, or belong to a gap. */
const readTrades: RowReader = (topic, rows, sink, action) => {
  if (action === 'insert' && !rows.every(isIndexPrice)) return tellTrades(topic, rows, sink);
  return void sink.message(topic);
};

/** Ten levels of each side, whole in every row: `{"symbol":"XBTUSD","timestamp":"…","bids":[[61000,100]],"asks":[[61000.5,50]]}` */
const readWindows: RowReader = (topic, rows, sink, _action, symbol) => {
  let problem: string | undefined;
  for (const { bids, asks, timestamp } of rows) {
    const [timeMs, sequence, previous] = [isoTimeMs(timestamp), Number.NaN, Number.NaN];
    problem = tellNumberBook(sink, { topic, symbol, bids, asks, timeMs, sequence, previous }) ?? problem;
  }
  return problem;
};

// The account

const WORDS = { orderId: 'orderID', clientOrderId: 'clOrdID', symbol: 'symbol', side: 'side' };
/**
 * `{"orderID":"…","clOrdID":"","symbol":"XBTUSD","side":"Buy","orderQty":20,"price":9675,"ordType":"Limit","ordStatus":"New","cumQty":0,…}`.
 * Fees and balances come in the smallest unit of the currency: `"execComm":76,"settlCurrency":"XBt"` is 76 satoshi.
 */
// biome-ignore format: a table
const accounts = accountRows({
  order: {
    ...WORDS, type: 'ordType', state: 'ordStatus', price: 'price', amount: 'orderQty', filledAmount: 'cumQty',
    averagePrice: 'avgPx', updatedAtMs: 'timestamp', cancelReason: 'text',
  },
  fill: {
    ...WORDS, tradeId: 'trdMatchID execID', price: 'lastPx', amount: 'lastQty', fee: 'execComm',
    feeCurrency: 'settlCurrency', liquidity: 'lastLiquidityInd', exchangeTimeMs: 'transactTime',
  },
  position: { symbol: 'symbol', amount: 'currentQty', averagePrice: 'avgEntryPrice', side: '' },
  balance: { currency: 'currency', total: 'marginBalance', available: 'availableMargin' },
  liquidity: { maker: 'Added AddedLiquidity', taker: 'Removed RemovedLiquidity' },
  states: {
    open: 'New PendingNew PartiallyFilled PendingCancel PendingReplace', filled: 'Filled', cancelled: 'Canceled Expired',
    rejected: 'Rejected',
  },
  isCamelCase: true,
  isUntriggered: ({ ordType, triggered }) =>
    /Stop|Touched/.test(textOf(ordType)) && (triggered === '' || triggered === null),
  timeOf: isoTimeMs,
});

/** Rows of one table that are remembered: far more than the 200 open orders that BitMEX allows for each symbol of a busy account. */
const MAX_ROWS = 5000;
const ACCOUNT_TABLES = {
  order: { key: ['orderID'], kinds: () => ['order'], raw: 'whole' },
  position: { key: ['account', 'symbol'], kinds: () => ['position'], raw: 'whole' },
  margin: { key: ['account', 'currency'], kinds: () => ['balance'], raw: 'whole' },
  execution: { key: [], kinds: ({ execType }) => (execType === 'Trade' ? ['fill'] : []), raw: 'whole' },
} satisfies Readonly<Record<string, AccountTable>>;

/** `{"table":"trade","action":"insert","data":[…]}` */
const TABLES: ActionTableOptions = {
  readers: new Map([
    ['trade', readTrades],
    ['quote', tellQuotes],
    ['orderBook10', readWindows],
  ]),
  books: {
    tables: ['orderBookL2', 'orderBookL2_25'],
    level: LEVEL,
    timeOf: (first) => isoTimeMs(first?.['timestamp']),
  },
  isAccount: (table) => PRIVATE.has(table),
  newAccount: () => new AccountTables(accounts, ACCOUNT_TABLES, MAX_ROWS),
};

/** A `decode` with a memory of its connection. */
function newDecode(): (frame: string, sink: DecodeSink) => string | undefined {
  const tables = new ActionTables(TABLES);
  return (frame, sink) => {
    if (frame === 'pong') return void sink.alive();
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is neither pong nor a JSON object';
    if (message['table'] !== undefined) return tables.read(message, sink);
    if (typeof message['info'] === 'string') return readWelcome(message, sink);
    return readAnswer(message, tables, sink);
  };
}

/** @see https://www.bitmex.com/app/wsAPI */
export const bitmex = defineExchange<BitmexCredentials>({
  name: 'bitmex',
  documentation: 'https://www.bitmex.com/app/wsAPI',
  urls: { live: 'wss://ws.bitmex.com/realtime', test: 'wss://ws.testnet.bitmex.com/realtime' },
  restUrls: { live: 'https://www.bitmex.com', test: 'https://testnet.bitmex.com' },
  heartbeat: { intervalMs: 5000, silenceMs: 15_000, anyFrameCounts: true, ping: () => 'ping' },
  /**
   * - success: `{"success":true,"request":{"op":"authKeyExpires","args":["…",1552157533,"…"]}}`
   * - failure: `{"status":401,"error":"Signature not valid.","meta":{},"request":{"op":"authKeyExpires","args":[…]}}`
   */
  login: {
    validate: (credentials) => missingText(credentials, ['apiKey', 'secret']),
    request({ apiKey, secret }, { wallMs }) {
      const expires = Math.ceil(wallMs / 1000) + SIGNATURE_SECONDS;
      return call('authKeyExpires', [apiKey, expires, signature(secret, expires)]);
    },
    read: () => ({ lifetimeMs: Number.POSITIVE_INFINITY, granted: [], secrets: {} }),
  },
  /** `{"now":"2015-09-02T14:18:43.536Z","cancelTime":"2015-09-02T14:19:43.536Z","request":{…}}`; cancels in the whole account. */
  safetySwitch: timerSwitch({
    name: 'arm cancelAllAfter',
    refreshEveryMs: REFRESH_MS,
    arm: () => call('cancelAllAfter', DEAD_MAN_MS),
    isGood: (result) => isoTimeMs(valueAt(result, 'cancelTime')) > isoTimeMs(valueAt(result, 'now')),
    problem: 'BitMEX does not name a time at which it will cancel the orders',
  }),
  isPrivate: (topic) => PRIVATE.has(topic),
  checkTopic,
  subscribe: (topics, context) => topicCalls('subscribe', topics, context),
  unsubscribe: (topics, context) => topicCalls('unsubscribe', topics, context),
  commonTopic: (kind, symbol) =>
    `${{ trades: 'trade', quotes: 'quote', book: 'orderBookL2' }[kind]}:${symbol}`,
  request: (method, { args }) => call(method, args),
  classify: statusClassifier({ login: '419' }),
  books: { rule: () => 'none' },
  limits: { connects: { units: 720, windowMs: HOUR_MS } },
  decode: (frame, sink) => newDecode()(frame, sink),
  newDecode,
  /** Knows the order of keys that BitMEX writes; whole tables, and what has a memory to be asked, are left to `decode`. */
  topicOf: frameTopics(MARKET_FRAME, 'symbol'),
  rehearsal: [
    '{"table":"trade","action":"insert","data":[{"timestamp":"2025-09-30T14:08:00.000Z","symbol":"XBTUSD","side":"Buy","size":100,"price":61000.5,"tickDirection":"PlusTick","trdMatchID":"00000000-006d-1000-0000-000e8737d540","trdType":"Regular"}]}',
    '{"table":"orderBookL2_25","action":"update","data":[{"symbol":"XBTUSD","id":62400580205,"side":"Sell","size":33000,"price":98459.9,"timestamp":"2024-11-24T08:26:22.356Z"}]}',
  ],
});
