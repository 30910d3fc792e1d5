// Bybit v5, whole: a socket for each market (linear, spot, inverse, option), one for the account and one for orders.
// Oddities to know: one bad topic refuses its whole call, and an order's acknowledgement says no more than that it was accepted.
import { createHmac } from 'node:crypto';
import { acceptedOrders } from './dialects/accepted-orders.js';
import { accountRows } from './dialects/account-rows.js';
import { missingText, neededText, timeInForceCode } from './dialects/checks.js';
import { classifier } from './dialects/classes.js';
import { type DecodeSink, defineExchange, defineVenue, type Login } from './exchange.js';
import type { RequestContext, TopicOutgoing, TopicResult, VenueError } from './exchange.js';
import { countOf, numberOf, textOf, wordOf } from './dialects/fields.js';
import { isObject, type JsonObject, parseObject } from './dialects/json-rpc.js';
import { tellTextBook, tellTextQuote, textTrades } from './dialects/text-rows.js';
import { allConfirmed, batchTopics, compareTopics, textAfter } from './dialects/topics.js';
export type * from './order-fields/bybit.js';

/** An API key of Bybit. Live, testnet and demo have separate keys. */
export interface BybitCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
}

type Market = 'linear' | 'spot' | 'inverse' | 'option';

const DOCUMENTATION = 'https://bybit-exchange.github.io/docs/v5/ws/connect';
const [LOGIN_ID, PONG_ID] = ['auth', 'pong'];
/** A login has to arrive before it expires; the second of Bybit's own sample is too short for slow ways. */
const LOGIN_WINDOW_MS = 10_000;
const LIMITS = { connects: { units: 500, windowMs: 300_000 }, topicCharacters: 21_000 };
const PING = '{"op":"ping"}';
const MARKET_FRAME = '{"topic":"';
const COMMON = { trades: 'publicTrade', quotes: 'orderbook.1', book: 'orderbook.50' };

/** Failure: `{"success":false,"ret_msg":"Params Error","op":"auth","conn_id":"chledgksv"}`, on the trade socket
 * `{"retCode":10004,"retMsg":"…","op":"auth","connId":"…"}`, success `{"success":true,"ret_msg":"","op":"auth","conn_id":"…"}` or
 * `{"retCode":0,"retMsg":"OK","op":"auth","connId":"…"}`. It lasts as long as the socket. */
const login: Login<BybitCredentials> = {
  validate: (credentials) => missingText(credentials, ['apiKey', 'apiSecret']),
  request({ apiKey, apiSecret }, context) {
    const expires = Math.round(context.wallMs) + LOGIN_WINDOW_MS;
    const signature = createHmac('sha256', apiSecret).update(`GET/realtime${expires}`).digest('hex');
    return { id: LOGIN_ID, frame: JSON.stringify({ op: 'auth', args: [apiKey, expires, signature] }) };
  },
  read: () => ({ lifetimeMs: Number.POSITIVE_INFINITY, granted: [], secrets: {} }),
};

// Topics

const ACCOUNT_TOPIC =
  /^(?:(?:order|position|execution(?:\.fast)?)(?:\.(?:linear|spot|inverse|option))?|wallet|greeks|dcp\.(?:future|spot|option))$/;
const MARKET_TOPIC =
  /^(?!(?:orderbook|order|execution|position|wallet|greeks|dcp)\b)[a-zA-Z-]+(?:\.[\w-]+)*\.[\w-]+$/;
const BOOK = /^orderbook\.(?:1|50|200|1000|rpi|full)\.[\w-]+$/;
const OPTION_BOOK = /^orderbook\.(?:25|100)\.[\w-]+$/;

/** Linear markets go without a prefix; what belongs to another one begins with its name: `spot/publicTrade.BTCUSDT`, `spot/BTCUSDT`. */
const prefixOf = (market: string): string => (market === 'linear' ? '' : `${market}/`);
const bareOf = (name: string): string => name.slice(name.indexOf('/') + 1);
const marketOf = (name: string): string => /^(.*?)\//.exec(name)?.[1] ?? 'linear';

/** Symbols whose form tells that they are not linear. */
const OPTION_SYMBOL = /-[CP](?:-USD[TC])?$/;
const INVERSE_SYMBOL = /^[A-Z0-9]+USD(?:[HMUZ]\d\d)?$/;

