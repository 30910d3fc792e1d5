import { expect } from 'chai';
import type { Result } from '../../bench/kit/benchmark.js';
import { limits } from '../../bench/report/limits.js';
import type { ResultsFile } from '../../bench/report/page.js';

const result = (name: string, value: number, baselines: Record<string, number> = {}): Result => ({
  name,
  unit: '',
  value,
  baselines,
  ratios: Object.fromEntries(Object.entries(baselines).map(([id, baseline]) => [id, value / baseline])),
  title: '',
  better: 'less',
  spreads: {},
  rounds: 1,
  met: {},
});
const fileOf = (...results: Result[]): ResultsFile => ({ machine: {} as ResultsFile['machine'], results });

describe('the words about the limit', () => {
  it('are made of the measured results', () => {
    const words = limits(
      fileOf(
        result('throughput/messages', 400_000, { 'json-parse': 500_000 }),
        result('throughput/messages:main-cpu', 1.5, { 'json-parse': 1.25 }),
        result('main-thread/events:cpu', 0.1, { ws: 2, 'json-parse': 1.2 }),
        result('main-thread/events:process', 2.1),
      ),
    );
    expect(words).to.include('80 % of it is reached');
    expect(words).to.include('a trade costs 2 us');
    expect(words).to.include('would be 60 % of that').and.to.include('takes 40 %, going by');
    expect(words).not.to.include('hop').and.not.to.include('NaN');
  });

  it('say nothing of what was not measured', () => {
    expect(limits(fileOf())).to.equal('');
    expect(limits(fileOf(result('latency/hop', 50, { ws: 15 })))).to.equal('');
  });
});
