// Counts what arrives in a window of time, after a while of warming up.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Busy, countBusy } from './cpu.js';
import type { Settings } from './benchmark.js';

export interface Counted extends Busy {
  readonly count: number;
  readonly seconds: number;
}

/** Events after which the code that is measured has been compiled for good. */
const WARM_COUNT = 150_000;
const LONGEST_WARM_UP_MS = 8000;

/** `total` is read at the start and at the end of the window. The window opens when enough has arrived, or after a while. */
export async function countWindow({ quick }: Settings, total: () => number): Promise<Counted> {
  const begin = performance.now();
  const leastMs = quick ? 500 : 1500;
  const mostMs = quick ? 2000 : LONGEST_WARM_UP_MS;
  for (let waited = 0; waited < leastMs || (total() < WARM_COUNT && waited < mostMs); ) {
    await sleep(50);
    waited = performance.now() - begin;
  }
  const first = total();
  const start = performance.now();
  const busy = countBusy();
  await sleep(quick ? 700 : 3000);
  const seconds = (performance.now() - start) / 1e3;
  return { ...busy(), count: total() - first, seconds };
}
