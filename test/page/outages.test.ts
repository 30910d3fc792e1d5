import { expect } from 'chai';
import type { PageTransition } from '../../src/page/messages.js';
import { MOST_OUTAGES, type Outage, Outages } from '../../src/page/browser/outages.js';

const steps = [
  { name: 'connect', ms: 12 },
  { name: 'login', ms: 3 },
];

/** Transitions of one adapter, numbered; the time is the number. */
function played(transitions: readonly Partial<PageTransition>[]): readonly Outage[] {
  const outages = new Outages();
  for (const [index, transition] of transitions.entries()) {
    const number = index + 1;
    outages.add({
      number,
      atMs: number,
      kind: 'state',
      level: 'info',
      adapter: 'a',
      message: 'words',
      ...transition,
    });
  }
  return outages.list;
}

const firstConnect = [
  { kind: 'added' },
  { state: 'connecting', epoch: 1 },
  { state: 'restoring', step: 'login', epoch: 1 },
  { state: 'ready', epoch: 1 },
  { kind: 'restored', epoch: 1, totalMs: 15, steps },
] as const;

describe('the timeline of the live page', () => {
  it('shows a first connect with its steps', () => {
    const [start, ...others] = played(firstConnect);
    expect(others).to.deep.equal([]);
    expect(start).to.deep.include({
      kind: 'start',
      reason: 'first connect',
      end: 'restored',
      totalMs: 15,
      steps,
    });
  });

  it('shows a death with its first reason, all tries, and the steps of the try that was READY', () => {
    const list = played([
      ...firstConnect,
      { kind: 'exit', epoch: 1, reason: 'crash', message: 'why' },
      { state: 'waiting', epoch: 1, reason: 'crash', delayMs: 40 },
      { state: 'connecting', epoch: 2 },
      { kind: 'exit', epoch: 2, reason: 'connect-timeout' },
      { state: 'waiting', epoch: 2, reason: 'connect-timeout', delayMs: 80 },
      { state: 'connecting', epoch: 3 },
      { state: 'ready', epoch: 3 },
      { kind: 'restored', epoch: 3, totalMs: 15, downMs: 200, steps },
    ]);
    expect(list).to.have.lengthOf(2);
    expect(list[1]).to.deep.include({
      kind: 'death',
      reason: 'crash',
      message: 'why',
      exits: 2,
      waitedMs: 120,
      epoch: 1,
      nextEpoch: 3,
      downMs: 200,
      end: 'restored',
    });
  });

  it('says where a restore is while it is under way', () => {
    const list = played([
      ...firstConnect,
      { state: 'ending', epoch: 1, reason: 'terminated' },
      { kind: 'exit', epoch: 1, reason: 'terminated' },
      { state: 'connecting', epoch: 2 },
      { state: 'restoring', step: 'subscribe', epoch: 2 },
    ]);
    expect(list).to.have.lengthOf(2);
    expect(list[1]).to.include({ end: 'open', phase: 'restoring: subscribe', exits: 1 });
  });

  it('takes a rotation for what it is: a new connection without a death', () => {
    const list = played([
      ...firstConnect,
      { kind: 'restored', epoch: 2, totalMs: 9, steps },
      { state: 'ready', epoch: 2 },
      { kind: 'exit', epoch: 1, reason: 'closed' },
      { kind: 'rotated', epoch: 2, totalMs: 9 },
    ]);
    expect(list.map(({ kind, end }) => [kind, end])).to.deep.equal([
      ['start', 'restored'],
      ['rotation', 'restored'],
    ]);
  });

  for (const [kind, phase] of [
    ['gave-up', 'gave up'],
    ['removed', 'stopped'],
  ] as const) {
    it(`ends what is under way when its adapter is ${phase}`, () => {
      const list = played([...firstConnect, { kind: 'exit', epoch: 1, reason: 'crash' }, { kind }]);
      expect(list[1]).to.include({ end: 'over', phase });
    });
  }

  it('keeps adapters apart, and leaves the fleet out', () => {
    const outages = new Outages();
    const common = { level: 'info', message: '', kind: 'exit', reason: 'crash', epoch: 4, atMs: 0 } as const;
    outages.add({ ...common, number: 1, adapter: 'a' });
    outages.add({ ...common, number: 2, adapter: 'b' });
    outages.add({ ...common, number: 3, kind: 'restored', adapter: 'b', epoch: 5 });
    outages.add({ number: 4, atMs: 0, level: 'info', kind: 'fleet', state: 'degraded', message: '' });
    expect(outages.list.map(({ adapter, end }) => [adapter, end])).to.deep.equal([
      ['a', 'open'],
      ['b', 'restored'],
    ]);
  });

  it('is bounded', () => {
    const list = played(
      Array.from({ length: 3 * MOST_OUTAGES }, (_, index) =>
        index % 2 === 0
          ? { kind: 'exit', reason: 'crash', epoch: index }
          : { kind: 'restored', epoch: index },
      ),
    );
    expect(list).to.have.lengthOf(MOST_OUTAGES);
  });
});
