// What the bot gets: everything of one batch, by kind in columns or all together in the order of arrival.
import type { BatchRead } from '../client/protocol.js';
import type { BookUpdate, Gap, Message, Quote, Trade } from '../market.js';
import { BatchSource } from './batch-source.js';
import { BookBatch } from './book-batch.js';
import { type Frame, FrameBatch } from './frame-batch.js';
import { header } from './layout.js';
import { MessageBatch } from './message-batch.js';
import type { NameTable } from './name-table.js';
import { QuoteBatch } from './quote-batch.js';
import { TradeBatch } from './trade-batch.js';

/** One thing of a batch in the order of arrival. Plain objects, safe to keep. */
export type BatchEvent =
  | { readonly kind: 'trade'; readonly trade: Trade }
  | { readonly kind: 'quote'; readonly quote: Quote }
  | { readonly kind: 'book'; readonly book: BookUpdate }
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'gap'; readonly gap: Gap };

/** Kinds of what a batch carries, by the names of its views. */
export type BatchKind = 'trades' | 'quotes' | 'books' | 'messages' | 'frames';

/**
 * One batch that crossed from the connection's thread. Views are made when they are asked for; kinds that are absent cost nothing.
 * All views share one buffer: what is safe to keep is said at each of them (objects, strings and numbers always are).
 */
export class Batch implements Iterable<BatchEvent> {
  /** Number of events and frames of all kinds; gaps are not counted. */
  readonly length: number;
  /** Gaps in the streams of topics. Where they stand between the events, iterating the batch tells. */
  readonly gaps: readonly Gap[];
  readonly #source: BatchSource;
  #trades: TradeBatch | undefined;
  #quotes: QuoteBatch | undefined;
  #books: BookBatch | undefined;
  #messages: MessageBatch | undefined;
  #frames: FrameBatch | undefined;

  /** @internal Adds the names that came with the batch to the epoch's; so the batches of an epoch are opened in their order, each once. */
  constructor(read: BatchRead, names: NameTable) {
    this.#source = new BatchSource(read.buffer, names);
    const words = this.#source.integers;
    if (read.names.length > 0) names.add(read.names, words[header.firstName]);
    this.gaps = read.gaps;
    this.length =
      words[header.trades]! +
      words[header.quotes]! +
      words[header.books]! +
      words[header.messages]! +
      words[header.frames]!;
  }

  /** The epoch's names so far, by the numbers in `topicIndex` and `symbolIndex`. */
  get names(): NameTable {
    return this.#source.names;
  }

  /** Whether there are events of this kind. A look at the buffer's header; unlike `batch.trades.length` it makes no view. */
  has(kind: BatchKind): boolean {
    return this.#source.integers[header[kind]]! > 0;
  }

  /** Bytes of the buffer. */
  get byteLength(): number {
    return this.#source.buffer.byteLength;
  }

  get trades(): TradeBatch {
    this.#trades ??= new TradeBatch(this.#source);
    return this.#trades;
  }

  get quotes(): QuoteBatch {
    this.#quotes ??= new QuoteBatch(this.#source);
    return this.#quotes;
  }

  get books(): BookBatch {
    this.#books ??= new BookBatch(this.#source);
    return this.#books;
  }

  get messages(): MessageBatch {
    this.#messages ??= new MessageBatch(this.#source);
    return this.#messages;
  }

  get frames(): FrameBatch {
    this.#frames ??= new FrameBatch(this.#source);
    return this.#frames;
  }

  /** Everything in the order of arrival, each gap where events are missing. */
  *[Symbol.iterator](): IterableIterator<BatchEvent> {
    const runs = this.#runs();
    for (let run = earliest(runs); run !== undefined; run = earliest(runs)) yield run.at(run.next++);
  }

  /** Gaps come first, because a gap stands before the event that has the same order. */
  #runs(): Run[] {
    const { trades, quotes, books, messages, frames, gaps } = this;
    const runs: Run[] = [
      { next: 0, order: this.gapOrder, at: (index) => ({ kind: 'gap', gap: gaps[index]! }) },
      { next: 0, order: trades.order, at: (index) => ({ kind: 'trade', trade: trades.at(index) }) },
      { next: 0, order: quotes.order, at: (index) => ({ kind: 'quote', quote: quotes.at(index) }) },
      { next: 0, order: books.order, at: (index) => ({ kind: 'book', book: books.at(index) }) },
      { next: 0, order: messages.order, at: (index) => ({ kind: 'message', message: messages.at(index) }) },
      { next: 0, order: frames.order, at: (index) => ({ kind: 'frame', frame: frames.at(index) }) },
    ];
    return runs.filter(({ order }) => order.length > 0);
  }

  /**
   * Where the gaps stand: what a gap tells of is missing before the first event with this `order` or a higher one. Gaps that the
   * buffer does not know were found after it was sealed: what is missing there came before all of it.
   */
  get gapOrder(): Uint32Array {
    const { integers, offsets } = this.#source;
    const placed = integers[header.gaps]!;
    const order = new Uint32Array(this.gaps.length);
    order.set(integers.subarray(offsets.gaps / 4, offsets.gaps / 4 + placed), this.gaps.length - placed);
    return order;
  }
}

/** One kind's events and how far they have been read. */
interface Run {
  next: number;
  readonly order: Uint32Array;
  at(index: number): BatchEvent;
}

function earliest(runs: readonly Run[]): Run | undefined {
  let first: Run | undefined;
  for (const run of runs) {
    if (run.next === run.order.length) continue;
    if (first === undefined || run.order[run.next]! < first.order[first.next]!) first = run;
  }
  return first;
}
