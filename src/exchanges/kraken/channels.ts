// Kraken's channels: how they are asked for, and what the frames of the spot sockets mean: market data, the account's own rows, and the
// answers, one for each symbol or order. A topic is `channel:symbol`, with the depth of a book or the minutes of a candle behind the channel.
import { accountRows } from '../dialects/account-rows.js';
import { channelBatches } from '../dialects/channel-topics.js';
import { EXACT_BOOK, readExactBooks } from '../dialects/exact-book.js';
import type { CommonTopicKind, DecodeSink, RequestContext, VenueError } from '../exchange.js';
import { numberOf, rowsOf, textOf } from '../dialects/fields.js';
import { isoTimeMs } from '../dialects/iso-time.js';
import { isObject, type JsonObject, parseObject } from '../dialects/json-rpc.js';
import { sideAmount, sidePrice } from '../dialects/market-rows.js';
import { RowMemory } from '../dialects/row-memory.js';

export const BASE_DEPTH = 10;
export const DEPTHS = [25, 100, 500, 1000] as const;
const MINUTES = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600];
export const PRIVATE = /^(?:executions|balances)$/;
const TOPIC = new RegExp(
  `^(?:(?:trade|ticker|book(?:-(?:${DEPTHS.join('|')}))?|ohlc-(?:${MINUTES.join('|')})):[\\w.]+/[\\w.]+|instrument)$`,
);
/** Symbols of one call: the venue states no limit; this keeps frames below 4 KB. */
const BATCH = { maxTopics: 100, maxBytes: 4000 };

/**
 * What a call subscribes travels in its id, because a refusal names the symbol but not the channel:
 * `{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":33,"success":false,"symbol":"XBT/USD"}`
 */
const CHANNELS = ['', 'trade', 'ticker', 'book', 'instrument', 'executions', 'balances'].concat(
  MINUTES.map((minutes) => `ohlc-${minutes}`),
);
export const ID_STEP = 32;

export function topicCalls(method: string, topics: readonly string[], context: RequestContext) {
  return channelBatches(topics, BATCH).map(({ channel, symbols, topics: asked }) => {
    const [name = '', detail] = channel.split('-');
    const params = {
      channel: name,
      ...(symbols.length === 0 ? {} : { symbol: symbols }),
      ...channelParams(name, detail, method === 'subscribe'),
      ...(PRIVATE.test(name) ? { token: tokenOf(context) } : {}),
    };
    const kind = CHANNELS.indexOf(name === 'ohlc' ? channel : name);
    return { ...call(context.nextId() * ID_STEP + kind, method, params), topics: asked };
  });
}

function channelParams(name: string, detail: string | undefined, isSubscribe: boolean): JsonObject {
  if (name === 'book') return { depth: Number(detail ?? BASE_DEPTH) };
  if (name === 'ohlc') return { interval: Number(detail) };
  if (name === 'ticker') return { event_trigger: 'bbo' };
  // Old trades are not events. Fills made while nobody listened are: they come again, with the same trade id.
  if (name === 'trade' && isSubscribe) return { snapshot: false };
  return name === 'executions' && isSubscribe ? { snap_orders: true, snap_trades: true } : {};
}

export function tokenOf(context: RequestContext): string {
  const token = context.session?.secrets['token'];
  if (token === undefined) throw new TypeError('Kraken needs options.credentials for this');
  return token;
}

export function call(id: number, method: string, params: JsonObject) {
  return { id, frame: JSON.stringify({ method, params, req_id: id }) };
}

const COMMON: Readonly<Record<CommonTopicKind, string>> = { trades: 'trade', quotes: 'ticker', book: 'book' };
export const commonTopic = (kind: CommonTopicKind, symbol: string): string => `${COMMON[kind]}:${symbol}`;

export function checkTopic(topic: string): string | undefined {
  if (TOPIC.test(topic) || PRIVATE.test(topic)) return undefined;
  return `"${topic}" is no topic of Kraken: compare trade:BTC/USD, ticker:BTC/USD, book:BTC/USD (10 levels), book-100:BTC/USD, ohlc-5:BTC/USD, instrument, executions, balances`;
}

// Frames

