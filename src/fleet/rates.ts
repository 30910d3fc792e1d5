// Per-second figures and the percentiles of the last minute, made from counters that only rise. Fed by the fleet's one timer.
import type { Latencies } from '../adapter/latency-meter.js';
import type { AdapterVitals, ThreadVitals } from '../adapter/vitals.js';
import type { Histogram } from '../telemetry/histogram.js';
import type { LatencySnapshot } from './snapshot.js';

/** Percentiles are over one to two of these. */
const WINDOW_MS = 30_000;

/** One histogram's last minute: what was counted since a copy that is 30 to 60 s old. */
class RecentLatency {
  #copies: readonly [Histogram | undefined, Histogram | undefined] = [undefined, undefined];

  turn(histogram: Histogram): void {
    this.#copies = [this.#copies[1], histogram.copy()];
  }

  snapshot(histogram: Histogram): LatencySnapshot {
    const { count, p50, p99, p999 } = histogram.since(this.#copies[0]).percentiles();
    return { count, p50: known(p50), p99: known(p99), p999: known(p999) };
  }
}

const noLatency: LatencySnapshot = { count: 0, p50: null, p99: null, p999: null };

export class Rates {
  eventsPerSecond = 0;
  /** Processor time of all threads, in cores; null where the system does not tell. */
  cpu: number | null = null;
  readonly #cpuMs = new Map<number, number>();
  #events = 0;
  #sampledAtMs = Number.NaN;
  #turnedAtMs = Number.NaN;
  #source: Latencies | undefined;
  #handling = new RecentLatency();
  #venue = new RecentLatency();

  sample(nowMs: number, events: number, { sockets, latencies }: AdapterVitals): void {
    const seconds = (nowMs - this.#sampledAtMs) / 1000;
    if (seconds > 0)
      this.#sampleCpu(
        seconds,
        sockets.flatMap(({ threads }) => threads),
      );
    if (seconds > 0) this.eventsPerSecond = Math.max(0, events - this.#events) / seconds;
    this.#events = events;
    this.#sampledAtMs = nowMs;
    if (latencies !== this.#source) this.#begin(latencies);
    if (latencies === undefined || nowMs - this.#turnedAtMs < WINDOW_MS) return;
    if (!Number.isNaN(this.#turnedAtMs)) {
      this.#handling.turn(latencies.handling);
      this.#venue.turn(latencies.venue);
    }
    this.#turnedAtMs = nowMs;
  }

  /** A thread's processor time only rises, so each thread has its own difference. */
  #sampleCpu(seconds: number, threads: readonly Pick<ThreadVitals, 'threadId' | 'cpuMs'>[]): void {
    let spentMs = 0;
    for (const { threadId = 0, cpuMs } of threads)
      spentMs += Math.max(0, cpuMs - (this.#cpuMs.get(threadId) ?? cpuMs));
    this.#cpuMs.clear();
    for (const { threadId = 0, cpuMs } of threads) this.#cpuMs.set(threadId, cpuMs);
    this.cpu = threads.some(({ cpuMs }) => cpuMs > 0) ? spentMs / 1000 / seconds : null;
  }

  latency(): { readonly handling: LatencySnapshot; readonly venue: LatencySnapshot } {
    if (this.#source === undefined) return { handling: noLatency, venue: noLatency };
    const { handling, venue } = this.#source;
    return { handling: this.#handling.snapshot(handling), venue: this.#venue.snapshot(venue) };
  }

  /** Another adapter, with counts of its own. */
  #begin(latencies: Latencies | undefined): void {
    this.#source = latencies;
    this.#handling = new RecentLatency();
    this.#venue = new RecentLatency();
    this.#turnedAtMs = Number.NaN;
  }
}

function known(ms: number): number | null {
  return Number.isNaN(ms) ? null : ms;
}
