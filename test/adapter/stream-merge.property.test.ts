// Two copies of one numbered stream, cut, delayed and batched against each other in every way: what comes out is one stream.
import { expect } from 'chai';
import fc from 'fast-check';
import { StreamMerge } from '../../src/adapter/stream-merge.js';
import { Batch } from '../../src/batch/batch.js';
import { NameTable } from '../../src/batch/name-table.js';
import { seal } from '../../src/batch/sealing.js';
import { BatchWriter } from '../../src/batch/writer.js';
import type { Gap } from '../../src/market.js';
import { runs } from '../support/random-runs.js';

type Kind = 'trade' | 'plain-trade' | 'quote' | 'change' | 'message';
const kinds: readonly Kind[] = ['trade', 'plain-trade', 'quote', 'change', 'message'];

/** What one connection gets: the events from `first` on, some of them lost and said to be lost. */
interface CopyPlan {
  readonly first: number;
  readonly holes: readonly { readonly at: number; readonly length: number }[];
}

interface Plan {
  readonly kind: Kind;
  readonly length: number;
  readonly step: number;
  /** Quotes that share a millisecond. */
  readonly perTime: number;
  readonly copies: readonly [CopyPlan, CopyPlan];
  /** Whose turn it is, and how many events cross together. */
  readonly turns: readonly { readonly copy: 0 | 1; readonly count: number }[];
}

const copyPlan = (latest: number) =>
  fc.record({
    first: fc.nat({ max: latest }),
    holes: fc.array(fc.record({ at: fc.nat({ max: 60 }), length: fc.integer({ min: 1, max: 6 }) }), {
      maxLength: 3,
    }),
  });

const plans: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom(...kinds),
  length: fc.integer({ min: 1, max: 60 }),
  step: fc.constantFrom(1, 3),
  perTime: fc.constantFrom(1, 3),
  copies: fc.tuple(copyPlan(0), copyPlan(40)),
  turns: fc.array(
    fc.record({ copy: fc.constantFrom(0 as const, 1 as const), count: fc.integer({ min: 1, max: 12 }) }),
    { maxLength: 60 },
  ),
});

type Item = { readonly gap: true; readonly from: number; readonly to: number } | { readonly at: number };

/** One connection's thread: its items in order, and batches made of them on demand. */
class Copy {
  readonly epoch: number;
  readonly items: Item[] = [];
  readonly #plan: Plan;
  readonly #names = new NameTable();
  #isNamed = false;

  constructor(epoch: number, plan: Plan, { first, holes }: CopyPlan) {
    this.epoch = epoch;
    this.#plan = plan;
    let lost: { from: number; to: number } | undefined;
    for (let at = first; at < plan.length; at += 1) {
      const isLost = holes.some((hole) => at > first && at >= hole.at && at < hole.at + hole.length);
      if (isLost) lost = { from: lost?.from ?? at, to: at };
      else {
        if (lost !== undefined) this.items.push({ gap: true, ...lost });
        lost = undefined;
        this.items.push({ at });
      }
    }
    if (lost !== undefined) this.items.push({ gap: true, ...lost });
  }

  take(count: number): Batch {
    const writer = new BatchWriter();
    for (const item of this.items.splice(0, count)) {
      if ('gap' in item) writer.gap(this.#gap());
      else this.#write(writer, item.at);
    }
    const gaps = writer.gaps.map(({ gap }) => gap);
    const names = this.#isNamed ? [] : ['topic', 'S'];
    this.#isNamed = true;
    return new Batch({ buffer: seal(writer, 0), names, gaps }, this.#names);
  }

  #gap(): Gap {
    return { topic: 'topic', reason: 'overflow', epoch: this.epoch, noticedAtNs: 0 };
  }

  #write(writer: BatchWriter, at: number): void {
    const { kind, step, perTime } = this.#plan;
    const number = (at + 1) * step;
    if (kind === 'trade') writer.trade(at, 0, 1, 'buy', 1, 1, 5, number, `${at}`, undefined, undefined);
    else if (kind === 'plain-trade')
      writer.trade(at, 0, 1, 'buy', 1, 1, 5, Number.NaN, `${at}`, undefined, undefined);
    else if (kind === 'quote') writer.quote(at, 0, 1, 1, 1, 2, 1, Math.floor(at / perTime), Number.NaN);
    else if (kind === 'message') writer.message(at, 0, `message ${at}`);
    else {
      writer.book(at, 0, 1, 'change', 5, number, number - step);
      writer.level('bid', 1, 1, undefined, undefined);
    }
  }
}

