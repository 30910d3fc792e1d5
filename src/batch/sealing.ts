// Turns what a writer collected into one buffer of exactly the size needed: a larger one would keep its full size on the main thread.
import { isAscii } from 'node:buffer';
import type { ByteStore } from './byte-store.js';
import { FORMAT, flags, HEADER_WORDS, header, locate } from './layout.js';
import type { BatchWriter } from './writer.js';

/** Up to this many bytes a loop is faster than a call that has to make a view first. */
const SHORT = 64;
/** Filled anew for each batch; a thread seals one at a time. */
const words = new Uint32Array(HEADER_WORDS);

/** The writer is empty afterwards. Rows that were taken out must have been closed up before. */
export function seal(writer: BatchWriter, firstName: number): ArrayBuffer {
  fillHeader(writer, firstName);
  const offsets = locate(words);
  const buffer = new ArrayBuffer(offsets.end);
  const bytes = new Uint8Array(buffer);
  const integers = new Uint32Array(buffer);
  const target = { floats: new Float64Array(buffer), integers, bytes };
  for (let word = 0; word < HEADER_WORDS; word += 1) integers[word] = words[word]!;
  writer.trades.seal(target, offsets.trades, writer.tradeTexts);
  writer.quotes.seal(target, offsets.quotes, false);
  writer.books.seal(target, offsets.books, false);
  writer.levels.seal(target, offsets.levels, writer.levelTexts);
  writer.messages.seal(target, offsets.messages, false);
  writer.frames.seal(target, offsets.frames, false);
  sealGaps(writer, integers, offsets.gaps / 4);
  sealTexts(writer.texts, bytes, offsets.texts);
  if (writer.payloads.length > 0) writer.payloads.seal(bytes, offsets.payloads);
  if (words[header.messages]! > 0 && isAscii(bytes.subarray(offsets.payloads)))
    integers[header.flags]! |= flags.asciiPayloads;
  writer.clear();
  return buffer;
}

function fillHeader(writer: BatchWriter, firstName: number): void {
  words[header.format] = FORMAT;
  words[header.firstName] = firstName;
  words[header.trades] = writer.trades.count;
  words[header.quotes] = writer.quotes.count;
  words[header.books] = writer.books.count;
  words[header.levels] = writer.levels.count;
  words[header.messages] = writer.messages.count;
  words[header.frames] = writer.frames.count;
  words[header.gaps] = writer.gaps.length;
  words[header.textBytes] = writer.texts.length;
  words[header.payloadBytes] = writer.payloads.length;
  words[header.flags] =
    (writer.texts.isAscii ? flags.asciiTexts : 0) |
    (writer.tradeTexts ? flags.tradeTexts : 0) |
    (writer.levelTexts ? flags.levelTexts : 0);
}

function sealGaps(writer: BatchWriter, integers: Uint32Array, at: number): void {
  for (let index = 0; index < writer.gaps.length; index += 1)
    integers[at + index] = writer.gaps[index]!.order;
}

function sealTexts(texts: ByteStore, target: Uint8Array, at: number): void {
  const { bytes, length } = texts;
  if (length > SHORT) target.set(bytes.subarray(0, length), at);
  else for (let index = 0; index < length; index += 1) target[at + index] = bytes[index]!;
}
