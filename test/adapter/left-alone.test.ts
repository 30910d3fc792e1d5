// The connection that carried a topic dies while the other one has brought nothing of it yet: its first event says what is missing.
import { expect } from 'chai';
import { StreamMerge } from '../../src/adapter/stream-merge.js';
import { Batch } from '../../src/batch/batch.js';
import { NameTable } from '../../src/batch/name-table.js';
import { seal } from '../../src/batch/sealing.js';
import { BatchWriter } from '../../src/batch/writer.js';

type Write = (writer: BatchWriter) => void;

const trade =
  (sequence: number): Write =>
  (writer) =>
    writer.trade(0, 0, 1, 'buy', 1, 1, 5, sequence, String(sequence), undefined, undefined);
const change =
  (sequence: number): Write =>
  (writer) =>
    void writer.book(0, 0, 1, 'change', 5, sequence, sequence - 1);
const snapshot =
  (sequence: number): Write =>
  (writer) =>
    void writer.book(0, 0, 1, 'snapshot', 5, sequence, Number.NaN);

/** Connection 1 brought events up to number 5, then died; connection 2 has confirmed the topic and was silent. */
class Play {
  readonly out: string[] = [];
  readonly resyncs: string[] = [];
  readonly merge = new StreamMerge({
    resync: (epoch, topic) => void this.resyncs.push(`${epoch} ${topic}`),
  });
  nowNs = 1e6;

  constructor(...before: readonly Write[]) {
    this.merge.isShared = true;
    this.merge.covers(1, ['topic'], 0);
    this.offer(1, ...before);
    this.merge.covers(2, ['topic'], this.nowNs);
    this.leave(1);
    expect(
      this.out.filter((line) => /gap|cut/.test(line)),
      'told at the exit',
    ).to.deep.equal([]);
    this.out.length = 0;
  }

  offer(epoch: number, ...writes: readonly Write[]): void {
    const writer = new BatchWriter();
    for (const write of writes) write(writer);
    this.nowNs += 1e6;
    const batch = new Batch({ buffer: seal(writer, 0), names: ['topic', 'S'], gaps: [] }, new NameTable());
    this.#tell(this.merge.offer(epoch, batch, this.nowNs));
  }

  leave(epoch: number): void {
    const { batches, cut } = this.merge.leave(epoch, this.nowNs, false);
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

describe('a connection that was left alone before it brought anything of a topic', () => {
  it('goes on without a gap where its first event is the next one', () => {
    const play = new Play(trade(4), trade(5));
    play.offer(2, trade(6), trade(7));
    expect(play.out).to.deep.equal(['trade 6', 'trade 7']);
    play.wait(5_000);
    expect(play.out).to.have.lengthOf(2);
    expect(play.merge.isJoining).to.equal(false);
  });

  it('goes on without a gap where its first events were delivered already', () => {
    const play = new Play(trade(4), trade(5));
    play.offer(2, trade(5), trade(6));
    expect(play.out).to.deep.equal(['trade 6']);
  });

  it('tells the gap before an event that does not follow', () => {
    const play = new Play(trade(4), trade(5));
    play.offer(2, trade(8), trade(9));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 8', 'trade 9']);
  });

  it('tells the gap where nothing comes for a while, once', () => {
    const play = new Play(trade(4), trade(5));
    expect(play.merge.isJoining).to.equal(true);
    play.wait(2_500);
    expect(play.out).to.deep.equal(['gap exit 5']);
    play.offer(2, trade(6));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 6']);
    expect(play.merge.isJoining).to.equal(false);
  });

  it('leaves the gap to the exit where it dies too', () => {
    const play = new Play(trade(4), trade(5));
    play.leave(2);
    expect(play.out).to.deep.equal(['cut topic']);
  });

  it('goes on with its book where the snapshot was delivered already', () => {
    const play = new Play(snapshot(3), change(4), change(5));
    play.offer(2, snapshot(4), change(5), change(6));
    expect(play.out).to.deep.equal(['change 6']);
  });

  it('begins the book anew behind the gap where its snapshot is a later one', () => {
    const play = new Play(snapshot(3), change(4), change(5));
    play.offer(2, snapshot(9), change(10));
    expect(play.out).to.deep.equal(['gap exit 5', 'snapshot 9', 'change 10']);
  });

  it('takes the next snapshot of the book wherever it stands, once a gap was told', () => {
    const play = new Play(snapshot(3), change(4), change(5));
    play.wait(2_500);
    play.offer(2, snapshot(4), change(5), change(6));
    expect(play.out).to.deep.equal(['gap exit 5', 'snapshot 4', 'change 5', 'change 6']);
  });

  it('is not believed more because a third one joins meanwhile', () => {
    const play = new Play(trade(4), trade(5));
    play.merge.covers(3, ['topic'], play.nowNs);
    play.offer(3, trade(9));
    play.offer(2, trade(8), trade(9), trade(10));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 8', 'trade 9', 'trade 10']);
  });
});
