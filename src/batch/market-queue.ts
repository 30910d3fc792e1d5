// What waits in the thread for the main thread: the writer that is being filled and, before it, segments sealed already. Knows the
// bounds, the policy and the credit; the lane in front of it knows the events.
import type { Counters } from '../client/counters.js';
import type { BatchRead, QueueBounds } from '../client/protocol.js';
import type { Gap } from '../market.js';
import { closeUp } from './closing-up.js';
import { keepLatest } from './conflation.js';
import { GapLedger } from './gap-ledger.js';
import { HEADER_WORDS, header } from './layout.js';
import type { NameInterner } from './name-interner.js';
import { seal } from './sealing.js';
import { SegmentList } from './segment-list.js';
import { TopicTally } from './topic-tally.js';
import { type BatchWriter, type PlacedGap, TOPICLESS } from './writer.js';

/** Shares of the bounds that one batch may take, so that dropping the oldest costs a part only. */
const SEGMENT_SHARE = 8;
/** A batch is never larger than this (a single entry may be), so that none holds the main thread for long. */
const SEGMENT_ENTRIES = 8192;
const SEGMENT_BYTES = 1 << 20;
const GAP_BYTES = 4;
/** With policy `pause` the bounds say when the socket is held back; what is on its way already still comes. */
const PAUSE_FACTOR = 2;
/** Offsets in a batch are Uint32. */
const ADDRESSABLE_BYTES = 2 ** 31;

export interface MarketQueueOptions {
  readonly epoch: number;
  readonly bounds: QueueBounds;
  readonly counters: Counters;
  post(batch: BatchRead): void;
  overflowed(): void;
  /** Events of the topic that waited were dropped; what waits behind them does not follow from what was posted. */
  dropped?(topic: string): void;
  /** After drops: nothing waits any more. */
  caughtUp?(): void;
  readonly maxInFlight?: number;
}

export class MarketQueue {
  /** Set by the lane: the rows of the writer moved or went. */
  onRowsMoved: () => void = () => {};
  readonly #options: MarketQueueOptions;
  readonly #writer: BatchWriter;
  readonly #names: NameInterner;
  readonly #nowNs: () => number;
  readonly #maxInFlight: number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #segmentEntries: number;
  readonly #segmentBytes: number;
  readonly #segments = new SegmentList();
  /** Before everything that waits: what was dropped from the head. */
  readonly #headGaps = new GapLedger();
  /** Behind everything that waits: what was refused after an overflow whose policy is `exit`. */
  readonly #tailGaps = new GapLedger();
  /** Last sequence that was posted, by topic. */
  readonly #lastSequences: number[] = [];
  /** What the writer may hold before anything has to be done: all that the hot way compares with. */
  #roomEntries = 0;
  #roomBytes = 0;
  /** Counts as the counters do, around the end of 32 bits: a fast feed is there after days. */
  #posted: number;
  #isFull = false;
  #hasDropped = false;

  constructor(options: MarketQueueOptions, writer: BatchWriter, names: NameInterner, nowNs: () => number) {
    this.#options = options;
    this.#writer = writer;
    this.#names = names;
    this.#nowNs = nowNs;
    this.#maxInFlight = options.maxInFlight ?? 2;
    this.#posted = options.counters.batchesRead;
    const { policy, maxEntries, maxBytes } = options.bounds;
    const factor = policy === 'pause' ? PAUSE_FACTOR : 1;
    this.#maxEntries = maxEntries * factor;
    this.#maxBytes = Math.min(maxBytes * factor, ADDRESSABLE_BYTES);
    // To find the latest of a topic all that waits has to be in one place.
    const whole = policy === 'conflate';
    this.#segmentEntries = whole ? maxEntries : within(this.#maxEntries, SEGMENT_ENTRIES);
    this.#segmentBytes = whole ? this.#maxBytes : within(this.#maxBytes, SEGMENT_BYTES);
    this.#measureRoom();
  }

  get entries(): number {
    return this.#segments.entries + this.#writer.entries;
  }

