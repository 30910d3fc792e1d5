// The timers of a fleet: one takes rates once a second, one looks how late the main thread's event loop is.
import { performance } from 'node:perf_hooks';
import { Histogram } from '../telemetry/histogram.js';
import type { FleetSnapshot } from './snapshot.js';

const EVERY_MS = 1000;
/** Node's own monitor keeps a handle of its own that only garbage collection frees. */
const TICK_MS = 50;

export class Sampler {
  readonly #take: (nowMs: number) => void;
  #timers: readonly NodeJS.Timeout[] = [];
  #delays = new Histogram();
  #cpu = process.cpuUsage();
  #busy = performance.eventLoopUtilization();
  #atMs = performance.now();
  #tickAtMs = 0;
  #last: Omit<FleetSnapshot['process'], 'rssBytes' | 'heapUsedBytes'> = {
    cpu: 0,
    loopDelayP99Ms: 0,
    utilization: 0,
  };

  constructor(take: (nowMs: number) => void) {
    this.#take = take;
  }

  start(): void {
    if (this.#timers.length > 0) return;
    this.#tickAtMs = performance.now();
    // It is the adapters that keep the process alive, not these.
    this.#timers = [
      setInterval(() => this.#tick(), TICK_MS).unref(),
      setInterval(() => this.#sample(), EVERY_MS).unref(),
    ];
    this.#take(performance.now());
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  get process(): FleetSnapshot['process'] {
    const { rss, heapUsed } = process.memoryUsage();
    return { rssBytes: rss, heapUsedBytes: heapUsed, ...this.#last };
  }

  #tick(): void {
    const nowMs = performance.now();
    this.#delays.record(Math.max(0, nowMs - this.#tickAtMs - TICK_MS));
    this.#tickAtMs = nowMs;
  }

  #sample(): void {
    const nowMs = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    const busy = performance.eventLoopUtilization();
    const delayMs = this.#delays.percentileMs(0.99);
    this.#last = {
      cpu: (user + system) / 1000 / (nowMs - this.#atMs),
      loopDelayP99Ms: Number.isNaN(delayMs) ? 0 : delayMs,
      utilization: performance.eventLoopUtilization(busy, this.#busy).utilization,
    };
    this.#delays = new Histogram();
    this.#cpu = process.cpuUsage();
    this.#busy = busy;
    this.#atMs = nowMs;
    this.#take(nowMs);
  }
}
