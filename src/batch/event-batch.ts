// What the views of all kinds share: columns made on first use, bounds, iteration.
import type { BatchSource } from './batch-source.js';
import { column, type TableShape } from './layout.js';

/** The columns made so far, by place. */
interface Columns {
  readonly floats: (Float64Array | undefined)[];
  readonly integers: (Uint32Array | undefined)[];
  readonly bytes: (Uint8Array | undefined)[];
}

/**
 * Events of one kind in columns: event `i` is `column[i]` of every column.
 *
 * What is safe to keep: numbers, strings and the objects of `at()` and of iteration are copies. A column (a typed array) is a view of
 * the buffer that all kinds of the batch share. The library never writes to that buffer again, so a kept column stays right, but it
 * keeps the whole batch in memory: keep `column.slice()` instead.
 */
export abstract class EventBatch<Event> implements Iterable<Event> {
  /** Number of events. */
  readonly length: number;
  protected readonly source: BatchSource;
  // Places of the first column of each width, counted in elements of that width.
  readonly #floatsAt: number;
  readonly #integersAt: number;
  readonly #bytesAt: number;
  #columns: Columns | undefined;

  constructor(source: BatchSource, shape: TableShape, offset: number, length: number, withTexts = false) {
    this.source = source;
    this.length = length;
    this.#floatsAt = offset / 8;
    this.#integersAt = offset / 4 + shape.floats * length * 2;
    const integers = shape.integers + (withTexts ? shape.texts : 0);
    this.#bytesAt = (this.#integersAt + integers * length) * 4;
  }

  /** When the thread read the frame: nanoseconds on this machine's monotonic clock. */
  get receivedAtNs(): Float64Array {
    return this.floatColumn(column.receivedAtNs);
  }

  /** Rises with arrival across all kinds of the batch. */
  get order(): Uint32Array {
    return this.integerColumn(column.order);
  }

  /** One event as a plain object, safe to keep. @throws RangeError where there is no such event. */
  abstract at(index: number): Event;

  /** The events as plain objects, in the order of arrival. */
  *[Symbol.iterator](): IterableIterator<Event> {
    const { length } = this;
    for (let index = 0; index < length; index += 1) yield this.at(index);
  }

  protected floatColumn(place: number): Float64Array {
    const { floats } = this.#made();
    let values = floats[place];
    if (values === undefined) {
      values = new Float64Array(this.source.buffer, (this.#floatsAt + place * this.length) * 8, this.length);
      floats[place] = values;
    }
    return values;
  }

  protected integerColumn(place: number): Uint32Array {
    const { integers } = this.#made();
    let values = integers[place];
    if (values === undefined) {
      values = new Uint32Array(this.source.buffer, (this.#integersAt + place * this.length) * 4, this.length);
      integers[place] = values;
    }
    return values;
  }

  protected byteColumn(place: number): Uint8Array {
    const { bytes } = this.#made();
    let values = bytes[place];
    if (values === undefined) {
      values = new Uint8Array(this.source.buffer, this.#bytesAt + place * this.length, this.length);
      bytes[place] = values;
    }
    return values;
  }

  #made(): Columns {
    this.#columns ??= { floats: [], integers: [], bytes: [] };
    return this.#columns;
  }

  // Single values come from views of the whole buffer: for a batch of one event that saves making a view per column.

  protected float(place: number, index: number): number {
    return this.source.floats[this.#floatsAt + place * this.length + index]!;
  }

  protected integer(place: number, index: number): number {
    return this.source.integers[this.#integersAt + place * this.length + index]!;
  }

  protected byte(place: number, index: number): number {
    return this.source.bytes[this.#bytesAt + place * this.length + index]!;
  }

  protected check(index: number): void {
    if (!(index >= 0 && index < this.length)) {
      throw new RangeError(
        `index ${index} is outside of the batch: it has ${this.length} events of this kind`,
      );
    }
  }
}
