// OKX v5, whole: sockets for public data, the deep books of paying customers, the account with orders, and "business" channels.
// Oddities to know: each topic is acknowledged by itself, errors may not say to what, and orders name instruments by number.
import { createHmac } from 'node:crypto';
import type { OrderRequest } from '../market.js';
import { acceptedOrders } from './dialects/accepted-orders.js';
import { tellLists } from './dialects/account-channels.js';
import { accountRows } from './dialects/account-rows.js';
import { argumentTopics, channelOf } from './dialects/argument-topics.js';
import { missingText, neededText } from './dialects/checks.js';
import { classifier } from './dialects/classes.js';
import { type DecodeSink, defineExchange, defineVenue, type InstrumentIds, type Login } from './exchange.js';
import type { RequestContext, TopicOutgoing, VenueError } from './exchange.js';
import { countOf, numberOf, textOf, valueAt } from './dialects/fields.js';
import { isObject, type JsonObject, parseObject } from './dialects/json-rpc.js';
import { tellTextBook, tellTextQuote, textTrades } from './dialects/text-rows.js';
import { batchTopics } from './dialects/topics.js';
export type * from './order-fields/okx.js';

/** An API key of OKX. Live and demo trading have separate keys. */
export interface OkxCredentials {
  readonly apiKey: string;
  readonly secretKey: string;
  /** The passphrase that was chosen when the key was made. */
  readonly passphrase: string;
}

const DOCUMENTATION = 'https://www.okx.com/docs-v5/en/#overview-websocket';
const LOGIN_ID = 'login';
/** OKX takes 64 KB of arguments; a topic's own text is less than half of its argument. */
const BATCH = { maxTopics: 100, maxBytes: 24_000 };

/** Failure: `{"event":"error","code":"60009","msg":"Login failed.","connId":"a4d3ae55"}`, success:
 * `{"event":"login","code":"0","msg":"","connId":"a4d3ae55"}`. Neither has an id. The login lasts as long as the socket. */
const login: Login<OkxCredentials> = {
  validate: (credentials) => missingText(credentials, ['apiKey', 'secretKey', 'passphrase']),
  request({ apiKey, secretKey, passphrase }, context) {
    const timestamp = String(Math.floor(context.wallMs / 1000));
    const sign = createHmac('sha256', secretKey).update(`${timestamp}GET/users/self/verify`).digest('base64');
    const args = [{ apiKey, passphrase, timestamp, sign }];
    return { id: LOGIN_ID, frame: JSON.stringify({ op: 'login', args }) };
  },
  read: () => ({ lifetimeMs: Number.POSITIVE_INFINITY, granted: [], secrets: {} }),
};

// Topics

const KEYS = ['instType', 'instFamily', 'instId', 'ccy', 'sprdId', 'algoId'];
const { argumentOf, topicOf: topicOfArgument, isTopic } = argumentTopics('instId', KEYS);
const DEPTH_CHANNEL = /^books(?:50)?-l2-tbt$/;
const ACCOUNT_CHANNEL =
  /^(?:account|positions|balance_and_position|liquidation-warning|account-greeks|orders|fills)$/;
const BUSINESS_CHANNEL =
  /^(?:(?:mark-price-|index-)?candle|sprd-|orders-algo|algo-|deposit-|withdrawal-|grid-|trades-all|copytrading-|economic-calendar|rfqs|quotes|struc-block-|public-struc-|public-block-|block-tickers)/;
const BUSINESS_ACCOUNT =
  /^(?:sprd-(?:orders|trades)$|orders-algo|algo-|deposit-|withdrawal-|grid-|copytrading-|economic-calendar|rfqs|quotes|struc-block-)/;

function socketOfTopic(topic: string): keyof typeof sockets {
  const channel = channelOf(topic);
  if (DEPTH_CHANNEL.test(channel)) return 'depth';
  if (ACCOUNT_CHANNEL.test(channel)) return 'private';
  return BUSINESS_CHANNEL.test(channel) ? 'business' : 'public';
}

const isAccounts = (channel: string): boolean =>
  ACCOUNT_CHANNEL.test(channel) || BUSINESS_ACCOUNT.test(channel);

function checkTopic(topic: string): string | undefined {
  if (isTopic(topic)) return undefined;
  return `"${topic}" is no topic of OKX: compare trades:BTC-USDT, orders:instType=SWAP, account (keys in the order ${KEYS.join(', ')})`;
}

