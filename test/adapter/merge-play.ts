// Plays what several connections bring into the merge of their stream, on a clock that is set by hand; what comes out is words.
import { StreamMerge } from '../../src/adapter/stream-merge.js';
import type { StreamMergeOptions } from '../../src/adapter/stream-merge-options.js';
import { Batch } from '../../src/batch/batch.js';
import { NameTable } from '../../src/batch/name-table.js';
import { seal } from '../../src/batch/sealing.js';
import { BatchWriter } from '../../src/batch/writer.js';
import type { GapReason } from '../../src/market.js';

export type Write = (writer: BatchWriter) => void;

export const trade =
  (sequence: number): Write =>
  (writer) =>
    writer.trade(0, 0, 1, 'buy', 1, 1, 5, sequence, String(sequence), undefined, undefined);
export const change =
  (sequence: number, previous = sequence - 1): Write =>
  (writer) =>
    void writer.book(0, 0, 1, 'change', 5, sequence, previous);
export const snapshot =
  (sequence: number): Write =>
  (writer) =>
    void writer.book(0, 0, 1, 'snapshot', 5, sequence, Number.NaN);

export class MergePlay {
  readonly out: string[] = [];
  readonly resyncs: string[] = [];
  readonly merge: StreamMerge;
  nowNs = 1e6;

  constructor(options: Partial<StreamMergeOptions> = {}) {
    this.merge = new StreamMerge({
      resync: (epoch, topic) => void this.resyncs.push(`${epoch} ${topic}`),
      ...options,
    });
    this.merge.isShared = true;
  }

  covers(epoch: number): void {
    this.merge.covers(epoch, ['topic'], this.nowNs);
  }

  offer(epoch: number, ...writes: readonly Write[]): void {
    const writer = new BatchWriter();
    for (const write of writes) write(writer);
    this.nowNs += 1e6;
    const gaps = writer.gaps.map(({ gap }) => gap);
    const batch = new Batch({ buffer: seal(writer, 0), names: ['topic', 'S'], gaps }, new NameTable());
    this.#tell(this.merge.offer(epoch, batch, this.nowNs));
  }

  /** The connection itself lost events of the topic. */
  gap(epoch: number, reason: GapReason): void {
    this.offer(epoch, (writer) => writer.gap({ topic: 'topic', reason, epoch, noticedAtNs: 0 }));
  }

  switchTo(epoch: number): void {
    this.#tell(this.merge.switchTo(epoch, this.nowNs));
  }

  leave(epoch: number, isComplete: boolean): void {
    const { batches, cut } = this.merge.leave(epoch, this.nowNs, isComplete);
    this.#tell(batches);
    for (const topic of cut) this.out.push(`cut ${topic}`);
  }

  wait(ms: number): void {
    this.nowNs += ms * 1e6;
    if (this.merge.isJoining) this.#tell(this.merge.expire(this.nowNs));
  }

  #tell(batches: readonly Batch[]): void {
    for (const batch of batches) {
      for (const event of batch) {
        if (event.kind === 'gap') this.out.push(`gap ${event.gap.reason} ${event.gap.fromSequence}`);
        if (event.kind === 'book') this.out.push(`${event.book.type} ${event.book.sequence}`);
        if (event.kind === 'trade') this.out.push(`trade ${event.trade.sequence}`);
      }
    }
  }
}
