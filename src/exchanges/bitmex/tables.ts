// BitMEX's frames: acknowledgements that repeat the request, and tables whose updates make sense only with the rows before them.
// The memory is bounded: prices of the levels of subscribed books, the rows of the account's tables, names of tables without symbol.
import { bitmexAccount, type BitmexAccount } from './account.js';
import type { DecodeSink, VenueError } from '../exchange.js';
import { textOf, wordOf } from '../dialects/fields.js';
import { isoTimeMs } from '../dialects/iso-time.js';
import { isObject, type JsonObject, parseObject } from '../dialects/json-rpc.js';
import { areLevels, sideAmount, sidePrice, tellLevels } from '../dialects/market-rows.js';

/** Levels of one book whose prices are remembered; the deepest book is far below. */
const MAX_LEVELS = 200_000;
const ACTIONS = new Set(['partial', 'insert', 'update', 'delete']);
const PRIVATE = new Set(['affiliate', 'execution', 'margin', 'order', 'position', 'transact', 'wallet']);

export const isPrivateTable = (topic: string): boolean => PRIVATE.has(topic);

interface Memory {
  readonly account: BitmexAccount;
  /** By topic and id of a level: updates may leave the price out. */
  readonly prices: Map<string, Map<number, number>>;
  /** Tables that were subscribed for all symbols. */
  readonly wholeTables: Set<string>;
}

/** A `decode` with a memory of its connection. */
export function bitmexDecoder(): (frame: string, sink: DecodeSink) => string | undefined {
  const memory: Memory = { account: bitmexAccount(), prices: new Map(), wholeTables: new Set() };
  return (frame, sink) => {
    if (frame === 'pong') {
      sink.alive();
      return undefined;
    }
    const message = parseObject(frame);
    if (message === undefined) return 'the frame is neither pong nor a JSON object';
    if (message['table'] !== undefined) return readTable(message, memory, sink);
    return readAnswer(message, memory, sink);
  };
}

// Answers

function readAnswer(message: JsonObject, memory: Memory, sink: DecodeSink): string | undefined {
  const { request, error, status } = message;
  if (typeof message['info'] === 'string') return readWelcome(message, sink);
  const { op, args } = isObject(request) ? request : ({} as JsonObject);
  if (typeof op !== 'string')
    return typeof error === 'string' ? readUnaddressed(error, status, sink) : 'neither a table nor an answer';
  const topic = textOf(Array.isArray(args) ? args[0] : args);
  if (typeof error === 'string') return readError(op, topic, { code: wordOf(status), message: error }, sink);
  if (op === 'cancelAllAfter') {
    if (message['now'] === undefined) return 'an answer to cancelAllAfter without time';
    sink.reply(op, { now: message['now'], cancelTime: message['cancelTime'] });
    return undefined;
  }
  return message['success'] === true
    ? readSuccess(op, topic, memory, sink)
    : 'an answer that is neither success nor error';
}

/** `{"success":true,"subscribe":"trade:XBTUSD","request":{"op":"subscribe","args":["trade:XBTUSD"]}}`. What is passed on of the request
 * is its name only: a login repeats its signature. */
function readSuccess(op: string, topic: string, memory: Memory, sink: DecodeSink): string | undefined {
  if (op === 'subscribe') {
    if (topic === '') return 'an acknowledgement without topic';
    if (!topic.includes(':')) memory.wholeTables.add(topic);
    sink.confirmed(topic);
  } else if (op === 'unsubscribe') {
    memory.prices.delete(topic);
    memory.wholeTables.delete(topic);
    sink.reply(`unsubscribe ${topic}`, true);
  } else sink.reply(op, true);
  return undefined;
}

/** `{"status":400,"error":"You are already subscribed to this topic: order:*","meta":{},"request":{"op":"subscribe","args":["order"]}}` */
function readError(op: string, topic: string, error: VenueError, sink: DecodeSink): string | undefined {
  if (op === 'unsubscribe') sink.refusal(`unsubscribe ${topic}`, error);
  else if (op !== 'subscribe') sink.refusal(op, error);
  else if (topic === '') sink.refusal(undefined, error);
  else if (error.message.startsWith('You are already subscribed')) sink.confirmed(topic);
  else sink.refused(topic, error);
  return undefined;
}

