// The bytes of one batch: what the worker's thread writes and the main thread reads. Both sides derive every offset from the
// counts in the header, so there is no index to keep in step and a kind that is absent costs nothing.
//
//   byte 0 ┌────────────────────────────────────────────────────────────┐
//          │ header     12 x Uint32: counts of rows and bytes, flags    │
//       48 ├────────────────────────────────────────────────────────────┤
//          │ trades     n x Float64  receivedAtNs                       │
//          │            n x Float64  exchangeTimeMs                     │
//          │            …            (columns follow one another)       │
//          │            n x Uint32   order, topic, symbol, …            │
//          │            n x Uint8    side                 pad to 8      │
//          ├────────────────────────────────────────────────────────────┤
//          │ quotes · book updates · book levels · messages · frames    │
//          │            likewise, see `shapes`; an update names its     │
//          │            first level and how many follow                 │
//          ├────────────────────────────────────────────────────────────┤
//          │ gaps       n x Uint32   order                pad to 8      │
//          ├────────────────────────────────────────────────────────────┤
//          │ texts      ids and decimal texts, UTF-8      pad to 8      │
//          ├────────────────────────────────────────────────────────────┤
//          │ payloads   messages and frames as they came  pad to 8      │
//          └────────────────────────────────────────────────────────────┘
//
// Within a table the Float64 columns stand first, so each is aligned. `order` rises with arrival across all kinds: merging the
// tables by it gives back the order in which the thread saw the events. Numbers are little- or big-endian as the machine is: both
// threads share it.

/** Words of the header, by place. */
export const header = {
  format: 0,
  /** Index that the first of the batch's names has among all names of the epoch. */
  firstName: 1,
  trades: 2,
  quotes: 3,
  books: 4,
  levels: 5,
  messages: 6,
  frames: 7,
  gaps: 8,
  textBytes: 9,
  payloadBytes: 10,
  flags: 11,
} as const;

export const HEADER_WORDS = 12;
export const HEADER_BYTES = HEADER_WORDS * 4;
/** Guards against two copies of the package on the two sides. */
export const FORMAT = 0x62_6b_68_01;

export const flags = {
  /** Every text is ASCII, so it may be read as Latin-1. */
  asciiTexts: 1,
  /** At least one trade has a price or amount text, so those columns are there. */
  tradeTexts: 2,
  /** The same for book levels. */
  levelTexts: 4,
  /** Every message and frame is ASCII. */
  asciiPayloads: 8,
} as const;

/**
 * How many columns of each width a table has. `texts`: Uint32 columns that are there only where a row has texts.
 * A row of the writer keeps them in the order floats | integers, texts, bytes.
 */
export interface TableShape {
  readonly floats: number;
  readonly integers: number;
  readonly texts: number;
  readonly bytes: number;
}

/** Places of the columns that tables have in common. */
export const column = {
  receivedAtNs: 0,
  exchangeTimeMs: 1,
  sequence: 2,
  order: 0,
  topic: 1,
  symbol: 2,
} as const;

/** A text's length is stored as length + 1, so that 0 says that there is none. */
export const shapes = {
  // receivedAtNs exchangeTimeMs sequence price amount | order topic symbol textOffset idLength | price- amountTextLength | side
  trades: { floats: 5, integers: 5, texts: 2, bytes: 1 },
  // receivedAtNs exchangeTimeMs sequence bidPrice bidAmount askPrice askAmount | order topic symbol
  quotes: { floats: 7, integers: 3, texts: 0, bytes: 0 },
  // receivedAtNs exchangeTimeMs sequence previousSequence | order topic symbol firstLevel levelCount | type
  books: { floats: 4, integers: 5, texts: 0, bytes: 1 },
  // price amount | textOffset price- amountTextLength | side
  levels: { floats: 2, integers: 0, texts: 3, bytes: 1 },
  // receivedAtNs | order topic payloadOffset payloadLength | ascii
  messages: { floats: 1, integers: 4, texts: 0, bytes: 1 },
  // receivedAtNs | order payloadOffset payloadLength | isBinary
  frames: { floats: 1, integers: 3, texts: 0, bytes: 1 },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof shapes;

/** Bytes one row takes in a batch, its texts left out. */
export function rowBytes(shape: TableShape): number {
  return shape.floats * 8 + (shape.integers + shape.texts) * 4 + shape.bytes;
}

export function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** Where each part of a batch begins, in bytes. */
export interface Offsets {
  readonly trades: number;
  readonly quotes: number;
  readonly books: number;
  readonly levels: number;
  readonly messages: number;
  readonly frames: number;
  readonly gaps: number;
  readonly texts: number;
  readonly payloads: number;
  readonly end: number;
}

/** Works out the offsets from a header. */
export function locate(words: ArrayLike<number>): Offsets {
  const set = words[header.flags]!;
  const trades = HEADER_BYTES;
  const quotes = trades + tableBytes(shapes.trades, words[header.trades]!, (set & flags.tradeTexts) !== 0);
  const books = quotes + tableBytes(shapes.quotes, words[header.quotes]!, false);
  const levels = books + tableBytes(shapes.books, words[header.books]!, false);
  const messages = levels + tableBytes(shapes.levels, words[header.levels]!, (set & flags.levelTexts) !== 0);
  const frames = messages + tableBytes(shapes.messages, words[header.messages]!, false);
  const gaps = frames + tableBytes(shapes.frames, words[header.frames]!, false);
  const texts = gaps + align(words[header.gaps]! * 4);
  const payloads = texts + align(words[header.textBytes]!);
  const end = payloads + align(words[header.payloadBytes]!);
  return { trades, quotes, books, levels, messages, frames, gaps, texts, payloads, end };
}

function tableBytes(shape: TableShape, rows: number, withTexts: boolean): number {
  if (rows === 0) return 0;
  const integers = shape.integers + (withTexts ? shape.texts : 0);
  return align(rows * (shape.floats * 8 + integers * 4 + shape.bytes));
}
