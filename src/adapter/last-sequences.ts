// Remembers the last sequence number that each topic has delivered, so that a gap can say where it begins.
import type { Batch } from '../batch/batch.js';
import type { NameTable } from '../batch/name-table.js';

/** Kinds whose events bear a sequence. A batch mostly brings one of them, and views of the others would cost more than the look. */
const NUMBERED = ['trades', 'quotes', 'books'] as const;

export class LastSequences {
  #epoch = 0;
  #byName = new Float64Array(64).fill(Number.NaN);
  #names: NameTable | undefined;

  /** Called for every batch: one pass over two columns, no allocation. */
  note(batch: Batch, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#names = batch.names;
    for (const kind of NUMBERED) {
      if (batch.has(kind)) this.#noteColumns(batch[kind].topicIndex, batch[kind].sequence);
    }
  }

  /** Undefined where the topic brought nothing in this epoch, or its venue does not number events. */
  of(topic: string, epoch: number): number | undefined {
    const index = epoch === this.#epoch ? (this.#names?.indexOf(topic) ?? -1) : -1;
    const sequence = this.#byName[index];
    return sequence === undefined || Number.isNaN(sequence) ? undefined : sequence;
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#byName.fill(Number.NaN);
  }

  #noteColumns(topics: Uint32Array, sequences: Float64Array): void {
    for (let row = 0; row < topics.length; row += 1) {
      const index = topics[row] as number;
      if (index >= this.#byName.length) this.#grow(index);
      this.#byName[index] = sequences[row] as number;
    }
  }

  #grow(index: number): void {
    const larger = new Float64Array(Math.max(index + 1, this.#byName.length * 2)).fill(Number.NaN);
    larger.set(this.#byName);
    this.#byName = larger;
  }
}
