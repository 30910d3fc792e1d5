// Market streams as Binance's spot and futures servers speak them: control messages, the combined wrapper and the payloads.
// Oddity to know: a stream that does not exist is acknowledged like any other and then stays silent.
import { decimalOf, idText } from './decimals.js';
import type { DecodeSink, Exchange, RequestContext, TopicOutgoing, VenueError } from '../exchange.js';
import { defineExchange } from '../exchange.js';
import { numberOf, textOf } from './fields.js';
import { isObject, type JsonObject, parseObject } from './json-rpc.js';
import { keepBook, tellKeptBook } from './text-rows.js';
import { allConfirmed, batchTopics } from './topics.js';

/** Few and large calls: each is one of the five (futures: ten) messages that a second allows. */
const BATCH = { maxTopics: 300, maxBytes: 16_000 };
const WRAPPER = '{"stream":"';

/** A server of market streams: what is particular to it. */
export interface StreamServer
  extends Pick<
    Exchange,
    'name' | 'documentation' | 'urls' | 'restUrls' | 'limits' | 'httpRates' | 'rehearsal'
  > {
  /** What the names of its streams look like, and a few of them for whoever got one wrong. */
  readonly forms: readonly RegExp[];
  readonly examples: string;
  /** Where the whole book of a symbol is fetched over HTTP. */
  snapshot(symbol: string): string;
}

/** Streams of changes, whose book is fetched first: without the number of levels that those of whole books have. */
const CHANGES = /@depth(?:@\d+ms)?$/;

export function streamSocket({ forms, examples, snapshot, ...server }: StreamServer): Exchange {
  return defineExchange<unknown>({
    ...server,
    checkTopic: (topic) => streamProblem(topic, forms, examples),
    subscribe: (topics, context) => streamCalls('SUBSCRIBE', topics, context),
    unsubscribe: (topics, context) => streamCalls('UNSUBSCRIBE', topics, context),
    // `{"result":null,"id":1}` means that the call was understood, not that the streams exist.
    readSubscribed: allConfirmed,
    request: (method, { params }, context) => streamCall(context, method, params),
    classify: () => 'reject',
    books: {
      rule: (topic) => (CHANGES.test(topic) ? 'range' : 'none'),
      snapshot: (topic) =>
        CHANGES.test(topic)
          ? { method: 'GET', url: snapshot(encodeURIComponent(symbolOf(topic))) }
          : undefined,
      readSnapshot: (topic, answer, sink) =>
        isObject(answer) ? readWhole(topic, answer, sink) : `${topic}: no snapshot`,
    },
    decode: decodeStreams,
    topicOf: streamOf,
  });
}

/** `{"method":"SUBSCRIBE","params":["btcusdt@aggTrade"],"id":1}`, answered by `{"result":null,"id":1}`. */
function streamCalls(
  method: 'SUBSCRIBE' | 'UNSUBSCRIBE',
  streams: readonly string[],
  context: RequestContext,
): readonly TopicOutgoing[] {
  return batchTopics(streams, BATCH).map((topics) => ({ ...streamCall(context, method, topics), topics }));
}

export function streamCall(context: RequestContext, method: string, params?: unknown) {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ method, params, id }) };
}

/** What is wrong with the name of a stream, given the forms that the server knows. */
function streamProblem(topic: string, forms: readonly RegExp[], examples: string): string | undefined {
  if (forms.some((form) => form.test(topic)) && topic.length < 100) return undefined;
  const lower = topic.replace(/^[^@]*/, (symbol) => symbol.toLowerCase());
  const hint =
    lower !== topic && forms.some((form) => form.test(lower))
      ? `write it as ${lower}`
      : `compare ${examples}`;
  return `"${topic}" is no stream of Binance: ${hint}`;
}

/** The stream of a frame in the combined wrapper; any other frame is left to `decode`. */
function streamOf(frame: string): string | undefined {
  if (!frame.startsWith(WRAPPER)) return undefined;
  const end = frame.indexOf('"', WRAPPER.length);
  return end < 0 || (frame[WRAPPER.length] === '!' && frame.startsWith('!serverShutdown', WRAPPER.length))
    ? undefined
    : frame.slice(WRAPPER.length, end);
}

function decodeStreams(frame: string, sink: DecodeSink): string | undefined {
  const message = parseObject(frame);
  if (message === undefined) return 'the frame is not a JSON object';
  const { stream, data } = message;
  if (typeof stream === 'string' && stream !== '') {
    if (isObject(data)) return readEvent(stream, data, sink);
    if (!Array.isArray(data)) return `${stream}: no data`;
    sink.message(stream);
    return undefined;
  }
  if (message['e'] !== undefined) return readEvent(topicOfEvent(message), message, sink);
  return readControl(message, sink);
}

/**
 * - success: `{"result":null,"id":1}`
 * - failure: `{"code":2,"msg":"Invalid request: too many parameters","id":1}`, also met as `{"error":{"code":2,"msg":"…"},"id":1}`
 */
export function readControl(message: JsonObject, sink: DecodeSink): string | undefined {
  const { id, result } = message;
  const isAddressed = typeof id === 'number' || (typeof id === 'string' && id !== '');
  const error = readStreamError(isObject(message['error']) ? message['error'] : message);
  if (error !== undefined) sink.refusal(isAddressed ? id : undefined, error);
  else if (isAddressed && result !== undefined) sink.reply(id, result);
  else return 'neither a stream nor an answer';
  return undefined;
}

function readStreamError({ code, msg }: JsonObject): VenueError | undefined {
  return Number.isSafeInteger(code) && typeof msg === 'string'
    ? { code: String(code), message: msg }
    : undefined;
}

