// Texts that are read one after the other and parsed on the spot. A text of its own for each would be a call and a copy for each; a
// part of a longer text costs neither, but keeps the whole of it alive: so it must not leave the batch.

/** How much is decoded at once. Larger texts are large objects to V8, which collects them late. */
const WINDOW_BYTES = 64 * 1024;

export class PassingText {
  readonly #bytes: Buffer;
  /** Where what is read next may continue. */
  #nextStart = -1;
  #window = '';
  #windowStart = 0;
  #windowEnd = 0;

  /** `bytes` are ASCII as far as they are read. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** For parsing, not for keeping. `most`: where the last text ends. */
  read(start: number, end: number, most: number): string {
    const follows = start === this.#nextStart;
    this.#nextStart = end;
    if (start < this.#windowStart || end > this.#windowEnd) {
      // Whoever picks a few out of many pays for those alone.
      if (!follows) return this.#bytes.toString('latin1', start, end);
      this.#windowStart = start;
      this.#windowEnd = Math.min(Math.max(end, start + WINDOW_BYTES), most);
      this.#window = this.#bytes.toString('latin1', start, this.#windowEnd);
    }
    return this.#window.substring(start - this.#windowStart, end - this.#windowStart);
  }
}