function checkMarketTopic(market: Market, topic: string): string | undefined {
  const bare = bareOf(topic);
  const symbol = bare.slice(bare.lastIndexOf('.') + 1);
  const other = OPTION_SYMBOL.test(symbol) ? 'option' : INVERSE_SYMBOL.test(symbol) ? 'inverse' : undefined;
  if (market === 'linear' && other !== undefined) return `${symbol} is not linear: write ${other}/${bare}`;
  const isKnown = MARKET_TOPIC.test(bare) || (market === 'option' ? OPTION_BOOK : BOOK).test(bare);
  if (isKnown && topic === prefixOf(market) + bare) return undefined;
  return `"${topic}" is no topic of Bybit: compare publicTrade.BTCUSDT, spot/orderbook.50.BTCUSDT (depths 1, 50, 200, 1000; option/ 25, 100)`;
}

/** `{"req_id":"7","op":"subscribe","args":["orderbook.50.BTCUSDT"]}`; Bybit counts 10 args on spot and says nothing of the others. */
function topicCalls(op: string, market: string, topics: readonly string[], context: RequestContext) {
  const limits = { maxTopics: market === 'spot' ? 10 : 100, maxBytes: 20_000 };
  return batchTopics(topics, limits).map((batch): TopicOutgoing => {
    const args = batch.map(bareOf);
    const id = market === 'option' ? topicsId(args) : String(context.nextId());
    const frame = JSON.stringify(market === 'option' ? { op, args } : { req_id: id, op, args });
    return { id, frame, topics: batch };
  });
}

const FAILED = { code: 'failTopics', message: 'Bybit refused the topic: check its symbol and depth' };
/** The option socket echoes no id, but all topics of the call it answers. */
const topicsId = (topics: readonly unknown[]): string => `topics ${topics.map(wordOf).sort().join(' ')}`;

/** The whole call failed because of the topics that the text names: `error:already subscribed,topic:…`, `Invalid symbol :[…]`. */
function readRefused(topics: readonly string[], error: VenueError): TopicResult {
  const list = /(?:topic:|:\[)([^\]]+)/.exec(error.message)?.[1]?.split(',') ?? [];
  const isNamed = (topic: string) =>
    list.some((name) => bareOf(topic) === name || topic.endsWith(`.${name}`));
  const named = list.length === 0 ? topics : topics.filter(isNamed);
  if (error.code === 'already subscribed') return { confirmed: named, refused: [] };
  return { confirmed: [], refused: named.map((topic) => ({ topic, error })) };
}

/** `{"data":{"failTopics":[],"successTopics":["orderbook.25.BTC-21APR23-28500-P"]},"type":"COMMAND_RESP"}` */
function readOptionSubscribed(topics: readonly string[], result: unknown): TopicResult {
  const granted = isObject(result) ? result['successTopics'] : undefined;
  return compareTopics(topics, Array.isArray(granted) ? granted.map((bare) => `option/${bare}`) : [], FAILED);
}

// Frames that answer something, in the envelopes of all sockets

function readAnswer(message: JsonObject, sink: DecodeSink): string | undefined {
  const { op, success, retCode, type, data } = message;
  if (op === 'pong' || (op === 'ping' && message['ret_msg'] === 'pong')) return readPong(message, sink);
  if (type === 'COMMAND_RESP' && isObject(data)) {
    return void sink.reply(topicsId([data['successTopics'], data['failTopics']].flat()), data);
  }
  if (typeof success !== 'boolean' && typeof retCode !== 'number') return 'neither data nor an answer';
  const asked = isObject(message['request']) ? message['request']['op'] : op;
  const given = textOf(message['req_id'] ?? message['reqId']);
  const id = asked === 'auth' ? LOGIN_ID : given === '' ? undefined : given;
  const isGood = typeof success === 'boolean' ? success : retCode === 0;
  if (!isGood) sink.refusal(id, errorOf(message));
  else if (id === undefined) sink.alive();
  else sink.reply(id, message);
  // The trade service is about to restart: it takes no new requests and finishes those it has.
  if (retCode === 10019) sink.notice({ kind: 'planned-stop', text: 'Bybit: trading restarts (10019)' });
  return undefined;
}

/** Five forms: `{"success":true,"ret_msg":"pong","op":"ping"}`, with `req_id`, `{"args":["1672916271846"],"op":"pong"}`, the same with
 * `conn_id`, `{"retCode":0,"retMsg":"OK","op":"pong","data":["1711002002529"]}`. Some tell the time, which answers the clock call. */
function readPong(message: JsonObject, sink: DecodeSink): undefined {
  sink.alive();
  const [time] = [message['args'], message['data']].flat().filter((value) => typeof value === 'string');
  if (time !== undefined) sink.reply(PONG_ID, numberOf(time));
}

