// One direction of one proxied connection: reads, holds, delays, slices and writes bytes in their order.
// What it holds is bounded; a full pump stops reading, so that back-pressure reaches the sender as it does in a real network.
import type { Socket } from 'node:net';
import type { Flow } from './conditions.js';

/** Something on its way: bytes, or how the sender ended its half of the connection. */
type Parcel = { readonly dueAtMs: number; readonly content: Buffer | 'end' | 'reset' };

export interface PumpEvents {
  delivered(bytes: number): void;
  dropped(bytes: number): void;
  /** The sender's reset has come through. */
  reset(): void;
}

/** A pump that holds more than this stops reading. One read (64 KiB) can come on top. */
const HELD_BYTES = 1 << 20;
const HELD_PARCELS = 4096;
/** A limited bandwidth is served in portions of this length. */
const PORTION_MS = 10;

export class Pump {
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #random: () => number;
  readonly #events: PumpEvents;
  #flow: Flow;
  #parcels: Parcel[] = [];
  #heldBytes = 0;
  #lastDueAtMs = 0;
  /** When the limited bandwidth is free again. */
  #freeAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #targetFull = false;
  #state: 'open' | 'hole' | 'stopped' = 'open';

  constructor(source: Socket, target: Socket, flow: Flow, random: () => number, events: PumpEvents) {
    this.#source = source;
    this.#target = target;
    this.#flow = flow;
    this.#random = random;
    this.#events = events;
    source.on('data', (bytes) => this.#accept(bytes));
    source.on('end', () => this.#accept('end'));
    source.on('close', (hadError) => {
      if (hadError) this.#accept('reset');
    });
    target.on('drain', () => {
      this.#targetFull = false;
      this.#deliver();
    });
  }

  set flow(flow: Flow) {
    this.#flow = flow;
    this.#cancel();
    this.#deliver();
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Lets go of everything held. What still arrives is dropped. */
  stop(): void {
    this.#state = 'stopped';
    this.#cancel();
    this.#drop();
  }

  #accept(content: Parcel['content']): void {
    const spreadMs = this.#flow.latencyMs + this.#flow.jitterMs * this.#random();
    this.#lastDueAtMs = Math.max(this.#lastDueAtMs, performance.now() + spreadMs);
    this.#parcels.push({ dueAtMs: this.#lastDueAtMs, content });
    if (Buffer.isBuffer(content)) this.#heldBytes += content.length;
    this.#deliver();
    if (this.#isFull) this.#source.pause();
  }

  get #isFull(): boolean {
    return this.#heldBytes >= HELD_BYTES || this.#parcels.length >= HELD_PARCELS;
  }

  /** Hands on what is due, until something says wait: the conditions, the clock, or the target's own buffer. */
  #deliver(): void {
    if (this.#flow.blackHole && this.#state === 'open' && this.#parcels.length > 0) this.#state = 'hole';
    if (this.#state !== 'open') this.#drop();
    while (this.#parcels.length > 0 && !this.#isWaiting) {
      const waitMs = Math.max(this.#parcels[0]!.dueAtMs, this.#freeAtMs) - performance.now();
      if (waitMs > 0) this.#wakeIn(waitMs);
      else this.#deliverFirst(this.#parcels[0]!);
    }
    if (this.#source.isPaused() && !this.#isFull) this.#source.resume();
  }

  get #isWaiting(): boolean {
    const scheduled = this.#timer !== undefined || this.#immediate !== undefined;
    return scheduled || this.#flow.stall || this.#targetFull;
  }

  #deliverFirst(parcel: Parcel): void {
    if (Buffer.isBuffer(parcel.content)) this.#write(parcel.content, parcel.dueAtMs);
    else {
      this.#parcels.shift();
      if (parcel.content === 'reset') this.#events.reset();
      else if (this.#target.writable) this.#target.end();
    }
  }

  #write(content: Buffer, dueAtMs: number): void {
    const { bytesPerSecond, sliceBytes } = this.#flow;
    const portion = Math.max(1, Math.floor((bytesPerSecond * PORTION_MS) / 1000));
    const slice = content.subarray(0, Math.min(content.length, Math.floor(sliceBytes), portion));
    if (slice.length === content.length) this.#parcels.shift();
    else this.#parcels[0] = { dueAtMs, content: content.subarray(slice.length) };
    this.#heldBytes -= slice.length;
    this.#freeAtMs = Math.max(this.#freeAtMs, performance.now()) + (slice.length * 1000) / bytesPerSecond;
    if (this.#target.writable) {
      this.#events.delivered(slice.length);
      this.#targetFull = !this.#target.write(slice);
    } else this.#events.dropped(slice.length);
    // A turn of the event loop between slices lets each one leave in a segment of its own instead of being gathered.
    if (Number.isFinite(sliceBytes)) this.#continueNextTurn();
  }

  #drop(): void {
    if (this.#heldBytes > 0) this.#events.dropped(this.#heldBytes);
    this.#heldBytes = 0;
    this.#parcels = [];
  }

  #wakeIn(waitMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#deliver();
    }, Math.ceil(waitMs));
  }

  #continueNextTurn(): void {
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#deliver();
    });
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
  }
}
