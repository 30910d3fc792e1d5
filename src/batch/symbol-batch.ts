// Views of events that have a topic, a symbol, a venue time and a sequence: trades, quotes and books.
import { EventBatch } from './event-batch.js';
import { column } from './layout.js';

export abstract class SymbolBatch<Event> extends EventBatch<Event> {
  /** Milliseconds since the Unix epoch on the venue's clock, NaN where it does not say. */
  get exchangeTimeMs(): Float64Array {
    return this.floatColumn(column.exchangeTimeMs);
  }

  /** The venue's counter, NaN where it has none. */
  get sequence(): Float64Array {
    return this.floatColumn(column.sequence);
  }

  /** Number of the topic; see `topicIndexOf`. */
  get topicIndex(): Uint32Array {
    return this.integerColumn(column.topic);
  }

  /** Number of the symbol; see `symbolIndexOf`. */
  get symbolIndex(): Uint32Array {
    return this.integerColumn(column.symbol);
  }

  // For the library's own look at each run of events: without a view per column, of which a batch of one event would need four.

  /** @internal The topic's number of event `index`, unchecked. */
  topicNumberAt(index: number): number {
    return this.integer(column.topic, index);
  }

  /** @internal The symbol's number of event `index`, unchecked. */
  symbolNumberAt(index: number): number {
    return this.integer(column.symbol, index);
  }

  /** @internal The sequence of event `index`, unchecked. */
  sequenceAt(index: number): number {
    return this.float(column.sequence, index);
  }

  /** @internal The venue's time of event `index`, unchecked. */
  exchangeTimeAt(index: number): number {
    return this.float(column.exchangeTimeMs, index);
  }

  /** The different symbols of this batch, in the order of their first event. */
  get symbols(): readonly string[] {
    return [...new Set(this.symbolIndex)].map((index) => this.source.names.at(index));
  }

  /**
   * The number of a symbol, to compare with `symbolIndex` while scanning. It stays the same for the epoch, so it may be kept until
   * the next one; -1 while the epoch has not brought the symbol. With `redundancy`, and while a connection is replaced, batches of two
   * epochs take turns: look it up in each batch then.
   */
  symbolIndexOf(symbol: string): number {
    return this.source.names.indexOf(symbol);
  }

  /** The same for topics. */
  topicIndexOf(topic: string): number {
    return this.source.names.indexOf(topic);
  }

  /** The topic that event `index` came by. */
  topic(index: number): string {
    this.check(index);
    return this.source.names.at(this.integer(column.topic, index));
  }

  /** The instrument of event `index`. */
  symbol(index: number): string {
    this.check(index);
    return this.source.names.at(this.integer(column.symbol, index));
  }

  /** The events of one topic as plain objects. */
  *ofTopic(topic: string): IterableIterator<Event> {
    const wanted = this.topicIndexOf(topic);
    if (wanted < 0) return;
    const { topicIndex, length } = this;
    for (let index = 0; index < length; index += 1) if (topicIndex[index] === wanted) yield this.at(index);
  }
}
