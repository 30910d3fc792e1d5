// Threads for connections: cold ones on demand, and a few spares that have loaded everything and rehearsed a connection.
// The pool lives while somebody holds a lease or a thread of it, and lets the process end after that.
import { BulkheadError } from '../errors.js';
import { type Thread, type WorkerOptions, WorkerPool } from './worker-pool.js';
import { SpareRack } from './spare-rack.js';
import { StartGate } from './start-gate.js';

export type { Thread, WorkerOptions } from './worker-pool.js';

export interface ThreadOptions extends WorkerOptions {
  /** How many spare threads wait while leases are held. Default: one for every 8 leases, at most 4. */
  readonly spares?: number;
}

/** Held by whoever will want threads again. */
export interface Lease {
  /** Twice does no harm. */
  release(): void;
}

/** One for the process: all pools share its cores. */
const gate = new StartGate();

const LEASES_PER_SPARE = 8;
const MOST_DEFAULT_SPARES = 4;
const MOST_REHEARSED = 4;

export class Threads {
  readonly #options: ThreadOptions;
  readonly #leases = new Set<Lease>();
  readonly #rehearsed = new Set<string>();
  readonly #handedOut = new Set<Thread>();
  #pool: WorkerPool | undefined;
  #rack: SpareRack | undefined;
  #starting = 0;

  constructor(options: ThreadOptions) {
    this.#options = options;
  }

  get leases(): number {
    return this.#leases.size;
  }

  /** Spares that are ready. */
  get spares(): number {
    return this.#rack?.size ?? 0;
  }

  /** Spares that have rehearsed a connection without a problem. */
  get rehearsed(): number {
    return this.#rack?.rehearsed ?? 0;
  }

  /** Why the last rehearsal that failed did so. */
  get rehearsalProblem(): string | undefined {
    return this.#rack?.rehearsalProblem;
  }

  /** All threads of this pool, spares and those that start included. */
  get size(): number {
    return this.#pool?.size ?? 0;
  }

  /** `rehearse`: the exchange (name or module URL) that spares rehearse. */
  acquire(rehearse?: string): Lease {
    if (rehearse !== undefined && this.#rehearsed.size < MOST_REHEARSED) this.#rehearsed.add(rehearse);
    const lease: Lease = {
      release: () => {
        if (this.#leases.delete(lease)) this.#settle();
      },
    };
    this.#leases.add(lease);
    this.#rack?.restock();
    return lease;
  }

  /** A spare where there is one, else a new thread. @throws BulkheadError `start-failed` or `start-timeout` */
  async spawn(): Promise<Thread> {
    const { pool, rack } = this.#open();
    const spare = rack.take();
    if (spare !== undefined) return this.#handOut(spare);
    this.#starting += 1;
    rack.demand();
    try {
      return this.#handOut(await gate.pass(() => pool.start()));
    } finally {
      this.#starting -= 1;
      this.#settle();
    }
  }

  #open(): { pool: WorkerPool; rack: SpareRack } {
    const pool = this.#pool ?? new WorkerPool(this.#options);
    this.#pool = pool;
    this.#rack ??= new SpareRack({
      start: () => gate.pass(() => pool.start([...this.#rehearsed])),
      wanted: () => (this.#starting > 0 ? 0 : this.#wantedSpares()),
    });
    return { pool, rack: this.#rack };
  }

  #wantedSpares(): number {
    const { spares } = this.#options;
    if (this.#leases.size === 0) return 0;
    return spares ?? Math.min(MOST_DEFAULT_SPARES, Math.ceil(this.#leases.size / LEASES_PER_SPARE));
  }

  #handOut(thread: Thread): Thread {
    if (thread.worker.threadId === -1) {
      throw new BulkheadError('start-failed', 'the thread exited right after it had reported');
    }
    this.#handedOut.add(thread);
    thread.worker.once('exit', () => {
      this.#handedOut.delete(thread);
      this.#settle();
    });
    return thread;
  }

  /** Closes the pool once nobody needs it. The next spawn opens another. */
  #settle(): void {
    if (this.#leases.size > 0) {
      this.#rack?.restock();
      return;
    }
    this.#rack?.clear();
    if (this.#handedOut.size > 0 || this.#starting > 0) return;
    const pool = this.#pool;
    this.#rack?.close();
    this.#pool = undefined;
    this.#rack = undefined;
    void pool?.destroy();
  }
}
