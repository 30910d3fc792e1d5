// Finds the blocks of a file that are whole: by the index where there is one, else by walking from header to header.
import type { FileHandle } from 'node:fs/promises';
import {
  BLOCK_HEADER_BYTES,
  FOOTER_BYTES,
  INDEX_MAGIC,
  type IndexEntry,
  isWhole,
  readBlockHead,
  readFooter,
  readIndex,
} from './block-layout.js';

export class BlockWalk {
  readonly #file: FileHandle;
  readonly entries: readonly IndexEntry[];
  /** Where the last whole block ends. */
  readonly wholeBytes: number;
  readonly isComplete: boolean;

  /** Blocks from `start` on. `indexedSize`: the size of the file where it is known to end with an index. */
  static async over(file: FileHandle, start: number, size: number, indexedSize = size): Promise<BlockWalk> {
    const indexed = await readIndexAt(file, start, indexedSize);
    if (indexed !== undefined) return new BlockWalk(file, indexed.entries, indexed.offset, true);
    const { entries, end } = await walk(file, start, size);
    return new BlockWalk(file, entries, end, false);
  }

  private constructor(
    file: FileHandle,
    entries: readonly IndexEntry[],
    wholeBytes: number,
    isComplete: boolean,
  ) {
    this.#file = file;
    this.entries = entries;
    this.wholeBytes = wholeBytes;
    this.isComplete = isComplete;
  }

  /** What a block holds, as it is stored. @throws Error where the disk has lost it since it was written. */
  async stored({ offset, storedBytes, sequence }: IndexEntry): Promise<Buffer> {
    const bytes = await readExactly(this.#file, offset, BLOCK_HEADER_BYTES + storedBytes);
    const stored = bytes?.subarray(BLOCK_HEADER_BYTES);
    if (bytes === undefined || stored === undefined || !isWhole(bytes, stored)) {
      throw new Error(`block ${sequence} at byte ${offset} is damaged: its checksum does not fit`);
    }
    return stored;
  }
}

async function readIndexAt(
  file: FileHandle,
  start: number,
  size: number,
): Promise<{ readonly entries: readonly IndexEntry[]; readonly offset: number } | undefined> {
  if (size < start + FOOTER_BYTES) return undefined;
  const footer = await readExactly(file, size - FOOTER_BYTES, FOOTER_BYTES);
  const offset = footer === undefined ? undefined : readFooter(footer);
  if (offset === undefined || offset < start || offset > size - FOOTER_BYTES) return undefined;
  const bytes = await readExactly(file, offset, size - FOOTER_BYTES - offset);
  const head = bytes === undefined ? undefined : readBlockHead(bytes, INDEX_MAGIC);
  if (bytes === undefined || head === undefined) return undefined;
  const stored = bytes.subarray(BLOCK_HEADER_BYTES);
  return stored.length === head.storedBytes && isWhole(bytes, stored)
    ? { entries: readIndex(stored), offset }
    : undefined;
}

async function walk(
  file: FileHandle,
  start: number,
  size: number,
): Promise<{ entries: IndexEntry[]; end: number }> {
  const entries: IndexEntry[] = [];
  let offset = start;
  for (;;) {
    const head = await readExactly(file, offset, BLOCK_HEADER_BYTES);
    const header = head === undefined ? undefined : readBlockHead(head);
    if (head === undefined || header === undefined || header.sequence !== entries.length) break;
    const end = offset + BLOCK_HEADER_BYTES + header.storedBytes;
    const stored =
      end > size ? undefined : await readExactly(file, offset + BLOCK_HEADER_BYTES, header.storedBytes);
    if (stored === undefined || !isWhole(head, stored)) break;
    entries.push({ ...header, offset });
    offset = end;
  }
  return { entries, end: offset };
}

/** Undefined where the file ends before. */
async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) return undefined;
    at += bytesRead;
  }
  return bytes;
}
