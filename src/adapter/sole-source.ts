// The cheap way through the merge, for a connection that is alone: its batches go on as they are, and only how far each stream has come
// is kept, for whoever joins later. Events come in runs of one stream, so that is a look at the end of each run.
import type { Batch } from '../batch/batch.js';
import type { MergeSource, StreamKind } from './merge-source.js';
import { type MergeSources, numberedKinds } from './merge-sources.js';
import type { StreamCopy } from './stream-marks.js';
import type { TopicMarks } from './topic-marks.js';

/** The columns that say which stream an event belongs to, and where it stands in it. */
interface RunColumns {
  readonly topicIndex: Uint32Array;
  readonly symbolIndex: Uint32Array;
  readonly sequence: Float64Array;
  readonly exchangeTimeMs: Float64Array;
  readonly length: number;
}

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
      if (batch.has(kind)) this.#note(source, batch, kind, batch[kind], nowNs);
    }
    return true;
  }

  /** A connection that is left alone can still bring what another one had brought before it left. */
  #isAllOwn(source: MergeSource, batch: Batch, nowNs: number): boolean {
    for (const kind of numberedKinds) {
      if (!batch.has(kind)) continue;
      const columns = batch[kind];
      const { topicIndex, symbolIndex, length } = columns;
      for (let end = 0; end < length; ) {
        const { mark } = this.#sources.stream(
          source,
          batch,
          kind,
          topicIndex[end]!,
          symbolIndex[end]!,
          nowNs,
        ).copy;
        if (mark.owner !== source.epoch && mark.owner !== 0) return false;
        end = endOfRun(columns, end);
      }
    }
    return true;
  }

  #note(source: MergeSource, batch: Batch, kind: StreamKind, columns: RunColumns, nowNs: number): void {
    const { topicIndex, symbolIndex, sequence, length } = columns;
    for (let start = 0; start < length; ) {
      const end = endOfRun(columns, start);
      const { copy, topic } = this.#sources.stream(
        source,
        batch,
        kind,
        topicIndex[start]!,
        symbolIndex[start]!,
        nowNs,
      );
      if (readRun(copy, columns, start, end)) {
        const { mark } = copy;
        mark.number = copy.number;
        mark.count = copy.count;
        mark.owner = source.epoch;
        this.#marks.note(topic.name, lastNumber(sequence, start, end));
      }
      start = end;
    }
  }
}

/** Index behind the run of events of one stream that begins at `start`. */
function endOfRun({ topicIndex, symbolIndex, length }: RunColumns, start: number): number {
  const topic = topicIndex[start];
  const symbol = symbolIndex[start];
  let end = start + 1;
  while (end < length && topicIndex[end] === topic && symbolIndex[end] === symbol) end += 1;
  return end;
}

/** Moves the copy on over a run. False where nothing in it has a number. Only events that share the last number are counted. */
function readRun(copy: StreamCopy, columns: RunColumns, start: number, end: number): boolean {
  let row = end - 1;
  while (row >= start && Number.isNaN(numberAt(columns, row))) row -= 1;
  if (row < start) return false;
  const number = numberAt(columns, row);
  let count = 1;
  let other = Number.NaN;
  for (row -= 1; row >= start; row -= 1) {
    const before = numberAt(columns, row);
    if (Number.isNaN(before)) continue;
    if (before !== number) {
      other = before;
      break;
    }
    count += 1;
  }
  copy.skipTo(number, count, other);
  return true;
}

function numberAt({ sequence, exchangeTimeMs }: RunColumns, row: number): number {
  const number = sequence[row]!;
  return Number.isNaN(number) ? exchangeTimeMs[row]! : number;
}

/** The last that is not NaN; NaN where all are. */
function lastNumber(values: Float64Array, start: number, end: number): number {
  for (let row = end - 1; row >= start; row -= 1) if (!Number.isNaN(values[row]!)) return values[row]!;
  return Number.NaN;
}
