// Remembers the last sequence number that each topic has delivered, so that a gap can say where it begins, and when that was received.
// Two columns more per batch; nothing is allocated.
import type { Batch } from '../batch/batch.js';
import type { NameTable } from '../batch/name-table.js';

export class LastSequences {
  #epoch = 0;
  #byName = new Float64Array(64).fill(Number.NaN);
  #receivedAtNs = new Float64Array(64).fill(Number.NaN);
  /** Of topics whose data does not come in batches. */
  readonly #privateAtNs = new Map<string, number>();
  #names: NameTable | undefined;

  /** Called for every batch: one pass over two columns, no allocation. */
  note(batch: Batch, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#names = batch.names;
    this.#noteColumns(batch.trades.topicIndex, batch.trades.receivedAtNs, batch.trades.sequence);
    this.#noteColumns(batch.quotes.topicIndex, batch.quotes.receivedAtNs, batch.quotes.sequence);
    this.#noteColumns(batch.books.topicIndex, batch.books.receivedAtNs, batch.books.sequence);
    this.#noteColumns(batch.messages.topicIndex, batch.messages.receivedAtNs);
  }

  /** Undefined where the topic brought nothing in this epoch, or its venue does not number events. */
  of(topic: string, epoch: number): number | undefined {
    const index = epoch === this.#epoch ? (this.#names?.indexOf(topic) ?? -1) : -1;
    const sequence = this.#byName[index];
    return sequence === undefined || Number.isNaN(sequence) ? undefined : sequence;
  }

  /** An event of a private topic. */
  notePrivate(topic: string, receivedAtNs: number, epoch: number): void {
    if (epoch !== this.#epoch) this.#startEpoch(epoch);
    this.#privateAtNs.set(topic, receivedAtNs);
  }

  /** When the topic's last data was received; undefined where it brought none in this epoch. */
  receivedAtNs(topic: string, epoch: number): number | undefined {
    if (epoch !== this.#epoch) return undefined;
    const receivedAtNs = this.#receivedAtNs[this.#names?.indexOf(topic) ?? -1];
    return receivedAtNs === undefined || Number.isNaN(receivedAtNs)
      ? this.#privateAtNs.get(topic)
      : receivedAtNs;
  }

  #startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#byName.fill(Number.NaN);
    this.#receivedAtNs.fill(Number.NaN);
    this.#privateAtNs.clear();
    this.#names = undefined;
  }

  #noteColumns(topics: Uint32Array, receivedAtNs: Float64Array, sequences?: Float64Array): void {
    for (let row = 0; row < topics.length; row += 1) {
      const index = topics[row] as number;
      if (index >= this.#byName.length) this.#grow(index);
      this.#receivedAtNs[index] = receivedAtNs[row] as number;
      if (sequences !== undefined) this.#byName[index] = sequences[row] as number;
    }
  }

  #grow(index: number): void {
    const size = Math.max(index + 1, this.#byName.length * 2);
    this.#byName = enlarged(this.#byName, size);
    this.#receivedAtNs = enlarged(this.#receivedAtNs, size);
  }
}

function enlarged(values: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size).fill(Number.NaN);
  larger.set(values);
  return larger;
}
