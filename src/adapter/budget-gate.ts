// One budget at work: who asks gets through at once or is called when it is his turn. One timer, and only while somebody waits.
import { BudgetQueue } from '../budget-queue.js';
import { monotonicNs } from '../clock.js';
import { type Cost, type Priority, RateBudget, type RateLimit } from '../rate-budget.js';

/** Requests that may wait for one budget. */
const MOST_WAITING = 2_000;

export interface Passage {
  readonly cost: Cost;
  readonly priority: Priority;
  /** Called when the turn has come, never before `ask` has returned. */
  granted(): void;
  /** Called where the line is full and somebody more urgent needs the place. */
  refused(): void;
}

/** Time for a gate. Milliseconds of a clock that does not go back. */
export interface GateClock {
  now(): number;
  /** Calls back once, after so many ms; the returned function prevents it. */
  after(ms: number, callback: () => void): () => void;
}

const machineClock: GateClock = {
  now: () => monotonicNs() / 1e6,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

interface Entry {
  readonly passage: Passage;
  state: 'asking' | 'waiting' | 'granted';
}

export class BudgetGate {
  readonly #budget: RateBudget;
  readonly #queue: BudgetQueue<Entry>;
  readonly #entries = new Map<Passage, Entry>();
  readonly #clock: GateClock;
  #stopTimer: (() => void) | undefined;
  /** True once the venue has told the account's own limits, or was asked to. */
  areLimitsAsked = false;

  constructor(limits: Readonly<Record<string, RateLimit>>, clock = machineClock) {
    this.#budget = new RateBudget(limits);
    this.#queue = new BudgetQueue(this.#budget, MOST_WAITING);
    this.#clock = clock;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** `granted`: its cost is taken, go. `waiting`: its turn will come. `never`: no waiting would help. */
  ask(passage: Passage): 'granted' | 'waiting' | 'never' {
    const { cost, priority } = passage;
    if (!this.#budget.canEver(cost, priority)) return 'never';
    const entry: Entry = { passage, state: 'asking' };
    this.#entries.set(passage, entry);
    const dropped = this.#queue.push({ item: entry, cost, priority });
    if (dropped !== undefined) this.#refuse(dropped);
    if (dropped === entry) return 'never';
    this.#letThrough();
    if (this.#entries.has(passage)) {
      entry.state = 'waiting';
      return 'waiting';
    }
    return 'granted';
  }

  /** Gives the place in the line up. */
  withdraw(passage: Passage): void {
    if (!this.#entries.delete(passage)) return;
    this.#queue.remove((entry) => entry.passage === passage);
    this.#letThrough();
  }

  /** Counts what was spent without asking. */
  debit(cost: Cost): void {
    this.#budget.debit(cost, this.#clock.now());
  }

  /** Lets nobody through for so long: the venue said "too fast". */
  pause(ms: number): void {
    this.#budget.pauseUntil(this.#clock.now() + ms);
    this.#letThrough();
  }

  /** The venue told limits of this account's own. */
  resize(limits: Readonly<Record<string, RateLimit>>): void {
    for (const [name, limit] of Object.entries(limits)) this.#budget.resize(name, limit);
    this.#letThrough();
  }

  add(name: string, limit: RateLimit): void {
    this.#budget.add(name, limit);
  }

  /** Nobody who waits may need it any more. */
  remove(name: string): void {
    this.#budget.remove(name);
  }

  /** True where nothing is used and nobody waits. */
  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#budget.isIdle(this.#clock.now());
  }

  #letThrough(): void {
    const { granted, waitMs } = this.#queue.next(this.#clock.now());
    this.#stopTimer?.();
    this.#stopTimer = Number.isFinite(waitMs)
      ? this.#clock.after(Math.ceil(waitMs), () => this.#letThrough())
      : undefined;
    for (const { passage } of granted) this.#entries.delete(passage);
    // Last, because whoever is let through may ask for more at once.
    for (const { passage, state } of granted) if (state === 'waiting') passage.granted();
  }

  #refuse({ passage, state }: Entry): void {
    this.#entries.delete(passage);
    if (state === 'waiting') passage.refused();
  }
}