/** `{"id":"1512","op":"subscribe","args":[{"channel":"books","instId":"ETH-USDT"}]}`, answered topic by topic. */
function topicCalls(op: string, topics: readonly string[], context: RequestContext) {
  return batchTopics(topics, BATCH).map((batch): TopicOutgoing => {
    const id = String(context.nextId());
    return { id, frame: JSON.stringify({ id, op, args: batch.map(argumentOf) }), topics: batch };
  });
}

/** `orders:*` stands for every topic of a channel; all other names are topics. */
function topicsNamed(name: string, topics: readonly string[]): readonly string[] {
  if (!name.endsWith(':*')) return [name];
  return topics.filter((topic) => channelOf(topic) === channelOf(name));
}

// Frames that are not data

function decode(frame: string, sink: DecodeSink): string | undefined {
  if (frame === 'pong') return void sink.alive();
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  const { arg, data, event, op } = message;
  if (event !== undefined) return readEvent(message, sink);
  if (op !== undefined) return readCallAnswer(message, sink);
  const topic = isObject(arg) ? topicOfArgument(arg) : undefined;
  if (topic === undefined) return 'neither data nor an answer';
  return Array.isArray(data) ? readData(topic, message, data, sink) : `${topic}: no data`;
}

function readEvent(message: JsonObject, sink: DecodeSink): string | undefined {
  const { event, arg, code, channel } = message;
  if (event === 'error' || (event === 'login' && code !== '0')) return readError(message, sink);
  const topic = isObject(arg) ? topicOfArgument(arg) : undefined;
  const id = textOf(message['id']);
  if (event === 'subscribe' && topic !== undefined) sink.confirmed(topic);
  else if (event === 'unsubscribe' && id !== '') sink.reply(id, topic);
  else if (event === 'login') sink.reply(LOGIN_ID, message);
  else if (event === 'notice') tellNotice(message, sink);
  else if (event === 'channel-conn-count' || event === 'unsubscribe') sink.alive();
  else if (event === 'channel-conn-count-error') sink.revoked(`${textOf(channel)}:*`, TOO_MANY);
  else return 'an event of unknown kind';
  return undefined;
}

const TOO_MANY = { code: 'channel-conn-count-error', message: 'too many connections have this channel' };

/** `{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect."}`, 60 s ahead. */
function tellNotice({ code, msg }: JsonObject, sink: DecodeSink): void {
  const kind = code === '64008' ? 'planned-stop' : 'information';
  sink.notice({ kind, text: `OKX: ${textOf(msg) || 'a notice without words'} (${textOf(code)})` });
}

/** `{"id":"1512","event":"error","code":"60012","msg":"Invalid request: …"}`. Some have no id but name the topic in their text:
 * `Wrong URL or channel:books,instId:NOPE-USDT doesn't exist.` */
function readError(message: JsonObject, sink: DecodeSink): string | undefined {
  const { code, msg } = message;
  if (typeof code !== 'string' || typeof msg !== 'string') return 'an error without code or text';
  // What follows is the request itself, which can be a login.
  const error = errorOf(code, msg.replace(/^(Invalid request):.*/s, '$1'));
  const id = textOf(message['id']);
  const words = /channel:[\w-]+(?:,\w+:[\w.-]+)*/.exec(msg)?.[0].split(',') ?? [];
  const topic = topicOfArgument(Object.fromEntries(words.map((word) => word.split(':', 2))) as JsonObject);
  if (topic !== undefined) sink.refused(topic, error);
  else sink.refusal(LOGIN_CODES.test(code) ? LOGIN_ID : id === '' ? undefined : id, error);
  return undefined;
}

const LOGIN_CODES = /^600(?:0[4-79]|2[34]|3[12])$/;

/** `{"id":"1512","op":"order","data":[{"clOrdId":"abc1","ordId":"12345689","ts":"16","sCode":"0","sMsg":""}],"code":"0","msg":""}`;
 * where one thing was asked, its own `sCode` decides. Batches have an answer of their own for each part. */
