// Hyperliquid's frames: a channel with data, acknowledgements that repeat the subscription, errors as text, answers to posts.
// Its memory is the names of what is subscribed, because frames tell less of their topic than was asked for.
import { idText } from '../dialects/decimals.js';
import { decimalOf } from '../dialects/exact-numbers.js';
import type { DecodeSink, VenueError } from '../exchange.js';
import { numberOf, textOf } from '../dialects/fields.js';
import { keepNumber, kept } from '../dialects/kept-numbers.js';
import { readFill, readOrderUpdate } from './account.js';
import { subscriptionFrame, toldByFrame, toldOf, topicOfSubscription } from './topics.js';
import { isObject, type JsonObject, parseObject } from '../dialects/json-rpc.js';

const GREETING = 'Websocket connection established.';

/** By what frames tell of their topic, the topic as it was asked for. Bounded by the thousand subscriptions that the venue allows. */
type Names = Map<string, string>;

/** Makes the `decode` of one connection. */
export function hyperliquidDecoder(): (frame: string, sink: DecodeSink) => string | undefined {
  const names: Names = new Map();
  return (frame, sink) => {
    const message = parseObject(frame);
    if (message === undefined) return readText(frame, sink);
    const { channel, data } = message;
    if (typeof channel !== 'string') return 'a frame without channel';
    switch (channel) {
      case 'pong':
        sink.alive();
        return undefined;
      case 'subscriptionResponse':
        return readAcknowledgement(data, names, sink);
      case 'error':
        return readError(data, sink);
      case 'post':
        return readPost(data, sink);
      default:
        return readData(channel, data, names, sink);
    }
  };
}

/** Older servers greet with a text. */
function readText(frame: string, sink: DecodeSink): string | undefined {
  if (frame !== GREETING) return 'the frame is not a JSON object';
  sink.alive();
  return undefined;
}

/** `{"method":"subscribe","subscription":{"type":"l2Book","coin":"BTC","nSigFigs":null,"mantissa":null,"fast":false}}` */
function readAcknowledgement(data: unknown, names: Names, sink: DecodeSink): string | undefined {
  const { method, subscription } = isObject(data) ? data : ({} as JsonObject);
  const topic = topicOfSubscription(subscription);
  if (topic === undefined) return 'an acknowledgement without subscription';
  const told = toldOf(topic);
  if (method === 'unsubscribe') {
    if (names.get(told) === topic) names.delete(told);
    sink.reply(`unsubscribe ${topic}`, true);
  } else if (method === 'subscribe') {
    if ((names.get(told) ?? topic) !== topic) return refuseTwin(topic, names.get(told) ?? '', sink);
    names.set(told, topic);
    sink.confirmed(topic);
  } else return 'an acknowledgement of neither subscribe nor unsubscribe';
  return undefined;
}

/** Two books of one coin, or two addresses, whose frames look alike: whatever was told would be a guess. */
function refuseTwin(topic: string, held: string, sink: DecodeSink): string | undefined {
  const message = `frames of ${topic} cannot be told from those of ${held} on the same connection: use another adapter for it`;
  sink.refused(topic, { code: 'indistinguishable', message });
  sink.answer(subscriptionFrame('unsubscribe', topic));
  return undefined;
}

/** `{"channel":"error","data":"Already subscribed: {\"type\":\"l2Book\",\"coin\":\"SOL\",…}"}`; what it is about is repeated as JSON. */
function readError(data: unknown, sink: DecodeSink): string | undefined {
  if (typeof data !== 'string') return 'an error without text';
  const at = data.indexOf('{');
  const repeated = at < 0 ? undefined : parseObject(data.slice(at));
  const topic = topicOfSubscription(repeated?.['subscription'] ?? repeated);
  const error = { code: 'error', message: (at < 0 ? data : data.slice(0, at)).replace(/:?\s*$/, '') };
  if (topic === undefined) sink.refusal(undefined, error);
  else if (data.startsWith('Already subscribed')) sink.confirmed(topic);
  else if (data.startsWith('Already unsubscribed')) sink.reply(`unsubscribe ${topic}`, true);
  else sink.refused(topic, error);
  return undefined;
}

