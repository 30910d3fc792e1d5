// A recording that is read: blocks that are whole, one after the other, each record with both of its times. Whatever follows the last
// whole block is a torn tail, told and never read.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { BulkheadError } from '../errors.js';
import {
  type Anchor,
  type FileHeader,
  FILE_MAGIC,
  indexBlock,
  type IndexEntry,
  PREAMBLE_BYTES,
  unpack,
} from './block-layout.js';
import { BlockWalk } from './block-walk.js';
import { entryOf, type RecordedEntry } from './entries.js';
import { EXTENSION } from './file-names.js';
import { recordKinds, recordsIn } from './record-layout.js';

const MAX_HEADER_BYTES = 1024 * 1024;

/** One file of a recording. */
export interface RecordingPart {
  readonly path: string;
  readonly header: FileHeader;
  readonly bytes: number;
  /** Where its whole blocks end. */
  readonly wholeBytes: number;
  /** Bytes after the last whole block: the recorder was killed in the middle of a write. They are not read. */
  readonly tornBytes: number;
  /** True where the recorder came to a clean end. */
  readonly isComplete: boolean;
  readonly records: number;
  /** Times of the first and the last block on the monotonic clock; NaN where there is none. */
  readonly firstNs: number;
  readonly lastNs: number;
}

/** How a recording is opened. */
export interface OpenRecordingOptions {
  /** Cuts a torn tail off the file and gives it an index. Default false: files are never touched. */
  readonly repair?: boolean;
}

/** What was recorded, in the order in which it was written. Made by `openRecording`. */
export class Recording implements AsyncIterable<RecordedEntry> {
  /** The files, oldest first. */
  readonly parts: readonly RecordingPart[];

  /** @internal */
  constructor(parts: readonly RecordingPart[]) {
    this.parts = parts;
  }

  /** Bytes of all torn tails. */
  get tornBytes(): number {
    return this.parts.reduce((sum, { tornBytes }) => sum + tornBytes, 0);
  }

  /** Records in all files, open connections that were repeated at the beginning of a file included. */
  get records(): number {
    return this.parts.reduce((sum, { records }) => sum + records, 0);
  }

  /** Every entry, from the beginning. May be walked again and again. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RecordedEntry, void, undefined> {
    let recording = '';
    let [before, latest] = [0, 0];
    for (const part of this.parts) {
      if (part.header.recording !== recording) before = latest;
      recording = part.header.recording;
      for await (const entry of entriesOf(part)) {
        // Each recording numbers its lives from 1; here they must not be taken for one another.
        const life = entry.life === 0 ? 0 : entry.life + before;
        latest = Math.max(latest, life);
        yield before === 0 ? entry : { ...entry, life };
      }
    }
  }
}

/**
 * Opens a recording: a file, or a folder with the files of one or several. Of a file that is still written, what is whole now is read.
 * @throws BulkheadError `recording-failed` where there is none, or it is not one.
 */
export async function openRecording(path: string, options: OpenRecordingOptions = {}): Promise<Recording> {
  const paths = await filesAt(path);
  const parts: RecordingPart[] = [];
  for (const one of paths) parts.push(await readPart(one, options.repair ?? false));
  return new Recording(parts);
}

async function filesAt(path: string): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.endsWith(EXTENSION)).sort();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (cause) {
    throw failed(path, (cause as Error).message, cause);
  }
  throw failed(path, `there is no file *${EXTENSION} in this folder`);
}

async function readPart(path: string, repair: boolean): Promise<RecordingPart> {
  const file = await open(path, repair ? constants.O_RDWR : constants.O_RDONLY);
  try {
    const { size } = await file.stat();
    const { header, end } = await readHeader(file, path);
    const walk = await BlockWalk.over(file, end, size);
    const { entries, wholeBytes, isComplete } = walk;
    const tornBytes = isComplete ? 0 : size - wholeBytes;
    if (repair && !isComplete) await cut(file, entries, wholeBytes);
    return {
      path,
      header,
      bytes: size,
      wholeBytes,
      tornBytes,
      isComplete,
      records: entries.reduce((sum, { records }) => sum + records, 0),
      firstNs: entries[0]?.firstNs ?? Number.NaN,
      lastNs: entries.at(-1)?.lastNs ?? Number.NaN,
    };
  } finally {
    await file.close();
  }
}

async function cut(file: FileHandle, entries: readonly IndexEntry[], wholeBytes: number): Promise<void> {
  await file.truncate(wholeBytes);
  await file.write(indexBlock(entries, entries.length, wholeBytes), 0, undefined, wholeBytes);
  await file.sync();
}

async function readHeader(file: FileHandle, path: string): Promise<{ header: FileHeader; end: number }> {
  const preamble = await bytesAt(file, 0, PREAMBLE_BYTES);
  const isOne = preamble.length === PREAMBLE_BYTES && preamble.subarray(0, 8).equals(FILE_MAGIC);
  if (!isOne) throw failed(path, 'it is no recording of this library');
  const length = preamble.readUInt32LE(8);
  const json = length > MAX_HEADER_BYTES ? Buffer.alloc(0) : await bytesAt(file, PREAMBLE_BYTES, length);
  if (json.length !== length || crc32(json) !== preamble.readUInt32LE(12))
    throw failed(path, 'its header is damaged');
  if (length === 0) throw failed(path, 'its header is empty');
  const header = JSON.parse(json.toString()) as Omit<FileHeader, 'format'> & { readonly format: number };
  if (header.format !== 1) throw failed(path, `it has format ${header.format}, this version reads 1`);
  return { header: header as FileHeader, end: PREAMBLE_BYTES + length };
}

async function* entriesOf(part: RecordingPart): AsyncGenerator<RecordedEntry, void, undefined> {
  const file = await open(part.path, constants.O_RDONLY);
  try {
    const { end } = await readHeader(file, part.path);
    const walk = await BlockWalk.over(file, end, part.wholeBytes, part.isComplete ? part.bytes : undefined);
    let anchor: Anchor = part.header.anchor;
    for (const entry of walk.entries) {
      const raw = unpack(await walk.stored(entry), entry);
      for (const record of recordsIn(raw)) {
        if (record.kind === recordKinds.anchor) anchor = JSON.parse(record.payload.toString()) as Anchor;
        const found = entryOf(record, anchor);
        if (found !== undefined) yield found;
      }
    }
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}

function failed(path: string, problem: string, cause?: unknown): BulkheadError {
  return new BulkheadError(
    'recording-failed',
    `${path} cannot be read: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
