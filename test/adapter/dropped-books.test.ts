// Updates of a book were dropped in the thread, because the main thread stood still.
import { expect } from 'chai';
import { change, MergePlay, snapshot, trade } from './merge-play.js';

function alone(): MergePlay {
  const play = new MergePlay({ beginsAnew: true });
  play.merge.isShared = false;
  play.covers(1);
  play.offer(1, snapshot(3), change(4), change(5));
  play.out.length = 0;
  return play;
}

describe('a book of which updates were dropped', () => {
  it('brings none that do not follow, and goes on with the next snapshot', () => {
    const play = alone();
    play.dropped(1, change(8), change(9));
    play.offer(1, change(10));
    play.offer(1, snapshot(12), change(13));
    expect(play.out).to.deep.equal(['gap overflow 5', 'snapshot 12', 'change 13']);
  });

  it('begins anew also where the snapshot is not later than what was delivered', () => {
    const play = alone();
    play.dropped(1);
    play.offer(1, snapshot(5), change(6));
    expect(play.out).to.deep.equal(['gap overflow 5', 'snapshot 5', 'change 6']);
  });

  it('holds nothing else back', () => {
    const play = alone();
    play.dropped(1, trade(8));
    expect(play.out).to.deep.equal(['gap overflow 5', 'trade 8']);
  });
});
