// A growing run of bytes for short texts. Ids and decimal texts are nearly always ASCII, so they are copied character by character:
// for a dozen bytes that is several times cheaper than a call into the UTF-8 encoder.

const FIRST_CAPACITY = 256;
/** Capacity that is kept for the next batch; what a flood needed beyond it is given back. */
const KEPT_CAPACITY = 1 << 20;
/** Up to this length a loop beats the encoder's call. */
const SHORT = 48;

export class ByteStore {
  bytes: Buffer = Buffer.alloc(0);
  length = 0;
  /** True while everything written was ASCII. */
  isAscii = true;

  /** Adds a text and returns how many bytes it took. */
  addText(text: string): number {
    const { length } = text;
    this.#reserve(length * 3);
    if (length > SHORT) return this.#encode(text);
    const { bytes, length: at } = this;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code > 127) return this.#encode(text);
      bytes[at + index] = code;
    }
    this.length = at + length;
    return length;
  }

  addBytes(data: Uint8Array): void {
    this.#reserve(data.length);
    this.bytes.set(data, this.length);
    this.length += data.length;
  }

  clear(): void {
    this.length = 0;
    this.isAscii = true;
    if (this.bytes.length > KEPT_CAPACITY) this.bytes = Buffer.alloc(0);
  }

  #encode(text: string): number {
    const written = this.bytes.write(text, this.length, 'utf8');
    if (written !== text.length) this.isAscii = false;
    this.length += written;
    return written;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    // Not from Node's pool: a slab of the pool would be shared with whoever else allocates in this thread.
    const grown = Buffer.allocUnsafeSlow(Math.max(FIRST_CAPACITY, needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
