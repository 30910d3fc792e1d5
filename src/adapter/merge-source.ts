// What the merge of a stream knows about one of the connections that bring it.
import type { Batch, BatchKind } from '../batch/batch.js';
import type { Gap, GapReason } from '../market.js';
import { StreamCopy, type StreamMark, type StreamPlace } from './stream-marks.js';

/** An event that waits until it is known that nothing before it is missing. */
export interface HeldEvent {
  readonly batch: Batch;
  readonly kind: BatchKind;
  readonly row: number;
  readonly mark: StreamMark;
  readonly place: StreamPlace;
}

/** One topic as one connection brings it. */
export class SourceTopic {
  readonly name: string;
  /** Whether all that came since has been proved to follow what was delivered before. */
  isJoined: boolean;
  /** When it began, or began anew after a gap of its own: monotonic nanoseconds. */
  since: number;
  /** In the order of arrival. */
  held: HeldEvent[] = [];
  heldSince = 0;
  /** Set after a gap in a book that this connection cannot carry on without a new snapshot. */
  needsSnapshot = false;
  /** A gap of its own that nobody was told of, because others had the events. Set until it is proved that they brought them all. */
  hole: Gap | undefined;
  /** The gap to be told unless its first event proves that nothing is missing: the one that carried the topic left before that. */
  owed: GapReason | undefined;
  /** How often it has begun. */
  generation = 1;

  constructor(name: string, isJoined: boolean, since: number) {
    this.name = name;
    this.isJoined = isJoined;
    this.since = since;
  }

  get isPlain(): boolean {
    return this.isJoined && !this.needsSnapshot;
  }

  /** Whether something is missing here that only others have, or nobody. */
  get isOpen(): boolean {
    return this.hole !== undefined || this.needsSnapshot;
  }

  /** Whether it is silent because its book waits for a snapshot: then silence proves nothing. */
  get awaitsBook(): boolean {
    return this.hole?.reason === 'sequence' && this.held.length === 0;
  }

  /** Left alone in silence: with its first event, or after a while, it is known whether there is a gap. */
  owe(reason: GapReason, nowNs: number): void {
    this.owed = reason;
    this.isJoined = false;
    this.since = nowNs;
  }

  /** Follows what was delivered from here on: that was proved, or a gap was told. */
  settle(): void {
    this.held = [];
    this.hole = undefined;
    this.owed = undefined;
    this.isJoined = true;
  }

  /** A gap of its own that is not told yet: what came before it proves nothing about what comes after. */
  rejoin(gap: Gap, nowNs: number): void {
    // A book that waits for its snapshot goes on waiting for it, whatever else is lost meanwhile.
    if (!this.awaitsBook) this.hole = gap;
    this.isJoined = false;
    this.generation += 1;
    this.since = nowNs;
    this.held = [];
  }
}

/** A copy of a stream and the topic it belongs to. */
export interface SourceStream {
  readonly copy: StreamCopy;
  readonly topic: SourceTopic;
}

export type StreamKind = 'trades' | 'quotes' | 'books' | 'messages';
const kindPlaces: Readonly<Record<StreamKind, number>> = { trades: 0, quotes: 1, books: 2, messages: 3 };

export class MergeSource {
  readonly epoch: number;
  readonly topics = new Map<string, SourceTopic>();
  /** When it last brought something: monotonic nanoseconds. */
  lastSeenNs = 0;
  /** Whether another connection has brought part of its streams. */
  followsOthers = false;
  readonly #streams = new Map<number, SourceStream>();

  constructor(epoch: number) {
    this.epoch = epoch;
  }

  /** The stream of an event, by the numbers of its names, which are good for the connection's life. */
  stream(kind: StreamKind, topic: number, symbol: number): SourceStream | undefined {
    return this.#streams.get(streamKey(kind, topic, symbol));
  }

  addStream(
    kind: StreamKind,
    topicIndex: number,
    symbol: number,
    mark: StreamMark,
    topic: SourceTopic,
  ): SourceStream {
    const stream = { copy: new StreamCopy(mark), topic };
    this.#streams.set(streamKey(kind, topicIndex, symbol), stream);
    return stream;
  }

  forget(topic: string): void {
    this.topics.delete(topic);
    for (const [key, stream] of this.#streams) if (stream.topic.name === topic) this.#streams.delete(key);
  }

  /** Whether it lacks nothing that only others have. */
  get isWhole(): boolean {
    for (const topic of this.topics.values()) if (topic.isOpen) return false;
    return true;
  }

  /** Whether it was left alone with topics of which nobody knows yet whether anything is missing. */
  get isOwing(): boolean {
    for (const topic of this.topics.values()) if (topic.owed !== undefined) return true;
    return false;
  }

  /** Whether every topic follows what was delivered. */
  get isPlain(): boolean {
    for (const topic of this.topics.values()) if (!topic.isPlain) return false;
    return true;
  }
}

function streamKey(kind: StreamKind, topic: number, symbol: number): number {
  return (topic * 2 ** 24 + symbol) * 4 + kindPlaces[kind];
}
