// How many events of each topic a segment holds and the last sequence among them: what a gap needs to tell if the segment has to go.
import type { BatchWriter } from './writer.js';

export class TopicTally {
  readonly #topics = new Map<number, { count: number; lastSequence: number }>();
  total = 0;

  static of(writer: BatchWriter): TopicTally {
    const tally = new TopicTally();
    writer.visitTopics((topic, sequence) => tally.#add(topic, sequence));
    return tally;
  }

  visit(visit: (topic: number, count: number, lastSequence: number) => void): void {
    for (const [topic, { count, lastSequence }] of this.#topics) visit(topic, count, lastSequence);
  }

  #add(topic: number, sequence: number): void {
    this.total += 1;
    const entry = this.#topics.get(topic);
    if (entry === undefined) this.#topics.set(topic, { count: 1, lastSequence: sequence });
    else {
      entry.count += 1;
      if (!Number.isNaN(sequence)) entry.lastSequence = sequence;
    }
  }
}
