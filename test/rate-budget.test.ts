import { expect } from 'chai';
import fc from 'fast-check';
import { type Cost, type Priority, priorities, RateBudget, type RateLimit } from '../src/rate-budget.js';
import { runs } from './support/random-runs.js';

interface Grant {
  readonly atMs: number;
  readonly cost: number;
}

interface Ask {
  /** How long after the ask before: a part of the limit's own time, or exactly as long as the last refusal said. */
  readonly step: number | 'told';
  /** A part of the limit's units. */
  readonly part: number;
  readonly priority: Priority;
  /** What the venue says is used, now and then. */
  readonly report: number | null;
}

const reserve = fc.integer({ min: 0, max: 4 });
const units = fc.integer({ min: 5, max: 60 });
const window = fc.record({
  kind: fc.constant('window' as const),
  units,
  windowMs: fc.constantFrom(10, 1_000, 60_000),
  reserve,
});
const bucket = fc.record({
  kind: fc.constant('bucket' as const),
  units,
  perSecond: fc.constantFrom(0.5, 7, 100),
  reserve,
});
/** Asks crowd together, spread out, pause until everything is free again, and come at the first moment they were told. */
const asks: fc.Arbitrary<Ask[]> = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 3, arbitrary: fc.double({ min: 0, max: 0.001, noNaN: true }) },
      { weight: 3, arbitrary: fc.double({ min: 0, max: 0.2, noNaN: true }) },
      { weight: 1, arbitrary: fc.double({ min: 0.8, max: 2.5, noNaN: true }) },
      { weight: 4, arbitrary: fc.constant('told' as const) },
    ),
    part: fc.double({ min: 0, max: 0.5, noNaN: true }),
    priority: fc.constantFrom<Priority>(...priorities),
    report: fc.option(fc.integer({ min: 0, max: 80 }), { freq: 20 }),
  }),
  { minLength: 20, maxLength: 150 },
);

/** Milliseconds in which all of a limit comes back. */
function spanOf(limit: RateLimit): number {
  return limit.kind === 'window' ? limit.windowMs : (limit.units / limit.perSecond) * 1_000;
}

/** Plays asks against a budget of one limit and returns what was granted. */
function play(
  limit: RateLimit,
  all: readonly Ask[],
  afterGrant: (priority: Priority, free: number) => void = () => {},
) {
  const budget = new RateBudget({ only: limit });
  const grants: Grant[] = [];
  let nowMs = 0;
  let toldMs = 0;
  for (const { step, part, priority, report } of all) {
    nowMs += step === 'told' ? toldMs : step * spanOf(limit);
    if (report !== null) budget.correct('only', report, nowMs);
    const cost = Math.round(part * limit.units);
    const take = budget.tryTake({ only: cost }, priority, nowMs);
    toldMs = take.ok || take.waitMs === Number.POSITIVE_INFINITY ? 0 : take.waitMs;
    if (!take.ok) continue;
    grants.push({ atMs: nowMs, cost });
    if (cost > 0) afterGrant(priority, budget.free('only', nowMs));
  }
  return { budget, grants, nowMs };
}

const sum = (grants: readonly Grant[]) => grants.reduce((total, { cost }) => total + cost, 0);

