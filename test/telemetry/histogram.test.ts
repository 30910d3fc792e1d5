import { expect } from 'chai';
import fc from 'fast-check';
import { Histogram } from '../../src/telemetry/histogram.js';

const durations = fc.array(fc.double({ min: 0, max: 1_000_000, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

describe('a histogram', () => {
  it('tells percentiles that are at most 1/16 and a microsecond too high, never too low', () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.99, 0.999, 1), (values, part) => {
        const histogram = new Histogram();
        for (const ms of values) histogram.record(ms);
        const sorted = values.toSorted((one, other) => one - other);
        const exact = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1] as number;
        const told = histogram.percentileMs(part);
        expect(told).to.be.at.least(exact);
        expect(told).to.be.at.most(exact * (17 / 16) + 0.0011);
      }),
    );
  });

  it('counts each value in the buckets from its own on', () => {
    const histogram = new Histogram();
    for (const ms of [0.05, 0.9, 9, 90, 900, 9000]) histogram.record(ms);
    expect(histogram.cumulative([0.1, 1, 10, 100, 1000, 10_000])).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(histogram.sumMs).to.be.closeTo(9999.95, 0.001);
  });

  it('tells what came since a copy', () => {
    const histogram = new Histogram();
    histogram.record(1);
    const copy = histogram.copy();
    for (let count = 0; count < 9; count += 1) histogram.record(100);
    expect(histogram.since(copy).percentiles()).to.include({ count: 9 });
    expect(histogram.since(copy).percentileMs(0.01)).to.be.within(100, 107);
    expect(histogram.since(undefined).count).to.equal(10);
  });

  it('takes what two clocks make negative as zero, and what is longer than its last bucket into that', () => {
    const histogram = new Histogram();
    histogram.record(-5);
    expect(histogram.percentileMs(0.5)).to.equal(0.001);
    histogram.record(1e12);
    expect(histogram.percentileMs(1)).to.be.within(2 ** 30 / 1000, 2 ** 31 / 1000);
    expect(histogram.count).to.equal(2);
  });

  it('knows nothing before the first value', () => {
    expect(new Histogram().percentileMs(0.5)).to.deep.equal(Number.NaN);
  });
});
