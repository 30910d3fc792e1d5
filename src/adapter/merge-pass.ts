// One batch on its way through the merge of a stream: which of its events are kept, where its gaps stand, and each event's place.
import type { Batch } from '../batch/batch.js';
import { emptySelection, type GapPlace, type Selection, selectRows } from '../batch/select-rows.js';
import type { Gap, GapReason } from '../market.js';
import type { HeldEvent, StreamKind } from './merge-source.js';
import type { StreamCopy, StreamPlace } from './stream-marks.js';

/** Says of a gap whether it is one for everybody. */
type JudgeGap = (gap: Gap) => boolean;

export class MergePass {
  readonly batch: Batch;
  readonly #emit: (batch: Batch) => void;
  #selection: Selection;
  #kept = 0;
  #told: GapPlace[] = [];
  #open: GapPlace[];
  #isWhole = true;

  constructor(batch: Batch, emit: (batch: Batch) => void) {
    this.batch = batch;
    this.#emit = emit;
    this.#selection = emptySelection(batch);
    const { gaps, gapOrder } = batch;
    this.#open = gaps.map((gap, index) => ({ gap, order: gapOrder[index]! }));
  }

  keep(kind: StreamKind, row: number): void {
    this.#selection[kind][row] = 1;
    this.#kept += 1;
  }

  keepFrames(): void {
    this.#selection.frames.fill(1);
    this.#kept += this.#selection.frames.length;
  }

  /** Meets the gaps of the topic that stand before an event. */
  gapsBefore(topic: string, order: number, isForAll: JudgeGap): void {
    if (this.#open.length === 0) return;
    this.#meet((place) => place.gap.topic === topic && place.order <= order, isForAll);
  }

  gapsLeft(isForAll: JudgeGap): void {
    if (this.#open.length > 0) this.#meet(() => true, isForAll);
  }

  /** Hands on what was kept so far, because what comes next must come after it. */
  flush(): void {
    this.#isWhole = false;
    if (this.#kept > 0 || this.#told.length > 0)
      this.#emit(selectRows(this.batch, this.#selection, this.#told));
    this.#selection = emptySelection(this.batch);
    this.#kept = 0;
    this.#told = [];
  }

  /** A batch that is kept whole goes on as it is. */
  finish(): void {
    const { length, gaps } = this.batch;
    if (this.#isWhole && this.#kept === length && this.#told.length === gaps.length) this.#emit(this.batch);
    else this.flush();
  }

  #meet(isMet: (place: GapPlace) => boolean, isForAll: JudgeGap): void {
    const met = this.#open.filter(isMet);
    if (met.length === 0) return;
    this.#open = this.#open.filter((place) => !met.includes(place));
    for (const place of met) if (isForAll(place.gap)) this.#told.push(place);
  }
}

/** Where the next event of a copy stands in its stream. `generation`: how often the copy has begun. */
export function placeOf(
  batch: Batch,
  kind: StreamKind,
  row: number,
  copy: StreamCopy,
  generation: number,
): StreamPlace {
  if (kind === 'messages') return byIdentity(batch.messages.text(row));
  const events = batch[kind];
  const sequence = events.sequence[row]!;
  const isNumbered = !Number.isNaN(sequence);
  if (kind === 'trades' && !isNumbered) return byIdentity(batch.trades.id(row));
  const number = isNumbered ? sequence : events.exchangeTimeMs[row]!;
  copy.begin(generation, isNumbered);
  copy.advance(number);
  const named = kind === 'books' ? batch.books.previousSequence[row]! : Number.NaN;
  const isChained = !Number.isNaN(named);
  const previous = isChained || kind === 'books' ? named : sequence - 1;
  return { number, count: copy.count, previous, isChained, identity: undefined };
}

function byIdentity(identity: string): StreamPlace {
  return { number: Number.NaN, count: 1, previous: Number.NaN, isChained: false, identity };
}

/** Neither a number nor an identity. */
export function isNameless({ number, identity }: StreamPlace): boolean {
  return Number.isNaN(number) && (identity === undefined || identity === '');
}

/** Undefined where the venue does not number. */
export function sequenceOf({ batch, kind, row }: HeldEvent): number | undefined {
  if (kind === 'messages' || kind === 'frames') return undefined;
  const sequence = batch[kind].sequence[row]!;
  return Number.isNaN(sequence) ? undefined : sequence;
}

export function gapBetween(
  topic: string,
  reason: GapReason,
  epoch: number,
  noticedAtNs: number,
  fromSequence: number | undefined,
  toSequence: number | undefined,
): Gap {
  return {
    topic,
    reason,
    epoch,
    noticedAtNs,
    ...(fromSequence === undefined ? {} : { fromSequence }),
    ...(toSequence === undefined ? {} : { toSequence }),
  };
}