/** Plays a plan and returns what came out, in order: places of events, or 'gap'. */
function play(plan: Plan, death?: { readonly after: number }): (number | 'gap')[] {
  const merge = new StreamMerge({ resync: () => undefined });
  merge.isShared = true;
  const copies = plan.copies.map((own, index) => new Copy(index + 1, plan, own)) as [Copy, Copy];
  const out: (number | 'gap')[] = [];
  const tell = (batches: readonly Batch[]): void => {
    for (const batch of batches) {
      for (const event of batch) {
        if (event.kind === 'gap') out.push('gap');
        else if (event.kind === 'trade') out.push(event.trade.receivedAtNs);
        else if (event.kind === 'quote') out.push(event.quote.receivedAtNs);
        else if (event.kind === 'book') out.push(event.book.receivedAtNs);
        else if (event.kind === 'message') out.push(event.message.receivedAtNs);
      }
    }
  };
  merge.covers(1, ['topic'], 0);
  merge.covers(2, ['topic'], 0);
  let clock = 0;
  const turn = (copy: Copy, count: number): void => {
    clock += 1e6;
    if (copy.items.length > 0) tell(merge.offer(copy.epoch, copy.take(count), clock));
  };
  for (const [index, { copy, count }] of plan.turns.entries()) {
    if (death !== undefined && index >= death.after) break;
    turn(copies[copy], count);
  }
  if (death !== undefined) {
    const report = merge.leave(1, clock, false);
    tell(report.batches);
    if (report.cut.length > 0) out.push('gap');
    copies[0].items.length = 0;
  }
  turn(copies[0], 1000);
  turn(copies[1], 1000);
  tell(merge.expire(clock + 1e10));
  return out;
}

/** Each event once and in order, and nothing missing that was not told: returns the places of gaps that were told. */
function check(out: readonly (number | 'gap')[], plan: Plan): void {
  let last: number | undefined;
  let isTold = false;
  for (const one of out) {
    if (one === 'gap') isTold = true;
    else {
      if (last !== undefined) expect(one, 'never again and never back').to.be.above(last);
      const expected = last === undefined ? 0 : last + 1;
      if (one !== expected) expect(isTold, `${one} follows ${last} without a word`).to.equal(true);
      isTold = false;
      last = one;
    }
  }
  if (last !== plan.length - 1) expect(isTold, `nothing after ${last} without a word`).to.equal(true);
}

/** Quotes without numbers are told apart by their time: where a copy begins within a millisecond that cannot be done. */
function isTold({ kind, perTime }: Plan): boolean {
  return kind !== 'quote' || perTime === 1;
}

describe('a stream that comes twice', () => {
  it('comes out once, in order, and with every hole told', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        fc.pre(isTold(plan));
        check(play(plan), plan);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it('has no gap where one copy is whole', () => {
    fc.assert(
      fc.property(plans, fc.boolean(), (plan, isFirst) => {
        fc.pre(plan.kind !== 'quote' || isFirst);
        const whole: Plan = isFirst
          ? { ...plan, copies: [{ first: 0, holes: [] }, plan.copies[1]] }
          : { ...plan, copies: [{ ...plan.copies[0] }, { first: 0, holes: [] }] };
        const out = play(whole);
        expect(out).to.deep.equal(Array.from({ length: plan.length }, (_, at) => at));
      }),
      { numRuns: runs(3_000) },
    );
  });

  it('goes on where one connection dies, or says that it does not', () => {
    fc.assert(
      fc.property(plans, fc.nat({ max: 60 }), (plan, after) => {
        fc.pre(isTold(plan));
        const out = play(plan, { after });
        check([...out, 'gap'], plan);
      }),
      { numRuns: runs(3_000) },
    );
  });
});
