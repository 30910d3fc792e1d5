// The cheap way through the merge, for a connection that is alone: its batches go on as they are, and only how far each stream has come
// is kept, for whoever joins later. Events come in runs of one stream, so that is a look at the end of each run.
import type { Batch } from '../batch/batch.js';
import type { SymbolBatch } from '../batch/symbol-batch.js';
import type { MergeSource, SourceStream } from './merge-source.js';
import { type MergeSources, numberedKinds } from './merge-sources.js';
import type { StreamCopy } from './stream-marks.js';
import type { TopicMarks } from './topic-marks.js';

type Events = SymbolBatch<unknown>;
type NumberedKind = (typeof numberedKinds)[number];

export class SoleSource {
  readonly #sources: MergeSources;
  readonly #marks: TopicMarks;

  constructor(sources: MergeSources, marks: TopicMarks) {
    this.#sources = sources;
    this.#marks = marks;
  }

  /** True where the batch can go on as it is: then it is noted as delivered. False where the merge has to look at each event. */
  passes(source: MergeSource, batch: Batch, nowNs: number): boolean {
    if (this.#sources.size !== 1 || !source.isPlain) return false;
    if (source.followsOthers && !this.#isAllOwn(source, batch, nowNs)) return false;
    for (const kind of numberedKinds) {
      if (batch.has(kind)) this.#note(source, batch, kind, nowNs);
    }
    return true;
  }

  /** A connection that is left alone can still bring what another one had brought before it left. */
  #isAllOwn(source: MergeSource, batch: Batch, nowNs: number): boolean {
    for (const kind of numberedKinds) {
      if (!batch.has(kind)) continue;
      const events = batch[kind];
      for (let start = 0; start < events.length; start = endOfRun(events, start)) {
        const { mark } = this.#streamAt(source, batch, kind, start, nowNs).copy;
        if (mark.owner !== source.epoch && mark.owner !== 0) return false;
      }
    }
    return true;
  }

  #note(source: MergeSource, batch: Batch, kind: NumberedKind, nowNs: number): void {
    const events: Events = batch[kind];
    for (let start = 0, end = 0; start < events.length; start = end) {
      end = endOfRun(events, start);
      const { copy, topic } = this.#streamAt(source, batch, kind, start, nowNs);
      if (!readRun(copy, events, start, end)) continue;
      const { mark } = copy;
      mark.number = copy.number;
      mark.count = copy.count;
      mark.owner = source.epoch;
      this.#marks.note(topic.name, lastSequence(events, start, end));
    }
  }

  #streamAt(source: MergeSource, batch: Batch, kind: NumberedKind, row: number, nowNs: number): SourceStream {
    const events: Events = batch[kind];
    const topic = events.topicNumberAt(row);
    return this.#sources.stream(source, batch, kind, topic, events.symbolNumberAt(row), nowNs);
  }
}

/** Index behind the run of events of one stream that begins at `start`. */
function endOfRun(events: Events, start: number): number {
  const topic = events.topicNumberAt(start);
  const symbol = events.symbolNumberAt(start);
  let end = start + 1;
  while (end < events.length && events.topicNumberAt(end) === topic && events.symbolNumberAt(end) === symbol)
    end += 1;
  return end;
}

/** Moves the copy on over a run. False where nothing in it has a number. Only events that share the last number are counted. */
function readRun(copy: StreamCopy, events: Events, start: number, end: number): boolean {
  let row = end - 1;
  while (row >= start && Number.isNaN(numberAt(events, row))) row -= 1;
  if (row < start) return false;
  const number = numberAt(events, row);
  let count = 1;
  let other = Number.NaN;
  for (row -= 1; row >= start && Number.isNaN(other); row -= 1) {
    const before = numberAt(events, row);
    if (before === number) count += 1;
    else other = before;
  }
  copy.skipTo(number, count, other);
  return true;
}

/** The venue's number, or its time where it has none; NaN where it has neither. */
function numberAt(events: Events, row: number): number {
  const sequence = events.sequenceAt(row);
  return Number.isNaN(sequence) ? events.exchangeTimeAt(row) : sequence;
}

/** The last that the venue gave; NaN where it gave none. */
function lastSequence(events: Events, start: number, end: number): number {
  for (let row = end - 1; row >= start; row -= 1) {
    const sequence = events.sequenceAt(row);
    if (!Number.isNaN(sequence)) return sequence;
  }
  return Number.NaN;
}
