// Keeps only the latest of what waits: for listed topics with every event, for all topics when the lane is full and the user chose
// `conflate`. Latest means per topic and symbol, because one topic (an all-tickers stream) can carry many symbols.
import { closeUp, takeOut } from './closing-up.js';
import { column } from './layout.js';
import type { Rows } from './rows.js';
import { TAKEN_OUT, TOPICLESS, type BatchWriter } from './writer.js';

/** Rows taken out that may wait before the table is closed up, beside as many as are left. */
const LEFT_OPEN_ROWS = 64;
const LEFT_OPEN_BYTES = 64 * 1024;

/** Conflates the listed topics as their events come. */
export class TopicConflation {
  readonly #writer: BatchWriter;
  readonly #isListed: (topic: number) => boolean;
  readonly #waiting = new Map<Rows, Map<number, number[]>>();

  constructor(writer: BatchWriter, isListed: (topic: number) => boolean) {
    this.#writer = writer;
    this.#isListed = isListed;
  }

  /**
   * Takes out what the row added last to this table replaces; returns how many. Book changes chain, so they replace nothing and
   * stay until a snapshot of their book replaces them all.
   */
  added(rows: Rows): number {
    const row = rows.count - 1;
    const waiting = this.#rowsOf(rows, keyOf(this.#writer, rows, row));
    if (rows === this.#writer.books && !isSnapshot(rows, row)) {
      waiting.push(row);
      return 0;
    }
    const replaced = waiting.length;
    for (const old of waiting) takeOut(this.#writer, rows, old);
    waiting.length = 0;
    waiting.push(row);
    if (replaced > 0) this.#tidy();
    return replaced;
  }

  /** Looks up anew where the rows are: they moved, or the writer was emptied. */
  rebuild(): void {
    this.#waiting.clear();
    for (const rows of namedTables(this.#writer)) {
      for (let row = 0; row < rows.count; row += 1) {
        const topic = topicOf(rows, row);
        if (topic !== TAKEN_OUT && this.#isListed(topic))
          this.#rowsOf(rows, keyOf(this.#writer, rows, row)).push(row);
      }
    }
  }

  /** Closes up where more has been taken out than is left. */
  #tidy(): void {
    const { takenOut, takenOutBytes, entries, bytes } = this.#writer;
    const tooManyRows = takenOut > LEFT_OPEN_ROWS && takenOut > entries;
    const tooManyBytes = takenOutBytes > LEFT_OPEN_BYTES && takenOutBytes > bytes;
    if (!tooManyRows && !tooManyBytes) return;
    closeUp(this.#writer);
    this.rebuild();
  }

  #rowsOf(rows: Rows, key: number): number[] {
    let table = this.#waiting.get(rows);
    if (table === undefined) {
      table = new Map();
      this.#waiting.set(rows, table);
    }
    let waiting = table.get(key);
    if (waiting === undefined) {
      waiting = [];
      table.set(key, waiting);
    }
    return waiting;
  }
}

/**
 * Takes out all but the latest trade, quote and message of each topic and symbol; the trades that go are told to `lost`. A book keeps a snapshot that came last; a book
 * whose last update is one of several changes, and raw frames, cannot be conflated: they are taken out whole, and `lost` is told.
 * Returns how many entries were taken out in all.
 */
export function keepLatest(writer: BatchWriter, lost: (topic: number, count: number) => void): number {
  const before = writer.entries;
  for (const rows of [writer.quotes, writer.messages]) keepLatestRows(writer, rows);
  // A quote stands for those before it; a trade does not.
  for (const [topic, count] of keepLatestRows(writer, writer.trades)) lost(topic, count);
  keepLatestBooks(writer, lost);
  const frames = writer.frames.count;
  if (frames > 0) {
    lost(TOPICLESS, frames);
    writer.entries -= frames;
    writer.frames.clear();
  }
  closeUp(writer);
  return before - writer.entries;
}

/** Returns how many were taken out of each topic. */
function keepLatestRows(writer: BatchWriter, rows: Rows): ReadonlyMap<number, number> {
  const seen = new Set<number>();
  const taken = new Map<number, number>();
  for (let row = rows.count - 1; row >= 0; row -= 1) {
    const topic = topicOf(rows, row);
    if (topic === TAKEN_OUT) continue;
    const key = keyOf(writer, rows, row);
    if (seen.has(key)) {
      takeOut(writer, rows, row);
      taken.set(topic, (taken.get(topic) ?? 0) + 1);
    }
    seen.add(key);
  }
  return taken;
}

function keepLatestBooks(writer: BatchWriter, lost: (topic: number, count: number) => void): void {
  const books = writer.books;
  const updates = new Map<number, number[]>();
  for (let row = 0; row < books.count; row += 1) {
    if (topicOf(books, row) === TAKEN_OUT) continue;
    const key = keyOf(writer, books, row);
    const rows = updates.get(key);
    if (rows === undefined) updates.set(key, [row]);
    else rows.push(row);
  }
  for (const rows of updates.values()) {
    if (rows.length === 1) continue;
    const last = rows.at(-1)!;
    if (isSnapshot(books, last)) rows.pop();
    else lost(topicOf(books, last), rows.length);
    for (const row of rows) takeOut(writer, books, row);
  }
}

function namedTables(writer: BatchWriter): readonly Rows[] {
  return [writer.trades, writer.quotes, writer.books, writer.messages];
}

function topicOf(rows: Rows, row: number): number {
  return rows.integers[row * rows.width + column.topic]!;
}

function keyOf(writer: BatchWriter, rows: Rows, row: number): number {
  const symbol = rows === writer.messages ? 0 : rows.integers[row * rows.width + column.symbol]!;
  return topicOf(rows, row) * 2 ** 26 + symbol;
}

function isSnapshot(books: Rows, row: number): boolean {
  return books.integers[row * books.width + 5] === 1;
}