/** `{"status":419,"error":"Access Token expired for subscription: order"}` takes a topic away. */
function readUnaddressed(error: string, status: unknown, sink: DecodeSink): string | undefined {
  const [, topic] = /^Access Token expired for subscription: (\S+)$/.exec(error) ?? [];
  const venueError = { code: wordOf(status), message: error };
  if (topic === undefined) sink.refusal(undefined, venueError);
  else sink.revoked(topic, venueError);
  return undefined;
}

/** `{"info":"Welcome to the BitMEX Realtime API.","version":"2.0.0","limit":{"remaining":719},…}` */
function readWelcome({ limit }: JsonObject, sink: DecodeSink): string | undefined {
  sink.alive();
  const remaining = isObject(limit) ? limit['remaining'] : undefined;
  if (typeof remaining !== 'number') return undefined;
  sink.notice({ kind: 'information', text: `BitMEX: ${remaining} more connections may be opened this hour` });
  return undefined;
}

// Tables

/** `{"table":"trade","action":"insert","data":[…]}`; `partial` brings what there is, with `filter` saying of which symbol. */
function readTable(message: JsonObject, memory: Memory, sink: DecodeSink): string | undefined {
  const { table, action, data } = message;
  if (typeof table !== 'string' || typeof action !== 'string' || !Array.isArray(data))
    return 'a table without action or data';
  if (!ACTIONS.has(action)) return `${table}: unknown action`;
  const rows = data as readonly unknown[];
  const isNamed = isObject(rows[0]) && rows[0]['symbol'] !== undefined;
  if (!rows.every((row): row is JsonObject => isRow(row, isNamed))) return `${table}: a malformed row`;
  if (isPrivateTable(table)) return memory.account(table, action, rows, sink);
  const filter = isObject(message['filter']) ? textOf(message['filter']['symbol']) : '';
  return readMarket(table, action, rows, textOf(rows[0]?.['symbol']) || filter, memory, sink);
}

/** Either all rows of a frame have a symbol or none has. */
function isRow(row: unknown, isNamed: boolean): row is JsonObject {
  return isObject(row) && (isNamed ? textOf(row['symbol']) !== '' : row['symbol'] === undefined);
}

function readMarket(
  table: string,
  action: string,
  rows: readonly JsonObject[],
  symbol: string,
  memory: Memory,
  sink: DecodeSink,
): string | undefined {
  const topic = symbol === '' || memory.wholeTables.has(table) ? table : `${table}:${symbol}`;
  if (rows.some((row) => row['symbol'] !== undefined && row['symbol'] !== symbol))
    return readMixed(table, action, rows, memory, sink);
  if (table === 'orderBookL2' || table === 'orderBookL2_25')
    return readLevels(topic, symbol, action, rows, memory, sink);
  // What a table of trades begins with are old trades: they were told before, or belong to a gap.
  if (table === 'trade' && action === 'insert') return readTrades(topic, symbol, rows, sink);
  if (table === 'quote') return readQuotes(topic, symbol, rows, sink);
  if (table === 'orderBook10') return readWindows(topic, symbol, rows, sink);
  sink.message(topic);
  return undefined;
}

/** Rows of several symbols in one frame, as tables for all symbols bring them: each symbol's rows for themselves. */
function readMixed(
  table: string,
  action: string,
  rows: readonly JsonObject[],
  memory: Memory,
  sink: DecodeSink,
): string | undefined {
  if (memory.wholeTables.has(table)) {
    sink.message(table);
    return undefined;
  }
  const symbols = new Set(rows.map((row) => textOf(row['symbol'])));
  let problem: string | undefined;
  for (const symbol of symbols) {
    const own = rows.filter((row) => textOf(row['symbol']) === symbol).map((row) => ({ ...row, symbol }));
    problem = readMarket(table, action, own, symbol, memory, sink) ?? problem;
  }
  return problem;
}

/** `{"timestamp":"2025-09-30T14:08:00.000Z","symbol":"XBTUSD","side":"Buy","size":100,"price":61000.5,"trdMatchID":"…","trdType":"Regular"}` */
function readTrades(
  topic: string,
  symbol: string,
  rows: readonly JsonObject[],
  sink: DecodeSink,
): string | undefined {
  // Prices of an index come as trades that nobody made.
  if (rows.length > 0 && rows.every((row) => row['trdType'] === 'Referential')) {
    sink.message(topic);
    return undefined;
  }
  if (symbol === '' || rows.length === 0 || !rows.every(isTrade)) return `${topic}: malformed trades`;
  for (const row of rows) {
    const side = row['side'] === 'Buy' ? 'buy' : 'sell';
    sink.trade(
      topic,
      symbol,
      side,
      row['price'] as number,
      row['size'] as number,
      isoTimeMs(row['timestamp']),
      Number.NaN,
      row['trdMatchID'] as string,
    );
  }
  return undefined;
}

