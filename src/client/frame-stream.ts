// Batches -> frames for `for await`, one at a time. A batch is answered (and so gives its credit back) once all of it is consumed,
// which is what slows the thread down for a slow consumer. Bounded also across lives, whose credit starts anew.
import type { Batch } from '../batch/batch.js';
import { monotonicNs } from '../clock.js';
import type { Gap } from '../market.js';

/** A frame of a plain client. Its data is a copy: safe to keep. */
export interface ClientFrame {
  readonly data: string | Uint8Array;
  readonly isBinary: boolean;
  /** When the thread read it: nanoseconds on this machine's monotonic clock. */
  readonly receivedAtNs: number;
  /** The life of the connection it came in. */
  readonly epoch: number;
  /** Frames can be missing right before this one, and why. */
  readonly gap?: Gap;
}

type FrameOrGap = Omit<ClientFrame, 'gap'> | Gap;

interface Entry {
  readonly bytes: number;
  /** How many frames there are at most. */
  readonly length: number;
  readonly epoch: number;
  readonly frames: Iterator<FrameOrGap>;
  consumed(): void;
}

export class FrameStream implements AsyncIterableIterator<ClientFrame, undefined> {
  readonly #maxBytes: number;
  readonly #detached: (stream: FrameStream) => void;
  readonly #entries: Entry[] = [];
  #bytes = 0;
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
      const { byteLength, length } = batch;
      this.#add({ bytes: byteLength, length, epoch, frames: framesOf(batch, epoch), consumed });
    });
  }

  /** Marks a place where frames can be missing. */
  mark(gap: Gap): void {
    if (this.#isDone) return;
    this.#add({ bytes: 0, length: 0, epoch: gap.epoch, frames: [gap][Symbol.iterator](), consumed() {} });
  }

  /** No more will come; what waits can still be taken. */
  finish(): void {
    this.#isDone = true;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ClientFrame, undefined>> {
    for (;;) {
      const frame = this.#take();
      if (frame !== undefined) return { done: false, value: frame };
      if (this.#isDone) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  return(): Promise<IteratorResult<ClientFrame, undefined>> {
    while (this.#entries.length > 0) this.#shift();
    this.finish();
    this.#detached(this);
    return Promise.resolve({ done: true, value: undefined });
  }

  #add(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.#bytes > this.#maxBytes && this.#entries.length > 1) this.#drop();
    this.#wake?.();
  }

  #drop(): void {
    const { epoch, length } = this.#shift();
    const dropped = length + (this.#gap?.dropped ?? 0);
    this.#gap = { topic: '', reason: 'overflow', epoch, dropped, noticedAtNs: monotonicNs() };
  }

  #take(): ClientFrame | undefined {
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      const { value, done } = entry.frames.next() as IteratorResult<FrameOrGap, undefined>;
      if (done === true) this.#shift();
      else if ('reason' in value) this.#gap = value;
      else return this.#withGap(value);
    }
    return undefined;
  }

  #withGap(frame: ClientFrame): ClientFrame {
    const gap = this.#gap;
    this.#gap = undefined;
    return gap === undefined ? frame : { ...frame, gap };
  }

  #shift(): Entry {
    const entry = this.#entries.shift()!;
    this.#bytes -= entry.bytes;
    entry.consumed();
    return entry;
  }
}

function* framesOf(batch: Batch, epoch: number): Generator<FrameOrGap> {
  const { frames, gaps } = batch;
  if (gaps.length > 0) {
    yield* mixed(batch, epoch);
    return;
  }
  for (let index = 0; index < frames.length; index += 1) {
    const isBinary = frames.isBinary(index);
    // Small views would keep whole batches alive.
    const data = isBinary ? frames.bytes(index).slice() : frames.text(index);
    yield { data, isBinary, receivedAtNs: frames.receivedAtNs[index]!, epoch };
  }
}

function* mixed(batch: Batch, epoch: number): Generator<FrameOrGap> {
  for (const event of batch) {
    if (event.kind === 'gap') yield event.gap;
    if (event.kind !== 'frame') continue;
    const { data, isBinary, receivedAtNs } = event.frame;
    yield { data: isBinary ? data : Buffer.from(data.buffer).toString(), isBinary, receivedAtNs, epoch };
  }
}
