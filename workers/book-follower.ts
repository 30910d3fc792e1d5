// Follows every order book of a connection by its venue's rule, before it crosses: an update that does not follow from the one
// before never crosses as if it did. A gap is told in the stream, and the book begins anew in the venue's way.
import type { MarketLane } from '../src/batch/lane.js';
import { monotonicNs } from '../src/clock.js';
import { type BookState, follow, newBookState, verifyChecksum } from '../src/book-integrity.js';
import type { BookFeed, HttpCall } from '../src/exchanges/exchange.js';
import type { GapReason } from '../src/market.js';
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
  symbol: string;
  exchangeTimeMs: number;
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
  /** Books of which updates were dropped in the lane, and whether the end of what was let in behind those has been told as a gap. */
  readonly #dropped = new Map<string, { isTold: boolean }>();

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
    const isDropped = this.#dropped.size > 0 && this.#isDropped(topic, type, state);
    if (type === 'change' && state.phase !== 'synced' && this.#snapshots.has(topic) && !isDropped) {
      const { receivedAtNs } = this.#options.lane;
      this.#kept = { symbol, exchangeTimeMs, sequence, previousSequence, receivedAtNs, levels: [] };
      this.#snapshots.keep(topic, this.#kept);
      return false;
    }
    const passes = this.#follow(topic, state, type, sequence, previousSequence);
    if (passes && this.#options.feed.checksum !== undefined)
      this.#hold(topic, symbol, state, type, exchangeTimeMs, checksum);
    return passes && !isDropped;
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

  /** The lane dropped updates of a topic that was too much for the main thread. Called in the middle of whatever filled it. */
  dropped(topic: string): void {
    const state = this.#states.get(topic);
    if (state?.phase !== 'synced' || !state.hasChanges || this.#dropped.has(topic)) return;
    this.#dropped.set(topic, { isTold: false });
    // A book that is held here goes on, and begins anew by itself.
    if (!this.#held.has(topic)) state.phase = 'lost';
  }

  /** The main thread has caught up: books begin anew, from the ones held here where there are any. */
  caughtUp(): void {
    const dropped = [...this.#dropped];
    this.#dropped.clear();
    for (const [topic, { isTold }] of dropped) {
      const held = this.#held.get(topic);
      if (held?.state.phase === 'synced') this.#beginFromHeld(held);
      else if (held === undefined) this.#beginAnew(topic, isTold);
    }
    if (dropped.length > 0) this.#options.lane.flush();
  }

  #beginAnew(topic: string, isTold: boolean): void {
    if (!isTold) this.#markGap('overflow', topic, this.#stateOf(topic).last, Number.NaN);
    if (this.#snapshots.has(topic)) this.#snapshots.begin(topic);
    else this.#options.resync(topic);
  }

  /** Whether the update stays behind, because others before it were dropped. */
  #isDropped(topic: string, type: 'snapshot' | 'change', state: BookState): boolean {
    const dropped = this.#dropped.get(topic);
    if (dropped === undefined) return false;
    if (type === 'snapshot') return !this.#dropped.delete(topic);
    if (!dropped.isTold) this.#markGap('overflow', topic, state.last, Number.NaN);
    dropped.isTold = true;
    return true;
  }

  #beginFromHeld({ topic, symbol, exchangeTimeMs, state, book }: HeldBook): void {
    const { lane } = this.#options;
    lane.receivedAtNs = monotonicNs();
    lane.book(topic, symbol, 'snapshot', exchangeTimeMs, state.last, Number.NaN);
    for (const [side, levels] of [['bid', book.bids] as const, ['ask', book.asks] as const]) {
      for (const { price, amount, priceText, amountText } of levels)
        lane.level(side, price, amount, priceText, amountText);
    }
  }

  /** A frame of this topic could not be understood. Where it is a book that was complete until then, it is no more. */
  unreadable(topic: string | undefined): void {
    const state = topic === undefined ? undefined : this.#states.get(topic);
    if (topic === undefined || state?.phase !== 'synced') return;
    state.phase = 'lost';
    this.#tellGap(topic, state.last, Number.NaN);
  }

  #hold(
    topic: string,
    symbol: string,
    state: BookState,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    checksum: number,
  ): void {
    let held = this.#held.get(topic);
    if (held === undefined) {
      const depth = this.#options.feed.depth?.(topic);
      const book = new OrderBook(depth === undefined ? {} : { depth });
      held = { topic, symbol, exchangeTimeMs, state, book, checksum };
      this.#held.set(topic, held);
    }
    if (type === 'snapshot') held.book.clear();
    Object.assign(held, { symbol, exchangeTimeMs, checksum });
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
    this.#markGap('sequence', topic, fromSequence, toSequence);
    // Where the snapshot comes over HTTP, the next change asks for it.
    if (!this.#snapshots.has(topic)) this.#options.resync(topic);
  }

  #markGap(reason: GapReason, topic: string, fromSequence: number, toSequence: number): void {
    const { lane, epoch } = this.#options;
    lane.gap({
      topic,
      reason,
      epoch,
      noticedAtNs: lane.receivedAtNs,
      ...(Number.isNaN(fromSequence) ? {} : { fromSequence }),
      ...(Number.isNaN(toSequence) ? {} : { toSequence }),
    });
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
