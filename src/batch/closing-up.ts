// Taking rows out of a writer and closing the holes they leave. Rare beside writing, so it copies what stays instead of keeping
// free lists on the hot way.
import { ByteStore } from './byte-store.js';
import { column, shapes } from './layout.js';
import { PayloadStore } from './payload-store.js';
import { Rows } from './rows.js';
import { TAKEN_OUT, type BatchWriter } from './writer.js';

/** Marks a row as taken out; its memory is freed by `closeUp`. */
export function takeOut(writer: BatchWriter, rows: Rows, row: number): void {
  const bytes = rows.rowBytes + extraBytes(writer, rows, row);
  rows.integers[row * rows.width + column.topic] = TAKEN_OUT;
  writer.entries -= 1;
  writer.bytes -= bytes;
  writer.takenOut += 1;
  writer.takenOutBytes += bytes;
}

/** Closes the holes of all rows that were taken out. The rest keeps its order. */
export function closeUp(writer: BatchWriter): void {
  const { texts, payloads, levels } = writer;
  writer.texts = new ByteStore();
  writer.texts.isAscii = texts.isAscii;
  writer.payloads = new PayloadStore();
  writer.levels = new Rows(shapes.levels);
  keepRows(writer.trades, (integers, at) => {
    integers[at + 3] = moveText(writer, texts, integers[at + 3]!, tradeTextBytes(integers, at));
  });
  keepRows(writer.quotes, () => {});
  keepRows(writer.books, (integers, at) => {
    integers[at + 3] = moveLevels(writer, texts, levels, integers[at + 3]!, integers[at + 4]!);
  });
  keepRows(writer.messages, (integers, at) => {
    integers[at + 2] = movePayload(writer, payloads, integers[at + 2]!, integers[at + 3]!);
  });
  const { frames } = writer;
  for (let row = 0, at = 0; row < frames.count; row += 1, at += frames.width) {
    frames.integers[at + 1] = movePayload(
      writer,
      payloads,
      frames.integers[at + 1]!,
      frames.integers[at + 2]!,
    );
  }
  writer.bytes = remainingBytes(writer);
  writer.takenOut = 0;
  writer.takenOutBytes = 0;
}

function keepRows(rows: Rows, rewrite: (integers: Uint32Array, at: number) => void): void {
  let kept = 0;
  for (let row = 0; row < rows.count; row += 1) {
    if (rows.integers[row * rows.width + column.topic] === TAKEN_OUT) continue;
    rows.move(row, kept);
    rewrite(rows.integers, kept * rows.width);
    kept += 1;
  }
  rows.count = kept;
}

function moveText(writer: BatchWriter, from: ByteStore, offset: number, length: number): number {
  const at = writer.texts.length;
  writer.texts.addBytes(from.bytes.subarray(offset, offset + length));
  return at;
}

function movePayload(writer: BatchWriter, from: PayloadStore, offset: number, length: number): number {
  const at = writer.payloads.length;
  writer.payloads.addBytes(from.read(offset, length));
  return at;
}

function moveLevels(writer: BatchWriter, texts: ByteStore, from: Rows, first: number, count: number): number {
  const to = writer.levels;
  const start = to.count;
  for (let row = first; row < first + count; row += 1) {
    const place = to.add();
    const at = row * from.width;
    to.floats.set(from.floats.subarray(row * 2, row * 2 + 2), place * 2);
    to.integers.set(from.integers.subarray(at, at + from.width), place * to.width);
    to.integers[place * to.width] = moveText(
      writer,
      texts,
      from.integers[at]!,
      levelTextBytes(from.integers, at),
    );
  }
  return start;
}

function extraBytes(writer: BatchWriter, rows: Rows, row: number): number {
  const { integers } = rows;
  const at = row * rows.width;
  if (rows === writer.trades) return tradeTextBytes(integers, at);
  if (rows === writer.messages) return integers[at + 3]!;
  if (rows !== writer.books) return 0;
  const first = integers[at + 3]!;
  return levelBytes(writer.levels, first, first + integers[at + 4]!);
}

function levelBytes(levels: Rows, first: number, end: number): number {
  let bytes = (end - first) * levels.rowBytes;
  for (let row = first; row < end; row += 1) bytes += levelTextBytes(levels.integers, row * levels.width);
  return bytes;
}

function tradeTextBytes(integers: Uint32Array, at: number): number {
  return integers[at + 4]! + textBytes(integers[at + 5]!) + textBytes(integers[at + 6]!);
}

function levelTextBytes(integers: Uint32Array, at: number): number {
  return textBytes(integers[at + 1]!) + textBytes(integers[at + 2]!);
}

/** A text's length is stored plus one; 0 stands for no text. */
function textBytes(stored: number): number {
  return stored === 0 ? 0 : stored - 1;
}

function remainingBytes(writer: BatchWriter): number {
  let bytes = writer.texts.length + writer.payloads.length + writer.gaps.length * 4;
  for (const rows of [
    writer.trades,
    writer.quotes,
    writer.books,
    writer.levels,
    writer.messages,
    writer.frames,
  ]) {
    bytes += rows.count * rows.rowBytes;
  }
  return bytes;
}