function isTrade({ side, size, price, trdMatchID }: JsonObject): boolean {
  if (side !== 'Buy' && side !== 'Sell') return false;
  return (
    Number.isFinite(price) && Number.isFinite(size) && (size as number) >= 0 && typeof trdMatchID === 'string'
  );
}

/** `{"timestamp":"2024-11-22T22:44:25.085Z","symbol":"BCHUSDT","bidSize":103000,"bidPrice":487.55,"askPrice":488.25,"askSize":50000}` */
function readQuotes(
  topic: string,
  symbol: string,
  rows: readonly JsonObject[],
  sink: DecodeSink,
): string | undefined {
  const sides = rows.map(({ bidPrice = null, bidSize, askPrice = null, askSize }) => {
    return { bidPrice, bids: sideAmount(bidPrice, bidSize), askPrice, asks: sideAmount(askPrice, askSize) };
  });
  if (symbol === '' || !sides.every(({ bids, asks }) => bids >= 0 && asks >= 0))
    return `${topic}: malformed quotes`;
  for (const [index, { bidPrice, bids, askPrice, asks }] of sides.entries()) {
    const time = isoTimeMs(rows[index]?.['timestamp']);
    sink.quote(
      topic,
      symbol,
      sidePrice(bidPrice, bids),
      bids,
      sidePrice(askPrice, asks),
      asks,
      time,
      Number.NaN,
    );
  }
  if (rows.length === 0) sink.message(topic);
  return undefined;
}

/** Ten levels of each side, whole in every row: `{"symbol":"XBTUSD","timestamp":"…","bids":[[61000,100]],"asks":[[61000.5,50]]}` */
function readWindows(
  topic: string,
  symbol: string,
  rows: readonly JsonObject[],
  sink: DecodeSink,
): string | undefined {
  const isWhole = ({ bids, asks }: JsonObject) =>
    areLevels(bids, 0, () => true) && areLevels(asks, 0, () => true);
  if (symbol === '' || !rows.every(isWhole)) return `${topic}: malformed levels`;
  for (const row of rows) {
    sink.book(topic, symbol, 'snapshot', isoTimeMs(row['timestamp']), Number.NaN, Number.NaN);
    tellLevels(sink, 'bid', row['bids'] as [], 0);
    tellLevels(sink, 'ask', row['asks'] as [], 0);
  }
  if (rows.length === 0) sink.message(topic);
  return undefined;
}

/** `{"symbol":"XBTUSD","id":8795192450,"side":"Sell","size":5000,"price":48075.5,"timestamp":"…"}`. An empty `partial` is an empty book. */
function readLevels(
  topic: string,
  symbol: string,
  action: string,
  rows: readonly JsonObject[],
  { prices: known }: Memory,
  sink: DecodeSink,
): string | undefined {
  if (symbol === '' || (rows.length === 0 && action !== 'partial')) return `${topic}: levels of no symbol`;
  const own = (action === 'partial' ? undefined : known.get(topic)) ?? new Map<number, number>();
  if (!rows.every((row) => isLevel(row, action, own)))
    return `${topic}: ${action} of malformed or unknown levels`;
  if (own.size > MAX_LEVELS) own.clear();
  known.set(topic, own);
  const type = action === 'partial' ? 'snapshot' : 'change';
  sink.book(topic, symbol, type, isoTimeMs(rows[0]?.['timestamp']), Number.NaN, Number.NaN);
  for (const row of rows) tellLevel(row, action, own, sink);
  return undefined;
}

function tellLevel(row: JsonObject, action: string, known: Map<number, number>, sink: DecodeSink): void {
  const id = row['id'] as number;
  const price = (row['price'] ?? known.get(id)) as number;
  if (action === 'delete') known.delete(id);
  else known.set(id, price);
  sink.level(row['side'] === 'Buy' ? 'bid' : 'ask', price, action === 'delete' ? 0 : (row['size'] as number));
}

function isLevel(
  { id, side, size, price }: JsonObject,
  action: string,
  known: ReadonlyMap<number, number>,
): boolean {
  if (!Number.isSafeInteger(id) || (side !== 'Buy' && side !== 'Sell')) return false;
  if (price === undefined ? !known.has(id as number) : !Number.isFinite(price)) return false;
  return action === 'delete' || (Number.isFinite(size) && (size as number) >= 0);
}