function readCallAnswer(message: JsonObject, sink: DecodeSink): string | undefined {
  const { code, data, msg } = message;
  const id = textOf(message['id']);
  if (typeof code !== 'string' || !Array.isArray(data) || id === '') return 'a malformed answer';
  const parts = data.filter(isObject);
  const bad = parts.find(({ sCode }) => typeof sCode === 'string' && sCode !== '0');
  if (code === '2' || (code === '0' && (bad === undefined || parts.length > 1))) sink.reply(id, message);
  else sink.refusal(id, errorOf(bad?.['sCode'] ?? code, bad?.['sMsg'] ?? msg));
  return undefined;
}

function errorOf(code: unknown, text: unknown): VenueError {
  return { code: textOf(code), message: textOf(text).slice(0, 300) };
}

// Data

type Rows = readonly unknown[];

function readData(topic: string, message: JsonObject, data: Rows, sink: DecodeSink): string | undefined {
  const channel = channelOf(topic);
  if (channel === 'trades' || channel === 'trades-all') return tellTrades(topic, data, sink);
  if (channel.startsWith('books') || channel === 'bbo-tbt') return readBook(topic, message, data, sink);
  if (channel === 'tickers') for (const row of data) tellTicker(topic, row, sink);
  return isAccounts(channel) ? readAccount(topic, channel, data, sink) : void sink.message(topic);
}

/** `[{"instId":"BTC-USD","tradeId":"130639474","px":"42219.9","sz":"0.12060306","side":"buy","ts":"1630048897897","count":"3"}]` */
const SIDES = { side: 'side', buy: 'buy', sell: 'sell' };
const TRADE = { id: 'tradeId', symbol: 'instId', price: 'px', amount: 'sz', time: 'ts' };
const tellTrades = textTrades({ ...SIDES, ...TRADE });

/** `{"arg":{…},"action":"update","data":[{"asks":[["8476.98","415","0","13"]],"bids":[],"ts":"16","checksum":0,"prevSeqId":56,"seqId":57}]}`.
 * Each minute without a change an empty update repeats its number. Without `action` it is the whole book each time. */
function readBook(topic: string, message: JsonObject, data: Rows, sink: DecodeSink): string | undefined {
  const { action = 'snapshot', arg } = message;
  const [row, ...more] = data;
  const symbol = isObject(arg) ? arg['instId'] : undefined;
  if (!isObject(row) || more.length > 0 || typeof symbol !== 'string') return `${topic}: malformed book`;
  const { bids, asks, ts, seqId, prevSeqId } = row;
  const [sequence, previous] = [countOf(seqId), action === 'update' ? countOf(prevSeqId) : Number.NaN];
  if (action !== 'snapshot' && action !== 'update') return `${topic}: unknown action`;
  if (Number.isNaN(action === 'update' ? sequence + previous : sequence)) return `${topic}: no seqId`;
  const book = { topic, symbol, bids, asks, timeMs: numberOf(ts), sequence, previous };
  return topic.startsWith('bbo-tbt') ? tellTextQuote(sink, book) : tellTextBook(sink, book);
}

/** `{"instId":"X","bidPx":"1.5","bidSz":"1","askPx":"2.5","askSz":"2","ts":"1597026383085",…}`; a side that is empty has no price. */
function tellTicker(topic: string, row: unknown, sink: DecodeSink): void {
  if (!isObject(row) || typeof row['instId'] !== 'string') return;
  const bids = row['bidPx'] === '' ? [] : [[row['bidPx'], row['bidSz']]];
  const asks = row['askPx'] === '' ? [] : [[row['askPx'], row['askSz']]];
  const timeMs = numberOf(row['ts']);
  tellTextQuote(sink, { topic, symbol: row['instId'], bids, asks, timeMs, sequence: Number.NaN });
}

/** Knows the order of keys that OKX writes; any other frame, and the account's own data, is left to `decode`. */
function topicOf(frame: string): string | undefined {
  const end = frame.startsWith('{"arg":{') ? frame.indexOf('}') + 1 : 0;
  const topic = topicOfArgument((end === 0 ? undefined : parseObject(frame.slice(7, end))) ?? {});
  return topic === undefined || isAccounts(channelOf(topic)) ? undefined : topic;
}

// The account's own data and orders

