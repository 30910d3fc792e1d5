// The exchange's journal as a file that is only ever appended to. It outlives the process that wrote it, however that ended:
// everything but market events is handed to the operating system before the exchange goes on.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { JournalEntry } from '../../../src/testing/index.js';

const FLUSH_CHARACTERS = 64 * 1024;

/** A line: `e connection topic sequence` for an event sent, else JSON with the time of this machine in front. */
export class JournalFile {
  readonly lastSent: Record<string, number> = {};
  framesSent = 0;
  entries = 0;
  readonly #file: number;
  #text = '';

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  write(entry: JournalEntry): void {
    if (entry.kind === 'event-sent') {
      this.framesSent += 1;
      this.lastSent[entry.topic] = entry.sequence;
      this.#text += `e ${entry.connection} ${entry.topic} ${entry.sequence}\n`;
      if (this.#text.length > FLUSH_CHARACTERS) this.flush();
      return;
    }
    this.entries += 1;
    this.#text += `${Date.now()} ${JSON.stringify(entry)}\n`;
    this.flush();
  }

  flush(): void {
    if (this.#text === '') return;
    writeSync(this.#file, this.#text);
    this.#text = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** The events of one topic in the order they were sent, whichever connection they were sent on. */
export interface SentTopic {
  readonly sequences: number[];
  /** Which connection each was sent on, numbered over all lives of the exchange. */
  readonly connections: number[];
  /** What came before this place was asked for. A connection that the client has given up can go on sending at the exchange. */
  owed: number;
}

export interface SentOrder {
  received: number;
  /** Whether the exchange ever had it. */
  existed: boolean;
  /** Whether it was open when its connection had ended and the exchange had done what it does then. */
  outlivedConnection: boolean;
}

/** The topic that tells what becomes of orders. */
export const ORDERS_TOPIC = 'user.orders.BTC-PERPETUAL.raw';

export function orderEventKey(label: string, state: string): string {
  return `${label} ${state}`;
}

/** What the exchange saw and did, over one or more of its lives. */
export interface ExchangeRecord {
  readonly topics: ReadonlyMap<string, SentTopic>;
  /** By label. */
  readonly orders: ReadonlyMap<string, SentOrder>;
  /** What became of orders, in order, each under its number. */
  readonly orderEvents: SentTopic;
  /** The number of an order's state, by `orderEventKey`. */
  readonly orderNumbers: ReadonlyMap<string, number>;
  readonly events: number;
  readonly connections: number;
}

/** Reads the journals of an exchange, one file for each of its processes. */
export function readJournals(paths: readonly string[]): ExchangeRecord {
  const reader = new Reader();
  for (const [life, path] of paths.entries()) {
    for (const line of readFileSync(path, 'utf8').split('\n')) if (line !== '') reader.read(life, line);
    reader.endLife();
  }
  return reader;
}

class Reader implements ExchangeRecord {
  readonly topics = new Map<string, SentTopic>();
  readonly orders = new Map<string, SentOrder>();
  readonly orderEvents: SentTopic = { sequences: [], connections: [], owed: Number.POSITIVE_INFINITY };
  readonly orderNumbers = new Map<string, number>();
  events = 0;
  /** Of this life of the exchange: the connection that each order came over, its last state, and connections that have ended. */
  readonly #cameOver = new Map<string, string>();
  readonly #states = new Map<string, string>();
  readonly #ended = new Set<string>();
  /** The connection whose end is the last that was written: a process that was killed in that turn could do no more about it. */
  #endedLast: string | undefined;
  readonly #connections = new Map<string, number>();

  get connections(): number {
    return this.#connections.size;
  }

  read(life: number, line: string): void {
    if (line.startsWith('e ')) {
      const [, connection, topic, sequence] = line.split(' ');
      this.#event(this.#connections.get(`${life}/${connection}`)!, topic!, Number(sequence));
    } else this.#entry(life, JSON.parse(line.slice(line.indexOf(' ') + 1)) as JournalEntry);
  }

  #event(connection: number, topic: string, sequence: number): void {
    this.events += 1;
    let sent = this.topics.get(topic);
    if (sent === undefined) {
      sent = { sequences: [], connections: [], owed: Number.POSITIVE_INFINITY };
      this.topics.set(topic, sent);
    }
    sent.sequences.push(sequence);
    sent.connections.push(connection);
  }

  #entry(life: number, entry: JournalEntry): void {
    if (this.#endedLast !== undefined) this.#ended.add(this.#endedLast);
    this.#endedLast = undefined;
    if (entry.kind === 'connection-opened')
      this.#connections.set(`${life}/${entry.connection}`, this.#connections.size);
    else if (entry.kind === 'subscribed') this.#owe(entry.topics, () => Number.POSITIVE_INFINITY);
    else if (entry.kind === 'unsubscribed') this.#owe(entry.topics, (sent) => sent.sequences.length);
    else if (entry.kind === 'connection-closed') this.#endedLast = entry.connection;
    else if (entry.kind === 'order-received') {
      this.#order(entry.label).received += 1;
      this.#cameOver.set(entry.label, entry.connection);
    } else if (entry.kind === 'order') this.#orderChanged(entry.label, entry.state);
  }

  /** The exchange's process has ended; of connections whose end it saw the orders must be gone. */
  endLife(): void {
    for (const [label, connection] of this.#cameOver) {
      if (this.#ended.has(connection) && this.#states.get(label) === 'open')
        this.#order(label).outlivedConnection = true;
    }
    this.#endedLast = undefined;
    for (const known of [this.#cameOver, this.#states, this.#ended]) known.clear();
  }

  #orderChanged(label: string, state: string): void {
    this.#order(label).existed = true;
    this.#states.set(label, state);
    const key = orderEventKey(label, state);
    const number = this.orderNumbers.get(key) ?? this.orderEvents.sequences.length;
    this.orderNumbers.set(key, number);
    this.orderEvents.sequences.push(number);
    this.orderEvents.connections.push(0);
  }

  #owe(topics: readonly string[], until: (sent: SentTopic) => number): void {
    for (const topic of topics) {
      const sent = topic === ORDERS_TOPIC ? this.orderEvents : this.topics.get(topic);
      if (sent !== undefined) sent.owed = until(sent);
    }
  }

  #order(label: string): SentOrder {
    const known = this.orders.get(label) ?? { received: 0, existed: false, outlivedConnection: false };
    this.orders.set(label, known);
    return known;
  }
}
