// What the best levels of a book were, by the changes alone: an adapter of its own that is told every change, and an OrderBook.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Adapter } from '../../src/adapter/adapter.js';
import type { BookUpdate, Gap } from '../../src/market.js';
import { type BookView, OrderBook } from '../../src/order-book.js';
import { waitFor } from '../support/wait-for.js';

/** A market that nobody moves and that brought nothing for so long has brought all it had. */
const STILL_MS = 200;

/** One state of the best levels, and the update that brought it about. */
export type TopState = BookView;

/** Follows the changes of a topic and remembers each state that differs from the one before. */
export class BookWitness {
  readonly states: TopState[] = [];
  updates = 0;
  readonly #book: OrderBook;

  /** `window`: levels per side that the venue keeps of the book. */
  constructor(adapter: Adapter, topic: string, depth: number, window?: number) {
    this.#book = new OrderBook(window === undefined ? {} : { depth: window });
    adapter.on('books', (batch) => {
      for (const update of batch) if (update.topic === topic) this.#apply(update, depth);
    });
  }

  #apply(update: BookUpdate, depth: number): void {
    this.updates += 1;
    this.#book.apply(update);
    const state = this.#book.top(depth);
    if (!isSame(state, this.states.at(-1))) this.states.push(state);
  }

  get last(): TopState | undefined {
    return this.states.at(-1);
  }

  /** @throws where one of the states is none that the book was in. */
  expectSaw(states: readonly TopState[]): void {
    const own = new Set(this.states.map(levelsOf));
    expect(states.filter((state) => !own.has(levelsOf(state)))).to.deep.equal([]);
  }
}

/** Snapshots of a topic as they were delivered, and its gaps. */
export class TopListener {
  readonly states: TopState[] = [];
  readonly gaps: Gap[] = [];
  /** States, and reasons of gaps, in their order. */
  readonly order: (number | string)[] = [];

  constructor(adapter: Adapter, topic: string) {
    adapter.on('gap', (gap) => {
      if (gap.topic !== topic) return;
      this.gaps.push(gap);
      this.order.push(gap.reason);
    });
    adapter.on('books', (batch) => {
      for (const update of batch) if (update.topic === topic) this.#take(update);
    });
  }

  #take({ type, sequence, previousSequence, exchangeTimeMs, bids, asks }: BookUpdate): void {
    expect(type).to.equal('snapshot');
    expect(Number.isNaN(previousSequence)).to.equal(true);
    this.order.push(sequence);
    this.states.push({ sequence, exchangeTimeMs, bids, asks });
  }

  get last(): TopState | undefined {
    return this.states.at(-1);
  }

  /** Resolves once the market stands still and its last state has been delivered. */
  async caughtUp(witness: BookWitness): Promise<void> {
    let updates = -1;
    await waitFor(async () => {
      await sleep(STILL_MS);
      const isStill = updates === witness.updates;
      updates = witness.updates;
      return isStill && witness.last !== undefined && isSame(this.last, witness.last);
    }, 'the last state of the book');
  }
}

export function isSame(one: TopState | undefined, other: TopState | undefined): boolean {
  return levelsOf(one) === levelsOf(other);
}

function levelsOf(state: TopState | undefined): string {
  return JSON.stringify([state?.bids, state?.asks]);
}
