// Collects the events of one batch in the worker's thread; sealing.ts makes one buffer of them.
// It is reused from batch to batch, so that a steady feed allocates nothing but the buffers that cross.
import type { Gap, Side } from '../market.js';
import { ByteStore } from './byte-store.js';
import { column, shapes } from './layout.js';
import { PayloadStore } from './payload-store.js';
import { Rows } from './rows.js';

/** Topic of a row that was taken out and is skipped when the batch is sealed. */
export const TAKEN_OUT = 0xffff_ffff;
/** What `visitTopics` says for frames, which have no topic. */
export const TOPICLESS = -1;

/** A gap and how many events had arrived before it. */
export interface PlacedGap {
  readonly gap: Gap;
  readonly order: number;
}

export class BatchWriter {
  readonly trades = new Rows(shapes.trades);
  readonly quotes = new Rows(shapes.quotes);
  readonly books = new Rows(shapes.books);
  levels = new Rows(shapes.levels);
  readonly messages = new Rows(shapes.messages);
  readonly frames = new Rows(shapes.frames);
  texts = new ByteStore();
  payloads = new PayloadStore();
  gaps: PlacedGap[] = [];
  /** Events and gaps that wait here. */
  entries = 0;
  /** About what they take in a batch. */
  bytes = 0;
  /** Rows that were taken out by conflation and wait to be closed up. */
  takenOut = 0;
  takenOutBytes = 0;
  tradeTexts = false;
  levelTexts = false;
  #order = 0;
  readonly #symbolTables = [this.trades, this.quotes, this.books];
  readonly #topicTables = [...this.#symbolTables, this.messages];

  trade(
    receivedAtNs: number,
    topic: number,
    symbol: number,
    side: Side,
    price: number,
    amount: number,
    exchangeTimeMs: number,
    sequence: number,
    id: string,
    priceText: string | undefined,
    amountText: string | undefined,
  ): void {
    const { trades: rows, texts } = this;
    const row = rows.add();
    const { floats, integers } = rows;
    const float = row * 5;
    floats[float] = receivedAtNs;
    floats[float + 1] = exchangeTimeMs;
    floats[float + 2] = sequence;
    floats[float + 3] = price;
    floats[float + 4] = amount;
    const integer = row * 8;
    const textOffset = texts.length;
    integers[integer] = this.#order++;
    integers[integer + 1] = topic;
    integers[integer + 2] = symbol;
    integers[integer + 3] = textOffset;
    integers[integer + 4] = texts.addText(id);
    integers[integer + 5] = priceText === undefined ? 0 : this.#tradeText(priceText);
    integers[integer + 6] = amountText === undefined ? 0 : this.#tradeText(amountText);
    integers[integer + 7] = side === 'buy' ? 0 : 1;
    this.entries += 1;
    this.bytes += rows.rowBytes + texts.length - textOffset;
  }

