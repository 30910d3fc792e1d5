// What the exchange saw and did, in order, append-only: the other side's truth that tests compare a client's claims with.
// Bounded; what falls out of the front is counted. It never holds a secret.
import type { Fault } from './fault.js';

/** What the exchange writes down. */
export type JournalEvent =
  | { readonly kind: 'connection-opened'; readonly connection: string; readonly address: string }
  | {
      readonly kind: 'connection-closed';
      readonly connection: string;
      readonly by: 'peer' | 'exchange';
      readonly code: number;
      readonly reason: string;
    }
  | { readonly kind: 'upgrade-refused'; readonly address: string; readonly status: number }
  | {
      readonly kind: 'login';
      readonly connection: string;
      readonly account: string;
      readonly granted: boolean;
      readonly how: string;
    }
  | { readonly kind: 'logout'; readonly connection: string; readonly account: string }
  | {
      readonly kind: 'request';
      readonly connection: string;
      readonly method: string;
      readonly id?: number | string;
    }
  | {
      readonly kind: 'error-answered';
      readonly connection: string;
      readonly method: string;
      readonly code: number | string;
    }
  | {
      readonly kind: 'subscribed';
      readonly connection: string;
      readonly topics: readonly string[];
      readonly refused: readonly string[];
    }
  | { readonly kind: 'unsubscribed'; readonly connection: string; readonly topics: readonly string[] }
  /** A market or private event that was handed to the socket. */
  | {
      readonly kind: 'event-sent';
      readonly connection: string;
      readonly topic: string;
      readonly sequence: number;
    }
  /** An event or an answer that a fault kept from being sent. */
  | {
      readonly kind: 'withheld';
      readonly connection: string;
      readonly what: string;
      readonly sequence?: number;
      readonly why: string;
    }
  | {
      readonly kind: 'order-received';
      readonly connection: string;
      readonly account: string;
      readonly label: string;
      readonly instrument: string;
    }
  /** An order came to be or changed: the proof that it exists. */
  | {
      readonly kind: 'order';
      readonly account: string;
      readonly orderId: string;
      readonly label: string;
      readonly state: string;
      readonly reason?: string;
    }
  | { readonly kind: 'cancel-on-disconnect'; readonly connection: string; readonly cancelled: number }
  | { readonly kind: 'fault'; readonly fault: Fault };

/** An event with its place and its time. */
export type JournalEntry = JournalEvent & {
  /** Rises by one per entry, from 1, and never starts again. */
  readonly index: number;
  /** The exchange's wall clock, milliseconds since the Unix epoch. */
  readonly at: number;
};

/** Options of the journal. */
export interface JournalOptions {
  /** Entries kept; the oldest fall out. Default 100,000. */
  readonly maxEntries?: number | undefined;
  /** Whether every single event sent is written down. Default true; benchmarks turn it off. */
  readonly recordsEvents?: boolean | undefined;
  /** Called with every entry, also with those that fall out later. */
  readonly onEntry?: ((entry: JournalEntry) => void) | undefined;
}

/** The exchange's own record of what it saw and did, in order: what a test compares a client's claims with. */
export class Journal {
  readonly recordsEvents: boolean;
  readonly #maxEntries: number;
  readonly #onEntry: ((entry: JournalEntry) => void) | undefined;
  readonly #now: () => number;
  #entries: JournalEntry[] = [];
  #count = 0;

  constructor(now: () => number, options: JournalOptions = {}) {
    this.#now = now;
    this.#maxEntries = options.maxEntries ?? 100_000;
    this.#onEntry = options.onEntry;
    this.recordsEvents = options.recordsEvents ?? true;
  }

  /** Entries written since the start, including those that fell out. */
  get count(): number {
    return this.#count;
  }

  /** Entries that fell out of the front. */
  get dropped(): number {
    return this.#count - Math.min(this.#entries.length, this.#maxEntries);
  }

  /** Writes an event down. */
  record(event: JournalEvent): void {
    this.#count += 1;
    const entry = { ...event, index: this.#count, at: this.#now() };
    this.#entries.push(entry);
    // Cut in bulk: shifting an array of this size on every entry would cost more than the rest of the exchange.
    if (this.#entries.length > this.#maxEntries * 1.25)
      this.#entries = this.#entries.slice(-this.#maxEntries);
    this.#onEntry?.(entry);
  }

  /** The entries still kept, oldest first; with `afterIndex` only later ones. */
  entries(afterIndex = 0): readonly JournalEntry[] {
    const kept = this.#entries.slice(-this.#maxEntries);
    return afterIndex === 0 ? kept : kept.filter((entry) => entry.index > afterIndex);
  }

  /** The kept entries of one kind, oldest first. */
  of<K extends JournalEvent['kind']>(kind: K): readonly Extract<JournalEntry, { readonly kind: K }>[] {
    return this.entries().filter(
      (entry): entry is Extract<JournalEntry, { readonly kind: K }> => entry.kind === kind,
    );
  }
}
