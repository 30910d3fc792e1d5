// Shows the main thread that this thread's event loop turns, and a few figures beside it.
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Counters } from '../src/client/counters.js';

/** Returns what stops it. `intervalMs` 0: never. */
export function showProgress(
  counters: Counters,
  intervalMs: number,
  bufferedBytes: () => number,
): () => void {
  counters.showProgress();
  if (intervalMs === 0) return () => undefined;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const nowMs = performance.now();
    counters.showProgress();
    counters.set('loopDelayMs', Math.max(0, nowMs - lastMs - intervalMs));
    counters.set('bufferedBytes', bufferedBytes());
    counters.set('heapUsedBytes', getHeapStatistics().used_heap_size);
    lastMs = nowMs;
  }, intervalMs);
  return () => clearInterval(timer);
}
