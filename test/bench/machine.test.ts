import { expect } from 'chai';
import { describeMachine } from '../../bench/kit/machine.js';
import { machineSpeed } from '../../bench/kit/machine-speed.js';
import { Quiet, type QuietOptions } from '../../bench/kit/quiet.js';
import { pageOf } from '../../bench/report/page.js';
import { leavesNothing } from '../support/leaks.js';

describe('the machine that figures were taken on', () => {
  it('is asked how fast it is, alone and with all cores busy, and is left alone afterwards', async () => {
    const { aloneUs, togetherUs } = await leavesNothing(() => machineSpeed());
    expect(aloneUs).to.be.greaterThan(0);
    expect(togetherUs).to.be.greaterThan(0);
  });

  it('is described on the page, with how undisturbed it was', () => {
    const quietness = {
      aloneUs: [1, 1.25, 1.5],
      togetherUs: [2, 2.5, 3],
      runs: 30,
      repeated: 4,
      disturbed: 1,
    } as const;
    const page = pageOf({ machine: { ...describeMachine(false), quietness }, results: [] }, [], {});
    expect(page)
      .to.include('1.25 us (1 to 1.5) alone and 2.5 us (2 to 3)')
      .and.to.include('Of 30 runs 4 were');
  });

  it('is described without that where nobody looked', () => {
    expect(pageOf({ machine: describeMachine(false), results: [] }, [], {})).not.to.include('disturbed');
  });
});

/** Looks that come out as given, one after the other, the last one for ever. */
function quietWith(patience: number, limits: Partial<QuietOptions>, ...speeds: readonly number[]): Quiet {
  let next = 0;
  const look = async () => {
    const speed = speeds[Math.min(next++, speeds.length - 1)]!;
    return { aloneUs: 1, togetherUs: speed };
  };
  return new Quiet({ patience, look, mostExtraMs: 10, ...limits });
}

describe('a run that the machine disturbed', () => {
  let runs = 0;
  const run = async (): Promise<number> => ++runs;
  beforeEach(() => {
    runs = 0;
  });

  it('counts where the machine was quiet before and after', async () => {
    const quiet = quietWith(5, {}, 1, 1.1);
    expect(await quiet.measure(run)).to.equal(1);
    expect(quiet.summary).to.deep.include({ runs: 1, repeated: 0, disturbed: 0, togetherUs: [1, 1.05, 1.1] });
  });

  it('is repeated where it was slow after it', async () => {
    const quiet = quietWith(5, {}, 1, 1.5, 1, 1);
    expect(await quiet.measure(run)).to.equal(2);
    expect(quiet.summary).to.deep.include({ runs: 2, repeated: 1, disturbed: 0 });
  });

  it('is kept when patience is at its end, and told', async () => {
    const quiet = quietWith(2, {}, 1, 1.5);
    expect(await quiet.measure(run)).to.equal(3);
    expect(quiet.summary).to.deep.include({ runs: 3, repeated: 2, disturbed: 1 });
  });

  it('is kept when all waiting together took long enough', async () => {
    const quiet = quietWith(5, { mostExtraMs: 0 }, 1, 1.5);
    expect(await quiet.measure(run)).to.equal(1);
    expect(quiet.summary).to.deep.include({ runs: 1, repeated: 0, disturbed: 1 });
  });

  it('is never repeated without patience', async () => {
    const quiet = quietWith(0, {}, 1, 1.5);
    expect(await quiet.measure(run)).to.equal(1);
    expect(quiet.summary).to.deep.include({ runs: 1, repeated: 0, disturbed: 1 });
  });
});
