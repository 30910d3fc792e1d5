import { expect } from 'chai';
import fc from 'fast-check';
import type { BatchEvent } from '../../src/batch/batch.js';
import type { OverflowPolicy } from '../../src/client/protocol.js';
import { happen, happenings, numberOf, type Written, write } from './numbered.js';
import { Recording } from './recording.js';
import { runs } from '../support/random-runs.js';

const bounded = fc.record({
  maxEntries: fc.integer({ min: 1, max: 40 }),
  maxBytes: fc.integer({ min: 60, max: 4000 }),
});

describe('the bounds of the market lane', () => {
  for (const policy of ['gap', 'conflate', 'exit'] as const) {
    it(`are never exceeded in entries under ${policy}, and in bytes by one entry at most`, () =>
      check(policy, async (recording, all, bounds) => {
        await happen(recording, all, () => {
          expect(recording.lane.entries).to.be.at.most(bounds.maxEntries);
          expect(recording.lane.bytes).to.be.at.most(bounds.maxBytes + 300);
        });
      }));

    it(`deliver under ${policy} what they deliver once and in order`, () =>
      check(policy, async (recording, all) => {
        await happen(recording, all);
        const numbers = delivered(recording);
        expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
      }));

    it(`count under ${policy} every event that is not delivered`, () =>
      check(policy, async (recording, all) => {
        const written = await happen(recording, all);
        expect(written.length - delivered(recording).length).to.equal(
          recording.counters.get('framesDropped'),
        );
      }));

    it(`hold under ${policy} for topics that are conflated anyway, too`, () =>
      check(
        policy,
        async (recording, all, bounds) => {
          const written = await happen(recording, all, () => {
            expect(recording.lane.entries).to.be.at.most(bounds.maxEntries);
          });
          const numbers = delivered(recording);
          expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
          expect(written.length - numbers.length).to.equal(recording.counters.get('framesDropped'));
          expect(recording.lane.bytes).to.equal(0);
        },
        ['trade.0', 'quote.0', 'quote.1', 'book.0', 'message.2'],
      ));
  }

  it('leave under gap a marker where events of a topic are missing, with their number', () =>
    check('gap', async (recording, all) => {
      const written = await happen(recording, all);
      for (const topic of new Set(written.map((event) => event.topic)))
        expectTold(recording.events, written, topic);
    }));

  it('leave under exit a marker where events of a topic are missing, and tell of the overflow once', () =>
    check('exit', async (recording, all) => {
      const written = await happen(recording, all);
      const isComplete = delivered(recording).length === written.length;
      expect(recording.overflows).to.equal(isComplete ? 0 : 1);
      for (const topic of new Set(written.map((event) => event.topic)))
        expectTold(recording.events, written, topic);
    }));

  it('never let a book change follow under conflate without the update before it, unless a marker says so', () =>
    check('conflate', async (recording, all) => {
      const written = await happen(recording, all);
      const books = written.filter(({ topic }) => topic.startsWith('book.'));
      for (const topic of new Set(books.map((event) => event.topic))) {
        const chain = books.filter((event) => event.topic === topic);
        expectChain(recording.events, chain, topic);
      }
    }));

  it('keep under conflate the latest quote of each topic', () => {
    const recording = new Recording({ bounds: { maxEntries: 10, policy: 'conflate' }, maxInFlight: 0 });
    for (let number = 0; number < 25; number += 1)
      write(recording.lane, { kind: 'quote', topic: number % 2 }, number);
    recording.drain();
    const quotes = recording.events.flatMap((event) => (event.kind === 'quote' ? [event.quote] : []));
    expect(quotes.filter(({ topic }) => topic === 'quote.0').at(-1)?.sequence).to.equal(24);
    expect(quotes.filter(({ topic }) => topic === 'quote.1').at(-1)?.sequence).to.equal(23);
    expect(recording.batches[0]?.gaps).to.deep.equal([]);
  });

  it('leave under conflate a marker for the trades that had to go, with their number', () => {
    const recording = new Recording({ bounds: { maxEntries: 10, policy: 'conflate' }, maxInFlight: 0 });
    for (let number = 0; number < 10; number += 1) write(recording.lane, { kind: 'trade', topic: 0 }, number);
    write(recording.lane, { kind: 'quote', topic: 0 }, 10);
    recording.drain();
    const told = recording.batches.flatMap(({ gaps }) => gaps);
    expect(told.map(({ topic, reason, dropped }) => ({ topic, reason, dropped }))).to.deep.equal([
      { topic: 'trade.0', reason: 'overflow', dropped: 9 },
    ]);
  });

  it('leave under conflate a marker for the book changes and the frames that had to go', () => {
    for (const kind of ['change', 'frame'] as const) {
      const recording = new Recording({ bounds: { maxEntries: 20, policy: 'conflate' }, maxInFlight: 0 });
      write(recording.lane, { kind: 'quote', topic: 0 }, 0);
      for (let number = 1; number < 25; number += 1) write(recording.lane, { kind, topic: 0 }, number);
      recording.drain();
      expect(delivered(recording)).to.deep.equal([0, 20, 21, 22, 23, 24]);
      const topic = kind === 'frame' ? '' : 'book.0';
      expect(recording.batches[0]?.gaps.map((gap) => [gap.topic, gap.dropped])).to.deep.equal([[topic, 19]]);
    }
  });

  it('merge the gaps of a topic while nothing was posted in between, and say what was delivered last', async () => {
    const recording = new Recording({ bounds: { maxEntries: 8 }, maxInFlight: 1 });
    write(recording.lane, { kind: 'trade', topic: 0 }, 0);
    recording.lane.flush();
    for (let number = 1; number < 30; number += 1) write(recording.lane, { kind: 'trade', topic: 0 }, number);
    recording.lane.flush();
    recording.acknowledge();
    const [gap, ...others] = recording.batches[1]?.gaps ?? [];
    expect(others).to.deep.equal([]);
    expect(gap).to.include({ topic: 'trade.0', reason: 'overflow', epoch: 7, dropped: 21, fromSequence: 0 });
  });

  it('let a single entry through that is larger than all of them', () => {
    for (const policy of ['gap', 'conflate', 'exit'] as const) {
      const recording = new Recording({ bounds: { maxBytes: 1000, policy } });
      const data = new Uint8Array(16 * 1024 * 1024).fill(7);
      data[data.length - 1] = 9;
      recording.lane.frame(data, true);
      recording.lane.flush();
      expect(recording.batches[0]?.frames.bytes(0).length).to.equal(data.length);
      expect(Buffer.compare(recording.batches[0]!.frames.bytes(0), data)).to.equal(0);
      expect(recording.overflows).to.equal(0);
    }
  });
});