/** Where there is no code its place is taken by the words before the first comma: `error:handler not found,topic:…`. */
function errorOf({ retCode, retMsg, ret_msg: text }: JsonObject): VenueError {
  const message = textOf(retMsg ?? text).slice(0, 300);
  const words = message.replace(/^error:/, '').split(/[,:[]/, 1)[0] ?? '';
  return { code: typeof retCode === 'number' ? String(retCode) : words.trim() || 'error', message };
}

// Market data

type Tell = (topic: string, message: JsonObject, data: object, sink: DecodeSink) => string | undefined;

/** What every socket has in common: frames with a topic bring data, all others answer something. */
function decodeWith(tell: Tell, frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined && frame.startsWith('Failed to decode')) return 'Bybit could not read a frame';
  if (message === undefined) return 'the frame is not a JSON object';
  const { topic, data } = message;
  if (topic === undefined) return readAnswer(message, sink);
  if (typeof topic !== 'string' || topic === '') return 'a topic that is no text';
  return typeof data === 'object' && data !== null ? tell(topic, message, data, sink) : `${topic}: no data`;
}

function tellMarket(prefix: string, bare: string, message: JsonObject, data: object, sink: DecodeSink) {
  const topic = prefix + bare;
  if (bare.startsWith('publicTrade.')) return tellTrades(topic, data, sink, prefix);
  if (/^orderbook\.\d/.test(bare)) return readBook(topic, prefix, message, data as JsonObject, sink);
  if (bare.startsWith('tickers.')) tellTicker(topic, prefix, message, data as JsonObject, sink);
  sink.message(topic);
  return undefined;
}

/** `[{"i":"2100000000019296063","T":1682084122521,"p":"27200","v":"0.000221","S":"Buy","s":"BTCUSDT","BT":false}]` */
const SIDES = { side: 'S', buy: 'Buy', sell: 'Sell' };
const tellTrades = textTrades({ ...SIDES, id: 'i', symbol: 's', price: 'p', amount: 'v', time: 'T' });

/** `{"topic":"orderbook.50.X","ts":17,"type":"delta","data":{"s":"X","b":[["2.5","1"]],"a":[],"u":13,"seq":79},"cts":16}`. `u` rises by
 * one with each delta, as observed; `u` 1 is a snapshot after a restart of the venue. Depth 1 brings whole books: they are quotes, too. */
function readBook(topic: string, prefix: string, message: JsonObject, data: JsonObject, sink: DecodeSink) {
  const { s: bare, b: bids, a: asks, u } = data;
  const [{ type, cts, ts }, sequence] = [message, countOf(u)];
  if (typeof bare !== 'string' || Number.isNaN(sequence)) return `${topic}: no symbol or update id`;
  if (type !== 'snapshot' && type !== 'delta') return `${topic}: unknown type of book update`;
  const isWhole = type === 'snapshot' || sequence === 1;
  const previous = isWhole ? Number.NaN : sequence - 1;
  const book = { topic, symbol: prefix + bare, bids, asks, timeMs: numberOf(cts ?? ts), sequence, previous };
  const isBest = isWhole && topic.startsWith('orderbook.1.', prefix.length);
  return (isBest ? tellTextQuote(sink, book) : undefined) ?? tellTextBook(sink, book);
}

/** A delta leaves out what did not change, and a spot ticker has no prices of the book: then there is no quote to tell. */
function tellTicker(topic: string, prefix: string, message: JsonObject, data: JsonObject, sink: DecodeSink) {
  const bids = [[data['bid1Price'] ?? data['bidPrice'], data['bid1Size'] ?? data['bidSize']]];
  const asks = [[data['ask1Price'] ?? data['askPrice'], data['ask1Size'] ?? data['askSize']]];
  if (typeof data['symbol'] !== 'string') return;
  const [timeMs, sequence] = [numberOf(message['ts']), numberOf(message['cs'])];
  tellTextQuote(sink, { topic, symbol: prefix + data['symbol'], bids, asks, timeMs, sequence });
}

// The account's own data and orders

