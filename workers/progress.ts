// Shows the main thread that this thread's event loop turns, and a few figures beside it.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Counters } from '../src/client/counters.js';

/** Returns what stops it. `intervalMs` 0: never. `look` is for the figures that others keep. */
export function showProgress(
  counters: Counters,
  intervalMs: number,
  look: () => void,
  measure = false,
): () => void {
  counters.showProgress();
  if (intervalMs === 0) return () => undefined;
  let lastMs = performance.now();
  const takeCpu = measure ? cpuSampler(counters) : undefined;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    counters.showProgress();
    counters.set('loopDelayMs', Math.max(0, nowMs - lastMs - intervalMs));
    counters.set('heapUsedBytes', getHeapStatistics().used_heap_size);
    look();
    takeCpu?.();
    lastMs = nowMs;
  }, intervalMs);
  return () => clearInterval(timer);
}

/** Node 20 does not tell a thread's processor time. Linux does, to each thread its own; elsewhere the busy part has to do. */
function cpuSampler(counters: Counters): () => void {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    counters.set('utilization', performance.eventLoopUtilization(now, last).utilization);
    last = now;
    counters.set('cpuMs', threadCpuMs());
  };
}

function threadCpuMs(): number {
  try {
    return Number.parseInt(readFileSync('/proc/thread-self/schedstat', 'latin1'), 10) / 1e6;
  } catch {
    return 0;
  }
}
