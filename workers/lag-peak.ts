// The longest lag of the last seconds, as this thread sees it. The main thread cannot look while it is blocked, and once it runs
// again it may have caught up before anybody asks: so this thread keeps the peak.
import type { Counters } from '../src/client/counters.js';

/** The peak is that of one to two of these: long enough for a scraper that comes every few seconds. */
const WINDOW_NS = 10e9;

export class LagPeak {
  readonly #counters: Pick<Counters, 'lagMs' | 'set'>;
  #beganAtNs = 0;
  #lastWindowMs = 0;
  #thisWindowMs = 0;
  #toldMs = 0;

  constructor(counters: Pick<Counters, 'lagMs' | 'set'>) {
    this.#counters = counters;
  }

  /** To be called at each socket read and at each look of the progress timer; `nowNs` monotonic. */
  look(nowNs: number): void {
    if (nowNs - this.#beganAtNs >= WINDOW_NS) this.#turn(nowNs);
    this.#thisWindowMs = Math.max(this.#thisWindowMs, this.#counters.lagMs(nowNs));
    const peakMs = Math.max(this.#lastWindowMs, this.#thisWindowMs);
    if (peakMs === this.#toldMs) return;
    this.#toldMs = peakMs;
    this.#counters.set('lagPeakMs', peakMs);
  }

  #turn(nowNs: number): void {
    this.#lastWindowMs = nowNs - this.#beganAtNs < 2 * WINDOW_NS ? this.#thisWindowMs : 0;
    this.#thisWindowMs = 0;
    this.#beganAtNs = nowNs;
  }
}
