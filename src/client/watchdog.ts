// Turns a thread that hangs into an exit. One timer for all connections of the process; it keeps no process alive.
import { performance } from 'node:perf_hooks';
import type { Counters } from './counters.js';
import { Patience } from './patience.js';

const TICK_MS = 250;

/** One thread's watch. Pure: the progress and the time are given. */
export class Watch {
  readonly #patience: Patience;
  #progress: number;

  constructor(hangTimeoutMs: number, tickMs: number, progress: number, nowMs: number) {
    this.#patience = new Patience(hangTimeoutMs, tickMs, nowMs);
    this.#progress = progress;
  }

  /** True once the thread has shown no progress for the whole timeout, counted over ticks that were on time. */
  tick(progress: number, nowMs: number): boolean {
    if (progress !== this.#progress) this.#patience.renew();
    this.#progress = progress;
    return this.#patience.tick(nowMs) && this.#patience.waitedMs > 0;
  }
}

interface Watched {
  readonly watch: Watch;
  readonly counters: Counters;
  hung(): void;
}

const watched = new Set<Watched>();
let timer: NodeJS.Timeout | undefined;

/** Calls `hung` once if the counters show no progress for `hangTimeoutMs`. Returns what ends the watch. */
export function watchThread(counters: Counters, hangTimeoutMs: number, hung: () => void): () => void {
  const watch = new Watch(hangTimeoutMs, TICK_MS, counters.progress, performance.now());
  const entry: Watched = { watch, counters, hung };
  watched.add(entry);
  timer ??= setInterval(tickAll, TICK_MS).unref();
  return () => forget(entry);
}

/** How many threads are watched; for tests. */
export function watchedThreads(): number {
  return watched.size;
}

function forget(entry: Watched): void {
  watched.delete(entry);
  if (watched.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function tickAll(): void {
  const nowMs = performance.now();
  for (const entry of watched) {
    if (!entry.watch.tick(entry.counters.progress, nowMs)) continue;
    forget(entry);
    entry.hung();
  }
}
