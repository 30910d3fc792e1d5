// What the merge of a stream hands on: parts of batches, gaps, and events that had to wait.
import type { Batch } from '../batch/batch.js';
import { gapBatch } from '../batch/gap-batch.js';
import { emptySelection, type Selection, selectRows } from '../batch/select-rows.js';
import type { GapReason } from '../market.js';
import { gapBetween, sequenceOf } from './merge-pass.js';
import type { HeldEvent, MergeSource, SourceTopic } from './merge-source.js';
import type { TopicMarks } from './topic-marks.js';

export class MergeOutlet {
  readonly #marks: TopicMarks;
  #batches: Batch[] = [];

  constructor(marks: TopicMarks) {
    this.#marks = marks;
  }

  push(batch: Batch): void {
    this.#batches.push(batch);
  }

  /** A gap from what was delivered last to what waits first. */
  gap(source: MergeSource, { name, held: [first] }: SourceTopic, reason: GapReason, nowNs: number): void {
    const toSequence = first === undefined ? undefined : sequenceOf(first);
    const gap = gapBetween(name, reason, source.epoch, nowNs, this.#marks.lastSequence(name), toSequence);
    this.push(gapBatch([gap]));
  }

  /** Events of one topic that waited, in their order. */
  events(events: readonly HeldEvent[], topic: string): void {
    const chosen = new Map<Batch, Selection>();
    for (const { batch, kind, row } of events) {
      if (kind !== 'messages' && kind !== 'frames') this.#marks.note(topic, batch[kind].sequence[row]!);
      const selection = chosen.get(batch) ?? emptySelection(batch);
      selection[kind][row] = 1;
      chosen.set(batch, selection);
    }
    for (const [batch, selection] of chosen) this.push(selectRows(batch, selection, []));
  }

  /** All of it since the last time. */
  take(): readonly Batch[] {
    const batches = this.#batches;
    this.#batches = [];
    return batches;
  }
}
