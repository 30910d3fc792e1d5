// The connection that carried a topic dies while the other one has brought nothing of it yet: its first event says what is missing.
import { expect } from 'chai';
import { change, MergePlay, snapshot, trade, type Write } from './merge-play.js';

/** Connection 1 brought events up to number 5, then died; connection 2 has confirmed the topic and was silent. */
function leftAlone(...before: readonly Write[]): MergePlay {
  const play = new MergePlay();
  play.covers(1);
  play.offer(1, ...before);
  play.covers(2);
  play.leave(1, false);
  expect(
    play.out.filter((line) => /gap|cut/.test(line)),
    'told at the exit',
  ).to.deep.equal([]);
  play.out.length = 0;
  return play;
}

describe('a connection that was left alone before it brought anything of a topic', () => {
  it('goes on without a gap where its first event is the next one', () => {
    const play = leftAlone(trade(4), trade(5));
    play.offer(2, trade(6), trade(7));
    expect(play.out).to.deep.equal(['trade 6', 'trade 7']);
    play.wait(5_000);
    expect(play.out).to.have.lengthOf(2);
    expect(play.merge.isJoining).to.equal(false);
  });

  it('goes on without a gap where its first events were delivered already', () => {
    const play = leftAlone(trade(4), trade(5));
    play.offer(2, trade(5), trade(6));
    expect(play.out).to.deep.equal(['trade 6']);
  });

  it('tells the gap before an event that does not follow', () => {
    const play = leftAlone(trade(4), trade(5));
    play.offer(2, trade(8), trade(9));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 8', 'trade 9']);
  });

  it('tells the gap where nothing comes for a while, once', () => {
    const play = leftAlone(trade(4), trade(5));
    expect(play.merge.isJoining).to.equal(true);
    play.wait(2_500);
    expect(play.out).to.deep.equal(['gap exit 5']);
    play.offer(2, trade(6));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 6']);
    expect(play.merge.isJoining).to.equal(false);
  });

  it('leaves the gap to the exit where it dies too', () => {
    const play = leftAlone(trade(4), trade(5));
    play.leave(2, false);
    expect(play.out).to.deep.equal(['cut topic']);
  });

  it('goes on with its book where the snapshot was delivered already', () => {
    const play = leftAlone(snapshot(3), change(4), change(5));
    play.offer(2, snapshot(4), change(5), change(6));
    expect(play.out).to.deep.equal(['change 6']);
  });

  it('begins the book anew behind the gap where its snapshot is a later one', () => {
    const play = leftAlone(snapshot(3), change(4), change(5));
    play.offer(2, snapshot(9), change(10));
    expect(play.out).to.deep.equal(['gap exit 5', 'snapshot 9', 'change 10']);
  });

  it('takes the next snapshot of the book wherever it stands, once a gap was told', () => {
    const play = leftAlone(snapshot(3), change(4), change(5));
    play.wait(2_500);
    play.offer(2, snapshot(4), change(5), change(6));
    expect(play.out).to.deep.equal(['gap exit 5', 'snapshot 4', 'change 5', 'change 6']);
  });

  it('is not believed more because a third one joins meanwhile', () => {
    const play = leftAlone(trade(4), trade(5));
    play.covers(3);
    play.offer(3, trade(9));
    play.offer(2, trade(8), trade(9), trade(10));
    expect(play.out).to.deep.equal(['gap exit 5', 'trade 8', 'trade 9', 'trade 10']);
  });
});
