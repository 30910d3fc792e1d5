// Collects records in the connection's thread until they are worth a message to the recorder, and bounds what may wait for it.
// What does not fit is counted and becomes a gap in the recording as soon as something fits again.
import { RECORD_HEADER_BYTES, recordKinds, recordOf, writeHeader } from './record-layout.js';
import type { RecorderFigures } from './recorder-figures.js';

/** A socket read brings 64 KiB at most; a batch of that size costs one message per read in a flood. */
const BATCH_BYTES = 64 * 1024;

export interface BatchBufferOptions {
  readonly life: number;
  readonly figures: RecorderFigures;
  readonly maxQueueBytes: number;
  post(batch: Uint8Array<ArrayBuffer>): void;
}

interface Lost {
  frames: number;
  readonly fromNs: number;
  toNs: number;
}

export class BatchBuffer {
  readonly #options: BatchBufferOptions;
  #buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #used = 0;
  #lost: Lost | undefined;

  constructor(options: BatchBufferOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#used === 0 && this.#lost === undefined;
  }

  add(kind: number, flags: number, atNs: number, payload: Uint8Array): void {
    const bytes = RECORD_HEADER_BYTES + payload.byteLength;
    if (this.#used + bytes > this.#buffer.length) this.flush();
    if (this.#isFull(bytes)) return this.#lose(atNs);
    if (this.#lost !== undefined) this.#tellLost();
    if (this.#used + bytes > this.#buffer.length) this.#postNow();
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes);
    writeHeader(
      this.#buffer,
      this.#used,
      { kind, flags, life: this.#options.life, atNs },
      payload.byteLength,
    );
    this.#buffer.set(payload, this.#used + RECORD_HEADER_BYTES);
    this.#used += bytes;
  }

  /** Posts what there is. `isLast`: also tells what was lost, whatever waits already. */
  flush(isLast = false): void {
    if (this.#used > 0) this.#postNow();
    if (isLast && this.#lost !== undefined) this.#tellLost();
    if (this.#used > 0 && isLast) this.#postNow();
  }

  #isFull(bytes: number): boolean {
    const { figures, maxQueueBytes } = this.#options;
    return figures.queuedBytes + this.#used + bytes > maxQueueBytes;
  }

  #lose(atNs: number): void {
    this.#options.figures.lose(1);
    if (this.#lost === undefined) this.#lost = { frames: 1, fromNs: atNs, toNs: atNs };
    else {
      this.#lost.frames += 1;
      this.#lost.toNs = atNs;
    }
  }

  /** The gap stands in the place of what is missing, so its batch is always let through: it is small. */
  #tellLost(): void {
    const { frames, fromNs, toNs } = this.#lost!;
    this.#lost = undefined;
    const gap = JSON.stringify({ reason: 'overflow', frames, fromNs, toNs });
    const record = recordOf({ kind: recordKinds.gap, flags: 0, life: this.#options.life, atNs: toNs }, gap);
    if (this.#used + record.length > this.#buffer.length) this.#postNow();
    this.#buffer.set(record, this.#used);
    this.#used += record.length;
  }

  /** A batch that is well filled hands its memory over; a small one is copied, which is cheaper than new memory. */
  #postNow(): void {
    const isSmall = this.#used * 2 < this.#buffer.length;
    const batch = isSmall
      ? new Uint8Array(this.#buffer.subarray(0, this.#used))
      : this.#buffer.subarray(0, this.#used);
    if (!isSmall || this.#buffer.length !== BATCH_BYTES) this.#buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
    this.#used = 0;
    this.#options.figures.queue(batch.byteLength);
    this.#options.post(batch as Uint8Array<ArrayBuffer>);
  }
}
