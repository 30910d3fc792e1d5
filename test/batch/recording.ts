// Test tools: what a bot would see of a lane, through a real MessageChannel.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Batch, type BatchEvent } from '../../src/batch/batch.js';
import { MarketLane } from '../../src/batch/lane.js';
import { NameTable } from '../../src/batch/name-table.js';
import { Counters } from '../../src/client/counters.js';
import type { BatchRead, QueueBounds } from '../../src/client/protocol.js';

export const roomy: QueueBounds = { maxBytes: 1 << 26, maxEntries: 1 << 20, policy: 'gap' };

/** Posts a batch the way the worker does and returns what arrives. */
export function transfer(read: BatchRead): BatchRead {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(read, [read.buffer]);
  const received = receiveMessageOnPort(port2) as { message: BatchRead };
  port1.close();
  return received.message;
}

/** A lane whose batches are opened as they cross. Credit comes back only by `acknowledge`. */
export class Recording {
  readonly counters: Counters;
  readonly names = new NameTable();
  readonly batches: Batch[] = [];
  readonly lane: MarketLane;
  overflows = 0;
  mostInFlight = 0;
  #pending = 0;

  constructor(
    options: {
      bounds?: Partial<QueueBounds>;
      conflate?: readonly string[];
      maxInFlight?: number;
      counters?: Counters;
    } = {},
  ) {
    this.counters = options.counters ?? new Counters();
    this.lane = new MarketLane({
      epoch: 7,
      bounds: { ...roomy, ...options.bounds },
      conflate: options.conflate ?? [],
      counters: this.counters,
      post: (read) => this.#post(read),
      overflowed: () => {
        this.overflows += 1;
      },
      ...(options.maxInFlight === undefined ? {} : { maxInFlight: options.maxInFlight }),
    });
  }

  get inFlight(): number {
    return this.#pending;
  }

  get events(): BatchEvent[] {
    return this.batches.flatMap((batch) => [...batch]);
  }

  /** Reads the oldest batch; the lane hears of it only where it waits for that. Returns whether it did. */
  acknowledge(): boolean {
    if (this.#pending === 0) return false;
    const isAwaited = this.read();
    if (isAwaited) this.lane.flush();
    return isAwaited;
  }

  /** Reads the oldest batch and leaves the lane to notice it. Returns whether it would have to be woken. */
  read(): boolean {
    this.#pending -= 1;
    return this.counters.addBatchRead();
  }

  /** Takes what is left, as at the thread's exit. */
  drain(): void {
    for (const read of this.lane.drain()) this.#open(read);
  }

  #post(read: BatchRead): void {
    this.#open(read);
    this.#pending += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.#pending);
  }

  #open(read: BatchRead): void {
    this.batches.push(new Batch(transfer(read), this.names));
  }
}
