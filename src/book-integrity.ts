// How each venue lets a reader notice that an order book has lost an update, as data, and the one function that judges by it.
// When in doubt it says `gap`: a resync costs a moment, a wrong book costs money.
import type { BookUpdate } from './market.js';
import type { OrderBook } from './order-book.js';

/**
 * What holds between an update and the one before it.
 * - `chain`: each change names the number it follows (`previousSequence`). Numbers may jump, stand still or restart.
 * - `increment`: each change's number is the last one plus 1.
 * - `range`: a change covers all numbers from `previousSequence + 1` to `sequence`; it may overlap what is known already. The snapshot
 *   comes by another way, so changes that arrive before it are not a gap: who fetches it keeps them and follows them again.
 * - `none`: the venue numbers nothing; snapshots replace, changes are applied.
 */
export type SequenceRule = 'chain' | 'increment' | 'range' | 'none';

export interface BookRule {
  readonly sequence: SequenceRule;
  /** The checksum that the venue would send for this book; compared after each update that carries one. */
  readonly checksum?: (book: OrderBook) => number;
}

/** How far one topic's book has been followed. */
export interface BookState {
  readonly rule: BookRule;
  /** `empty`: nothing yet. `synced`: complete. `lost`: a gap was told, a snapshot is awaited. */
  phase: 'empty' | 'synced' | 'lost';
  /** The number of the last update applied: also where a gap begins. NaN where there is none. */
  last: number;
  /** Whether changes were told, so that it cannot go on behind a hole without a snapshot. */
  hasChanges: boolean;
}

/**
 * - `apply`: the update belongs to the book. - `gap`: something before it is missing; told once, then the state is `lost`.
 * - `ignore`: it is known already, or of no use before the next snapshot.
 */
export type BookVerdict = 'apply' | 'gap' | 'ignore';

type Numbered = Pick<BookUpdate, 'type' | 'sequence' | 'previousSequence'>;

export function newBookState(rule: BookRule): BookState {
  return { rule, phase: 'empty', last: Number.NaN, hasChanges: false };
}

/** Judges an update and moves the state along. A snapshot always applies: it needs nothing before it. */
export function follow(state: BookState, update: Numbered): BookVerdict {
  const isChange = update.type === 'change';
  if (isChange) state.hasChanges = true;
  const verdict = isChange ? judgeChange(state, update) : 'apply';
  if (verdict === 'apply') {
    state.phase = 'synced';
    state.last = update.sequence;
  } else if (verdict === 'gap') state.phase = 'lost';
  return verdict;
}

/**
 * Compares the venue's checksum with the book after an update. NaN means that the venue sent none.
 * A mismatch is a `gap` like any other.
 */
export function verifyChecksum(state: BookState, book: OrderBook, expected: number): 'apply' | 'gap' {
  if (state.rule.checksum === undefined || Number.isNaN(expected)) return 'apply';
  if (state.rule.checksum(book) === expected) return 'apply';
  state.phase = 'lost';
  return 'gap';
}

function judgeChange(state: BookState, change: Numbered): BookVerdict {
  if (state.phase === 'lost') return 'ignore';
  if (state.phase === 'empty') return state.rule.sequence === 'range' ? 'ignore' : 'gap';
  return judges[state.rule.sequence](state.last, change);
}

const judges: Record<SequenceRule, (last: number, change: Numbered) => BookVerdict> = {
  chain: (last, { previousSequence }) => (previousSequence === last ? 'apply' : 'gap'),
  // A number below the last one is no mere straggler: the venue may have restarted its count, and ignoring it would freeze the book.
  increment: (last, { sequence }) => (sequence === last + 1 ? 'apply' : sequence === last ? 'ignore' : 'gap'),
  range: (last, { sequence, previousSequence }) => {
    if (sequence <= last) return 'ignore';
    return previousSequence <= last ? 'apply' : 'gap';
  },
  none: () => 'apply',
};
