// Keeps a number of spare threads ready: one is made after the other, only when demand is quiet, and with a back-off when
// spares die by themselves.
import type { ThreadRehearsed } from '../client/protocol.js';
import type { Thread } from './worker-pool.js';

export interface SpareRackOptions {
  start(): Promise<Thread>;
  /** How many spares there should be now. */
  wanted(): number;
}

/** A burst of reconnects needs the processor for itself. */
const QUIET_MS = 50;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

interface Spare {
  readonly thread: Thread;
  readonly died: () => void;
  readonly told: (message: ThreadRehearsed) => void;
  isRehearsed: boolean;
}

export class SpareRack {
  readonly #options: SpareRackOptions;
  readonly #spares: Spare[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isStarting = false;
  #problem: string | undefined;
  #failures = 0;
  /** Rises with each `clear`: a spare that was still starting then is nobody's any more. */
  #generation = 0;
  #isClosed = false;

  constructor(options: SpareRackOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#spares.length;
  }

  /** Spares that have rehearsed without a problem. */
  get rehearsed(): number {
    return this.#spares.filter(({ isRehearsed }) => isRehearsed).length;
  }

  /** Why the last rehearsal that failed did so. A spare that could not rehearse is good all the same, only slower. */
  get rehearsalProblem(): string | undefined {
    return this.#problem;
  }

  /** The oldest spare, which has had the most time to rehearse. It is replaced later. */
  take(): Thread | undefined {
    const spare = this.#spares.shift();
    this.demand();
    if (spare === undefined) return undefined;
    detach(spare);
    this.#failures = 0;
    return spare.thread;
  }

  /** Somebody wants threads now: spares are made when it has been quiet for a while. */
  demand(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.restock();
  }

  /** Sees to it that there will be as many spares as wanted. */
  restock(): void {
    if (this.#isClosed || this.#timer !== undefined || this.#isStarting || !this.#isShort()) return;
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => this.#make(), this.#failures === 0 ? QUIET_MS : backoffMs).unref();
  }

  /** Ends all spares for good: the rack's pool is about to go. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  /** Ends all spares, those that still start included. */
  clear(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const spare of this.#spares.splice(0)) {
      detach(spare);
      letGo(spare.thread);
    }
  }

  #isShort(): boolean {
    return this.#spares.length < this.#options.wanted();
  }

  #make(): void {
    this.#timer = undefined;
    if (!this.#isShort()) return;
    this.#isStarting = true;
    const generation = this.#generation;
    this.#options
      .start()
      .then((thread) => (generation === this.#generation ? this.#keep(thread) : letGo(thread)))
      // The error is told to whoever asks for a thread next and fails the same way.
      .catch(() => {
        this.#failures += 1;
      })
      .finally(() => {
        this.#isStarting = false;
        this.restock();
      });
  }

  #keep(thread: Thread): void {
    if (!this.#isShort()) {
      letGo(thread);
      return;
    }
    const died = (): void => {
      this.#spares.splice(this.#spares.indexOf(spare), 1);
      thread.port.close();
      this.#failures += 1;
      this.restock();
    };
    const told = ({ problem }: ThreadRehearsed): void => {
      spare.isRehearsed = problem === undefined;
      this.#problem = problem ?? this.#problem;
    };
    const spare: Spare = { thread, died, told, isRehearsed: false };
    thread.worker.once('exit', died);
    thread.port.once('message', told);
    this.#spares.push(spare);
  }
}

/** A thread whose port closes exits by itself, which is gentler than terminate(). */
function letGo({ port }: Thread): void {
  port.close();
}

function detach({ thread, died, told }: Spare): void {
  thread.worker.off('exit', died);
  thread.port.off('message', told);
}
