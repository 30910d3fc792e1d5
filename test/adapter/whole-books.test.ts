// Whole books that two connections bring: one stands for all before it, so nothing has to be proved of what came between.
import { expect } from 'chai';
import { MergePlay, snapshot } from './merge-play.js';

/** Connection 1 told the book at number 5; connection 2 has it since number 8, before which only levels further down had moved. */
function joining(): MergePlay {
  const play = new MergePlay({ isWhole: () => true });
  play.covers(1);
  play.offer(1, snapshot(3), snapshot(5));
  play.covers(2);
  play.offer(2, snapshot(8));
  play.out.length = 0;
  return play;
}

describe('books told whole by two connections', () => {
  it('say nothing of the first snapshot of one that joins, however long the book stands still', () => {
    const play = joining();
    play.wait(9_000);
    expect(play.out).to.deep.equal([]);
  });

  it('come once each as soon as the book moves, by whichever brings it first', () => {
    const play = joining();
    play.wait(9_000);
    play.offer(1, snapshot(9));
    play.offer(2, snapshot(9), snapshot(10));
    play.offer(1, snapshot(10), snapshot(11));
    play.offer(2, snapshot(11));
    expect(play.out).to.deep.equal(['snapshot 9', 'snapshot 10', 'snapshot 11']);
  });

  for (const isComplete of [true, false]) {
    it(`go on without a gap where the old connection ${isComplete ? 'was given back' : 'died'}`, () => {
      const play = joining();
      play.leave(1, isComplete);
      play.offer(2, snapshot(12));
      expect(play.out).to.deep.equal(['snapshot 8', 'snapshot 12']);
      expect(play.resyncs).to.deep.equal([]);
    });
  }

  it('go on with the one that moves where the other one says nothing for long', () => {
    const play = joining();
    play.offer(2, snapshot(9));
    play.wait(2_500);
    play.offer(2, snapshot(10));
    play.offer(1, snapshot(9), snapshot(11));
    expect(play.out).to.deep.equal(['snapshot 8', 'snapshot 9', 'snapshot 10', 'snapshot 11']);
  });

  it('tell a gap where the one that left had none of the book either', () => {
    const play = new MergePlay({ isWhole: () => true });
    play.covers(1);
    play.offer(1, snapshot(5));
    play.covers(2);
    play.leave(1, false);
    play.offer(2, snapshot(8));
    expect(play.out).to.deep.equal(['snapshot 5', 'gap exit 5', 'snapshot 8']);
  });
});