const WORDS = { orderId: 'orderId', clientOrderId: 'orderLinkId', symbol: 'symbol', side: 'side' };
// biome-ignore format: a table
const rows = accountRows({
  order: {
    ...WORDS, type: 'orderType', state: 'orderStatus', price: 'price', amount: 'qty', filledAmount: 'cumExecQty',
    averagePrice: 'avgPrice', updatedAtMs: 'updatedTime', cancelReason: 'rejectReason cancelType',
  },
  fill: {
    ...WORDS, tradeId: 'execId', price: 'execPrice', amount: 'execQty', fee: 'execFee', feeCurrency: 'feeCurrency',
    liquidity: 'isMaker', exchangeTimeMs: 'execTime',
  },
  position: { symbol: 'symbol', amount: 'size', averagePrice: 'entryPrice', side: 'side' },
  balance: { currency: 'coin', total: 'equity', available: 'availableToWithdraw' },
  liquidity: { maker: true, taker: false },
  states: {
    open: 'New PartiallyFilled', filled: 'Filled', cancelled: 'Cancelled PartiallyFilledCanceled Deactivated',
    rejected: 'Rejected', untriggered: 'Untriggered Triggered',
  },
  types: { limit: 'Limit', market: 'Market' },
  noReason: /^(?:EC_NoError|UNKNOWN|0)$/,
  symbolOf: (row) => prefixOf(textOf(row['category']) || 'linear') + textOf(row['symbol']),
});

/** `{"topic":"order","id":"11eb7e6c:0:01","creationTime":1682917170027,"data":[{"category":"linear","symbol":"BTCUSDT",…}]}` */
const tellAccount: Tell = (topic, _message, data, sink) => {
  const list = [data].flat() as readonly unknown[];
  const [family] = topic.split('.', 1);
  if (family === 'order' || family === 'position') return rows.tell(family, topic, list, sink);
  if (family === 'execution') return readExecutions(topic, list, sink);
  if (family === 'wallet') {
    const coins = list.flatMap((account) => (isObject(account) ? account['coin'] : undefined));
    return rows.tell('balance', topic, coins, sink);
  }
  sink.private({ kind: 'account', topic, raw: data });
  return undefined;
};

/** Funding, settlements and the like come as executions that no order of the bot's made. */
function readExecutions(topic: string, list: readonly unknown[], sink: DecodeSink): string | undefined {
  const isFill = (row: unknown) =>
    !isObject(row) || /^(?:(?:Adl|Bust|Block)?Trade)?$/.test(textOf(row['execType']));
  for (const row of list) if (!isFill(row)) sink.private({ kind: 'account', topic, raw: row });
  return rows.tell('fill', topic, list.filter(isFill), sink);
}

/** `{"reqId":"5","header":{"X-BAPI-TIMESTAMP":"1711001595207","X-BAPI-RECV-WINDOW":"8000"},"op":"order.create","args":[{…}]}` */
function orderCall(op: string, params: JsonObject, context: RequestContext) {
  const id = String(context.nextId());
  const timestamp = String(Math.round(context.wallMs));
  const header = { 'X-BAPI-TIMESTAMP': timestamp, 'X-BAPI-RECV-WINDOW': '5000' };
  return { id, frame: JSON.stringify({ reqId: id, header, op, args: [params] }) };
}

const instrument = (symbol: string) => ({ category: marketOf(symbol), symbol: bareOf(symbol) });

/** Failure: `{"reqId":"5","retCode":110003,"retMsg":"price is invalid","op":"order.create","data":{},…}`, success:
 * `{"reqId":"5","retCode":0,"retMsg":"OK","op":"order.create","data":{"orderId":"a4c1718e","orderLinkId":"…"},"header":{"Timenow":"17",…}}`.
 * Success means accepted; what became of the order comes by the topics `order` and `execution`. */
const orders = acceptedOrders({
  clientOrderIdLength: 36,
  call: orderCall,
  ops: { place: 'order.create', edit: 'order.amend', cancel: 'order.cancel' },
  instrumentOf: (symbol) => instrument(neededText(symbol)),
  orderId: 'orderId',
  // biome-ignore format: a table
  names: { side: 'side', type: 'orderType', amount: 'qty', price: 'price', reduceOnly: 'reduceOnly', clientOrderId: 'orderLinkId' },
  otherNames: 'symbol category timeInForce',
  sides: { buy: 'Buy', sell: 'Sell' },
  typeOf: ({ type = 'limit' }) => (type === 'limit' ? 'Limit' : type === 'market' ? 'Market' : type),
  termsOf: ({ symbol, type, postOnly, timeInForce }) => ({
    // A market order on spot would otherwise count in the quote currency.
    marketUnit: symbol.startsWith('spot/') && type === 'market' ? 'baseCoin' : undefined,
    timeInForce: postOnly ? 'PostOnly' : timeInForceCode(timeInForce),
  }),
  changes: { amount: 'qty', price: 'price' },
  placed: { orderId: 'data.orderId', time: 'header.Timenow' },
});

/** Codes, and for sockets without codes the words that stand in their place. @see https://bybit-exchange.github.io/docs/v5/error */
const classifyCode = classifier({
  retry: '10019',
  rate: '10006 10018 10403 10429 20003',
  'fatal-login': '10003 10004 10010 33004',
  banned: '10009 10024',
  'not-found': '110001 170213',
  unknown: '10000 10016',
});

