// Follows every order book of a connection by its venue's rule, before it crosses: an update that does not follow from the one
// before never crosses as if it did. A gap is told in the stream, and the book begins anew in the venue's way.
import type { MarketLane } from '../src/batch/lane.js';
import { monotonicNs } from '../src/clock.js';
import { type BookState, follow, newBookState, verifyChecksum } from '../src/book-integrity.js';
import type { BookFeed, HttpCall } from '../src/exchanges/exchange.js';
import { OrderBook } from '../src/order-book.js';
import { BookSnapshots, type WaitingChange } from './book-snapshots.js';

export interface BookFollowerOptions {
  readonly feed: BookFeed;
  readonly lane: MarketLane;
  readonly epoch: number;
  fetch(call: HttpCall): Promise<unknown>;
  /** The topic has to be subscribed anew: only that brings a snapshot. */
  resync(topic: string): void;
  /** A snapshot cannot be had over HTTP. */
  failed(topic: string, problem: string): void;
}

/** A topic whose book is held here, because its venue sends a checksum of it. */
interface HeldBook {
  readonly topic: string;
  readonly state: BookState;
  readonly book: OrderBook;
  /** What the venue said of the update whose levels are being told; NaN for nothing. */
  checksum: number;
}

export class BookFollower {
  readonly #options: BookFollowerOptions;
  readonly #states = new Map<string, BookState>();
  readonly #snapshots: BookSnapshots;
  readonly #held = new Map<string, HeldBook>();
  /** The held book whose levels come next. */
  #open: HeldBook | undefined;
  /** The change whose levels come next and that waits for a snapshot. */
  #kept: WaitingChange | undefined;

  constructor(options: BookFollowerOptions) {
    this.#options = options;
    const { feed, fetch, failed } = options;
    this.#snapshots = new BookSnapshots({
      feed,
      fetch,
      begin: (topic, symbol, exchangeTimeMs, sequence) =>
        this.#begin(topic, symbol, exchangeTimeMs, sequence),
      level: (...level) => options.lane.level(...level),
      replay: (topic, changes) => this.#replay(topic, changes),
      failed,
    });
  }

  /** Whether the update belongs into the stream. The levels of one that does not go to `level`. */
  admits(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
    checksum: number,
  ): boolean {
    this.endFrame();
    this.#kept = undefined;
    const state = this.#stateOf(topic);
    if (type === 'change' && state.phase !== 'synced' && this.#snapshots.has(topic)) {
      const { receivedAtNs } = this.#options.lane;
      this.#kept = { symbol, exchangeTimeMs, sequence, previousSequence, receivedAtNs, levels: [] };
      this.#snapshots.keep(topic, this.#kept);
      return false;
    }
    const passes = this.#follow(topic, state, type, sequence, previousSequence);
    if (passes && this.#options.feed.checksum !== undefined) this.#hold(topic, state, type, checksum);
    return passes;
  }

  level(...level: WaitingChange['levels'][number]): void {
    this.#kept?.levels.push(level);
    this.#open?.book.set(...level);
  }

  /** The levels of the last update are complete: a held book is compared with the venue's checksum. */
  endFrame(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    open.book.trim();
    if (verifyChecksum(open.state, open.book, open.checksum) === 'gap') {
      this.#tellGap(open.topic, Number.NaN, Number.NaN);
    }
  }

  /** A frame of this topic could not be understood. Where it is a book that was complete until then, it is no more. */
  unreadable(topic: string | undefined): void {
    const state = topic === undefined ? undefined : this.#states.get(topic);
    if (topic === undefined || state?.phase !== 'synced') return;
    state.phase = 'lost';
    this.#tellGap(topic, state.last, Number.NaN);
  }

  #hold(topic: string, state: BookState, type: 'snapshot' | 'change', checksum: number): void {
    let held = this.#held.get(topic);
    if (held === undefined) {
      const depth = this.#options.feed.depth?.(topic);
      held = { topic, state, book: new OrderBook(depth === undefined ? {} : { depth }), checksum };
      this.#held.set(topic, held);
    }
    if (type === 'snapshot') held.book.clear();
    held.checksum = checksum;
    this.#open = held;
  }

  #follow(
    topic: string,
    state: BookState,
    type: 'snapshot' | 'change',
    sequence: number,
    previousSequence: number,
  ): boolean {
    const { last } = state;
    const verdict = follow(state, { type, sequence, previousSequence });
    if (verdict === 'gap') this.#tellGap(topic, last, sequence);
    return verdict === 'apply';
  }

  #tellGap(topic: string, fromSequence: number, toSequence: number): void {
    const { lane, epoch, resync } = this.#options;
    lane.gap({
      topic,
      reason: 'sequence',
      epoch,
      noticedAtNs: lane.receivedAtNs,
      ...(Number.isNaN(fromSequence) ? {} : { fromSequence }),
      ...(Number.isNaN(toSequence) ? {} : { toSequence }),
    });
    // Where the snapshot comes over HTTP, the next change asks for it.
    if (!this.#snapshots.has(topic)) resync(topic);
  }

  #begin(topic: string, symbol: string, exchangeTimeMs: number, sequence: number): void {
    const { lane } = this.#options;
    lane.receivedAtNs = monotonicNs();
    follow(this.#stateOf(topic), { type: 'snapshot', sequence, previousSequence: Number.NaN });
    lane.book(topic, symbol, 'snapshot', exchangeTimeMs, sequence, Number.NaN);
  }

  /** The changes that arrived while the snapshot was on its way; those it covers already are left out by the rule. */
  #replay(topic: string, changes: readonly WaitingChange[]): void {
    const { lane } = this.#options;
    const state = this.#stateOf(topic);
    for (const change of changes) {
      const { symbol, exchangeTimeMs, sequence, previousSequence, receivedAtNs, levels } = change;
      lane.receivedAtNs = receivedAtNs;
      if (!this.#follow(topic, state, 'change', sequence, previousSequence)) continue;
      lane.book(topic, symbol, 'change', exchangeTimeMs, sequence, previousSequence);
      for (const level of levels) lane.level(...level);
    }
    lane.flush();
  }

  #stateOf(topic: string): BookState {
    let state = this.#states.get(topic);
    if (state === undefined) {
      const { feed } = this.#options;
      const sequence = feed.rule?.(topic) ?? 'chain';
      state = newBookState({
        sequence,
        ...(feed.checksum === undefined ? {} : { checksum: (book) => feed.checksum?.(book) ?? Number.NaN }),
      });
      this.#states.set(topic, state);
    }
    return state;
  }
}
