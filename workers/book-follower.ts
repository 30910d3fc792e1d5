// Follows every order book of a connection by its venue's rule, before it crosses: an update that does not follow from the one
// before never crosses as if it did. A gap is told in the stream, and the book begins anew in the venue's way.
import type { MarketLane } from '../src/batch/lane.js';
import { monotonicNs } from '../src/clock.js';
import { type BookState, follow, newBookState, verifyChecksum } from '../src/book-integrity.js';
import type { BookFeed, HttpCall } from '../src/exchanges/exchange.js';
import type { GapReason } from '../src/market.js';
import { BookTop } from './book-top.js';
import { HeldBook } from './held-book.js';
import { BookSnapshots, type WaitingChange } from './book-snapshots.js';

export interface BookFollowerOptions {
  readonly feed: BookFeed;
  readonly lane: MarketLane;
  readonly epoch: number;
  /** Levels per side that are told of the topic's book, whole each time; undefined where its changes are. Left out: changes of all. */
  topDepth?(topic: string): number | undefined;
  fetch(call: HttpCall): Promise<unknown>;
  /** The topic has to be subscribed anew: only that brings a snapshot. */
  resync(topic: string): void;
  /** A snapshot cannot be had over HTTP. */
  failed(topic: string, problem: string): void;
}

export class BookFollower {
  readonly #options: BookFollowerOptions;
  readonly #states = new Map<string, BookState>();
  readonly #snapshots: BookSnapshots;
  readonly #held = new Map<string, HeldBook>();
  readonly #holdsSome: boolean;
  /** The held book whose levels come next. */
  #open: HeldBook | undefined;
  /** The change whose levels come next and that waits for a snapshot. */
  #kept: WaitingChange | undefined;
  /** Books of which updates were dropped in the lane, and whether the end of what was let in behind those has been told as a gap. */
  readonly #dropped = new Map<string, { isTold: boolean }>();
  /** Books told whole of which something was dropped in the lane since they were told last. */
  readonly #owed = new Set<HeldBook>();

