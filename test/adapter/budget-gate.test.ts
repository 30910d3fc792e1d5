import { expect } from 'chai';
import fc from 'fast-check';
import { BudgetGate, type GateClock, type Passage } from '../../src/adapter/budget-gate.js';
import { Budgets } from '../../src/adapter/budgets.js';
import type { Priority, RateLimit } from '../../src/rate-budget.js';
import { runs } from '../support/random-runs.js';

/** Time that passes when the test says so. */
class SetClock implements GateClock {
  #now = 0;
  #timers: { readonly at: number; callback(): void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  get timers(): number {
    return this.#timers.length;
  }

  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = end;
  }
}

class Asker {
  readonly gate: BudgetGate;
  readonly clock: SetClock;
  /** When each frame went out, those that waited and those that did not. */
  readonly sentAt: number[] = [];
  readonly order: string[] = [];
  refused = 0;

  constructor(limits: Readonly<Record<string, RateLimit>>, clock = new SetClock()) {
    this.clock = clock;
    this.gate = new BudgetGate(limits, clock);
  }

  ask(name = 'x', priority: Priority = 'request'): Passage {
    const went = () => {
      this.sentAt.push(this.clock.now());
      this.order.push(name);
    };
    const refused = () => {
      this.refused += 1;
    };
    const passage: Passage = { cost: 1, priority, granted: went, refused };
    if (this.gate.ask(passage) === 'granted') went();
    return passage;
  }
}

const window: RateLimit = { kind: 'window', units: 5, windowMs: 1_000 };

describe('a budget gate', () => {
  it('lets through what the budget has, and calls the others in their turn, the urgent first', () => {
    const asker = new Asker({ window });
    for (let count = 0; count < 6; count += 1) asker.ask('first');
    asker.ask('topic', 'subscribe');
    asker.ask('order', 'order');
    asker.ask('cancel', 'cancel');
    expect(asker.order).to.have.length(5);
    asker.clock.pass(1_000);
    expect(asker.order.slice(5)).to.deep.equal(['cancel', 'order', 'first', 'topic']);
    expect(asker.clock.timers, 'nobody waits, so no timer runs').to.equal(0);
  });

  it('keeps no timer for somebody who has gone away', () => {
    const asker = new Asker({ window });
    for (let count = 0; count < 5; count += 1) asker.ask();
    const waiting = asker.ask('gone');
    expect(asker.clock.timers).to.equal(1);
    asker.gate.withdraw(waiting);
    expect(asker.clock.timers).to.equal(0);
    asker.clock.pass(5_000);
    expect(asker.order).not.to.include('gone');
  });

  it('lets nobody through during a pause, not even a cancel', () => {
    const asker = new Asker({ window });
    asker.gate.pause(700);
    asker.ask('cancel', 'cancel');
    expect(asker.sentAt).to.deep.equal([]);
    asker.clock.pass(2_000);
    expect(asker.sentAt).to.deep.equal([700]);
  });

  it('makes those who ask wait for heartbeats that did not ask', () => {
    const asker = new Asker({ window });
    asker.gate.debit({ window: 4 });
    asker.ask();
    asker.ask();
    asker.clock.pass(10_000);
    expect(asker.sentAt).to.deep.equal([0, 1_000]);
  });

  it('gives the place of the least urgent to somebody more urgent when the line is full', () => {
    const asker = new Asker({ window: { ...window, units: 1 } });
    for (let count = 0; count < 2_001; count += 1) asker.ask('topic', 'subscribe');
    asker.ask('cancel', 'cancel');
    expect(asker.refused).to.equal(1);
    asker.clock.pass(1_000);
    expect(asker.order).to.deep.equal(['topic', 'cancel']);
  });

  it('takes over limits that the venue tells, and what is used stays used', () => {
    const asker = new Asker({ window });
    for (let count = 0; count < 6; count += 1) asker.ask();
    asker.gate.resize({ window: { ...window, units: 7 } });
    asker.ask();
    asker.ask();
    expect(asker.sentAt).to.have.length(7);
  });

  it('never lets more through in any window than the limit, whoever asks, withdraws and debits, and forgets nobody', () => {
    const action = fc.record({
      kind: fc.constantFrom('ask', 'ask', 'ask', 'withdraw', 'debit', 'pause', 'connection'),
      priority: fc.constantFrom<Priority>('cancel', 'order', 'request', 'subscribe'),
      afterMs: fc.integer({ min: 0, max: 400 }),
    });
    const limits = fc.record({
      units: fc.integer({ min: 1, max: 9 }),
      windowMs: fc.integer({ min: 50, max: 1_000 }),
    });
    fc.assert(
      fc.property(limits, fc.array(action, { maxLength: 80 }), ({ units, windowMs }, actions) => {
        const asker = new Asker({ window: { kind: 'window', units, windowMs } });
        const passages: Passage[] = [];
        for (const { kind, priority, afterMs } of actions) {
          asker.clock.pass(afterMs);
          const last = passages.at(-1);
          if (kind === 'ask') passages.push(asker.ask('x', priority));
          else if (kind === 'pause') asker.gate.pause(afterMs);
          else if (kind === 'connection')
            asker.gate.add('connection', { kind: 'window', units: 1, windowMs });
          else if (kind === 'withdraw' && last !== undefined) {
            asker.gate.withdraw(last);
          } else if (kind === 'debit' && asker.gate.isIdle) {
            asker.gate.debit({ window: 1 });
            asker.sentAt.push(asker.clock.now());
          }
        }
        asker.clock.pass(1_000_000);
        expect(asker.gate.waiting).to.equal(0);
        expectStrict(asker.sentAt, units, windowMs);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('the budgets of a process', () => {
  it('are one for all who give the same name, also after the last of them has gone', () => {
    const budgets = new Budgets();
    const first = budgets.acquire('a', { window });
    const second = budgets.acquire('a', { window });
    expect(second.gate).to.equal(first.gate);
    first.gate.debit({ window: 5 });
    first.release();
    second.release();
    second.release();
    expect(budgets.acquire('a', { window }).gate, 'what was spent stays spent').to.equal(first.gate);
  });

  it('are forgotten when nobody uses them and nothing of them is used', () => {
    const budgets = new Budgets();
    for (let count = 0; count < 100; count += 1) budgets.acquire(`${count}`, { window }).release();
    expect(budgets.size).to.equal(1);
  });

  it('tell the others when a host is back, and nobody who has gone', () => {
    const budgets = new Budgets();
    const heard: string[] = [];
    const [a, b, c] = ['a', 'b', 'c'].map((name) => {
      const lease = budgets.acquire('host', { window });
      lease.onReturn(() => void heard.push(name));
      return lease;
    });
    c?.release();
    a?.tellReturn();
    expect(heard).to.deep.equal(['b']);
    b?.release();
  });
});

function expectStrict(sentAt: readonly number[], units: number, windowMs: number): void {
  for (let index = units; index < sentAt.length; index += 1) {
    expect((sentAt[index] as number) - (sentAt[index - units] as number)).to.be.at.least(windowMs);
  }
}
