// A connection that lost events keeps its gap back while another one has them: it is told when that one leaves too early.
import { expect } from 'chai';
import { StreamMerge } from '../../src/adapter/stream-merge.js';
import { Batch } from '../../src/batch/batch.js';
import { NameTable } from '../../src/batch/name-table.js';
import { seal } from '../../src/batch/sealing.js';
import { BatchWriter } from '../../src/batch/writer.js';
import type { GapReason } from '../../src/market.js';

type Item = number | 'snapshot 3' | 'snapshot 9' | GapReason;

/** Changes by their number, snapshots, and gaps by their reason. */
function batchOf(epoch: number, items: readonly Item[]): Batch {
  const writer = new BatchWriter();
  for (const item of items) {
    if (typeof item === 'number') writer.book(0, 0, 1, 'change', 5, item, item - 1);
    else if (item === 'snapshot 3' || item === 'snapshot 9')
      writer.book(0, 0, 1, 'snapshot', 5, item === 'snapshot 3' ? 3 : 9, Number.NaN);
    else writer.gap({ topic: 'topic', reason: item, epoch, noticedAtNs: 0 });
  }
  const gaps = writer.gaps.map(({ gap }) => gap);
  return new Batch({ buffer: seal(writer, 0), names: ['topic', 'S'], gaps }, new NameTable());
}

class Play {
  readonly out: string[] = [];
  readonly resyncs: string[] = [];
  readonly merge = new StreamMerge({
    resync: (epoch, topic) => void this.resyncs.push(`${epoch} ${topic}`),
  });
  nowNs = 0;

  constructor() {
    this.merge.isShared = true;
    this.merge.covers(1, ['topic'], 0);
    this.offer(1, 'snapshot 3', 4, 5);
    this.merge.covers(2, ['topic'], 0);
    this.offer(2, 'snapshot 3', 4);
  }

  offer(epoch: number, ...items: readonly Item[]): void {
    this.nowNs += 1e6;
    this.tell(this.merge.offer(epoch, batchOf(epoch, items), this.nowNs));
  }

  leave(isComplete: boolean): void {
    const { batches, cut } = this.merge.leave(1, this.nowNs, isComplete);
    this.tell(batches);
    for (const topic of cut) this.out.push(`cut ${topic}`);
  }

  tell(batches: readonly Batch[]): void {
    for (const batch of batches) {
      for (const event of batch) {
        if (event.kind === 'gap') this.out.push(`gap ${event.gap.reason} ${event.gap.fromSequence}`);
        if (event.kind === 'book') this.out.push(`${event.book.type} ${event.book.sequence}`);
      }
    }
  }
}

const before = ['snapshot 3', 'change 4', 'change 5', 'change 6'];

describe('a gap that was kept back because another connection had the events', () => {
  for (const isComplete of [true, false]) {
    const reason = isComplete ? 'sequence' : 'exit';
    const how = isComplete ? 'was given back' : 'died';
    const told = [...before, `gap ${reason} 6`, 'snapshot 9', 'change 10'];

    it(`is told once where the other one ${how} before the snapshot came`, () => {
      const play = new Play();
      play.offer(2, 'sequence');
      play.offer(1, 6);
      expect(play.merge.lacking(2)).to.equal(1);
      play.leave(isComplete);
      play.offer(2, 'snapshot 9', 10);
      expect(play.out).to.deep.equal(told);
      expect(play.resyncs).to.deep.equal(['2 topic']);
    });

    it(`is told once where the other one ${how} behind the snapshot`, () => {
      const play = new Play();
      play.offer(2, 'sequence', 'snapshot 9');
      play.offer(1, 6);
      play.leave(isComplete);
      play.offer(2, 10);
      expect(play.out).to.deep.equal(told);
    });

    it(`is told once where the other one ${how} after a long silence of the book`, () => {
      const play = new Play();
      play.offer(2, 'sequence');
      play.nowNs += 1e9;
      play.offer(1, 6);
      play.tell(play.merge.expire(play.nowNs));
      play.leave(isComplete);
      play.offer(2, 'snapshot 9', 10);
      expect(play.out).to.deep.equal(told);
    });
  }

  it('begins anew with a snapshot that is older than what was delivered', () => {
    const play = new Play();
    play.offer(2, 'sequence');
    play.offer(1, 6);
    play.leave(true);
    play.offer(2, 'snapshot 3', 4);
    expect(play.out).to.deep.equal([...before, 'gap sequence 6', 'snapshot 3', 'change 4']);
  });

  it('is not told where the other one brought what was missing', () => {
    const play = new Play();
    play.offer(2, 'sequence', 'snapshot 9');
    play.offer(1, 6, 7, 8, 9, 10);
    expect(play.merge.lacking(2)).to.equal(0);
    play.leave(true);
    play.offer(2, 10, 11);
    expect(play.out).to.deep.equal([...before, 'change 7', 'change 8', 'change 9', 'change 10', 'change 11']);
  });
});
