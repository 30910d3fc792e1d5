// What an adapter told, written down in the order it was told: every event with its sequence, every gap, status and exit.
// Append-only; what is too much to keep as objects is kept in columns.
import type {
  Adapter,
  AdapterStats,
  BookBatch,
  Exit,
  Gap,
  SocketStatus,
  TradeBatch,
} from '../../../src/index.js';
import { orderEventKey } from '../host/journal-file.js';

/** The events of one topic in the order they were delivered. */
export interface DeliveredTopic {
  readonly sequences: number[];
  /** Number of the record (one batch is one) that each came in. */
  readonly marks: number[];
  /** Whether it was a whole book. */
  readonly snapshots: boolean[];
}

export interface ToldGap {
  readonly mark: number;
  readonly gap: Gap;
}

/** What the adapter said became of an order. */
export interface OrderClaim {
  readonly label: string;
  readonly outcome: string;
  readonly error?: string;
}

export interface ClientRecord {
  readonly topics: ReadonlyMap<string, DeliveredTopic>;
  readonly gaps: readonly ToldGap[];
  readonly exits: readonly Exit[];
  readonly orders: readonly OrderClaim[];
  /** What was told to have become of orders, by `orderEventKey`. */
  readonly orderEvents: readonly { readonly mark: number; readonly key: string }[];
  /** Whether that was asked for. */
  readonly asksForOrders: boolean;
  /** Whether it came to rest and asked for no more before it was closed. */
  readonly isAtRest: boolean;
  /** What must never happen, in words. */
  readonly violations: readonly string[];
  readonly events: number;
}

export class ClientLog implements ClientRecord {
  readonly topics = new Map<string, DeliveredTopic>();
  readonly gaps: ToldGap[] = [];
  readonly exits: Exit[] = [];
  readonly statuses: SocketStatus[] = [];
  readonly orders: OrderClaim[] = [];
  readonly orderEvents: { mark: number; key: string }[] = [];
  readonly asksForOrders: boolean;
  isAtRest = false;
  readonly violations: string[] = [];
  /** Stats at the end. */
  stats: AdapterStats | undefined;
  events = 0;
  #mark = 0;
  /** Epochs that have exited; with a rotation the older one need not be the first. */
  readonly #dead = new Set<number>();

  constructor(adapter: Adapter, asksForOrders: boolean) {
    this.asksForOrders = asksForOrders;
    adapter
      .on('trades', (trades) => this.#deliver(trades, adapter))
      .on('books', (books) => this.#deliver(books, adapter))
      .on('gap', (gap) => this.gaps.push({ mark: this.#next(), gap }))
      .on('order', ({ clientOrderId, state }) => {
        this.orderEvents.push({ mark: this.#next(), key: orderEventKey(clientOrderId, state) });
      })
      .on('status', (status) => this.statuses.push(status))
      .on('exit', (exit) => this.#exit(exit));
  }

  lastOf(topic: string): number | undefined {
    return this.topics.get(topic)?.sequences.at(-1);
  }

  /** States and steps in short, for the message of a failure. */
  get story(): string {
    const states = this.statuses.slice(-12).map(({ state, step }) => (step === undefined ? state : step));
    const exits = this.exits.slice(-5).map(({ epoch, code }) => `${epoch}:${code}`);
    return `last states: ${states.join(' ')}; exits: ${exits.join(' ')}`;
  }

  #deliver(batch: TradeBatch | BookBatch, adapter: Adapter): void {
    const mark = this.#next();
    const epoch = adapter.sockets[0]?.epoch ?? 0;
    if (this.#dead.has(epoch)) this.violations.push(`a batch came after the exit of epoch ${epoch}`);
    const { sequence, topicIndex, length } = batch;
    const whole = 'isSnapshot' in batch ? batch.isSnapshot : undefined;
    this.events += length;
    for (let row = 0; row < length; row += 1) {
      const topic = this.#topic(
        row > 0 && topicIndex[row] === topicIndex[row - 1] ? undefined : batch.topic(row),
      );
      topic.sequences.push(sequence[row]!);
      topic.marks.push(mark);
      topic.snapshots.push(whole?.[row] === 1);
    }
  }

  #last: DeliveredTopic | undefined;

  /** Undefined: the same as the last time. */
  #topic(name: string | undefined): DeliveredTopic {
    if (name === undefined) return this.#last!;
    let topic = this.topics.get(name);
    if (topic === undefined) {
      topic = { sequences: [], marks: [], snapshots: [] };
      this.topics.set(name, topic);
    }
    this.#last = topic;
    return topic;
  }

  #exit(exit: Exit): void {
    this.#next();
    if (this.#dead.has(exit.epoch)) this.violations.push(`epoch ${exit.epoch} exited twice`);
    this.#dead.add(exit.epoch);
    this.exits.push(exit);
  }

  #next(): number {
    this.#mark += 1;
    return this.#mark;
  }
}