  constructor(options: BookFollowerOptions) {
    this.#options = options;
    this.#holdsSome = options.feed.checksum !== undefined || options.topDepth !== undefined;
    const { feed, fetch, failed } = options;
    this.#snapshots = new BookSnapshots({
      feed,
      fetch,
      begin: (topic, symbol, exchangeTimeMs, sequence) =>
        this.#begin(topic, symbol, exchangeTimeMs, sequence),
      level: (...level) => this.#pass(level),
      replay: (topic, changes) => this.#replay(topic, changes),
      failed,
    });
  }

  /** Whether the update belongs into the stream. The levels of every update go to `level`, too. */
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
    if (!passes) return false;
    const held = this.#holdsSome ? this.#heldOf(topic, state) : undefined;
    held?.open(type, symbol, exchangeTimeMs, this.#options.lane.receivedAtNs, checksum);
    this.#open = held;
    return !isDropped && held?.top === undefined;
  }

  level(...level: WaitingChange['levels'][number]): void {
    this.#kept?.levels.push(level);
    this.#open?.level(...level);
  }

  /** The levels of the last update are complete: a held book is compared with the venue's checksum, and told where it is told whole. */
  endFrame(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { topic, state, book, top, checksum } = open;
    const isWhole = open.close();
    if (!isWhole) state.phase = 'lost';
    if (!isWhole || verifyChecksum(state, book, checksum) === 'gap')
      this.#tellGap(topic, Number.NaN, Number.NaN);
    else if (top?.isDue(book) === true) this.#tellTop(open, top);
  }

  /** The venue is about to be asked for these topics: where it has sent them before, they begin anew. */
  begins(topics: readonly string[]): void {
    for (const topic of topics) this.#held.get(topic)?.top?.forget();
  }

  /** The lane dropped updates of a topic that was too much for the main thread. Called in the middle of whatever filled it. */
  dropped(topic: string): void {
    const held = this.#held.get(topic);
    // A whole book needs nothing before it: only where none comes after the drop, one is owed.
    if (held?.top !== undefined) return void this.#owed.add(held);
    const state = this.#states.get(topic);
    if (state?.phase !== 'synced' || !state.hasChanges || this.#dropped.has(topic)) return;
    this.#dropped.set(topic, { isTold: false });
    // A book that is held here goes on, and begins anew by itself.
    if (held === undefined) state.phase = 'lost';
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
    const owed = [...this.#owed];
    this.#owed.clear();
    for (const held of owed) {
      const { state, top, receivedAtNs } = held;
      this.#options.lane.receivedAtNs = receivedAtNs;
      if (top !== undefined && state.phase === 'synced') this.#tellTop(held, top);
    }
    if (dropped.length > 0 || owed.length > 0) this.#options.lane.flush();
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
  unreadable(named: string | undefined): void {
    let topic = named;
    if (this.#open?.top !== undefined) {
      // Part of it may be in the book already.
      topic = this.#open.topic;
      this.#open = undefined;
    }
    const state = topic === undefined ? undefined : this.#states.get(topic);
    if (topic === undefined || state?.phase !== 'synced') return;
    state.phase = 'lost';
    this.#tellGap(topic, state.last, Number.NaN);
  }

  /** Undefined where nothing needs the topic's book. */
  #heldOf(topic: string, state: BookState): HeldBook | undefined {
    const known = this.#held.get(topic);
    if (known !== undefined) return known;
    const { feed, topDepth } = this.#options;
    const depth = topDepth?.(topic);
    if (depth === undefined && feed.checksum === undefined) return undefined;
    const top = depth === undefined ? undefined : new BookTop(depth);
    const held = new HeldBook(topic, state, feed.depth?.(topic), top);
    this.#held.set(topic, held);
    return held;
  }

  #tellTop(held: HeldBook, top: BookTop): void {
    const { lane } = this.#options;
    lane.book(held.topic, held.symbol, 'snapshot', held.exchangeTimeMs, held.state.last, Number.NaN);
    top.tell(held.book, lane);
    // What was dropped to make room for it was older.
    this.#owed.delete(held);
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
    this.#held.get(topic)?.top?.forget();
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
    const state = this.#stateOf(topic);
    follow(state, { type: 'snapshot', sequence, previousSequence: Number.NaN });
    this.#enter(topic, state, 'snapshot', symbol, exchangeTimeMs, sequence, Number.NaN);
  }

  /** An update that did not come in a frame of its own, or later than that. */
  #enter(
    topic: string,
    state: BookState,
    type: 'snapshot' | 'change',
    symbol: string,
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
  ): void {
    const { lane } = this.#options;
    this.#open = this.#holdsSome ? this.#heldOf(topic, state) : undefined;
    this.#open?.open(type, symbol, exchangeTimeMs, lane.receivedAtNs);
    if (this.#open?.top === undefined)
      lane.book(topic, symbol, type, exchangeTimeMs, sequence, previousSequence);
  }

  #pass(level: WaitingChange['levels'][number]): void {
    this.#open?.level(...level);
    if (this.#open?.top === undefined) this.#options.lane.level(...level);
  }

  /** The changes that arrived while the snapshot was on its way; those it covers already are left out by the rule. */
  #replay(topic: string, changes: readonly WaitingChange[]): void {
    const { lane } = this.#options;
    const state = this.#stateOf(topic);
    this.endFrame();
    for (const change of changes) {
      const { symbol, exchangeTimeMs, sequence, previousSequence, receivedAtNs, levels } = change;
      lane.receivedAtNs = receivedAtNs;
      if (!this.#follow(topic, state, 'change', sequence, previousSequence)) continue;
      this.#enter(topic, state, 'change', symbol, exchangeTimeMs, sequence, previousSequence);
      for (const level of levels) this.#pass(level);
      this.endFrame();
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