describe('RateBudget', () => {
  it('never grants more than a window limit inside any window, wherever it lies', () => {
    fc.assert(
      fc.property(window, asks, (limit, all) => {
        const { grants } = play(limit, all);
        // The fullest window ends at a grant.
        for (const { atMs } of grants) {
          const inside = grants.filter((grant) => grant.atMs + limit.windowMs > atMs && grant.atMs <= atMs);
          expect(sum(inside)).to.be.at.most(limit.units);
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it('never overdraws a bucket over any stretch of time', () => {
    fc.assert(
      fc.property(bucket, asks, (limit, all) => {
        const { grants } = play(limit, all);
        for (const [first, { atMs: fromMs }] of grants.entries()) {
          for (let last = first; last < grants.length; last++) {
            const refilled = ((grants[last]!.atMs - fromMs) * limit.perSecond) / 1_000;
            expect(sum(grants.slice(first, last + 1))).to.be.at.most(limit.units + refilled + 1e-6);
          }
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('leaves the reserve whole after every grant to anything but a cancel', () => {
    fc.assert(
      fc.property(fc.oneof(window, bucket), asks, (limit, all) => {
        play(limit, all, (priority, free) => {
          if (priority !== 'cancel') expect(free).to.be.at.least(limit.reserve - 1e-6);
        });
      }),
      { numRuns: runs(500) },
    );
  });

  it('grants cancels at once out of the reserve while everything else is refused', () => {
    const budget = new RateBudget({ orders: { kind: 'window', units: 10, windowMs: 1_000, reserve: 3 } });
    for (let i = 0; i < 7; i++) expect(budget.tryTake(1, 'order', i).ok).to.equal(true);
    for (const priority of ['order', 'request', 'subscribe'] as const) {
      expect(budget.tryTake(1, priority, 10)).to.deep.equal({ ok: false, waitMs: 990 });
    }
    for (let i = 0; i < 3; i++) expect(budget.tryTake(1, 'cancel', 10 + i).ok).to.equal(true);
    expect(budget.tryTake(1, 'cancel', 20)).to.deep.equal({ ok: false, waitMs: 980 });
  });

  it('tells a wait that is neither too short nor longer than the slot of its limit', () => {
    fc.assert(
      fc.property(fc.oneof(window, bucket), asks, fc.integer({ min: 1, max: 9 }), (limit, all, cost) => {
        const { budget, nowMs } = play(limit, all);
        const take = budget.tryTake(cost, 'order', nowMs);
        if (take.ok) return;
        if (take.waitMs === Number.POSITIVE_INFINITY) {
          expect(budget.canEver(cost, 'order')).to.equal(false);
          return;
        }
        const free = () => budget.free('only', nowMs + take.waitMs / 2);
        if (take.waitMs > 0.01) expect(free(), 'half way').to.be.lessThan(cost + limit.reserve);
        expect(budget.tryTake(cost, 'order', nowMs + take.waitMs + 1e-6).ok).to.equal(true);
      }),
      { numRuns: runs(500) },
    );
  });

  it('saves nothing up beyond the size of a bucket', () => {
    const budget = new RateBudget({ only: { kind: 'bucket', units: 10, perSecond: 10 } });
    budget.tryTake(1, 'order', 0);
    expect(budget.tryTake(10, 'order', 100_000).ok).to.equal(true);
    expect(budget.tryTake(1, 'order', 100_000)).to.deep.equal({ ok: false, waitMs: 100 });
  });

  it('frees takes that share an entry when the last of them is old enough, not the first', () => {
    const budget = new RateBudget({ only: { kind: 'window', units: 2, windowMs: 1_024_000 } });
    budget.tryTake(1, 'order', 0);
    budget.tryTake(1, 'order', 900);
    expect(budget.tryTake(2, 'order', 1_024_000)).to.deep.equal({ ok: false, waitMs: 900 });
    expect(budget.tryTake(2, 'order', 1_024_900).ok).to.equal(true);
  });

  it('takes from all limits or from none', () => {
    const budget = new RateBudget({
      weight: { kind: 'window', units: 100, windowMs: 60_000 },
      orders: { kind: 'bucket', units: 2, perSecond: 1 },
    });
    const cost: Cost = { weight: 10, orders: 1 };
    expect(budget.tryTake(cost, 'order', 0).ok).to.equal(true);
    expect(budget.tryTake(cost, 'order', 0).ok).to.equal(true);
    expect(budget.tryTake(cost, 'order', 0)).to.deep.equal({ ok: false, waitMs: 1_000 });
    expect(budget.free('weight', 0)).to.equal(80);
    expect(
      budget.tryTake({ weight: 80 }, 'request', 0).ok,
      'a limit that has nothing to do with it',
    ).to.equal(true);
    expect(budget.touches(cost)).to.deep.equal(['weight', 'orders']);
    expect(budget.touches(0)).to.deep.equal([]);
  });

  it('believes the venue when it says that more is used, and not when it says less', () => {
    for (const limit of [
      { kind: 'window', units: 10, windowMs: 1_000 },
      { kind: 'bucket', units: 10, perSecond: 10 },
    ] as const) {
      const budget = new RateBudget({ only: limit });
      budget.tryTake(4, 'order', 0);
      budget.correct('only', 1, 0);
      expect(budget.free('only', 0), limit.kind).to.equal(6);
      budget.correct('only', 12, 0);
      expect(budget.free('only', 0), limit.kind).to.equal(-2);
      expect(budget.tryTake(1, 'cancel', 0).ok).to.equal(false);
      expect(budget.free('only', 1_200), limit.kind).to.equal(10);
    }
  });

  it('grants nothing during a pause, cancels neither, and a shorter pause does not end a longer one', () => {
    const budget = new RateBudget({ only: { kind: 'bucket', units: 10, perSecond: 1 } });
    budget.pauseUntil(500);
    budget.pauseUntil(100);
    expect(budget.tryTake(1, 'cancel', 200)).to.deep.equal({ ok: false, waitMs: 300 });
    expect(budget.tryTake(1, 'cancel', 500).ok).to.equal(true);
  });

  it('frees nothing twice when the clock goes back', () => {
    const budget = new RateBudget({ only: { kind: 'window', units: 1, windowMs: 100 } });
    budget.tryTake(1, 'order', 1_000);
    expect(budget.tryTake(1, 'order', 0)).to.deep.equal({ ok: false, waitMs: 100 });
    expect(budget.tryTake(1, 'order', 1_100).ok).to.equal(true);
  });

  it('says at once that a cost can never be granted', () => {
    const budget = new RateBudget({ only: { kind: 'window', units: 10, windowMs: 100, reserve: 4 } });
    expect(budget.canEver(7, 'order')).to.equal(false);
    expect(budget.canEver(7, 'cancel')).to.equal(true);
    expect(budget.tryTake(7, 'order', 0)).to.deep.equal({ ok: false, waitMs: Number.POSITIVE_INFINITY });
  });

  it('refuses limits, costs and times that make no sense', () => {
    const limits: [RateLimit, RegExp][] = [
      [{ kind: 'window', units: 0, windowMs: 1 }, /limit x: units/],
      [{ kind: 'window', units: 1, windowMs: 0 }, /limit x: windowMs/],
      [{ kind: 'bucket', units: 1, perSecond: Number.NaN }, /limit x: perSecond/],
      [{ kind: 'bucket', units: 1, perSecond: 1, reserve: 1 }, /limit x: reserve/],
    ];
    for (const [limit, message] of limits)
      expect(() => new RateBudget({ x: limit })).to.throw(TypeError, message);
    const budget = new RateBudget({ x: { kind: 'bucket', units: 1, perSecond: 1 } });
    expect(() => budget.tryTake(-1, 'order', 0)).to.throw(TypeError, /cost of x/);
    expect(() => budget.tryTake({ y: 1 }, 'order', 0)).to.throw(TypeError, /named y/);
    expect(() => budget.tryTake(1, 'order', Number.NaN)).to.throw(TypeError, /nowMs/);
    expect(() => budget.correct('x', Number.POSITIVE_INFINITY, 0)).to.throw(TypeError, /serverUsed/);
    expect(() => budget.pauseUntil(Number.NaN)).to.throw(TypeError, /untilMs/);
    expect(budget.free('x', 0)).to.equal(1);
  });
});
