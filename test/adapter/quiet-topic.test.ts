// A topic that is silent on a connection that joins: silence proves nothing, the first event does.
import { expect } from 'chai';
import { MergePlay, trade } from './merge-play.js';

/** Connection 1 has brought trades up to 5 and lives; connection 2 has been silent for longer than a second. */
function quiet(): MergePlay {
  const play = new MergePlay();
  play.covers(1);
  play.offer(1, trade(4), trade(5));
  play.covers(2);
  play.wait(600);
  play.offer(1);
  play.wait(600);
  play.out.length = 0;
  return play;
}

describe('a topic that is quiet on a connection that joins', () => {
  it('waits for the others where its first event is ahead of what they have brought', () => {
    const play = quiet();
    play.offer(2, trade(8));
    expect(play.out).to.deep.equal([]);
    play.offer(1, trade(6), trade(7));
    expect(play.out).to.deep.equal(['trade 6', 'trade 7', 'trade 8']);
    play.offer(1, trade(8), trade(9));
    play.offer(2, trade(9), trade(10));
    expect(play.out.slice(3)).to.deep.equal(['trade 9', 'trade 10']);
  });

  it('goes on at once where its first event is the next one', () => {
    const play = quiet();
    play.offer(2, trade(6));
    expect(play.out).to.deep.equal(['trade 6']);
  });

  it('goes on without a word when the others die and nothing was missed, however late it speaks', () => {
    const play = quiet();
    play.leave(1, false);
    play.wait(60_000);
    play.offer(2, trade(6), trade(7));
    expect(play.out).to.deep.equal(['trade 6', 'trade 7']);
  });

  it('tells the gap with its first event when the others die and something was missed', () => {
    const play = quiet();
    play.leave(1, false);
    play.wait(60_000);
    play.offer(2, trade(8));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 8']);
  });
});
