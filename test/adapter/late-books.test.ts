// A connection whose book is kept back until its snapshot has come over HTTP joins, and the one that has the book so far leaves.
import { expect } from 'chai';
import { change, MergePlay, snapshot } from './merge-play.js';

/** Connection 1 has brought the book up to number 5; connection 2 has confirmed the topic and fetches its snapshot. */
function joining(): MergePlay {
  const play = new MergePlay({ overlaps: () => true, beginsLate: () => true });
  play.covers(1);
  play.offer(1, snapshot(3), change(4), change(5));
  play.covers(2);
  play.out.length = 0;
  return play;
}

describe('a book that begins with a snapshot over HTTP', () => {
  it('keeps the old connection needed until it has begun on the new one, however long that is silent', () => {
    const play = joining();
    expect(play.merge.lacking(2)).to.equal(1);
    play.offer(1, change(6));
    play.wait(700);
    play.offer(1, change(7));
    play.wait(700);
    expect(play.merge.lacking(2)).to.equal(1);
    play.offer(2, snapshot(6), change(7), change(8));
    expect(play.merge.lacking(2)).to.equal(0);
    play.leave(1, true);
    play.offer(2, change(9));
    expect(play.out).to.deep.equal(['change 6', 'change 7', 'change 8', 'change 9']);
  });

  for (const isComplete of [true, false]) {
    const how = isComplete ? 'was given back' : 'died';
    const reason = isComplete ? 'sequence' : 'exit';

    it(`goes on without a gap where the old connection ${how} first and the snapshot reaches back to it`, () => {
      const play = joining();
      play.leave(1, isComplete);
      play.wait(9_000);
      play.offer(2, snapshot(5), change(8, 4), change(9));
      expect(play.out).to.deep.equal(['change 8', 'change 9']);
      expect(play.resyncs).to.deep.equal([]);
    });

    it(`begins anew behind a gap where the old connection ${how} first and the snapshot is a later one`, () => {
      const play = joining();
      play.leave(1, isComplete);
      play.wait(9_000);
      play.offer(2, snapshot(7), change(8));
      expect(play.out).to.deep.equal([`gap ${reason} 5`, 'snapshot 7', 'change 8']);
      expect(play.resyncs, 'it is on its way already').to.deep.equal([]);
    });
  }
});
