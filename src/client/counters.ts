// Numbers that both threads see without a message, in one SharedArrayBuffer per connection. They survive every kind of death of the
// thread, which is what makes "never reached the socket" provable afterwards.

const integerSlots = {
  progress: 0,
  sendsStarted: 1,
  batchesRead: 2,
  creditWanted: 3,
  controlsRead: 4,
  batchesPosted: 5,
} as const;
const numberSlots = {
  framesReceived: 0,
  bytesReceived: 1,
  framesSent: 2,
  bytesSent: 3,
  batchesPosted: 4,
  framesDropped: 5,
  /** Entries that wait in the thread. */
  queuedEntries: 6,
  queuedBytes: 7,
  /** Bytes that `ws` has not handed to the kernel yet. */
  bufferedBytes: 8,
  undecodable: 9,
  openedAtNs: 10,
  lastFrameAtNs: 11,
  /** Last event-loop delay seen by the progress timer, in ms. */
  loopDelayMs: 12,
  heapUsedBytes: 13,
  /** Processor time of the thread, in ms, and the busy part of the last sample's time, 0 to 1: only where `measure` asks for it. */
  cpuMs: 14,
  utilization: 15,
  /** Beats that were answered, and how long the last answer took in ms. */
  heartbeats: 16,
  heartbeatMs: 17,
  /** When the frame of the oldest event that waits in the thread was read; 0 where none does. */
  queuedOldestAtNs: 18,
  /** The longest lag that the thread has seen lately. */
  lagPeakMs: 19,
} as const;

export type CounterName = keyof typeof numberSlots;
const INTEGER_BYTES = 32;
const NUMBER_COUNT = Object.keys(numberSlots).length;

/** Batches that may be on their way at a time and still be told apart; a power of two, because their numbers begin anew after 2^31. */
const CROSSING_BATCHES = 4;
/** Of each of them: when its oldest frame was read (0 where it has gaps only), its entries, its bytes. */
const CROSSING_NUMBERS = 3;

/** A view of one connection's counters. Numbers are written by the worker only and read by anyone. */
export class Counters {
  readonly buffer: SharedArrayBuffer;
  readonly #integers: Int32Array;
  readonly #numbers: Float64Array;

  constructor(
    buffer = new SharedArrayBuffer(INTEGER_BYTES + (NUMBER_COUNT + CROSSING_BATCHES * CROSSING_NUMBERS) * 8),
  ) {
    this.buffer = buffer;
    this.#integers = new Int32Array(buffer, 0, INTEGER_BYTES / 4);
    this.#numbers = new Float64Array(buffer, INTEGER_BYTES);
  }

  /** Rises while the thread's event loop turns. */
  get progress(): number {
    return Atomics.load(this.#integers, integerSlots.progress);
  }

  showProgress(): void {
    Atomics.add(this.#integers, integerSlots.progress, 1);
  }

  /** Number of the last send that was handed to `ws.send`; a send with a higher number never reached the socket. */
  get sendsStarted(): number {
    return Atomics.load(this.#integers, integerSlots.sendsStarted);
  }

  set sendsStarted(number: number) {
    Atomics.store(this.#integers, integerSlots.sendsStarted, number);
  }

  /** How many batches of market data the main thread is done with: the credit. Begins anew below zero after 2^31. */
  get batchesRead(): number {
    return Atomics.load(this.#integers, integerSlots.batchesRead);
  }

  /**
   * One more batch is done with; main thread only. True where the other side waits and has to be woken: it cannot miss it, because it
   * looks at the number again after it has said that it waits.
   */
  addBatchRead(): boolean {
    Atomics.add(this.#integers, integerSlots.batchesRead, 1);
    return Atomics.exchange(this.#integers, integerSlots.creditWanted, 0) === 1;
  }

  /**
   * One more batch is about to be posted; worker only. `oldestAtNs` is when the frame of its oldest event was read, 0 where it has none.
   * It counts as waiting until `addBatchRead`.
   */
  addBatchPosted(oldestAtNs: number, entries: number, bytes: number): void {
    const posted = Atomics.load(this.#integers, integerSlots.batchesPosted);
    const at = crossingAt(posted);
    this.#numbers[at] = oldestAtNs;
    this.#numbers[at + 1] = entries;
    this.#numbers[at + 2] = bytes;
    Atomics.store(this.#integers, integerSlots.batchesPosted, posted + 1);
    this.add('batchesPosted', 1);
  }

  /**
   * When the frame of the oldest event was read that the main thread is not done with, be it in the thread, on its way or in the bot's
   * hands: nanoseconds, monotonic; 0 where there is none. Right in both threads at any time: it needs nobody's turn.
   */
  get oldestWaitingAtNs(): number {
    const read = Atomics.load(this.#integers, integerSlots.batchesRead);
    const crossing = this.#crossing(read);
    for (let number = 0; number < crossing; number += 1) {
      const oldestAtNs = this.#numbers[crossingAt(read + number)]!;
      if (oldestAtNs > 0) return oldestAtNs;
    }
    return this.get('queuedOldestAtNs');
  }

  /** The lag at this moment, in ms: how old that oldest event is; 0 where nothing waits. */
  lagMs(nowNs: number): number {
    const oldestAtNs = this.oldestWaitingAtNs;
    return oldestAtNs === 0 ? 0 : Math.max(0, (nowNs - oldestAtNs) / 1e6);
  }

  /** Events, frames and gaps that the main thread is not done with, and about how many bytes they take. */
  get waiting(): { readonly entries: number; readonly bytes: number } {
    const read = Atomics.load(this.#integers, integerSlots.batchesRead);
    let entries = this.get('queuedEntries');
    let bytes = this.get('queuedBytes');
    for (let number = this.#crossing(read) - 1; number >= 0; number -= 1) {
      const at = crossingAt(read + number);
      entries += this.#numbers[at + 1]!;
      bytes += this.#numbers[at + 2]!;
    }
    return { entries, bytes };
  }

  /** Batches that are posted and not read. Below zero at the thread's end, whose last batches nobody counts. */
  #crossing(read: number): number {
    const posted = Atomics.load(this.#integers, integerSlots.batchesPosted);
    return Math.min((posted - read) | 0, CROSSING_BATCHES);
  }

  /** How many calls of the control lane the main thread is done with. Begins anew below zero after 2^31. */
  get controlsRead(): number {
    return Atomics.load(this.#integers, integerSlots.controlsRead);
  }

  addControlRead(): void {
    Atomics.add(this.#integers, integerSlots.controlsRead, 1);
  }

  /** The thread has something to send and no credit. To be followed by another look at `batchesRead`. */
  wantCredit(): void {
    Atomics.store(this.#integers, integerSlots.creditWanted, 1);
  }

  get(name: CounterName): number {
    return this.#numbers[numberSlots[name]]!;
  }

  set(name: CounterName, value: number): void {
    this.#numbers[numberSlots[name]] = value;
  }

  add(name: CounterName, by: number): void {
    this.#numbers[numberSlots[name]]! += by;
  }
}

function crossingAt(number: number): number {
  return NUMBER_COUNT + (number & (CROSSING_BATCHES - 1)) * CROSSING_NUMBERS;
}
