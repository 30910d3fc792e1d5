// The raw frames of a batch.
import type { BatchSource } from './batch-source.js';
import { EventBatch } from './event-batch.js';
import { column, header, shapes } from './layout.js';

/** A WebSocket frame as it came. */
export interface Frame {
  /** Nanoseconds on this machine's monotonic clock. */
  readonly receivedAtNs: number;
  readonly isBinary: boolean;
  /** A copy, safe to keep. */
  readonly data: Uint8Array;
}

/** Frames as bytes. What is safe to keep: see {@link EventBatch}. */
export class FrameBatch extends EventBatch<Frame> {
  constructor(source: BatchSource) {
    super(source, shapes.frames, source.offsets.frames, source.count(header.frames));
  }

  /** False for text frames. */
  isBinary(index: number): boolean {
    this.check(index);
    return this.byte(0, index) === 1;
  }

  /**
   * The bytes: a view of the batch's buffer. It stays right, but keeps the whole batch in memory, and transferring its buffer takes
   * the batch away; keep `slice()` instead.
   */
  bytes(index: number): Uint8Array {
    this.check(index);
    return this.source.payload(this.integer(1, index), this.integer(2, index));
  }

  /** The bytes as UTF-8 text, decoded anew with each call. */
  text(index: number): string {
    this.check(index);
    return this.source.payloadText(this.integer(1, index), this.integer(2, index), false);
  }

  at(index: number): Frame {
    return {
      receivedAtNs: this.float(column.receivedAtNs, index),
      isBinary: this.isBinary(index),
      data: this.bytes(index).slice(),
    };
  }
}