/** `{"id":256,"response":{"type":"action","payload":{"status":"ok","response":{"type":"order","data":{"statuses":[{"resting":{"oid":4}}]}}}}}` */
function readPost(data: unknown, sink: DecodeSink): string | undefined {
  const { id, response } = isObject(data) ? data : ({} as JsonObject);
  if (typeof id !== 'number' || !isObject(response)) return 'an answer to a post without id or response';
  const { type, payload } = response;
  if (type === 'error') {
    const message = textOf(payload) || 'an error without words';
    sink.refusal(id, { code: /^\d{3}\b/.exec(message)?.[0] ?? 'error', message });
  } else if (type === 'info' && isObject(payload) && payload['data'] !== undefined) {
    sink.reply(id, payload['data']);
  } else if (type === 'action' && isObject(payload)) {
    const error = actionError(payload);
    if (error === undefined) sink.reply(id, payload);
    else sink.refusal(id, error);
  } else return 'an answer to a post of unknown form';
  return undefined;
}

/** Failures of the whole action, `{"status":"err","response":"…"}`, and of the only order in it, `{"statuses":[{"error":"…"}]}`. */
function actionError({ status, response }: JsonObject): VenueError | undefined {
  if (status !== 'ok')
    return { code: textOf(status) || 'err', message: textOf(response) || 'an error without words' };
  const inner = isObject(response) && isObject(response['data']) ? response['data'] : undefined;
  // A cancel of a schedule or of a twap has one status that is no list.
  const list: unknown = inner?.['statuses'] ?? (inner?.['status'] === undefined ? [] : [inner['status']]);
  const [first] = Array.isArray(list) && list.length === 1 ? (list as readonly unknown[]) : [];
  const message = isObject(first) ? first['error'] : undefined;
  return typeof message === 'string' ? { code: 'order', message } : undefined;
}

function readData(channel: string, data: unknown, names: Names, sink: DecodeSink): string | undefined {
  const told = toldByFrame(channel, data);
  const topic = names.get(told) ?? told;
  switch (channel) {
    case 'trades':
      return readTrades(topic, data, sink);
    case 'l2Book':
      return readBook(topic, data, sink);
    case 'bbo':
      return readQuote(topic, data, sink);
    case 'orderUpdates':
      return readOrders(topic, data, sink);
    case 'user':
      return readFills(topic, data, sink);
    case 'userFills':
      return readFills(topic, data, sink);
    default:
      return readOther(topic, data, sink);
  }
}

/** `[{"coin":"SOL","side":"A","px":"128.5","sz":"0.42","time":1765887848009,"hash":"0x…","tid":867891549538215,"users":["0x…","0x…"]}]` */
function readTrades(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  if (!Array.isArray(data) || data.length === 0 || !data.every(keepTrade))
    return `${topic}: malformed trades`;
  let at = 0;
  for (const { coin, side, px, sz, time, tid } of data) {
    const taker = side === 'B' ? 'buy' : 'sell';
    sink.trade(topic, coin, taker, kept(at), kept(at + 1), numberOf(time), Number.NaN, idText(tid), px, sz);
    at += 2;
  }
  return undefined;
}

interface WireTrade extends WireLevel {
  readonly coin: string;
  readonly side: 'A' | 'B';
  readonly time: unknown;
  readonly tid: unknown;
}

function keepTrade(value: unknown, index: number): value is WireTrade {
  const trade = value as Readonly<Record<keyof WireTrade, unknown>> | null;
  if (typeof trade !== 'object' || trade === null || typeof trade.coin !== 'string') return false;
  if ((trade.side !== 'A' && trade.side !== 'B') || idText(trade.tid) === '') return false;
  return keepPair(trade, index * 2);
}

