import { expect } from 'chai';
import fc from 'fast-check';
import {
  type BookVerdict,
  follow,
  newBookState,
  type SequenceRule,
  verifyChecksum,
} from '../src/book-integrity.js';
import { OrderBook } from '../src/order-book.js';
import { runs } from './support/random-runs.js';

interface Step {
  readonly type: 'snapshot' | 'change';
  readonly sequence: number;
  readonly previousSequence: number;
}

const snapshot = (sequence: number): Step => ({ type: 'snapshot', sequence, previousSequence: Number.NaN });
const change = (sequence: number, previousSequence = Number.NaN): Step => ({
  type: 'change',
  sequence,
  previousSequence,
});

const table: [rule: SequenceRule, what: string, steps: [Step, BookVerdict][]][] = [
  [
    'chain',
    'follows numbers that jump',
    [
      [snapshot(10), 'apply'],
      [change(25, 10), 'apply'],
      [change(26, 25), 'apply'],
    ],
  ],
  [
    'chain',
    'tells a gap once and recovers by a snapshot',
    [
      [snapshot(10), 'apply'],
      [change(30, 25), 'gap'],
      [change(31, 30), 'ignore'],
      [snapshot(40), 'apply'],
      [change(41, 40), 'apply'],
    ],
  ],
  [
    'chain',
    'takes a change before any snapshot for a gap',
    [
      [change(11, 10), 'gap'],
      [snapshot(12), 'apply'],
    ],
  ],
  [
    'chain',
    'accepts a keep-alive that stands still and a venue that restarts its count',
    [
      [snapshot(10), 'apply'],
      [change(10, 10), 'apply'],
      [change(3, 10), 'apply'],
      [change(4, 3), 'apply'],
    ],
  ],
  [
    'chain',
    'does not trust a change that names no predecessor',
    [
      [snapshot(10), 'apply'],
      [change(11), 'gap'],
    ],
  ],
  [
    'increment',
    'follows plus one and ignores a repetition',
    [
      [snapshot(5), 'apply'],
      [change(6), 'apply'],
      [change(6), 'ignore'],
      [change(7), 'apply'],
    ],
  ],
  [
    'increment',
    'tells a skipped number and a restarted count',
    [
      [snapshot(5), 'apply'],
      [change(7), 'gap'],
      [snapshot(9), 'apply'],
      [change(1), 'gap'],
      [snapshot(1), 'apply'],
      [change(2), 'apply'],
    ],
  ],
  [
    'range',
    'lets changes wait for a snapshot that comes by another way',
    [
      [change(12, 10), 'ignore'],
      [snapshot(13), 'apply'],
      [change(12, 10), 'ignore'],
      [change(15, 12), 'apply'],
      [change(18, 15), 'apply'],
    ],
  ],
  [
    'range',
    'tells a snapshot that is too old, and a hole',
    [
      [snapshot(9), 'apply'],
      [change(12, 10), 'gap'],
      [snapshot(11), 'apply'],
      [change(12, 10), 'apply'],
      [change(16, 13), 'gap'],
    ],
  ],
  [
    'none',
    'applies all after the first snapshot',
    [
      [change(Number.NaN), 'gap'],
      [snapshot(Number.NaN), 'apply'],
      [change(Number.NaN), 'apply'],
    ],
  ],
];

/** A proper stream: a snapshot and changes whose numbers rise by `strides`. */
function stream(rule: SequenceRule, strides: readonly number[]): Step[] {
  let last = 1_000;
  const changes = strides.map((stride) => {
    const sequence = last + (rule === 'increment' ? 1 : stride);
    const step = change(sequence, last);
    last = sequence;
    return step;
  });
  return [snapshot(1_000), ...changes];
}

describe('book integrity', () => {
  for (const [rule, what, steps] of table) {
    it(`${rule}: ${what}`, () => {
      const state = newBookState({ sequence: rule });
      for (const [index, [step, verdict]] of steps.entries()) {
        expect(follow(state, step), `step ${index + 1}`).to.equal(verdict);
      }
    });
  }

  const numbered = fc.constantFrom<SequenceRule>('chain', 'increment', 'range');
  const strides = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 4, maxLength: 40 });

  it('raises no false alarm on a proper stream', () => {
    fc.assert(
      fc.property(numbered, strides, (rule, all) => {
        const state = newBookState({ sequence: rule });
        for (const step of stream(rule, all)) expect(follow(state, step)).to.equal('apply');
      }),
    );
  });

  it('applies nothing after a loss, a repetition or a swap that would make the book differ', () => {
    const fault = fc.record({
      kind: fc.constantFrom('lose', 'repeat', 'swap', 'move'),
      at: fc.nat(),
      by: fc.integer({ min: 2, max: 5 }),
    });
    fc.assert(
      fc.property(numbered, strides, fault, (rule, all, { kind, at, by }) => {
        const proper = stream(rule, all);
        const faulty = [...proper];
        // Never the snapshot, never the last one: what follows a fault is what reveals it.
        const index = 1 + (at % (proper.length - 3));
        if (kind === 'lose') faulty.splice(index, 1);
        if (kind === 'repeat') faulty.splice(index + 1, 0, proper[index]!);
        if (kind === 'swap') faulty.splice(index, 2, proper[index + 1]!, proper[index]!);
        if (kind === 'move')
          faulty.splice(Math.min(index + by, proper.length), 0, faulty.splice(index, 1)[0]!);
        const state = newBookState({ sequence: rule });
        const verdicts = faulty.map((step) => follow(state, step));
        const applied = faulty.filter((_, position) => verdicts[position] === 'apply');
        // What was applied is an unbroken beginning of the proper stream, and unless all of it was, a gap was told, once.
        expect(applied).to.deep.equal(proper.slice(0, applied.length));
        const gaps = verdicts.filter((verdict) => verdict === 'gap').length;
        expect(verdicts.some((verdict) => verdict !== 'apply')).to.equal(true);
        expect(gaps).to.equal(applied.length < proper.length ? 1 : gaps);
        expect(gaps).to.be.lessThanOrEqual(1);
      }),
      { numRuns: runs(2_000) },
    );
  });

  it('remembers where a gap began', () => {
    const state = newBookState({ sequence: 'chain' });
    for (const step of [snapshot(10), change(12, 10), change(20, 15)]) follow(state, step);
    expect(state).to.include({ phase: 'lost', last: 12 });
  });

  it('takes a wrong checksum for a gap and a missing one for nothing', () => {
    const book = new OrderBook();
    book.set('bid', 3, 1);
    const state = newBookState({ sequence: 'none', checksum: ({ bids }) => bids.bestPrice });
    follow(state, snapshot(Number.NaN));
    expect(verifyChecksum(state, book, 3)).to.equal('apply');
    expect(verifyChecksum(state, book, Number.NaN)).to.equal('apply');
    expect(state.phase).to.equal('synced');
    expect(verifyChecksum(state, book, 4)).to.equal('gap');
    expect(follow(state, change(Number.NaN))).to.equal('ignore');
    expect(verifyChecksum(newBookState({ sequence: 'chain' }), book, 4)).to.equal('apply');
  });
});
