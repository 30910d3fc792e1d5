import { expect } from 'chai';
import { Counters } from '../../src/client/counters.js';
import { LagPeak } from '../../workers/lag-peak.js';

const SECOND_NS = 1e9;

describe('the longest lag that a thread has seen', () => {
  const seen = (looks: readonly (readonly [atSeconds: number, oldestAtSeconds: number])[]): number => {
    const counters = new Counters();
    const peak = new LagPeak(counters);
    for (const [at, oldest] of looks) {
      counters.set('queuedOldestAtNs', oldest * SECOND_NS);
      peak.look(at * SECOND_NS);
    }
    return counters.get('lagPeakMs');
  };

  it('is still told when nothing waits any more', () => {
    expect(
      seen([
        [100, 0],
        [103, 101],
        [104, 0],
      ]),
    ).to.equal(2000);
  });

  it('is told for 10 s at least', () => {
    expect(
      seen([
        [100, 0],
        [109.5, 108],
        [119, 0],
      ]),
    ).to.equal(1500);
  });

  it('is forgotten after 20 s, also where nobody looked in between', () => {
    expect(
      seen([
        [100, 99],
        [110, 0],
        [120, 0],
      ]),
    ).to.equal(0);
    expect(
      seen([
        [100, 99],
        [121, 0],
      ]),
    ).to.equal(0);
  });

  it('is 0 where nothing has waited', () => {
    expect(
      seen([
        [100, 0],
        [130, 0],
      ]),
    ).to.equal(0);
  });
});
