// Books whose beginning the socket never sends: the snapshot is fetched over HTTP while the changes that arrive meanwhile are kept,
// then both are put together in the venue's order.
import type { BookFeed, DecodeSink, HttpCall } from '../src/exchanges/exchange.js';

/** A change that waits for its snapshot. */
export interface WaitingChange {
  readonly symbol: string;
  readonly exchangeTimeMs: number;
  readonly sequence: number;
  readonly previousSequence: number;
  readonly receivedAtNs: number;
  readonly levels: Parameters<DecodeSink['level']>[];
}

export interface BookSnapshotsOptions {
  readonly feed: BookFeed;
  fetch(call: HttpCall): Promise<unknown>;
  /** The snapshot, as the exchange tells it. */
  begin(topic: string, symbol: string, exchangeTimeMs: number, sequence: number): void;
  level(...level: Parameters<DecodeSink['level']>): void;
  /** The changes of a topic whose snapshot has just been told, oldest first. */
  replay(topic: string, changes: readonly WaitingChange[]): void;
  /** The snapshot cannot be had: what is wrong, in words. */
  failed(topic: string, problem: string): void;
}

/** Changes that may wait for one snapshot; a snapshot that takes longer is asked for again. */
const MAX_WAITING = 5000;
const MAX_TRIES = 3;

export class BookSnapshots {
  readonly #options: BookSnapshotsOptions;
  readonly #waiting = new Map<string, WaitingChange[]>();

  constructor(options: BookSnapshotsOptions) {
    this.#options = options;
  }

  /** True where the topic's snapshot comes by HTTP. */
  has(topic: string): boolean {
    return this.#options.feed.snapshot?.(topic) !== undefined;
  }

  /** Keeps a change for later and sees to it that the snapshot is on its way. */
  keep(topic: string, change: WaitingChange): void {
    const waiting = this.begin(topic);
    // The oldest are covered by the snapshot that is still to come, or by a gap that its rule will find.
    if (waiting.length >= MAX_WAITING) waiting.shift();
    waiting.push(change);
  }

  /** Sees to it that the snapshot is on its way. Returns the changes that wait for it. */
  begin(topic: string): WaitingChange[] {
    const known = this.#waiting.get(topic);
    if (known !== undefined) return known;
    const waiting: WaitingChange[] = [];
    this.#waiting.set(topic, waiting);
    void this.#fetch(topic, 1);
    return waiting;
  }

  /** What an exchange calls to tell a snapshot; nothing else is in such an answer. */
  #sink(): DecodeSink {
    const { begin, level } = this.#options;
    const book: DecodeSink['book'] = (topic, symbol, _type, exchangeTimeMs, sequence) =>
      begin(topic, symbol, exchangeTimeMs, sequence);
    return { book, level } as DecodeSink;
  }

  async #fetch(topic: string, tries: number): Promise<void> {
    const { feed, fetch, replay, failed } = this.#options;
    const call = feed.snapshot?.(topic);
    if (call === undefined) return;
    try {
      const problem = feed.readSnapshot?.(topic, await fetch(call), this.#sink());
      if (problem !== undefined) throw new Error(problem);
      const waiting = this.#waiting.get(topic) ?? [];
      this.#waiting.delete(topic);
      replay(topic, waiting);
    } catch (error) {
      if (tries < MAX_TRIES) return this.#fetch(topic, tries + 1);
      this.#waiting.delete(topic);
      failed(topic, error instanceof Error ? error.message : String(error));
    }
  }
}