/** `{"coin":"BTC","time":1790232236546,"levels":[[{"px":"84143.0","sz":"10.25923","n":36}],[{"px":"84144.0","sz":"50.66449","n":18}]]}` */
function readBook(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  const { coin, levels, time } = isObject(data) ? data : ({} as JsonObject);
  const [bids, asks]: readonly unknown[] = Array.isArray(levels) ? levels : [];
  if (typeof coin !== 'string' || coin === '' || !keepLevels(bids, 0)) return `${topic}: malformed book`;
  if (!keepLevels(asks, bids.length * 2)) return `${topic}: malformed book`;
  sink.book(topic, coin, 'snapshot', numberOf(time), Number.NaN, Number.NaN);
  tellKept('bid', bids, 0, sink);
  tellKept('ask', asks, bids.length * 2, sink);
  return undefined;
}

interface WireLevel {
  readonly px: string;
  readonly sz: string;
}

function keepPair({ px, sz }: { readonly px: unknown; readonly sz: unknown }, at: number): boolean {
  return keepNumber(at, decimalOf(px)) && keepNumber(at + 1, decimalOf(sz));
}

function keepLevels(rows: unknown, at: number): rows is readonly WireLevel[] {
  if (!Array.isArray(rows)) return false;
  let next = at;
  for (const row of rows as readonly (WireLevel | null)[]) {
    if (typeof row !== 'object' || row === null || !keepPair(row, next)) return false;
    next += 2;
  }
  return true;
}

function tellKept(side: 'bid' | 'ask', rows: readonly WireLevel[], at: number, sink: DecodeSink): void {
  let next = at;
  for (const { px, sz } of rows) {
    sink.level(side, kept(next), kept(next + 1), px, sz);
    next += 2;
  }
}

/** `{"coin":"SOL","time":1765887848009,"bbo":[{"px":"128.5","sz":"36.93","n":2},null]}` */
function readQuote(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  const { coin, bbo, time } = isObject(data) ? data : ({} as JsonObject);
  if (typeof coin !== 'string' || coin === '' || !Array.isArray(bbo) || bbo.length !== 2)
    return `${topic}: malformed quote`;
  const [bid, ask] = bbo as readonly (WireLevel | null)[];
  const [bids, asks] = [sideAmount(bid), sideAmount(ask)];
  const [bidPrice, askPrice] = [decimalOf(bid?.px ?? '0'), decimalOf(ask?.px ?? '0')];
  if (!(bids >= 0 && asks >= 0) || Number.isNaN(bidPrice + askPrice)) return `${topic}: malformed quote`;
  const none = Number.NaN;
  const [bestBid, bestAsk] = [bids > 0 ? bidPrice : none, asks > 0 ? askPrice : none];
  sink.quote(topic, coin, bestBid, bids, bestAsk, asks, numberOf(time), none);
  return undefined;
}

/** Null is an empty side. */
function sideAmount(side: WireLevel | null | undefined): number {
  if (side === null) return 0;
  return typeof side === 'object' && typeof side.px === 'string' ? decimalOf(side.sz) : Number.NaN;
}

function readOrders(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  if (!Array.isArray(data)) return `${topic}: malformed orders`;
  const read = (data as readonly unknown[]).map(readOrderUpdate);
  for (const order of read) if (order !== undefined) sink.private({ kind: 'order', topic, order });
  if (read.length === 0) sink.alive();
  return read.includes(undefined) ? `${topic}: malformed order` : undefined;
}

/** `{"fills":[…]}`, with `"isSnapshot":true` for what was filled before: those go to the user as they are, for reconciling. */
function readFills(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  if (!isObject(data)) return `${topic}: no data`;
  const { fills, isSnapshot } = data;
  if (!Array.isArray(fills) || isSnapshot === true || fills.length === 0) {
    sink.private({ kind: 'account', topic, raw: data });
    return undefined;
  }
  const read = (fills as readonly unknown[]).map(readFill);
  for (const fill of read) if (fill !== undefined) sink.private({ kind: 'fill', topic, fill });
  return read.includes(undefined) ? `${topic}: malformed fill` : undefined;
}

const MARKET = /^(?:activeAssetCtx|allMids|candle|allDexs|outcome)/;

function readOther(topic: string, data: unknown, sink: DecodeSink): string | undefined {
  if (typeof data !== 'object' || data === null) return `${topic}: no data`;
  if (MARKET.test(topic)) sink.message(topic);
  else sink.private({ kind: 'account', topic, raw: data });
  return undefined;
}