async function check(
  policy: OverflowPolicy,
  promise: (
    recording: Recording,
    all: Parameters<typeof happen>[1],
    bounds: { maxEntries: number; maxBytes: number },
  ) => Promise<void>,
  conflate: readonly string[] = [],
): Promise<void> {
  const property = fc.asyncProperty(bounded, happenings, async (bounds, all) => {
    await promise(new Recording({ bounds: { ...bounds, policy }, conflate }), all, bounds);
  });
  await fc.assert(property, { numRuns: runs(100) });
}

function delivered(recording: Recording): number[] {
  return recording.events.map(numberOf).filter((number) => number !== undefined);
}

/** Walks a topic's stream as a consumer would: each missing event must be announced by a gap before the next event. */
function expectTold(events: readonly BatchEvent[], written: readonly Written[], topic: string): void {
  const own = written.filter((event) => event.topic === topic).map(({ number }) => number);
  let next = 0;
  let announced = 0;
  for (const event of [...events, undefined]) {
    if (event?.kind === 'gap') {
      if (event.gap.topic === topic) announced += event.gap.dropped ?? 0;
      continue;
    }
    const place = event === undefined ? own.length : own.indexOf(numberOf(event)!);
    if (place < 0) continue;
    expect(announced, `dropped of ${topic}`).to.equal(place - next);
    next = place + 1;
    announced = 0;
  }
}

/** A change may follow only the update written before it, a gap, or nothing (if it was the first); a snapshot may follow anything. */
function expectChain(events: readonly BatchEvent[], chain: readonly Written[], topic: string): void {
  let expected = 0;
  let hasGap = false;
  for (const event of events) {
    if (event.kind === 'gap' && event.gap.topic === topic) hasGap = true;
    if (event.kind !== 'book' || event.book.topic !== topic) continue;
    const place = chain.findIndex(({ number }) => number === event.book.sequence);
    if (event.book.type === 'change' && !hasGap) expect(place).to.equal(expected);
    expected = place + 1;
    hasGap = false;
  }
  if (expected < chain.length) expect(hasGap, 'a gap behind the last update').to.equal(true);
}
