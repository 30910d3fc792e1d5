// The faults that wait for their occasion: who they are for, how many hits they have left and until when they count.
import type { FaultTarget, LastingFault } from './fault.js';
import { timesOf } from './fault.js';

type Kind = LastingFault['kind'];
export type LastingFaultOf<K extends Kind> = Extract<LastingFault, { readonly kind: K }>;

interface Entry {
  readonly fault: FaultTarget & LastingFault;
  readonly until: number;
  remaining: number;
}

export class LastingFaults {
  #entries: Entry[] = [];
  readonly #elapsed: () => number;

  constructor(elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  /** No fault at all: the fast path of every frame. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(fault: FaultTarget & LastingFault): void {
    const until = fault.forMs === undefined ? Number.POSITIVE_INFINITY : this.#elapsed() + fault.forMs;
    this.#entries.push({ fault, until, remaining: timesOf(fault) });
  }

  /** Removes the faults of one connection, or all. */
  clear(connection?: string): void {
    this.#entries =
      connection === undefined ? [] : this.#entries.filter((entry) => entry.fault.connection !== connection);
  }

  /** The fault of this kind that hits the connection, if any; nothing is used up. */
  find<K extends Kind>(
    kind: K,
    connection: string | undefined,
    matches?: (fault: LastingFaultOf<K>) => boolean,
  ): LastingFaultOf<K> | undefined {
    return this.#entry(kind, connection, matches)?.fault as LastingFaultOf<K> | undefined;
  }

  /** The same, and one of its hits is used up. */
  take<K extends Kind>(
    kind: K,
    connection: string | undefined,
    matches?: (fault: LastingFaultOf<K>) => boolean,
  ): LastingFaultOf<K> | undefined {
    const entry = this.#entry(kind, connection, matches);
    if (entry === undefined) return undefined;
    entry.remaining -= 1;
    if (entry.remaining <= 0) this.#entries = this.#entries.filter((other) => other !== entry);
    return entry.fault as LastingFaultOf<K>;
  }

  #entry<K extends Kind>(
    kind: K,
    connection: string | undefined,
    matches: ((fault: LastingFaultOf<K>) => boolean) | undefined,
  ): Entry | undefined {
    if (this.#entries.length === 0) return undefined;
    this.#forgetExpired();
    return this.#entries.find(
      ({ fault }) =>
        fault.kind === kind &&
        (fault.connection === undefined || fault.connection === connection) &&
        (matches === undefined || matches(fault as LastingFaultOf<K>)),
    );
  }

  #forgetExpired(): void {
    const elapsed = this.#elapsed();
    if (this.#entries.some((entry) => entry.until <= elapsed)) {
      this.#entries = this.#entries.filter((entry) => entry.until > elapsed);
    }
  }
}
