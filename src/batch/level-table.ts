// The levels of all book updates of a batch: one table, of which each update owns a run.
import type { BookLevel } from '../market.js';
import type { BatchSource } from './batch-source.js';
import { EventBatch } from './event-batch.js';
import { flags, header, shapes } from './layout.js';

export class LevelTable extends EventBatch<BookLevel> {
  readonly #hasTexts: boolean;

  constructor(source: BatchSource) {
    const hasTexts = source.hasFlag(flags.levelTexts);
    super(source, shapes.levels, source.offsets.levels, source.count(header.levels), hasTexts);
    this.#hasTexts = hasTexts;
  }

  get price(): Float64Array {
    return this.floatColumn(0);
  }

  get amount(): Float64Array {
    return this.floatColumn(1);
  }

  /** 0 for bid, 1 for ask. */
  get side(): Uint8Array {
    return this.byteColumn(0);
  }

  /** The levels of one side in a run, as plain objects in the venue's order. */
  ofSide(side: number, first: number, count: number): BookLevel[] {
    const levels: BookLevel[] = [];
    const end = first + count;
    for (let index = first; index < end; index += 1)
      if (this.byte(0, index) === side) levels.push(this.at(index));
    return levels;
  }

  at(index: number): BookLevel {
    const level: BookLevel = { price: this.float(0, index), amount: this.float(1, index) };
    return this.#hasTexts ? this.#withTexts(level, index) : level;
  }

  #withTexts(level: BookLevel, index: number): BookLevel {
    const offset = this.integer(0, index);
    const priceStored = this.integer(1, index);
    const priceText = this.source.optionalText(offset, priceStored);
    const amountText = this.source.optionalText(
      offset + Math.max(0, priceStored - 1),
      this.integer(2, index),
    );
    return {
      ...level,
      ...(priceText === undefined ? {} : { priceText }),
      ...(amountText === undefined ? {} : { amountText }),
    };
  }
}
