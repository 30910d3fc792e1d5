// The book updates of a batch.
import type { BookLevel, BookUpdate } from '../market.js';
import type { BatchSource } from './batch-source.js';
import { column, header, shapes } from './layout.js';
import { LevelTable } from './level-table.js';
import { SymbolBatch } from './symbol-batch.js';

/**
 * Book updates in columns: snapshots and changes, or with the option `books: { depth }` snapshots alone, each of which is a whole book of
 * the best levels and stands for all before it. The levels of all updates are one table of their own; update `i` owns `levelCount[i]` of its rows from
 * `firstLevel[i]` on, bids and asks in the order the venue sent them. Applying them to a book without an object per level:
 *
 *     const { firstLevel, levelCount, levelSide, levelPrice, levelAmount } = batch.books;
 *     for (let l = firstLevel[i], end = l + levelCount[i]; l < end; l++) book.set(levelSide[l], levelPrice[l], levelAmount[l]);
 *
 * What is safe to keep: see {@link EventBatch}.
 */
export class BookBatch extends SymbolBatch<BookUpdate> {
  #levels: LevelTable | undefined;

  constructor(source: BatchSource) {
    super(source, shapes.books, source.offsets.books, source.count(header.books));
  }

  /** The number this update follows, NaN where the venue does not say. */
  get previousSequence(): Float64Array {
    return this.floatColumn(3);
  }

  /** Row of an update's first level. */
  get firstLevel(): Uint32Array {
    return this.integerColumn(3);
  }

  get levelCount(): Uint32Array {
    return this.integerColumn(4);
  }

  /** 1 for a snapshot: its levels are the whole book, or all of its best levels. 0 for a change: they alter what is there. */
  get isSnapshot(): Uint8Array {
    return this.byteColumn(0);
  }

  get levelPrice(): Float64Array {
    return this.#levelTable.price;
  }

  /** 0 removes the price. */
  get levelAmount(): Float64Array {
    return this.#levelTable.amount;
  }

  /** 0 for bid, 1 for ask. */
  get levelSide(): Uint8Array {
    return this.#levelTable.side;
  }

  /** The bids of update `index` as plain objects, in the order the venue sent them. */
  bids(index: number): BookLevel[] {
    return this.#levelsOf(index, 0);
  }

  /** The asks of update `index` as plain objects, in the order the venue sent them. */
  asks(index: number): BookLevel[] {
    return this.#levelsOf(index, 1);
  }

  at(index: number): BookUpdate {
    return {
      topic: this.topic(index),
      symbol: this.symbol(index),
      type: this.byte(0, index) === 1 ? 'snapshot' : 'change',
      exchangeTimeMs: this.float(column.exchangeTimeMs, index),
      receivedAtNs: this.float(column.receivedAtNs, index),
      sequence: this.float(column.sequence, index),
      previousSequence: this.float(3, index),
      bids: this.bids(index),
      asks: this.asks(index),
    };
  }

  get #levelTable(): LevelTable {
    this.#levels ??= new LevelTable(this.source);
    return this.#levels;
  }

  #levelsOf(index: number, side: number): BookLevel[] {
    this.check(index);
    return this.#levelTable.ofSide(side, this.integer(3, index), this.integer(4, index));
  }
}
