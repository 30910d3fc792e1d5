// Remembers the last sequence number that each topic has delivered, so that a gap can say where it begins.
import type { Batch } from '../batch/batch.js';

export class LastSequences {
  #epoch = 0;
  #byName = new Float64Array(64).fill(Number.NaN);
  #nameOf: (index: number) => string = () => '';
  #names = 0;

  /** Called for every batch: one pass over two columns, no allocation. */
  note(batch: Batch, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#nameOf = (index) => batch.nameAt(index);
    this.#noteColumns(batch.trades.topicIndex, batch.trades.sequence);
    this.#noteColumns(batch.quotes.topicIndex, batch.quotes.sequence);
    this.#noteColumns(batch.books.topicIndex, batch.books.sequence);
  }

  /** Undefined where the topic brought nothing in this epoch, or its venue does not number events. */
  of(topic: string, epoch: number): number | undefined {
    if (epoch !== this.#epoch) return undefined;
    for (let index = 0; index < this.#names; index += 1) {
      const sequence = this.#byName[index];
      if (sequence !== undefined && !Number.isNaN(sequence) && this.#nameOf(index) === topic) return sequence;
    }
    return undefined;
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#names = 0;
    this.#byName.fill(Number.NaN);
  }

  #noteColumns(topics: Uint32Array, sequences: Float64Array): void {
    for (let row = 0; row < topics.length; row += 1) {
      const index = topics[row] as number;
      if (index >= this.#byName.length) this.#grow(index);
      this.#byName[index] = sequences[row] as number;
      if (index >= this.#names) this.#names = index + 1;
    }
  }

  #grow(index: number): void {
    const larger = new Float64Array(Math.max(index + 1, this.#byName.length * 2)).fill(Number.NaN);
    larger.set(this.#byName);
    this.#byName = larger;
  }
}
