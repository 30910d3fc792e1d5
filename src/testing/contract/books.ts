// Promises about order books: an update that is missing is noticed, and the book begins anew.
import assert from 'node:assert/strict';
import type { BookUpdate } from '../../market.js';
import { OrderBook } from '../../order-book.js';
import type { Fault } from '../kit/fault.js';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, promise } from './promises.js';
import { type ContractSimulator, onStage, type Stage, type Told } from './stage.js';
import { until } from './wait.js';

const UPDATES = 20;
/** Losses of which at least one cannot be mended by the very next update. */
const MOST_LOSSES = 10;

export function bookPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const play = (act: (stage: Stage) => Promise<void>) => () => onStage(profile, simulator, act);
  return [
    promise('a book begins with a snapshot and never crosses', undefined, play(sound)),
    promise(
      'a lost update is a gap, then comes a snapshot, then the book goes on',
      profile.lacks['book-integrity'],
      play(lost),
    ),
    promise(
      'an update that cannot be understood is a gap as well',
      profile.unreadableBook === undefined ? 'the profile names no such frame' : undefined,
      play(unreadable),
    ),
  ];
}

async function sound(stage: Stage): Promise<void> {
  const { adapter, record } = stage.adapter({ topics: [stage.profile.topics.book] });
  await adapter.connect();
  await until(() => record.books.length >= UPDATES, 'updates of the book');
  assertSound(record.books);
  assert.deepEqual(record.gaps, []);
}

function lost(stage: Stage): Promise<void> {
  return begunAnew(stage, { kind: 'gap' });
}

function unreadable(stage: Stage): Promise<void> {
  return begunAnew(stage, { kind: 'malformed', text: stage.profile.unreadableBook ?? '' });
}

async function begunAnew(stage: Stage, fault: Fault): Promise<void> {
  const topic = stage.profile.topics.book;
  const { adapter, record } = stage.adapter({ topics: [topic] });
  await adapter.connect();
  await until(() => record.books.length > 3, 'updates of the book');
  const isSnapshot = ({ type }: BookUpdate) => type === 'snapshot';
  const before = record.books.filter(isSnapshot).length;
  await untilGap(stage, record, fault);
  assert.equal(record.gaps[0]?.topic, topic);
  await until(() => record.books.filter(isSnapshot).length > before, 'a new snapshot');
  const { length } = record.books;
  await until(() => record.books.length >= length + UPDATES, 'updates after the snapshot');
  assertSound(record.books);
  assert.equal(adapter.state, 'ready');
}

/**
 * A book without numbers is judged by what it holds. There an update can make good for the one before it, because it changes the same
 * level: then nothing was lost, no gap is due, and another update has to be.
 */
async function untilGap({ exchange }: Stage, { books, gaps }: Told, fault: Fault): Promise<void> {
  const isNumbered = !Number.isNaN(books.at(-1)?.sequence);
  for (let losses = 1; losses <= (isNumbered ? 1 : MOST_LOSSES) && gaps.length === 0; losses += 1) {
    const seen = books.length;
    exchange.inject(fault);
    await until(() => gaps.length > 0 || (!isNumbered && books.length > seen + UPDATES), 'the gap');
  }
  assert.ok(gaps.length > 0, `${MOST_LOSSES} updates were withheld, and no gap was told`);
}

/** What a bot that follows the updates would have: both sides, best bid below best ask, from the first snapshot on. */
function assertSound(updates: readonly BookUpdate[]): void {
  assert.equal(updates[0]?.type, 'snapshot');
  const book = new OrderBook();
  for (const update of updates) {
    book.apply(update);
    const { bids, asks } = book.snapshot();
    const [bid, ask] = [bids[0]?.price ?? Number.NaN, asks[0]?.price ?? Number.NaN];
    assert.ok(bid < ask, `the book is crossed or empty: ${bid} to ${ask}`);
  }
}
