// One adapter of the demo and what is known about it: rates, latencies, deaths, restores.
import type { Adapter } from '../../adapter/adapter.js';
import type { Exit } from '../../client/exit.js';
import { monotonicNs } from '../../clock.js';

const LATENCIES_KEPT = 512;

export class Bot {
  readonly name: string;
  readonly adapter: Adapter;
  /** What its venue calls its account. */
  readonly account: string;
  readonly exits = new Map<string, number>();
  /** Milliseconds from death to READY of each restore. */
  readonly restoreMs: number[] = [];
  lastExit = '';
  /** True from the moment a fault was ordered until its exit. */
  isDoomed = false;
  readonly #latenciesMs = new Float64Array(LATENCIES_KEPT);
  #latencies = 0;
  #eventsBefore = 0;

  constructor(name: string, adapter: Adapter, account: string) {
    this.name = name;
    this.account = account;
    this.adapter = adapter;
    adapter.on('trades', (batch) => this.#sample(batch.receivedAtNs));
    adapter.on('exit', (exit) => this.#exited(exit));
    adapter.on('restored', ({ downMs }) => {
      if (downMs !== undefined) this.restoreMs.push(downMs);
    });
  }

  get epoch(): number {
    return this.adapter.sockets.reduce((most, { epoch }) => Math.max(most, epoch), 0);
  }

  /** Events since it was asked last. */
  takeEvents(): number {
    const { events } = this.adapter.stats();
    const fresh = events - this.#eventsBefore;
    this.#eventsBefore = events;
    return fresh;
  }

  /** Milliseconds from the read in the thread to the bot's handler, over the last trades; NaN before the first. */
  latencyMs(part: number): number {
    const seen = this.#latenciesMs.slice(0, Math.min(this.#latencies, LATENCIES_KEPT)).sort();
    return seen[Math.floor((seen.length - 1) * part)] ?? Number.NaN;
  }

  #sample(receivedAtNs: Float64Array): void {
    const first = receivedAtNs[0];
    if (first === undefined) return;
    this.#latenciesMs[this.#latencies % LATENCIES_KEPT] = (monotonicNs() - first) / 1e6;
    this.#latencies += 1;
  }

  #exited(exit: Exit): void {
    this.isDoomed = false;
    if (exit.code === 'closed') return;
    this.lastExit = exit.code;
    this.exits.set(exit.code, (this.exits.get(exit.code) ?? 0) + 1);
  }
}