/** Makes the decoder of one connection. `book` is the channel of its books; `remembered` how many orders it knows the rows of. */
export function krakenReader(book: string, remembered: number) {
  const orders = new RowMemory(remembered);
  return (frame: string, sink: DecodeSink): string | undefined => {
    if (frame.startsWith(EXACT_BOOK)) return readExactBooks(frame, book, sink);
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is not a JSON object';
    const { method, channel, data } = message;
    if (method === 'pong' || channel === 'heartbeat') return alive(sink);
    if (typeof method === 'string' || message['success'] === false) return readAnswer(message, book, sink);
    if (channel === 'book') return readExactBooks(frame, book, sink);
    if (typeof channel !== 'string') return 'neither an answer nor a channel';
    if (channel === 'instrument' && isObject(data)) return readWhole(channel, sink);
    if (!Array.isArray(data) || !data.every(isObject)) return `${channel}: no data`;
    // A snapshot of an account without orders.
    if (data.length === 0) return alive(sink);
    const isSnapshot = message['type'] === 'snapshot';
    if (channel === 'trade' && !isSnapshot) return readTrades(data, sink);
    if (channel === 'ticker') return readTickers(data, sink);
    if (channel === 'executions') return readExecutions(data, isSnapshot, orders, sink);
    // What is held by open orders is not said.
    if (channel === 'balances') return accounts.tell('balance', channel, data, sink);
    if (channel === 'status') return readStatus(data[0] as JsonObject, sink);
    return readOthers(channel, data, sink);
  };
}

function alive(sink: DecodeSink): undefined {
  sink.alive();
}

function readWhole(topic: string, sink: DecodeSink): undefined {
  sink.message(topic);
}

/** `{"symbol":"BTC/USD","side":"buy","price":83744.3,"qty":0.0004478,"ord_type":"limit","trade_id":109116693,"timestamp":"…"}` */
function readTrades(rows: readonly JsonObject[], sink: DecodeSink): string | undefined {
  if (!rows.every(isTrade)) return 'trade: malformed';
  for (const { symbol, side, price, qty, timestamp, trade_id: id } of rows) {
    sink.trade(`trade:${symbol}`, symbol, side, price, qty, isoTimeMs(timestamp), id, String(id));
  }
  return undefined;
}

type WireTrade = JsonObject & { readonly symbol: string; readonly side: 'buy' | 'sell' } & Readonly<
    Record<'price' | 'qty' | 'trade_id', number>
  >;

function isTrade(row: JsonObject): row is WireTrade {
  const { symbol, side, price, qty, trade_id: id } = row;
  const isNamed = typeof symbol === 'string' && symbol !== '' && (side === 'buy' || side === 'sell');
  return isNamed && Number.isFinite(price) && Number.isFinite(qty) && Number.isFinite(id);
}

/** `{"symbol":"BTC/USD","bid":83744.2,"bid_qty":0.56,"ask":83744.3,"ask_qty":0.0004478,"last":83744.3,…,"timestamp":"…"}` */
function readTickers(rows: readonly JsonObject[], sink: DecodeSink): string | undefined {
  const quotes = rows.map(({ symbol, bid, bid_qty, ask, ask_qty, timestamp }) => {
    const [bids, asks] = [sideAmount(bid, bid_qty), sideAmount(ask, ask_qty)];
    const [bidPrice, askPrice] = [sidePrice(bid, bids), sidePrice(ask, asks)];
    return { symbol: textOf(symbol), bidPrice, bids, askPrice, asks, timeMs: isoTimeMs(timestamp) };
  });
  if (!quotes.every(({ symbol, bids, asks }) => symbol !== '' && bids >= 0 && asks >= 0))
    return 'ticker: malformed';
  for (const { symbol, bidPrice, bids, askPrice, asks, timeMs } of quotes) {
    sink.quote(`ticker:${symbol}`, symbol, bidPrice, bids, askPrice, asks, timeMs, Number.NaN);
    sink.message(`ticker:${symbol}`);
  }
  return undefined;
}

/** What has no common form goes on as it is, once for each topic in it: candles, single orders of a book, old trades. */
function readOthers(channel: string, rows: readonly JsonObject[], sink: DecodeSink): string | undefined {
  const prefix = (row: JsonObject) => (channel === 'ohlc' ? `ohlc-${numberOf(row['interval'])}` : channel);
  const topics = new Set(rows.map((row) => `${prefix(row)}:${textOf(row['symbol'])}`));
  const known =
    ['ohlc', 'trade', 'level3'].includes(channel) && ![...topics].some((topic) => topic.endsWith(':'));
  if (!known) return 'data of a channel that is not known';
  for (const topic of topics) sink.message(topic);
  return undefined;
}

/** `{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2",…}]}`: the first frame, and again on change. */
function readStatus({ system }: JsonObject, sink: DecodeSink): string | undefined {
  if (typeof system !== 'string') return 'status: malformed';
  if (system === 'online') sink.alive();
  else
    sink.notice({
      kind: system === 'maintenance' ? 'maintenance' : 'information',
      text: `Kraken: ${system}`,
    });
  return undefined;
}

// Answers

/** One for each symbol, and after a cancel of several orders one for each order, all with the id of the request. */
function readAnswer(message: JsonObject, book: string, sink: DecodeSink): string | undefined {
  const { method, req_id: id, success, result = {}, error } = message;
  if (id !== undefined && typeof id !== 'number') return 'an answer whose req_id is no number';
  if (success !== true && typeof error !== 'string') return 'an answer without success and error';
  if (method === 'subscribe') return readSubscribed(message, book, sink);
  // A topic that cannot be given up was not had, which is what was wanted.
  if (id !== undefined && (success === true || method === 'unsubscribe')) sink.reply(id, result);
  else if (success !== true) sink.refusal(id, venueError(textOf(error)));
  else return 'an answer without the req_id of its request';
  return undefined;
}

