// One buffer that crossed, opened: the header read, everything else looked at when it is asked for.
import { FORMAT, flags, header, locate, type Offsets } from './layout.js';
import type { NameTable } from './name-table.js';
import { PassingText } from './passing-text.js';

/** V8 makes a substring of this length or more a view that keeps the whole text alive; shorter ones are copies. */
const SLICED = 13;
/** A text section larger than this is not decoded as a whole. */
const WHOLE = 1 << 20;

export class BatchSource {
  readonly buffer: ArrayBuffer;
  readonly names: NameTable;
  /** The whole buffer as Uint32; the header comes first. */
  readonly integers: Uint32Array;
  readonly offsets: Offsets;
  #floats: Float64Array | undefined;
  #bytes: Buffer | undefined;
  #texts: string | undefined;
  #passing: PassingText | undefined;

  constructor(buffer: ArrayBuffer, names: NameTable) {
    this.buffer = buffer;
    this.names = names;
    this.integers = new Uint32Array(buffer);
    if (this.integers[header.format] !== FORMAT) {
      throw new TypeError(
        'this buffer is not a batch of this version of bulkhead-ws; is the package installed twice?',
      );
    }
    this.offsets = locate(this.integers);
  }

  get floats(): Float64Array {
    this.#floats ??= new Float64Array(this.buffer);
    return this.#floats;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.buffer);
    return this.#bytes;
  }

  count(word: number): number {
    return this.integers[word]!;
  }

  hasFlag(flag: number): boolean {
    return (this.integers[header.flags]! & flag) !== 0;
  }

  /** An id or a decimal text. They are ASCII nearly always: then they are decoded once for all, and each is a copy of a part. */
  text(offset: number, length: number): string {
    const start = this.offsets.texts + offset;
    if (!this.hasFlag(flags.asciiTexts)) return this.bytes.toString('utf8', start, start + length);
    if (length >= SLICED || this.integers[header.textBytes]! > WHOLE) {
      return this.bytes.toString('latin1', start, start + length);
    }
    this.#texts ??= this.bytes.toString(
      'latin1',
      this.offsets.texts,
      this.offsets.texts + this.integers[header.textBytes]!,
    );
    return this.#texts.substring(offset, offset + length);
  }

  /** A text whose length is stored plus one, 0 for none. */
  optionalText(offset: number, stored: number): string | undefined {
    return stored === 0 ? undefined : this.text(offset, stored - 1);
  }

  payload(offset: number, length: number): Uint8Array {
    return new Uint8Array(this.buffer, this.offsets.payloads + offset, length);
  }

  /** The text of a message or frame. Known to be ASCII, it may be read as Latin-1, which is cheaper. */
  payloadText(offset: number, length: number, isAscii: boolean): string {
    const start = this.offsets.payloads + offset;
    const isLatin1 = isAscii || this.hasFlag(flags.asciiPayloads);
    return this.bytes.toString(isLatin1 ? 'latin1' : 'utf8', start, start + length);
  }

  /** What the text of a message stands for as JSON. */
  payloadJson(offset: number, length: number, isAscii: boolean): unknown {
    if (!this.hasFlag(flags.asciiPayloads)) return JSON.parse(this.payloadText(offset, length, isAscii));
    this.#passing ??= new PassingText(this.bytes);
    const { payloads } = this.offsets;
    const start = payloads + offset;
    const most = payloads + this.integers[header.payloadBytes]!;
    return JSON.parse(this.#passing.read(start, start + length, most));
  }
}
