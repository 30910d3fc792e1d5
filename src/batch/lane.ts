// Stand-in until the batch work is merged: frames only.
import type { BatchRead, QueueBounds } from '../client/protocol.js';
import type { Counters } from '../client/counters.js';
import type { Gap } from '../market.js';

export interface MarketLaneOptions {
  readonly epoch: number;
  readonly bounds: QueueBounds;
  readonly conflate: readonly string[];
  readonly counters: Counters;
  readonly maxInFlight?: number;
  post(batch: BatchRead): Promise<void>;
  overflowed(): void;
}

export class MarketLane {
  receivedAtNs = 0;
  #parts: Buffer[] = [];
  #bytes = 0;
  #inFlight = 0;
  #gaps: Gap[] = [];
  readonly #options: MarketLaneOptions;
  constructor(options: MarketLaneOptions) {
    this.#options = options;
  }
  get entries(): number {
    return this.#parts.length;
  }
  get bytes(): number {
    return this.#bytes;
  }
  trade(..._: unknown[]): void {}
  quote(..._: unknown[]): void {}
  book(..._: unknown[]): void {}
  level(..._: unknown[]): void {}
  message(_topic: string, data: string | Uint8Array): void {
    this.frame(typeof data === 'string' ? Buffer.from(data) : data, false);
  }
  frame(bytes: Uint8Array, isBinary: boolean): void {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(bytes.byteLength, 0);
    head.writeUInt32LE(isBinary ? 1 : 0, 4);
    head.writeDoubleLE(this.receivedAtNs, 8);
    this.#parts.push(Buffer.concat([head, bytes]));
    this.#bytes += bytes.byteLength + 16;
    const { bounds } = this.#options;
    if (this.#parts.length <= bounds.maxEntries && this.#bytes <= bounds.maxBytes) return;
    if (bounds.policy === 'exit') return this.#options.overflowed();
    this.#bytes -= this.#parts.shift()!.byteLength;
    this.#options.counters.add('framesDropped', 1);
    this.#gaps = [
      {
        topic: '',
        reason: 'overflow',
        epoch: this.#options.epoch,
        noticedAtNs: this.receivedAtNs,
        dropped: this.#options.counters.get('framesDropped'),
      },
    ];
  }
  gap(gap: Gap): void {
    this.#gaps.push(gap);
  }
  flush(): void {
    if (this.#parts.length === 0 && this.#gaps.length === 0) return;
    if (this.#inFlight >= (this.#options.maxInFlight ?? 2)) return;
    this.#inFlight += 1;
    const done = (): void => {
      this.#inFlight -= 1;
      this.flush();
    };
    this.#options.post(this.#take()).then(done, done);
  }
  drain(): BatchRead[] {
    return this.#parts.length === 0 && this.#gaps.length === 0 ? [] : [this.#take()];
  }
  #take(): BatchRead {
    const buffer = new ArrayBuffer(this.#bytes);
    const bytes = new Uint8Array(buffer);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.byteLength;
    }
    const gaps = this.#gaps;
    this.#parts = [];
    this.#bytes = 0;
    this.#gaps = [];
    return { buffer, names: [], gaps };
  }
}
