// One growing table of the worker's thread. Rows lie one after another while they are written (one cache line or two per event);
// sealing turns them into columns.
import type { TableShape } from './layout.js';
import { rowBytes } from './layout.js';

const FIRST_CAPACITY = 16;
/** Capacity that is kept for the next batch; what a flood needed beyond it is given back. */
const KEPT_CAPACITY = 16_384;

/** Views over the whole of a batch's buffer. */
export interface Target {
  readonly floats: Float64Array;
  readonly integers: Uint32Array;
  readonly bytes: Uint8Array;
}

export class Rows {
  readonly shape: TableShape;
  /** Uint32 values per row: integers, texts, bytes. */
  readonly width: number;
  /** Bytes per row in a batch, texts left out. */
  readonly rowBytes: number;
  floats = new Float64Array(0);
  integers = new Uint32Array(0);
  count = 0;
  #capacity = 0;

  constructor(shape: TableShape) {
    this.shape = shape;
    this.width = shape.integers + shape.texts + shape.bytes;
    this.rowBytes = rowBytes(shape);
  }

  /** Makes room for one more row and returns its place. */
  add(): number {
    if (this.count === this.#capacity) this.#grow();
    return this.count++;
  }

  /** Moves a row to a lower place, to close the holes of rows that were taken out. */
  move(from: number, to: number): void {
    if (from === to) return;
    const { floats } = this.shape;
    this.floats.copyWithin(to * floats, from * floats, (from + 1) * floats);
    this.integers.copyWithin(to * this.width, from * this.width, (from + 1) * this.width);
  }

  clear(): void {
    this.count = 0;
    if (this.#capacity <= KEPT_CAPACITY) return;
    this.floats = new Float64Array(0);
    this.integers = new Uint32Array(0);
    this.#capacity = 0;
  }

  /** Writes the rows as columns, from this byte on. */
  seal(target: Target, offset: number, withTexts: boolean): void {
    const { shape, count } = this;
    if (count === 0) return;
    const integers = shape.integers + (withTexts ? shape.texts : 0);
    const integersAt = offset / 4 + shape.floats * count * 2;
    transposeFloats(this, target.floats, offset / 8);
    transposeIntegers(this, integers, target.integers, integersAt);
    transposeBytes(this, this.width - shape.bytes, target.bytes, (integersAt + integers * count) * 4);
  }

  #grow(): void {
    this.#capacity = Math.max(FIRST_CAPACITY, this.#capacity * 2);
    const floats = new Float64Array(this.#capacity * this.shape.floats);
    floats.set(this.floats);
    this.floats = floats;
    const integers = new Uint32Array(this.#capacity * this.width);
    integers.set(this.integers);
    this.integers = integers;
  }
}

// One function for each pair of array types, though they read the same: V8 compiles typed-array access for one type well and for
// several badly; a shared function made sealing three times slower.

function transposeFloats(rows: Rows, target: Float64Array, at: number): void {
  const { floats, count } = rows;
  const width = rows.shape.floats;
  let to = at;
  for (let place = 0; place < width; place += 1) {
    for (let row = 0, from = place; row < count; row += 1, from += width) target[to++] = floats[from]!;
  }
}

function transposeIntegers(rows: Rows, end: number, target: Uint32Array, at: number): void {
  const { integers, width, count } = rows;
  let to = at;
  for (let place = 0; place < end; place += 1) {
    for (let row = 0, from = place; row < count; row += 1, from += width) target[to++] = integers[from]!;
  }
}

function transposeBytes(rows: Rows, first: number, target: Uint8Array, at: number): void {
  const { integers, width, count } = rows;
  let to = at;
  for (let place = first; place < width; place += 1) {
    for (let row = 0, from = place; row < count; row += 1, from += width) target[to++] = integers[from]!;
  }
}