function classify(error: VenueError) {
  if (/too many sessions/i.test(error.message)) return 'rate';
  if (/^(?:handler not found|Invalid symbol|failTopics)/.test(error.code)) return 'not-found';
  if (/signature|api ?key|USVC1111/i.test(error.code)) return 'fatal-login';
  // The venue's words for a login that expired on its way, among others.
  return error.code === 'Params Error' ? 'login' : classifyCode(error);
}

/** What the sockets have in common. `market` is also the last part of the path, after `public/` where it is one. */
function socket(market: string, path: string, tell: Tell) {
  return {
    name: 'bybit',
    documentation: DOCUMENTATION,
    urls: { live: `wss://stream.bybit.com/v5/${path}`, test: `wss://stream-testnet.bybit.com/v5/${path}` },
    heartbeat: { intervalMs: 20_000, silenceMs: 45_000, anyFrameCounts: true, ping: () => PING },
    subscribe: topicCalls.bind(undefined, 'subscribe', market),
    unsubscribe: topicCalls.bind(undefined, 'unsubscribe', market),
    readSubscribed: market === 'option' ? readOptionSubscribed : allConfirmed,
    readRefused,
    classify,
    limits: { ...LIMITS, ...(market === 'option' ? { topics: 2000 } : {}) },
    decode: decodeWith.bind(undefined, tell),
  };
}

function marketSocket(market: Market) {
  const prefix = prefixOf(market);
  return defineExchange({
    ...socket(market, `public/${market}`, tellMarket.bind(undefined, prefix)),
    books: { rule: () => 'increment' },
    checkTopic: (topic) => checkMarketTopic(market, topic),
    topicOf: (frame) => textAfter(MARKET_FRAME, frame, prefix),
    rehearsal: [
      `${MARKET_FRAME}orderbook.50.X","ts":1,"type":"snapshot","data":{"s":"X","b":[["1.5","1"]],"a":[],"u":1,"seq":1},"cts":1}`,
      `${MARKET_FRAME}publicTrade.X","ts":1,"type":"snapshot","data":[{"i":"1","T":1,"p":"1.5","v":"1","S":"Buy","s":"X"}]}`,
    ],
  });
}

const account = {
  login,
  /** Bybit compares times to the second or so; its pong tells what time it is there. */
  clock: {
    request: () => ({ id: PONG_ID, frame: PING }),
    read: (result: unknown) => (Number.isFinite(result) ? (result as number) : undefined),
  },
};

const accountSocket = defineExchange<BybitCredentials>({
  ...socket('private', 'private', tellAccount),
  ...account,
  isPrivate: () => true,
  checkTopic(topic) {
    if (ACCOUNT_TOPIC.test(topic)) return undefined;
    return `"${topic}" is no topic of an account on Bybit: compare order, execution, position, wallet, order.linear`;
  },
});

const tradeSocket = defineExchange<BybitCredentials>({
  ...socket('trade', 'trade', tellAccount),
  ...account,
  checkTopic: () => 'the trade socket of Bybit has no topics',
  /** Any op with one item in `args`. The result is the whole answer: batches tell their errors in `retExtInfo.list`. */
  request: orderCall,
  orders,
});

/**
 * Bybit v5. Topics and symbols are the venue's words, with the market in front where it is not linear: `publicTrade.BTCUSDT`,
 * `spot/orderbook.50.BTCUSDT`, `inverse/BTCUSD`, `option/tickers.BTC-27MAR26-90000-C`. Subscribing `dcp.future`, `dcp.spot` or
 * `dcp.option` arms the venue's disconnect protection, where the account has it.
 */
export const bybit = defineVenue({
  name: 'bybit',
  documentation: DOCUMENTATION,
  sockets: {
    linear: marketSocket('linear'),
    spot: marketSocket('spot'),
    inverse: marketSocket('inverse'),
    option: marketSocket('option'),
    private: accountSocket,
    trade: tradeSocket,
  },
  orderSocket: 'trade',
  accountSockets: ['private', 'trade'],
  socketOfTopic: (topic) => (ACCOUNT_TOPIC.test(topic) ? 'private' : marketOf(topic)),
  socketOfRequest: () => 'trade',
  validateCredentials: login.validate,
  commonTopic(kind, symbol) {
    const market = marketOf(symbol);
    const words = market === 'option' ? { ...COMMON, quotes: 'tickers', book: 'orderbook.25' } : COMMON;
    return `${prefixOf(market)}${words[kind]}.${bareOf(symbol)}`;
  },
});
