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
  readonly counters = new Counters();
  readonly names = new NameTable();
  readonly batches: Batch[] = [];
  readonly lane: MarketLane;
  overflows = 0;
  mostInFlight = 0;
  readonly #pending: { resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(
    options: { bounds?: Partial<QueueBounds>; conflate?: readonly string[]; maxInFlight?: number } = {},
  ) {
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
    return this.#pending.length;
  }

  get events(): BatchEvent[] {
    return this.batches.flatMap((batch) => [...batch]);
  }

  /** Answers the oldest batch. */
  async acknowledge(error?: Error): Promise<void> {
    const pending = this.#pending.shift();
    if (error === undefined) pending?.resolve();
    else pending?.reject(error);
    await Promise.resolve();
    await Promise.resolve();
  }

  /** Takes what is left, as at the thread's exit. */
  drain(): void {
    for (const read of this.lane.drain()) this.#open(read);
  }

  #post(read: BatchRead): Promise<void> {
    this.#open(read);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.mostInFlight = Math.max(this.mostInFlight, this.#pending.length);
    });
  }

  #open(read: BatchRead): void {
    this.batches.push(new Batch(transfer(read), this.names));
  }
}
