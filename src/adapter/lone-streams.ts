// Streams of which the copies of two connections cannot be compared, because the venue numbers them by connection: books and messages.
// They come from the primary connection only. Where another one takes its place, nobody can say whether anything lies between: that is
// a gap, and the book begins anew from a snapshot.
import type { Batch } from '../batch/batch.js';
import { gapBatch } from '../batch/gap-batch.js';
import { gapBetween, type MergePass } from './merge-pass.js';
import type { MergeSource, SourceTopic, StreamKind } from './merge-source.js';
import type { MergeSources } from './merge-sources.js';
import type { StreamMergeOptions } from './stream-merge-options.js';
import type { StreamMark } from './stream-marks.js';
import type { TopicMarks } from './topic-marks.js';

/** Where an event stands, and whether its connection is the primary one. */
export interface LoneEvent {
  readonly source: MergeSource;
  readonly topic: SourceTopic;
  readonly mark: StreamMark;
  readonly isPrimary: boolean;
}

export class LoneStreams {
  readonly #sources: MergeSources;
  readonly #marks: TopicMarks;
  readonly #options: StreamMergeOptions;

  constructor(sources: MergeSources, marks: TopicMarks, options: StreamMergeOptions) {
    this.#sources = sources;
    this.#marks = marks;
    this.#options = options;
  }

  has(kind: StreamKind): boolean {
    return this.#options.countsByConnection === true && (kind === 'books' || kind === 'messages');
  }

  /** Whether the topic brings books that come from one connection at a time. */
  hasBooks(topic: string): boolean {
    return this.has('books') && this.#marks.has(topic, 'books');
  }

  /** Whether another connection is there to begin the topic's books anew. */
  isCarriedOn(topic: string): boolean {
    return this.hasBooks(topic) && this.#sources.successor(topic) !== undefined;
  }

  /** Whether an event goes on. The gap before it, where it is the first of this connection, goes to `tell`. */
  admits(
    { source, topic, mark, isPrimary }: LoneEvent,
    pass: MergePass,
    kind: StreamKind,
    row: number,
    tell: () => void,
  ): boolean {
    const isBook = kind === 'books';
    if (isBook && !topic.isJoined) topic.settle();
    if (!isPrimary) return false;
    const isSnapshot = isBook && pass.batch.books.isSnapshot[row] === 1;
    if (mark.owner !== 0 && mark.owner !== source.epoch) {
      pass.flush();
      tell();
      if (isBook && !isSnapshot) this.#askAnew(source, topic);
    }
    mark.owner = source.epoch;
    if (isSnapshot) topic.needsSnapshot = false;
    if (!isBook) return true;
    if (!topic.needsSnapshot) this.#marks.note(topic.name, pass.batch.books.sequence[row]!);
    return !topic.needsSnapshot;
  }

  /** The connection is the primary now: returns the gaps of what another one has brought until here. */
  takeOver(source: MergeSource, nowNs: number): readonly Batch[] {
    if (!this.has('books')) return [];
    const gaps = [...source.topics.values()]
      .filter(({ name }) => this.#marks.isOwnedByOther(name, source.epoch))
      .map((topic) => {
        const fromSequence = this.#marks.lastSequence(topic.name);
        if (this.#marks.has(topic.name, 'books')) this.#askAnew(source, topic);
        this.#marks.reset(topic.name);
        return gapBetween(topic.name, 'exit', source.epoch, nowNs, fromSequence, undefined);
      });
    return gaps.length === 0 ? [] : [gapBatch(gaps)];
  }

  #askAnew(source: MergeSource, topic: SourceTopic): void {
    topic.needsSnapshot = true;
    this.#options.resync(source.epoch, topic.name);
  }
}
