// Counts what arrives in a window of time, after a while of warming up.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Busy, countBusy } from './cpu.js';
import type { Settings } from './benchmark.js';

export interface Counted extends Busy {
  readonly count: number;
  readonly seconds: number;
}

/** `total` is read at the start and at the end of the window. */
export async function countWindow({ quick }: Settings, total: () => number): Promise<Counted> {
  await sleep(quick ? 500 : 1500);
  const first = total();
  const start = performance.now();
  const busy = countBusy();
  await sleep(quick ? 700 : 3000);
  const seconds = (performance.now() - start) / 1e3;
  return { ...busy(), count: total() - first, seconds };
}
