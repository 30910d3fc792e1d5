// The connections that bring one stream, and which of them carries a topic.
import type { Batch } from '../batch/batch.js';
import {
  type HeldEvent,
  MergeSource,
  type SourceStream,
  SourceTopic,
  type StreamKind,
} from './merge-source.js';
import type { TopicMarks } from './topic-marks.js';

export const numberedKinds = ['trades', 'quotes', 'books'] as const;

/** One topic of one connection. */
export interface SourceStanding {
  readonly source: MergeSource;
  readonly topic: SourceTopic;
}

export class MergeSources implements Iterable<MergeSource> {
  readonly #sources = new Map<number, MergeSource>();
  readonly #marks: TopicMarks;

  constructor(marks: TopicMarks) {
    this.#marks = marks;
  }

  get size(): number {
    return this.#sources.size;
  }

  get(epoch: number): MergeSource | undefined {
    return this.#sources.get(epoch);
  }

  of(epoch: number): MergeSource {
    const known = this.#sources.get(epoch);
    if (known !== undefined) return known;
    const source = new MergeSource(epoch);
    this.#sources.set(epoch, source);
    return source;
  }

  remove(epoch: number): MergeSource | undefined {
    const source = this.#sources.get(epoch);
    this.#sources.delete(epoch);
    for (const other of this.#sources.values()) other.followsOthers = true;
    return source;
  }

  /** A topic of a connection. One that nobody else brings needs nobody's proof. */
  topic(source: MergeSource, name: string, nowNs: number): SourceTopic {
    const known = source.topics.get(name);
    if (known !== undefined) return known;
    const topic = new SourceTopic(name, !this.hasOthers(source, name), nowNs);
    source.topics.set(name, topic);
    return topic;
  }

  /** Whether a connection carries the topic on without a gap. */
  isCovered(topic: string, except?: number): boolean {
    return this.#some(except, (source) => source.topics.get(topic)?.isJoined === true);
  }

  /** Whether a connection carries the topic on and lacks nothing of it. */
  isWhole(topic: string): boolean {
    return this.#some(undefined, (source) => source.topics.get(topic)?.isPlain === true);
  }

  /** The connection that carries a topic on: one on which events wait, or rather one that lacks nothing. */
  successor(name: string): SourceStanding | undefined {
    const standings: SourceStanding[] = [];
    for (const source of this) {
      const topic = source.topics.get(name);
      if (topic !== undefined) standings.push({ source, topic });
    }
    return (
      standings.find(({ topic }) => topic.held.length > 0) ??
      standings.find(({ topic }) => !topic.isOpen) ??
      standings[0]
    );
  }

  /** Whether another connection brings the topic, joined or not. */
  hasOthers(source: MergeSource, topic: string): boolean {
    return this.#some(source.epoch, (other) => other.topics.has(topic));
  }

  /** Whether another connection that carries the topic was alive after this one had begun. */
  isWitnessed(source: MergeSource, { name, since }: SourceTopic): boolean {
    return this.#some(
      source.epoch,
      (other) => other.lastSeenNs > since && other.topics.get(name)?.isJoined === true,
    );
  }

  /** A connection on which events of the topic wait. */
  waiting(topic: string, except?: number): MergeSource | undefined {
    for (const source of this) {
      if (source.epoch !== except && (source.topics.get(topic)?.held.length ?? 0) > 0) return source;
    }
    return undefined;
  }

  /** Whether events of the topic wait on every connection that brings it, and this is where they are furthest back. */
  isFirstOfAll(topic: SourceTopic): boolean {
    for (const source of this) {
      const other = source.topics.get(topic.name);
      if (other === undefined || other === topic) continue;
      const [first] = other.held;
      const [own] = topic.held;
      if (first === undefined || own === undefined) return false;
      if (isBefore(first, own)) return false;
    }
    return true;
  }

  /** The stream of an event, made where it is the first. */
  stream(
    source: MergeSource,
    batch: Batch,
    kind: StreamKind,
    topicIndex: number,
    symbol: number,
    nowNs: number,
  ): SourceStream {
    const known = source.stream(kind, topicIndex, symbol);
    if (known !== undefined) return known;
    const name = batch.names.at(topicIndex);
    const mark = this.#marks.mark(name, kind, kind === 'messages' ? '' : batch.names.at(symbol));
    return source.addStream(kind, topicIndex, symbol, mark, this.topic(source, name, nowNs));
  }

  [Symbol.iterator](): IterableIterator<MergeSource> {
    return this.#sources.values();
  }

  #some(except: number | undefined, holds: (source: MergeSource) => boolean): boolean {
    for (const source of this) if (source.epoch !== except && holds(source)) return true;
    return false;
  }
}

/** Events without numbers are told apart in time by the clock that all threads share. */
function isBefore(one: HeldEvent, other: HeldEvent): boolean {
  if (one.mark === other.mark && !Number.isNaN(one.place.number))
    return one.place.number < other.place.number;
  return receivedAt(one) < receivedAt(other);
}

function receivedAt({ batch, kind, row }: HeldEvent): number {
  return batch[kind].receivedAtNs[row] ?? 0;
}
