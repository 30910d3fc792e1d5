import { expect } from 'chai';
import { type Benchmark, OURS } from '../../bench/kit/benchmark.js';
import { runBenchmark } from '../../bench/kit/rounds.js';
import { extremes, median, percentile } from '../../bench/kit/statistics.js';
import { emptySink, marketFixtures } from '../../bench/load/market-fixtures.js';
import { suite } from '../../bench/suite/index.js';
import { exchangeNames } from '../../src/exchanges/index.js';

describe('the benchmark suite', () => {
  it('has every benchmark and the baselines it is compared with', () => {
    const subjects = Object.fromEntries(
      suite.filter(({ name }) => !name.startsWith('decode/')).map((one) => [one.name, baselinesOf(one)]),
    );
    expect(subjects).to.deep.equal({
      'throughput/messages': ['ws', 'comlink', 'json-parse'],
      'main-thread/events': ['ws', 'json-parse'],
      'throughput/connections': ['ws'],
      'latency/hop': ['ws'],
      'order/round-trip': ['ws'],
      'recovery/ready': ['ws', 'cold-thread'],
      'scale/adapters': ['bare-worker'],
      'fleet/start': ['bare-worker'],
      'stall/main': ['ws', 'ws-patient'],
      'isolation/neighbour': ['alone', 'other-process'],
      'record/frames': ['unrecorded'],
    });
  });

  it('measures the decoder of venues that are registered', () => {
    const decoders = suite.filter(({ name }) => name.startsWith('decode/'));
    expect(decoders.map(({ name }) => name.slice('decode/'.length))).to.include('deribit');
    for (const { name } of decoders) expect(exchangeNames).to.include(name.slice('decode/'.length));
  });

  it('measures each decoder with market frames that it understands, trades among them', async () => {
    for (const venue of exchangeNames) {
      const { decode, frames, trades } = await marketFixtures(venue);
      expect(frames.length, venue).to.be.greaterThan(2);
      expect(trades.length, venue).to.be.greaterThan(0);
      expect(frames, venue).to.include.members([...trades]);
      for (const frame of frames) expect(decode(frame, emptySink()), frame).to.equal(undefined);
    }
  });

  it('measures decoding and parsing of one round by turns, in one process', async function () {
    this.timeout(60_000);
    const benchmark = suite.find(({ name }) => name === 'decode/deribit')!;
    const rounds = { settings: { quick: true }, rounds: 1, progress: () => undefined };
    const [all, trades] = await runBenchmark(benchmark, rounds);
    for (const result of [all, trades]) {
      expect(result?.value).to.be.greaterThan(0);
      expect(result?.ratios['json-parse']).to.be.greaterThan(0);
    }
    const [alone] = await runBenchmark(benchmark, { ...rounds, subjects: [OURS] });
    expect(alone?.value).to.be.greaterThan(0);
    expect(alone?.baselines).to.deep.equal({});
  });

  it('sets targets only against subjects that run, and begins each benchmark with its headline figure', () => {
    for (const { name, figures, subjects } of suite) {
      expect(Object.keys(subjects)[0], name).to.equal(OURS);
      expect(figures[0]?.id, name).to.equal('');
      const compared = figures.flatMap(({ targets }) => Object.keys(targets ?? {}));
      expect([...Object.keys(subjects), 'value'], name).to.include.members(compared);
    }
  });
});

describe('the statistics of a benchmark', () => {
  it('take the middle, and leave out rounds that gave nothing', () => {
    expect(median([3, 1, 2])).to.equal(2);
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([Number.NaN, 7])).to.equal(7);
    expect(Number.isNaN(median([]))).to.equal(true);
    expect(extremes([5, Number.NaN, 2, 9])).to.deep.equal([2, 9]);
  });

  it('count percentiles by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 0.5, 0.99, 0.999, 1].map((share) => percentile(hundred, share))).to.deep.equal([
      1, 50, 99, 100, 100,
    ]);
  });
});

function baselinesOf({ subjects }: Benchmark): string[] {
  return Object.keys(subjects).filter((id) => id !== OURS);
}