function readSubscribed(message: JsonObject, book: string, sink: DecodeSink): string | undefined {
  const { req_id: id, success, result, error } = message;
  const said = success === true && isObject(result) ? result : message;
  const topic = topicOfAnswer(numberOf(id), said, book);
  if (success === true) {
    if (topic === undefined) return 'an acknowledgement that names no channel';
    sink.confirmed(topic);
  } else if (topic === undefined) sink.refusal(id as number | undefined, venueError(textOf(error)));
  // Each socket knows one depth only, so what is subscribed already can be nothing else.
  else if (error === 'Already subscribed') sink.confirmed(topic);
  else sink.refused(topic, venueError(textOf(error)));
  return undefined;
}

function topicOfAnswer(
  id: number,
  { channel, symbol, interval }: JsonObject,
  book: string,
): string | undefined {
  const named = channel === 'ohlc' ? `ohlc-${numberOf(interval)}` : textOf(channel);
  const name = named === '' ? (CHANNELS[id % ID_STEP] ?? '') : named;
  const isWhole = PRIVATE.test(name) || name === 'instrument';
  if (name === '' || (!isWhole && typeof symbol !== 'string')) return undefined;
  return isWhole ? name : `${name === 'book' ? book : name}:${textOf(symbol)}`;
}

/** `EOrder:Insufficient funds`, or plain words. What follows a second colon is not part of the code. */
export function venueError(text: string): VenueError {
  return { code: /^E\w+:[^:]+/.exec(text)?.[0] ?? 'refused', message: text };
}

// The account

const STATES = new Map(
  Object.entries({ new: 'open', partially_filled: 'open', canceled: 'cancelled', pending_new: 'pending' }),
);
const WORDS = { orderId: 'order_id', clientOrderId: 'cl_ord_id', symbol: 'symbol', side: 'side' };
const accounts = accountRows({
  order: {
    ...WORDS,
    type: 'order_type',
    state: 'order_status',
    price: 'limit_price',
    amount: 'order_qty',
    filledAmount: 'cum_qty',
    averagePrice: 'avg_price',
    updatedAtMs: 'timestamp',
    cancelReason: 'reason',
  },
  fill: {
    ...WORDS,
    tradeId: 'exec_id',
    price: 'last_price',
    amount: 'last_qty',
    fee: 'fee',
    feeCurrency: 'fee_asset',
    liquidity: 'liquidity_ind',
    exchangeTimeMs: 'timestamp',
  },
  position: { symbol: 'symbol', amount: '', averagePrice: '', side: '' },
  balance: { currency: 'asset', total: 'balance', available: '' },
  liquidity: { maker: 'm', taker: 't' },
});

/**
 * `{"order_id":"OK4GJX","exec_type":"trade","exec_id":"TGBB7L","symbol":"BTC/USD","side":"sell","last_qty":0.005,"last_price":26599.9,
 * "liquidity_ind":"t","order_status":"partially_filled","cum_qty":0.005,"fees":[{"asset":"USD","qty":0.3458}],"timestamp":"…"}`.
 * After the first row of an order only what changed is said; a row of an order that was never seen whole goes on as it is.
 */
function readExecutions(
  rows: readonly JsonObject[],
  isSnapshot: boolean,
  known: RowMemory,
  sink: DecodeSink,
) {
  const topic = 'executions';
  if (isSnapshot) known.clear();
  let problem: string | undefined;
  for (const raw of rows) {
    const orderId = textOf(raw['order_id']);
    if (orderId === '') problem = 'executions: a row without order_id';
    else {
      const row = commonRow(known.merge(orderId, raw));
      const order = accounts.order(row);
      const fill = raw['exec_type'] === 'trade' ? accounts.fill(row) : undefined;
      if (fill !== undefined) sink.private({ kind: 'fill', topic, fill: { ...fill, raw } });
      if (order !== undefined) sink.private({ kind: 'order', topic, order: { ...order, raw } });
      if (order === undefined && fill === undefined) sink.private({ kind: 'account', topic, raw });
    }
  }
  return problem;
}

/** The row with Kraken's time, state and nested fee in plain fields. */
function commonRow(row: JsonObject): JsonObject {
  const [fee] = rowsOf(row['fees']);
  const { asset, qty } = isObject(fee) ? fee : ({} as JsonObject);
  const status = textOf(row['order_status']);
  const state = STATES.get(status) ?? status;
  return { ...row, order_status: state, timestamp: isoTimeMs(row['timestamp']), fee: qty, fee_asset: asset };
}
