// One file of a recording while it is written: append-only blocks, a sync now and then, an index at the end. Runs in the recorder's
// thread, so it blocks as it likes.
import { closeSync, fdatasyncSync, openSync, writevSync } from 'node:fs';
import { block, type FileHeader, fileHeader, type IndexEntry, indexBlock } from './block-layout.js';

export interface RawBlock {
  readonly bytes: Buffer;
  readonly records: number;
  readonly firstNs: number;
  readonly lastNs: number;
}

export class RecordingFile {
  readonly path: string;
  readonly #header: FileHeader;
  readonly #file: number;
  readonly #index: IndexEntry[] = [];
  #size = 0;
  #isDirty = false;

  /** @throws Error where the file exists already (EEXIST) or cannot be made. */
  constructor(path: string, header: FileHeader) {
    this.path = path;
    this.#header = header;
    this.#file = openSync(path, 'wx', 0o600);
    this.#write([fileHeader(header)]);
  }

  get size(): number {
    return this.#size;
  }

  append({ bytes, records, firstNs, lastNs }: RawBlock): void {
    const sequence = this.#index.length;
    const codec = this.#header.compression;
    const offset = this.#size;
    const [head, stored] = block(bytes, { sequence, codec, records, firstNs, lastNs });
    this.#write([head, stored]);
    this.#index.push({
      sequence,
      codec: stored === bytes ? 'none' : codec,
      rawBytes: bytes.length,
      storedBytes: stored.length,
      records,
      firstNs,
      lastNs,
      offset,
    });
  }

  /** Makes what is written safe from a loss of power; the kernel alone has kept it safe from the death of the process. */
  sync(): boolean {
    if (!this.#isDirty) return false;
    fdatasyncSync(this.#file);
    this.#isDirty = false;
    return true;
  }

  close(): void {
    try {
      this.#write([indexBlock(this.#index, this.#index.length, this.#size)]);
      this.sync();
    } finally {
      closeSync(this.#file);
    }
  }

  /** Closes without an index, after an error: what is whole in it stays readable. */
  abandon(): void {
    closeSync(this.#file);
  }

  #write(parts: readonly Buffer[]): void {
    let left = parts.filter(({ length }) => length > 0);
    while (left.length > 0) {
      let written = writevSync(this.#file, left);
      this.#size += written;
      left = left.flatMap((part) => {
        const cut = Math.min(written, part.length);
        written -= cut;
        return cut === part.length ? [] : [part.subarray(cut)];
      });
    }
    this.#isDirty = true;
  }
}