const WORDS = {
  orderId: 'ordId algoId',
  clientOrderId: 'clOrdId algoClOrdId',
  symbol: 'instId sprdId',
  side: 'side',
};
// biome-ignore format: a table
const rows = accountRows({
  order: {
    ...WORDS, type: 'ordType', state: 'state', price: 'px', amount: 'sz', filledAmount: 'accFillSz', averagePrice: 'avgPx',
    updatedAtMs: 'uTime', cancelReason: 'cancelSourceReason cancelSource',
  },
  fill: {
    ...WORDS, tradeId: 'tradeId', price: 'fillPx', amount: 'fillSz', fee: 'fillFee', feeCurrency: 'fillFeeCcy',
    liquidity: 'execType', exchangeTimeMs: 'fillTime ts',
  },
  position: { symbol: 'instId', amount: 'pos', averagePrice: 'avgPx', side: 'posSide' },
  balance: { currency: 'ccy', total: 'eq cashBal', available: 'availBal' },
  liquidity: { maker: 'M', taker: 'T' },
  isPaidFeeNegative: true,
  states: { open: 'live partially_filled', filled: 'filled', cancelled: 'canceled mmp_canceled', rejected: 'order_failed', untriggered: 'pause' },
});

function readAccount(topic: string, channel: string, data: Rows, sink: DecodeSink): string | undefined {
  if (/orders/.test(channel)) {
    return tellLists(rows, topic, { fill: data.filter(isFilling), order: data }, sink);
  }
  if (channel === 'fills') return rows.tell('fill', topic, data, sink);
  if (channel === 'positions') return rows.tell('position', topic, data, sink);
  if (channel === 'account') return rows.tell('balance', topic, inner(data, 'details'), sink);
  if (channel === 'balance_and_position') {
    const lists = { balance: inner(data, 'balData'), position: inner(data, 'posData') };
    return tellLists(rows, topic, lists, sink);
  }
  return void sink.private({ kind: 'account', topic, raw: data });
}

const inner = (data: Rows, name: string): Rows => data.flatMap((row) => valueAt(row, name));

/** An order is pushed once for each of its fills, with that fill in it, and for other changes, where the last fill can be repeated. */
function isFilling(row: unknown): boolean {
  if (!isObject(row) || !(numberOf(row['fillSz']) > 0) || textOf(row['tradeId']) === '') return false;
  return row['state'] === 'partially_filled' || row['state'] === 'filled';
}

/** @see https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments */
const instrumentIds: InstrumentIds = {
  fetch: ({ network }) =>
    ['SPOT', 'SWAP', 'FUTURES'].map((type) => {
      const headers: Record<string, string> = network === 'test' ? { 'x-simulated-trading': '1' } : {};
      return { method: 'GET', url: `/api/v5/public/instruments?instType=${type}`, headers };
    }),
  read(result) {
    const data = isObject(result) && result['code'] === '0' ? result['data'] : undefined;
    if (!Array.isArray(data)) return 'OKX did not list its instruments';
    return data.filter(isObject).map((row) => [textOf(row['instId']), numberOf(row['instIdCode'])] as const);
  },
};

/** Orders name their instrument by OKX's number: from the table, or given by `extra.instIdCode`. */
function instIdCode(symbol: string | undefined, extra: JsonObject, context: RequestContext): number {
  const code = extra['instIdCode'] ?? context.instrumentIds?.get(neededText(symbol));
  if (Number.isSafeInteger(code)) return code as number;
  throw new TypeError(`OKX's number of ${symbol} is not known: give it by extra.instIdCode`);
}

function orderCall(op: string, params: JsonObject, context: RequestContext) {
  const id = String(context.nextId());
  return { id, frame: JSON.stringify({ id, op, args: [params] }) };
}

/** `market`, `limit` and what makes a limit order special are one word on OKX. */
function orderType({ type = 'limit', timeInForce, postOnly }: OrderRequest): string {
  if (type !== 'limit') return type;
  if (postOnly) return 'post_only';
  return timeInForce === 'immediate-or-cancel' ? 'ioc' : timeInForce === 'fill-or-kill' ? 'fok' : 'limit';
}

const isSpot = (symbol: string): boolean => symbol.split('-').length === 2;

