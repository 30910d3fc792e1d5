import { expect } from 'chai';
import { HeartbeatSink, type SinkParts } from '../../workers/sinks.js';

function sinkThatNotes(): { readonly sink: HeartbeatSink; readonly lost: string[] } {
  const lost: string[] = [];
  const parts = { lost: (message: string) => lost.push(message) } as unknown as SinkParts;
  return { sink: new HeartbeatSink(parts), lost };
}

describe('the count of a connection’s frames', () => {
  it('may begin anywhere and goes up by one', () => {
    const { sink, lost } = sinkThatNotes();
    for (const sequence of [7, 8, 9]) sink.frameSequence(sequence);
    expect(lost).to.deep.equal([]);
  });

  it('that jumps, stands still or goes back means that frames are lost', () => {
    for (const next of [9, 7, 0]) {
      const { sink, lost } = sinkThatNotes();
      sink.frameSequence(7);
      sink.frameSequence(next);
      expect(lost).to.have.length(1);
      expect(lost[0]).to.contain(`from 7 to ${next}`);
    }
  });
});