  quote(
    receivedAtNs: number,
    topic: number,
    symbol: number,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void {
    const rows = this.quotes;
    const row = rows.add();
    const { floats, integers } = rows;
    const float = row * 7;
    floats[float] = receivedAtNs;
    floats[float + 1] = exchangeTimeMs;
    floats[float + 2] = sequence;
    floats[float + 3] = bidPrice;
    floats[float + 4] = bidAmount;
    floats[float + 5] = askPrice;
    floats[float + 6] = askAmount;
    this.#name(integers, row * 3, topic, symbol);
    this.#count(rows.rowBytes);
  }

  book(
    receivedAtNs: number,
    topic: number,
    symbol: number,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
  ): void {
    const rows = this.books;
    const row = rows.add();
    const { floats, integers } = rows;
    const float = row * 4;
    floats[float] = receivedAtNs;
    floats[float + 1] = exchangeTimeMs;
    floats[float + 2] = sequence;
    floats[float + 3] = previousSequence;
    const integer = row * 6;
    this.#name(integers, integer, topic, symbol);
    integers[integer + 3] = this.levels.count;
    integers[integer + 4] = 0;
    integers[integer + 5] = type === 'snapshot' ? 1 : 0;
    this.#count(rows.rowBytes);
  }

  /** Adds a level to the book update that was added last. */
  level(
    side: 'bid' | 'ask',
    price: number,
    amount: number,
    priceText: string | undefined,
    amountText: string | undefined,
  ): void {
    const { levels: rows, texts } = this;
    const row = rows.add();
    rows.floats[row * 2] = price;
    rows.floats[row * 2 + 1] = amount;
    const { integers } = rows;
    const integer = row * 4;
    const textOffset = texts.length;
    integers[integer] = textOffset;
    integers[integer + 1] = priceText === undefined ? 0 : this.#levelText(priceText);
    integers[integer + 2] = amountText === undefined ? 0 : this.#levelText(amountText);
    integers[integer + 3] = side === 'bid' ? 0 : 1;
    this.books.integers[(this.books.count - 1) * 6 + 4]! += 1;
    this.bytes += rows.rowBytes + texts.length - textOffset;
  }

  message(receivedAtNs: number, topic: number, text: string | Uint8Array): void {
    const { messages: rows, payloads } = this;
    const row = rows.add();
    rows.floats[row] = receivedAtNs;
    const { integers } = rows;
    const integer = row * 5;
    integers[integer] = this.#order++;
    integers[integer + 1] = topic;
    integers[integer + 2] = payloads.length;
    const length = payloads.addText(text);
    integers[integer + 3] = length;
    integers[integer + 4] = payloads.lastIsAscii ? 1 : 0;
    this.#count(rows.rowBytes + length);
  }

  frame(receivedAtNs: number, data: Uint8Array, isBinary: boolean): void {
    const { frames: rows, payloads } = this;
    const row = rows.add();
    rows.floats[row] = receivedAtNs;
    const { integers } = rows;
    const integer = row * 4;
    integers[integer] = this.#order++;
    integers[integer + 1] = payloads.length;
    integers[integer + 2] = payloads.addBytes(data);
    integers[integer + 3] = isBinary ? 1 : 0;
    this.#count(rows.rowBytes + data.length);
  }

  gap(gap: Gap): void {
    this.gaps.push({ gap, order: this.#order });
    this.#count(4);
  }

  /** When the frame of the oldest event that waits here was read; 0 where none does. Events come in the order of their reads. */
  get oldestAtNs(): number {
    if (this.entries === 0) return 0;
    let oldestAtNs = Number.POSITIVE_INFINITY;
    for (const rows of this.#topicTables) {
      const row = this.takenOut === 0 ? 0 : firstKept(rows);
      if (row < rows.count) oldestAtNs = Math.min(oldestAtNs, rows.floats[row * rows.shape.floats]!);
    }
    if (this.frames.count > 0) oldestAtNs = Math.min(oldestAtNs, this.frames.floats[0]!);
    return oldestAtNs === Number.POSITIVE_INFINITY ? 0 : oldestAtNs;
  }

  /** Visits the topic and the sequence of every event, kind by kind. */
  visitTopics(visit: (topic: number, sequence: number) => void): void {
    for (const rows of this.#symbolTables) {
      if (rows.count === 0) continue;
      const { floats, integers, width, shape } = rows;
      for (let row = 0; row < rows.count; row += 1) {
        const topic = integers[row * width + column.topic]!;
        if (topic !== TAKEN_OUT) visit(topic, floats[row * shape.floats + column.sequence]!);
      }
    }
    const { integers, width } = this.messages;
    for (let row = 0; row < this.messages.count; row += 1) {
      const topic = integers[row * width + column.topic]!;
      if (topic !== TAKEN_OUT) visit(topic, Number.NaN);
    }
    for (let row = 0; row < this.frames.count; row += 1) visit(TOPICLESS, Number.NaN);
  }

  clear(): void {
    this.trades.clear();
    this.quotes.clear();
    this.books.clear();
    this.levels.clear();
    this.messages.clear();
    this.frames.clear();
    this.texts.clear();
    this.payloads.clear();
    if (this.gaps.length > 0) this.gaps = [];
    this.entries = 0;
    this.bytes = 0;
    this.takenOut = 0;
    this.takenOutBytes = 0;
    this.#order = 0;
    this.tradeTexts = false;
    this.levelTexts = false;
  }

  #name(integers: Uint32Array, at: number, topic: number, symbol: number): void {
    integers[at] = this.#order++;
    integers[at + 1] = topic;
    integers[at + 2] = symbol;
  }

  #count(bytes: number): void {
    this.entries += 1;
    this.bytes += bytes;
  }

  #tradeText(text: string): number {
    this.tradeTexts = true;
    return this.texts.addText(text) + 1;
  }

  #levelText(text: string): number {
    this.levelTexts = true;
    return this.texts.addText(text) + 1;
  }
}

function firstKept({ integers, width, count }: Rows): number {
  let row = 0;
  while (row < count && integers[row * width + column.topic] === TAKEN_OUT) row += 1;
  return row;
}