  get bytes(): number {
    return this.#segments.bytes + this.#writer.bytes;
  }

  get #oldestAtNs(): number {
    return this.#segments.oldestAtNs || this.#writer.oldestAtNs;
  }

  /** Makes room for an entry of about this size. False where it must not be written any more. */
  admit(topic: string, bytes: number): boolean {
    const writer = this.#writer;
    if (writer.entries < this.#roomEntries && writer.bytes + bytes <= this.#roomBytes) return true;
    if (!this.#isFull) this.#makeRoom(bytes);
    if (!this.#isFull) return true;
    this.#tailGaps.add(this.#overflowGap(topic, 1, undefined));
    this.#options.counters.add('framesDropped', 1);
    return false;
  }

  addGap(gap: Gap): void {
    if (this.#writer.entries >= this.#roomEntries && !this.#isFull) this.#makeRoom(GAP_BYTES);
    if (this.#isFull) this.#tailGaps.add(gap);
    else this.#writer.gap(gap);
  }

  /** Posts while there is credit. */
  flush(): void {
    while (this.#hasCredit && this.#postOldest());
    if (this.#hasWaiting) this.#waitForCredit();
    this.#measureRoom();
    if (this.#hasDropped && this.entries === 0) this.#tellCaughtUp();
  }

  drain(): BatchRead[] {
    const batches: BatchRead[] = [];
    for (let batch = this.#takeOldest(); batch !== undefined; batch = this.#takeOldest()) batches.push(batch);
    this.#measureRoom();
    return batches;
  }

  /** The main thread counts in shared memory what it has read, so this is true at once, also in the middle of a long read. */
  get #hasCredit(): boolean {
    return ((this.#posted - this.#options.counters.batchesRead) | 0) < this.#maxInFlight;
  }

  get #hasWaiting(): boolean {
    return this.entries > 0 || this.#headGaps.size > 0 || this.#tailGaps.size > 0;
  }

  /** Asks to be woken by the next credit, then looks once more: one that came before the question wakes nobody. */
  #waitForCredit(): void {
    this.#options.counters.wantCredit();
    while (this.#hasCredit && this.#postOldest());
  }

  #makeRoom(bytes: number): void {
    while (this.#isOver(bytes) && this.#hasCredit && this.#postOldest());
    if (this.#isOver(bytes)) this.#relieve(bytes);
    else if (this.#isSegmentOver(bytes)) {
      this.#cut();
      if (this.#hasCredit) this.#postOldest();
    }
    this.#measureRoom();
  }

  /** An entry larger than all bounds is let in where nothing else waits: it can only cross alone. */
  #isOver(bytes: number): boolean {
    const { entries } = this;
    if (entries === 0) return false;
    return entries >= this.#maxEntries || this.bytes + bytes > this.#maxBytes;
  }

  #isSegmentOver(bytes: number): boolean {
    const { entries, bytes: used } = this.#writer;
    return entries > 0 && (entries >= this.#segmentEntries || used + bytes > this.#segmentBytes);
  }

  #relieve(bytes: number): void {
    const { policy } = this.#options.bounds;
    if (policy === 'exit') {
      this.#isFull = true;
      this.#options.overflowed();
      return;
    }
    if (policy === 'conflate') this.#keepLatest();
    // What is left after conflation counts as full from half of the bounds on, or each further entry would conflate it all again.
    const share = policy === 'conflate' ? 2 : 1;
    while (this.entries > 0 && (this.#isOver(bytes) || this.#exceeds(share))) this.#dropOldest();
    if (this.#isSegmentOver(bytes)) this.#cut();
  }

  #exceeds(share: number): boolean {
    return this.entries * share > this.#maxEntries || this.bytes * share > this.#maxBytes;
  }

  #keepLatest(): void {
    const dropped = keepLatest(this.#writer, (topic, count) => this.#lose(topic, count));
    this.#options.counters.add('framesDropped', dropped);
    this.onRowsMoved();
  }

  #cut(): void {
    const writer = this.#writer;
    const { entries, gaps, oldestAtNs } = writer;
    const tally = TopicTally.of(writer);
    const buffer = this.#seal();
    this.#segments.push({ buffer, entries, oldestAtNs, gaps, tally });
  }

  #seal(): ArrayBuffer {
    if (this.#writer.takenOut > 0) closeUp(this.#writer);
    const buffer = seal(this.#writer, this.#names.told);
    this.onRowsMoved();
    return buffer;
  }

  #dropOldest(): void {
    const segment = this.#segments.shift();
    const gaps = segment?.gaps ?? this.#writer.gaps;
    const tally = segment?.tally ?? TopicTally.of(this.#writer);
    for (const { gap } of gaps) this.#headGaps.add(gap);
    tally.visit((topic, count) => this.#lose(topic, count));
    this.#options.counters.add('framesDropped', tally.total);
    if (segment !== undefined) return;
    this.#writer.clear();
    this.onRowsMoved();
  }

  #lose(topic: number, count: number): void {
    const name = topic === TOPICLESS ? '' : this.#names.at(topic);
    this.#headGaps.add(this.#overflowGap(name, count, this.#lastSequences[topic]));
    this.#hasDropped = true;
    this.#options.dropped?.(name);
  }

  #tellCaughtUp(): void {
    this.#hasDropped = false;
    this.#options.caughtUp?.();
  }

  #overflowGap(topic: string, dropped: number, fromSequence: number | undefined): Gap {
    return {
      topic,
      reason: 'overflow',
      epoch: this.#options.epoch,
      dropped,
      noticedAtNs: this.#nowNs(),
      ...(fromSequence === undefined ? {} : { fromSequence }),
    };
  }

  #postOldest(): boolean {
    const { entries } = this;
    const oldestAtNs = this.#oldestAtNs;
    const batch = this.#takeOldest();
    if (batch === undefined) return false;
    this.#posted = (this.#posted + 1) | 0;
    this.#options.counters.addBatchPosted(oldestAtNs, entries - this.entries, batch.buffer.byteLength);
    this.#options.post(batch);
    return true;
  }

  #takeOldest(): BatchRead | undefined {
    const segment = this.#segments.shift();
    if (segment !== undefined) {
      segment.tally.visit((topic, _count, sequence) => this.#noteSequence(topic, sequence));
      new Uint32Array(segment.buffer, 0, HEADER_WORDS)[header.firstName] = this.#names.told;
      return this.#read(segment.buffer, segment.gaps);
    }
    const writer = this.#writer;
    if (writer.entries === 0) {
      for (const gap of this.#tailGaps.take()) this.#headGaps.add(gap);
      if (this.#headGaps.size === 0) return undefined;
    }
    writer.visitTopics(this.#noteSequence);
    const { gaps } = writer;
    return this.#read(this.#seal(), gaps);
  }

  #read(buffer: ArrayBuffer, placed: readonly PlacedGap[]): BatchRead {
    const own = placed.length === 0 ? [] : placed.map(({ gap }) => gap);
    const gaps = this.#headGaps.size === 0 ? own : [...this.#headGaps.take(), ...own];
    return { buffer, names: this.#names.tell(), gaps };
  }

  readonly #noteSequence = (topic: number, sequence: number): void => {
    // NaN is not told, and frames have no topic.
    if (topic >= 0 && !Number.isNaN(sequence)) this.#lastSequences[topic] = sequence;
  };

  #measureRoom(): void {
    this.#roomEntries = Math.min(this.#segmentEntries, this.#maxEntries - this.#segments.entries);
    this.#roomBytes = Math.min(this.#segmentBytes, this.#maxBytes - this.#segments.bytes);
    // After an overflow nothing is let in, also where there would be room again.
    if (this.#isFull) this.#roomEntries = 0;
    this.#options.counters.set('queuedEntries', this.entries);
    this.#options.counters.set('queuedBytes', this.bytes);
    this.#options.counters.set('queuedOldestAtNs', this.#oldestAtNs);
  }
}

function within(bound: number, most: number): number {
  return Math.max(1, Math.min(Math.floor(bound / SEGMENT_SHARE), most));
}
