// Remembers when one connection last received data of each topic. Nothing is allocated per event.
import type { Batch } from '../batch/batch.js';
import type { NameTable } from '../batch/name-table.js';

const kinds = ['trades', 'quotes', 'books', 'messages'] as const;

export class DataTimes {
  #epoch = 0;
  #byName = new Float64Array(64).fill(Number.NaN);
  #names: NameTable | undefined;
  /** Of topics whose data does not come in batches. */
  readonly #privateAtNs = new Map<string, number>();

  note(batch: Batch, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#names = batch.names;
    for (const kind of kinds) {
      if (batch.has(kind)) this.#noteColumns(batch[kind].topicIndex, batch[kind].receivedAtNs);
    }
  }

  /** An event of a private topic. */
  notePrivate(topic: string, receivedAtNs: number, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#privateAtNs.set(topic, receivedAtNs);
  }

  /** Undefined where the topic brought nothing in this epoch. */
  of(topic: string, epoch: number): number | undefined {
    if (epoch !== this.#epoch) return undefined;
    const receivedAtNs = this.#byName[this.#names?.indexOf(topic) ?? -1];
    return receivedAtNs === undefined || Number.isNaN(receivedAtNs)
      ? this.#privateAtNs.get(topic)
      : receivedAtNs;
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#byName.fill(Number.NaN);
    this.#privateAtNs.clear();
    this.#names = undefined;
  }

  #noteColumns(topics: Uint32Array, receivedAtNs: Float64Array): void {
    const { length } = topics;
    for (let row = 0; row < length; row += 1) {
      const index = topics[row] as number;
      // Of a run of one topic only the last counts.
      if (row + 1 < length && topics[row + 1] === index) continue;
      if (index >= this.#byName.length) this.#grow(index);
      this.#byName[index] = receivedAtNs[row] as number;
    }
  }

  #grow(index: number): void {
    const larger = new Float64Array(Math.max(index + 1, this.#byName.length * 2)).fill(Number.NaN);
    larger.set(this.#byName);
    this.#byName = larger;
  }
}
