import { expect } from 'chai';
import { Counters } from '../../src/client/counters.js';
import { write } from './numbered.js';
import { Recording } from './recording.js';

/** Puts one trade of a frame that was read at this time. */
function put(recording: Recording, atNs: number, topic = 0): void {
  recording.lane.receivedAtNs = atNs;
  write(recording.lane, { kind: 'trade', topic }, atNs);
  recording.lane.flush();
}

describe('what waits for the main thread', () => {
  it('is as old as the oldest event that it is not done with, on its way or in the thread', () => {
    const recording = new Recording({ maxInFlight: 2 });
    const { counters } = recording;
    expect(counters.oldestWaitingAtNs, 'at the start').to.equal(0);
    for (const atNs of [1e6, 2e6, 3e6, 4e6]) put(recording, atNs);
    expect(counters.oldestWaitingAtNs).to.equal(1e6);
    expect(counters.lagMs(9e6)).to.equal(8);
    expect(counters.waiting.entries).to.equal(4);
    expect(counters.waiting.bytes).to.be.above(counters.get('queuedBytes'));
    // The thread has not noticed yet what the main thread has read, and the figure is right all the same.
    recording.read();
    expect(counters.oldestWaitingAtNs).to.equal(2e6);
    recording.read();
    expect(counters.oldestWaitingAtNs).to.equal(3e6);
    expect(counters.waiting).to.deep.equal({
      entries: counters.get('queuedEntries'),
      bytes: counters.get('queuedBytes'),
    });
    recording.lane.flush();
    recording.read();
    expect(counters.oldestWaitingAtNs).to.equal(0);
    expect(counters.lagMs(9e6)).to.equal(0);
    expect(counters.waiting).to.deep.equal({ entries: 0, bytes: 0 });
  });

  it('is right where a segment was sealed before its time, and where the oldest were dropped', () => {
    const recording = new Recording({ bounds: { maxEntries: 16 }, maxInFlight: 0 });
    for (let number = 1; number <= 16; number += 1) put(recording, number);
    expect(recording.counters.oldestWaitingAtNs).to.equal(1);
    put(recording, 17);
    expect(recording.lane.entries).to.be.below(17);
    expect(recording.counters.oldestWaitingAtNs).to.equal(17 - recording.lane.entries + 1);
  });

  it('leaves out what a later event has replaced', () => {
    const recording = new Recording({ conflate: ['trade.0'], maxInFlight: 0 });
    for (const atNs of [1, 2, 3]) put(recording, atNs);
    expect(recording.lane.entries).to.equal(1);
    expect(recording.counters.oldestWaitingAtNs).to.equal(3);
  });

  it('goes on where the count of batches begins anew after 2^31', () => {
    const counters = new Counters();
    const integers = new Int32Array(counters.buffer);
    integers[2] = 2 ** 31 - 2;
    integers[5] = 2 ** 31 - 2;
    const recording = new Recording({ maxInFlight: 2, counters });
    for (let atNs = 1; atNs <= 6; atNs += 1) {
      put(recording, atNs);
      expect(counters.oldestWaitingAtNs).to.equal(Math.max(1, atNs - 1));
      if (atNs > 1) recording.acknowledge();
    }
  });
});