const orders = acceptedOrders({
  clientOrderIdLength: 32,
  clientOrderIds: { fits: (id: string) => !/[^a-zA-Z0-9]/.test(id), hint: 'letters and digits only' },
  call: orderCall,
  ops: { place: 'order', edit: 'amend-order', cancel: 'cancel-order' },
  instrumentOf: (symbol, extra, context) => ({ instIdCode: instIdCode(symbol, extra, context) }),
  orderId: 'ordId',
  // biome-ignore format: a table
  names: { side: 'side', type: 'ordType', amount: 'sz', price: 'px', reduceOnly: 'reduceOnly', clientOrderId: 'clOrdId' },
  otherNames: 'instId',
  typeOf: orderType,
  termsOf: ({ symbol, type }) => ({
    tdMode: isSpot(symbol) ? 'cash' : 'cross',
    // A buy at market on spot would otherwise count in the quote currency.
    tgtCcy: isSpot(symbol) && type === 'market' ? 'base_ccy' : undefined,
  }),
  changes: { amount: 'newSz', price: 'newPx' },
  placed: { orderId: 'data.0.ordId', time: 'data.0.ts' },
});

/** @see https://www.okx.com/docs-v5/en/#error-code-websocket-public */
const classify = classifier({
  retry: '50001 50013 50026 63999 64007 64008',
  rate: '50011 50061 60014 60023 channel-conn-count-error',
  login: '60004 60006 60011',
  'fatal-login': '50105 50110 50111 50113 50119 60005 60007 60009 60024 60032',
  'not-found': '51400 51401 51402 51503 51603 60018',
  unknown: '50004',
});

/** 4004 (nothing pushed), 4005 (too slow), 4006 and all unknown ones are worth a new connection. */
const classifyClose = classifier({ reject: '1009', login: '4001 4007', rate: '4003 4008 4009' }, 'retry');

function socket(path: 'public' | 'private' | 'business') {
  return {
    name: 'okx',
    documentation: DOCUMENTATION,
    urls: { live: `wss://ws.okx.com:8443/ws/v5/${path}`, test: `wss://wspap.okx.com:8443/ws/v5/${path}` },
    restUrls: { live: 'https://www.okx.com', test: 'https://www.okx.com' },
    /** Without a frame or a ping OKX closes after 30 s (4004). */
    heartbeat: { intervalMs: 15_000, silenceMs: 32_000, anyFrameCounts: true, ping: () => 'ping' },
    isPrivate: (topic: string) => isAccounts(channelOf(topic)) || DEPTH_CHANNEL.test(channelOf(topic)),
    checkTopic,
    subscribe: topicCalls.bind(undefined, 'subscribe'),
    unsubscribe: topicCalls.bind(undefined, 'unsubscribe'),
    topicsNamed,
    /** Each change names the one before it; a book that starts anew or stands still does so, too. */
    books: {},
    classify,
    limits: { connects: { units: 3, windowMs: 1000 }, topicCharacters: BATCH.maxBytes },
    classifyClose: (code: number) => classifyClose({ code: String(code), message: '' }),
    maxRequestBytes: 65_536,
    decode,
    topicOf,
    rehearsal: [
      '{"arg":{"channel":"books","instId":"X"},"action":"snapshot","data":[{"asks":[["1.5","1","0","1"]],"bids":[],"ts":"1","checksum":0,"prevSeqId":-1,"seqId":1}]}',
      '{"arg":{"channel":"trades","instId":"X"},"data":[{"instId":"X","tradeId":"1","px":"1.5","sz":"1","side":"buy","ts":"1","count":"1"}]}',
      '{"id":"1","event":"subscribe","arg":{"channel":"books","instId":"X"},"connId":"x"}',
    ],
  };
}

const sockets = {
  public: defineExchange(socket('public')),
  /** The public path, logged in: `books-l2-tbt` and `books50-l2-tbt` are for customers of level VIP4 and up. */
  depth: defineExchange<OkxCredentials>({ ...socket('public'), login }),
  private: defineExchange<OkxCredentials>({
    ...socket('private'),
    login,
    instrumentIds,
    /** Any op with one item in `args`; the result is the whole answer. */
    request: orderCall,
    orders,
  }),
  business: defineExchange<OkxCredentials>({ ...socket('business'), login }),
};

/** OKX v5. Topics are the venue's words: `trades:BTC-USDT`, `books:BTC-USDT-SWAP`, `orders:instType=SWAP`, `account`. */
export const okx = defineVenue({
  name: 'okx',
  documentation: DOCUMENTATION,
  sockets,
  orderSocket: 'private',
  accountSockets: ['private'],
  socketOfTopic,
  socketOfRequest: () => 'private',
  validateCredentials: login.validate,
  commonTopic: (kind, symbol) => `${{ trades: 'trades', quotes: 'bbo-tbt', book: 'books' }[kind]}:${symbol}`,
});
