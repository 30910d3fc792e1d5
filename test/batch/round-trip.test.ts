import { expect } from 'chai';
import fc from 'fast-check';
import type { BatchEvent } from '../../src/batch/batch.js';
import { Recording } from './recording.js';
import { type Call, calls, perform, plain } from './sink-calls.js';
import { runs } from '../support/random-runs.js';

describe('a batch', () => {
  it('yields exactly the events that were written, in their order, whatever they are', () => {
    fc.assert(
      fc.property(calls({ topics: ['trades.BTC', 'book.Ⓑ', 'ticker'] }), (written) => {
        const recording = new Recording();
        const expected = written.map((call) => perform(recording.lane, call));
        recording.lane.flush();
        expect(recording.events.map(plain)).to.deep.equal(expected.map(plain));
      }),
      { numRuns: runs(300) },
    );
  });

  it('yields the same events when they cross in several batches', () => {
    fc.assert(
      fc.property(fc.array(calls({ topics: ['a', 'b'] }), { maxLength: 6 }), (reads) => {
        const recording = new Recording({ maxInFlight: 100 });
        const expected: BatchEvent[] = [];
        for (const read of reads) {
          for (const call of read) expected.push(perform(recording.lane, call));
          recording.lane.flush();
        }
        expect(recording.batches.length).to.equal(reads.filter((read) => read.length > 0).length);
        expect(recording.events.map(plain)).to.deep.equal(expected.map(plain));
      }),
      { numRuns: runs(100) },
    );
  });

  it('is of exactly the size its content needs', () => {
    const recording = new Recording();
    const call: Call = { kind: 'frame', data: new Uint8Array(1001), isBinary: true };
    perform(recording.lane, call);
    recording.lane.flush();
    // Header 48, one row of 8 + 3 x 4 + 1 and its padding, 1001 bytes and theirs.
    expect(recording.batches[0]?.byteLength).to.equal(48 + 24 + 1008);
  });
});
