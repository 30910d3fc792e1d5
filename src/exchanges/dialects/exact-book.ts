// Books that come as JSON numbers of which every digit counts, one array of levels per side, with a checksum: read with their texts.
// `{"channel":"book","type":"update","data":[{"symbol":"X","bids":[{"price":1.50,"qty":2.0}],"asks":[],"checksum":97,"timestamp":"…"}]}`
import { decimalEnd, LevelScanner, parseExact, type ScannedLevels } from './exact-numbers.js';
import type { DecodeSink } from '../exchange.js';
import { numberOf, rowsOf, textOf } from './fields.js';
import { isoTimeMs } from './iso-time.js';
import { isObject } from './json-rpc.js';

/** How a frame begins that holds a book and nothing else. */
export const EXACT_BOOK = '{"channel":"book","type":"';
const SCANNER = new LevelScanner('price', 'qty');
const WORDS = {
  snapshot: 'snapshot","data":[{"symbol":"',
  change: 'update","data":[{"symbol":"',
  bids: '","bids":[',
  asks: ',"asks":[',
  checksum: ',"checksum":',
  time: ',"timestamp":"',
  end: '"}]}',
};

interface Book {
  readonly symbol: string;
  readonly type: 'snapshot' | 'change';
  readonly timeMs: number;
  readonly checksum: number;
  readonly bids: ScannedLevels;
  readonly asks: ScannedLevels;
}

/** Tells the books of a frame under `channel:symbol`. Returns what is wrong with it, and has told nothing then. */
export function readExactBooks(frame: string, channel: string, sink: DecodeSink): string | undefined {
  const scanned = scan(frame);
  const books = scanned === undefined ? parse(frame) : [scanned];
  if (books === undefined) return `${channel}: malformed`;
  for (const { symbol, type, timeMs, checksum, bids, asks } of books) {
    sink.book(`${channel}:${symbol}`, symbol, type, timeMs, Number.NaN, Number.NaN, checksum);
    tellLevels('bid', bids, sink);
    tellLevels('ask', asks, sink);
  }
  return undefined;
}

function tellLevels(side: 'bid' | 'ask', { texts, numbers }: ScannedLevels, sink: DecodeSink): void {
  for (let at = 0; at < texts.length; at += 2) {
    sink.level(side, numbers[at]!, numbers[at + 1]!, texts[at], texts[at + 1]);
  }
}

/** The way for a frame that is written as the wire writes it; undefined for any other. */
function scan(frame: string): Book | undefined {
  const head = EXACT_BOOK.length;
  const type = frame.startsWith(WORDS.change, head) ? 'change' : 'snapshot';
  if (!frame.startsWith(EXACT_BOOK) || !frame.startsWith(WORDS[type], head)) return undefined;
  const start = head + WORDS[type].length;
  const end = frame.indexOf('"', start);
  if (end <= start || !frame.startsWith(WORDS.bids, end)) return undefined;
  const bids = { texts: [], numbers: [] };
  const asks = { texts: [], numbers: [] };
  const bidsEnd = SCANNER.scan(frame, end + WORDS.bids.length, bids);
  if (bidsEnd < 0 || !frame.startsWith(WORDS.asks, bidsEnd)) return undefined;
  const asksEnd = SCANNER.scan(frame, bidsEnd + WORDS.asks.length, asks);
  if (asksEnd < 0 || !frame.startsWith(WORDS.checksum, asksEnd)) return undefined;
  const tail = scanTail(frame, asksEnd + WORDS.checksum.length);
  return tail && { symbol: frame.slice(start, end), type, ...tail, bids, asks };
}

function scanTail(frame: string, start: number): Pick<Book, 'checksum' | 'timeMs'> | undefined {
  const end = decimalEnd(frame, start);
  if (end === start || !frame.startsWith(WORDS.time, end) || !frame.endsWith(WORDS.end)) return undefined;
  const timeMs = isoTimeMs(frame.slice(end + WORDS.time.length, -WORDS.end.length));
  return Number.isNaN(timeMs) ? undefined : { checksum: Number(frame.slice(start, end)), timeMs };
}

/** The way for any order of keys and any white space. */
function parse(frame: string): readonly Book[] | undefined {
  const message = parseExact(frame);
  const type = message?.['type'] === 'update' ? 'change' : message?.['type'];
  if (message === undefined || (type !== 'snapshot' && type !== 'change')) return undefined;
  const rows = rowsOf(message['data']);
  const books = rows.flatMap((row) => bookOf(row, type) ?? []);
  return books.length === 0 || books.length < rows.length ? undefined : books;
}

function bookOf(row: unknown, type: Book['type']): Book | undefined {
  if (!isObject(row)) return undefined;
  const [symbol, checksum] = [textOf(row['symbol']), numberOf(row['checksum'])];
  const [bids, asks] = [levelsOf(row['bids']), levelsOf(row['asks'])];
  if (symbol === '' || Number.isNaN(checksum) || bids === undefined || asks === undefined) return undefined;
  return { symbol, type, timeMs: isoTimeMs(row['timestamp']), checksum, bids, asks };
}

function levelsOf(levels: unknown): ScannedLevels | undefined {
  if (!Array.isArray(levels)) return undefined;
  const texts = levels.flatMap((level: unknown) =>
    isObject(level) ? [textOf(level['price']), textOf(level['qty'])] : [''],
  );
  if (!texts.every((text) => text !== '' && decimalEnd(text, 0) === text.length)) return undefined;
  return { texts, numbers: texts.map(Number) };
}