/** `{"stream":"btcusdt@trade","data":{"e":"trade",…}}`; best bids and whole books have no `e`, the name of the stream tells them. */
function readEvent(topic: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const kind = topic.slice(topic.indexOf('@') + 1);
  if (data['e'] === 'serverShutdown') return readShutdown(sink);
  if (kind === 'aggTrade' || kind === 'trade')
    return readTrade(topic, data, kind === 'trade' ? data['t'] : data['a'], sink);
  if (kind === 'bookTicker' || topic === '!bookTicker') return readQuote(topic, data, sink);
  if (kind.startsWith('depth'))
    return data['e'] === 'depthUpdate' && !PARTIAL.test(kind)
      ? readDepth(topic, data, sink)
      : readWhole(topic, data, sink);
  if (topic === '') return 'an event without the name of a stream';
  sink.message(topic);
  return undefined;
}

const PARTIAL = /^depth(?:5|10|20)(?:@|$)/;

export function readShutdown(sink: DecodeSink): undefined {
  sink.notice({
    kind: 'planned-stop',
    text: 'Binance: serverShutdown, this connection is about to be closed',
  });
}

/** `{"e":"aggTrade","E":17,"s":"BNBBTC","a":12345,"p":"0.001","q":"100","f":100,"l":105,"T":17,"m":true,"M":true}`;
 * `m`: the buyer was waiting in the book, so the seller was the aggressor. */
function readTrade(topic: string, data: JsonObject, number: unknown, sink: DecodeSink): string | undefined {
  const { s: symbol, p: priceText, q: amountText, T: time, m: isSell } = data;
  const [price, amount] = [decimalOf(priceText), decimalOf(amountText)];
  if (typeof symbol !== 'string' || typeof isSell !== 'boolean' || !Number.isSafeInteger(number))
    return `${topic}: malformed trade`;
  if (Number.isNaN(price) || !(amount >= 0)) return `${topic}: malformed trade`;
  const side = isSell ? 'sell' : 'buy';
  sink.trade(
    topic,
    symbol,
    side,
    price,
    amount,
    numberOf(time),
    number as number,
    String(number),
    priceText as string,
    amountText as string,
  );
  return undefined;
}

/** Spot: `{"u":400900217,"s":"BNBUSDT","b":"25.3519","B":"31.21","a":"25.3652","A":"40.66"}`; futures add `e`, `E` and `T`. */
function readQuote(topic: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const { s: symbol, u: sequence } = data;
  const [bid, bids, ask, asks] = [
    decimalOf(data['b']),
    decimalOf(data['B']),
    decimalOf(data['a']),
    decimalOf(data['A']),
  ];
  if (typeof symbol !== 'string' || !Number.isSafeInteger(sequence)) return `${topic}: malformed quote`;
  if (!(bids >= 0 && asks >= 0) || Number.isNaN(bid + ask)) return `${topic}: malformed quote`;
  const [bidPrice, askPrice] = [bids > 0 ? bid : Number.NaN, asks > 0 ? ask : Number.NaN];
  sink.quote(
    topic,
    symbol,
    bidPrice,
    bids,
    askPrice,
    asks,
    numberOf(data['T'] ?? data['E']),
    sequence as number,
  );
  return undefined;
}

/** `{"e":"depthUpdate","E":17,"s":"BNBBTC","U":157,"u":160,"b":[["0.0024","10"]],"a":[]}`: all updates from U to u. On spot the one
 * before ended with U - 1; futures numbers have holes and `pu` names the last one. */
function readDepth(topic: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const { s: symbol, U: first, u: last, pu: previous = numberOf(first) - 1, b: bids, a: asks } = data;
  if (typeof symbol !== 'string' || !Number.isSafeInteger(first) || !Number.isSafeInteger(last))
    return `${topic}: malformed book`;
  if (!Number.isSafeInteger(previous) || !keepBook(bids, asks)) return `${topic}: malformed book`;
  sink.book(topic, symbol, 'change', numberOf(data['T'] ?? data['E']), last as number, previous as number);
  tellKeptBook(sink, bids, asks);
  return undefined;
}

/** The top of the book, whole each time: `{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[]}` on spot, on futures like a change.
 * The answer of `GET /api/v3/depth` has the same form. */
function readWhole(topic: string, data: JsonObject, sink: DecodeSink): string | undefined {
  const { lastUpdateId: sequence = data['u'], bids = data['b'], asks = data['a'] } = data;
  const symbol = textOf(data['s']) || topic.slice(0, topic.indexOf('@')).toUpperCase();
  if (symbol === '' || !Number.isSafeInteger(sequence)) return `${topic}: malformed book`;
  if (!keepBook(bids, asks)) return `${topic}: malformed book`;
  sink.book(topic, symbol, 'snapshot', numberOf(data['T'] ?? data['E']), sequence as number, Number.NaN);
  tellKeptBook(sink, bids, asks);
  return undefined;
}

/** Names of the streams whose payload does not say it by itself. */
const KINDS: Readonly<Record<string, string>> = {
  depthUpdate: 'depth',
  '24hrTicker': 'ticker',
  '24hrMiniTicker': 'miniTicker',
  markPriceUpdate: 'markPrice',
};

/** For frames without the wrapper, as a `/ws/<stream>` address sends them. */
function topicOfEvent(data: JsonObject): string {
  const { e: event, k: candle, o: order } = data;
  const symbol = textOf(data['s'] ?? (isObject(order) ? order['s'] : undefined)).toLowerCase();
  if (symbol === '' || typeof event !== 'string') return '';
  const interval = isObject(candle) ? `_${idText(candle['i'])}` : '';
  return `${symbol}@${KINDS[event] ?? event}${interval}`;
}

/** The symbol as REST and orders write it, out of the name of a stream. */
function symbolOf(topic: string): string {
  return topic.slice(0, topic.indexOf('@')).toUpperCase();
}
