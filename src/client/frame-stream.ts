// Batches -> frames for `for await`, one at a time. A batch is answered (and so gives its credit back) once all of it is consumed,
// which is what slows the thread down for a slow consumer. Bounded also across lives, whose credit starts anew.
import type { Batch } from '../batch/batch.js';
import type { Gap } from '../market.js';

/** A frame of a plain client. Its data is a copy: safe to keep. */
export interface Frame {
  readonly data: string | Uint8Array;
  readonly isBinary: boolean;
  /** When the thread read it: nanoseconds on this machine's monotonic clock. */
  readonly receivedAtNs: number;
  /** The life of the connection it came in. */
  readonly epoch: number;
  /** Frames can be missing right before this one, and why. */
  readonly gap?: Gap;
}

interface Entry {
  readonly batch: Batch | undefined;
  readonly epoch: number;
  /** Gap that was told between batches. */
  readonly gap: Gap | undefined;
  consumed(): void;
}

export class FrameStream implements AsyncIterableIterator<Frame, undefined> {
  readonly #maxBytes: number;
  readonly #detached: (stream: FrameStream) => void;
  #entries: Entry[] = [];
  #bytes = 0;
  #next = 0;
  #gap: Gap | undefined;
  #isDone = false;
  #wake: (() => void) | undefined;

  /** `maxBytes`: what may wait here; beyond it the oldest batch is dropped and a gap is left. */
  constructor(maxBytes: number, detached: (stream: FrameStream) => void) {
    this.#maxBytes = maxBytes;
    this.#detached = detached;
  }

  /** Resolves when all frames of the batch have been taken. */
  push(batch: Batch, epoch: number): Promise<void> {
    if (this.#isDone) return Promise.resolve();
    return new Promise((consumed) => {
      this.#add({ batch, epoch, gap: batch.gaps.at(-1), consumed }, batch.byteLength);
    });
  }

  /** Marks a place where frames can be missing. */
  mark(gap: Gap): void {
    if (!this.#isDone) this.#add({ batch: undefined, epoch: gap.epoch, gap, consumed() {} }, 0);
  }

  /** No more will come; what waits can still be taken. */
  finish(): void {
    this.#isDone = true;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Frame, undefined>> {
    for (;;) {
      const frame = this.#take();
      if (frame !== undefined) return { done: false, value: frame };
      if (this.#isDone) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  return(): Promise<IteratorResult<Frame, undefined>> {
    for (const entry of this.#entries.splice(0)) entry.consumed();
    this.finish();
    this.#detached(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  #add(entry: Entry, bytes: number): void {
    this.#entries.push(entry);
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes && this.#entries.length > 1) this.#drop();
    this.#wake?.();
  }

  #drop(): void {
    const dropped = this.#shift();
    const { epoch } = dropped;
    const frames = (dropped.batch?.frames.length ?? 0) - this.#next;
    this.#next = 0;
    const noticedAtNs = dropped.batch?.frames.length ? dropped.batch.frames.receivedAtNs(0) : 0;
    this.#gap = {
      topic: '',
      reason: 'overflow',
      epoch,
      dropped: frames + (this.#gap?.dropped ?? 0),
      noticedAtNs,
    };
  }

  #take(): Frame | undefined {
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      if (this.#next === 0) this.#gap = entry.gap ?? this.#gap;
      const frames = entry.batch?.frames;
      if (frames !== undefined && this.#next < frames.length) {
        const frame = this.#read(frames, entry.epoch);
        if (this.#next === frames.length) this.#shift();
        return frame;
      }
      this.#shift();
    }
    return undefined;
  }

  #read(frames: Batch['frames'], epoch: number): Frame {
    const index = this.#next;
    this.#next += 1;
    const isBinary = frames.isBinary(index);
    // Small views would keep whole batches alive.
    const data = isBinary ? new Uint8Array(frames.bytes(index)) : frames.text(index);
    const gap = this.#gap;
    this.#gap = undefined;
    return {
      data,
      isBinary,
      receivedAtNs: frames.receivedAtNs(index),
      epoch,
      ...(gap === undefined ? {} : { gap }),
    };
  }

  #shift(): Entry {
    const entry = this.#entries.shift()!;
    this.#bytes -= entry.batch?.byteLength ?? 0;
    this.#next = 0;
    entry.consumed();
    return entry;
  }
}
