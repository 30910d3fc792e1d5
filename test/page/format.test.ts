import { expect } from 'chai';
import { ago, clock, count, duration, reasons } from '../../src/page/browser/format.js';

describe('figures on the live page', () => {
  const durations: readonly (readonly [number | null, string])[] = [
    [null, '—'],
    [0, '0'],
    [0.0004, '1 µs'],
    [0.085, '85 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1.0 ms'],
    [7.25, '7.3 ms'],
    [9.996, '10 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [59_949, '59.9 s'],
    [60_000, '1 min'],
    [5_400_000, '2 h'],
    [200_000_000, '2 d'],
    [-21, '-21 ms'],
  ];
  for (const [ms, words] of durations) {
    it(`say ${words} for ${ms} ms`, () => expect(duration(ms)).to.equal(words));
  }

  it('have as many digits as one can read', () => {
    const cases = [0, 7, 7.26, 12.6, 1234, 999_999, 1_234_567];
    expect(cases.map(count)).to.deep.equal(['0', '7', '7.3', '13', '1,234', '999,999', '1.23M']);
  });

  it('tell how long ago, never less than nothing', () => {
    expect([-5, 900, 59_999, 120_000].map(ago)).to.deep.equal(['0 s', '0 s', '59 s', '2 min']);
  });

  it('tell the time of day', () => {
    const atMs = new Date(2026, 1, 3, 4, 5, 6, 7).getTime();
    expect([clock(atMs), clock(atMs, true)]).to.deep.equal(['04:05:06', '04:05:06.007']);
  });

  it('name the most frequent reason first', () => {
    expect(reasons({ crash: 1, 'heartbeat-timeout': 3 })).to.equal('heartbeat-timeout 3, crash 1');
  });
});
