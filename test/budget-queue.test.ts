import { expect } from 'chai';
import fc from 'fast-check';
import { BudgetQueue } from '../src/budget-queue.js';
import { type Priority, priorities, RateBudget } from '../src/rate-budget.js';
import { runs } from './support/random-runs.js';

const one = (reserve = 0) => new RateBudget({ only: { kind: 'window', units: 4, windowMs: 100, reserve } });

function queueOf(
  budget: RateBudget,
  capacity: number,
  ...entries: [item: string, priority: Priority, cost?: number][]
) {
  const queue = new BudgetQueue<string>(budget, capacity);
  for (const [item, priority, cost = 1] of entries) queue.push({ item, priority, cost });
  return queue;
}

describe('BudgetQueue', () => {
  it('lets the more urgent go first and equals in their order', () => {
    const queue = queueOf(
      one(),
      10,
      ['s1', 'subscribe'],
      ['o1', 'order'],
      ['r1', 'request'],
      ['c1', 'cancel'],
      ['o2', 'order'],
    );
    expect(queue.next(0)).to.deep.equal({ granted: ['c1', 'o1', 'o2', 'r1'], waitMs: 100 });
    expect(queue.next(50)).to.deep.equal({ granted: [], waitMs: 50 });
    expect(queue.next(100)).to.deep.equal({ granted: ['s1'], waitMs: Number.POSITIVE_INFINITY });
    expect(queue.length).to.equal(0);
  });

  it('lets nobody cheap overtake somebody dear at the same limit', () => {
    const queue = queueOf(one(), 10, ['first', 'order', 3]);
    queue.next(0);
    queue.push({ item: 'dear', priority: 'cancel', cost: 4 });
    queue.push({ item: 'cheap', priority: 'order', cost: 1 });
    expect(queue.next(10).granted).to.deep.equal([]);
    expect(queue.next(100).granted).to.deep.equal(['dear']);
    expect(queue.next(200).granted).to.deep.equal(['cheap']);
  });

  it('lets those pass who draw from other limits', () => {
    const budget = new RateBudget({
      orders: { kind: 'window', units: 1, windowMs: 100 },
      topics: { kind: 'window', units: 1, windowMs: 100 },
    });
    const queue = new BudgetQueue<string>(budget, 10);
    for (const item of ['o1', 'o2']) queue.push({ item, priority: 'order', cost: { orders: 1 } });
    queue.push({ item: 't1', priority: 'subscribe', cost: { topics: 1 } });
    expect(queue.next(0).granted).to.deep.equal(['o1', 't1']);
  });

  it('drops the latest of the least urgent when full, and says whom', () => {
    const queue = queueOf(one(), 2, ['s1', 'subscribe'], ['s2', 'subscribe']);
    expect(queue.push({ item: 's3', priority: 'subscribe', cost: 1 })).to.equal('s3');
    expect(queue.push({ item: 'c1', priority: 'cancel', cost: 1 })).to.equal('s2');
    expect(queue.length).to.equal(2);
    expect(queue.next(0).granted).to.deep.equal(['c1', 's1']);
  });

  it('takes out who need not wait any longer', () => {
    const queue = queueOf(one(), 10, ['a1', 'order'], ['b1', 'cancel'], ['a2', 'subscribe']);
    expect(queue.remove((item) => item.startsWith('a'))).to.deep.equal(['a1', 'a2']);
    expect(queue.next(0).granted).to.deep.equal(['b1']);
  });

  it('refuses what can never be granted, and a capacity that is none', () => {
    expect(() => queueOf(one(2), 10, ['x', 'order', 3])).to.throw(RangeError, /order.*never/);
    expect(() => queueOf(one(2), 10, ['x', 'cancel', 3])).to.not.throw();
    for (const capacity of [0, 1.5, Number.NaN])
      expect(() => queueOf(one(), capacity)).to.throw(TypeError, /capacity/);
  });

  it('grants everybody in the end, within its limits, equals in their order', () => {
    const entry = fc.record({
      priority: fc.constantFrom<Priority>(...priorities),
      weight: fc.integer({ min: 0, max: 7 }),
      orders: fc.integer({ min: 0, max: 3 }),
      afterMs: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const budget = new RateBudget({
          weight: { kind: 'window', units: 10, windowMs: 1_000, reserve: 3 },
          orders: { kind: 'bucket', units: 4, perSecond: 2.5, reserve: 1 },
        });
        const queue = new BudgetQueue<number>(budget, 100);
        const granted: number[] = [];
        let nowMs = 0;
        let waitMs = 0;
        for (const [item, { priority, weight, orders, afterMs }] of entries.entries()) {
          nowMs += afterMs;
          queue.push({ item, priority, cost: { weight, orders } });
          const next = queue.next(nowMs);
          granted.push(...next.granted);
          waitMs = next.waitMs;
        }
        // Each round waits for what was promised and must set somebody free: so the rounds are no more than the entries.
        for (let round = 0; queue.length > 0; round++) {
          expect(round).to.be.at.most(entries.length);
          nowMs += Math.ceil(waitMs);
          const next = queue.next(nowMs);
          expect(next.granted).to.not.have.length(0);
          granted.push(...next.granted);
          waitMs = next.waitMs;
        }
        expect(granted.toSorted((a, b) => a - b)).to.deep.equal(entries.map((_, item) => item));
        for (const priority of priorities) {
          // Those with a cost in both limits are comparable: each shares a limit with each other.
          const equals = granted.filter(
            (item) => entries[item]!.priority === priority && entries[item]!.weight > 0,
          );
          expect(equals).to.deep.equal(equals.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: runs(300) },
    );
  });
});
