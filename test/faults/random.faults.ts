// Random schedules of faults against real threads. They are drawn by fast-check from the suite's seed; one that fails is printed whole.
import { expect } from 'chai';
import fc from 'fast-check';
import { sideBySide } from './cell/side-by-side.js';
import { Host } from './host/host.js';
import { seed, skipUnlessAsked, width } from './options.js';
import { playSchedule, schedules } from './parts/random-play.js';
import { report } from './report.js';

const RUNS = 200;

describe(`${RUNS} random schedules of faults`, () => {
  it('lose nothing in silence, nothing comes twice, every order is true', async function () {
    skipUnlessAsked(this, 'random schedules');
    const host = new Host();
    const drawn = fc.sample(schedules, { seed, numRuns: RUNS }).map((steps, index) => ({ steps, index }));
    const results = sideBySide(drawn, width, ({ steps, index }) => playSchedule(steps, host, seed + index));
    const failures: string[] = [];
    for (const [{ steps }, result] of results) {
      const tried = await result;
      report.add(tried);
      if (tried.problems.length > 0) failures.push(`${JSON.stringify(steps)}: ${tried.problems.join('; ')}`);
    }
    await host.close();
    expect(failures, `seed ${seed}`).to.deep.equal([]);
  });
});
