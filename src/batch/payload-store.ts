// The bytes of whole messages and frames until their batch is sealed. Small ones are copied at once, because a view of 300 bytes
// would keep the socket's whole read chunk alive; large ones are held as they are, which saves one copy of them.
import { isAscii } from 'node:buffer';
import { ByteStore } from './byte-store.js';

/** From this size on a payload is held instead of copied. */
const LARGE = 32 * 1024;
/** Below this size the look whether a text is ASCII costs more than the main thread gains: Node decodes short UTF-8 as fast. */
const WORTH_A_LOOK = 1024;

interface HeldPayload {
  /** Place in the run of all payloads. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** Large bytes up to and including this one. */
  readonly heldBytes: number;
}

export class PayloadStore {
  readonly #copied = new ByteStore();
  #held: HeldPayload[] = [];
  #heldBytes = 0;
  /** True where the text added last is known to be ASCII. */
  lastIsAscii = false;

  get length(): number {
    return this.#copied.length + this.#heldBytes;
  }

  /** Adds a text and returns how many bytes it took. */
  addText(text: string | Uint8Array): number {
    if (typeof text !== 'string') {
      this.lastIsAscii = text.length >= WORTH_A_LOOK && isAscii(text);
      return this.addBytes(text);
    }
    const written = text.length >= LARGE ? this.addBytes(Buffer.from(text)) : this.#copied.addText(text);
    this.lastIsAscii = written === text.length;
    return written;
  }

  addBytes(data: Uint8Array): number {
    if (data.length < LARGE) this.#copied.addBytes(data);
    else {
      const offset = this.length;
      this.#heldBytes += data.length;
      this.#held.push({ offset, data, heldBytes: this.#heldBytes });
    }
    return data.length;
  }

  /** The bytes of one payload, for copying it elsewhere. */
  read(offset: number, length: number): Uint8Array {
    const before = this.#held.findLast((held) => held.offset <= offset);
    if (before?.offset === offset && length === before.data.length) return before.data;
    const start = offset - (before?.heldBytes ?? 0);
    return this.#copied.bytes.subarray(start, start + length);
  }

  /** Writes all payloads, from this byte on. */
  seal(target: Uint8Array, offset: number): void {
    let copied = 0;
    for (const held of this.#held) {
      const run = this.#copied.bytes.subarray(copied, held.offset - (held.heldBytes - held.data.length));
      target.set(run, offset + held.offset - run.length);
      target.set(held.data, offset + held.offset);
      copied += run.length;
    }
    target.set(this.#copied.bytes.subarray(copied, this.#copied.length), offset + copied + this.#heldBytes);
  }

  clear(): void {
    this.#copied.clear();
    this.#held = [];
    this.#heldBytes = 0;
  }
}
