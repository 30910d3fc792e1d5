// How much of the machine is really there. Virtual cores share a core, or are taken away by others, and no load average tells: what one
// thread takes for a fixed piece of work, alone and while all other cores work as well, does.
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { tradeTexts } from '../load/frames.js';
import { median } from './statistics.js';

export interface MachineSpeed {
  /** Microseconds for `JSON.parse` of one trade while the other cores are idle. */
  readonly aloneUs: number;
  /** The same while each of the other cores does the same. */
  readonly togetherUs: number;
}

const WINDOWS = 25;
const SETTLE_MS = 150;
const BUSY = 'const text = require("node:worker_threads").workerData; for (;;) JSON.parse(text);';

export async function machineSpeed(): Promise<MachineSpeed> {
  const texts = tradeTexts(200);
  const aloneUs = parseUs(texts);
  const others = cpus()
    .slice(1)
    .map(() => new Worker(BUSY, { eval: true, workerData: texts[0] }));
  try {
    await Promise.all(others.map((worker) => once(worker, 'online')));
    await sleep(SETTLE_MS);
    return { aloneUs, togetherUs: parseUs(texts) };
  } finally {
    await Promise.all(others.map((worker) => worker.terminate()));
  }
}

function parseUs(texts: readonly string[]): number {
  const windows = Array.from({ length: WINDOWS }, () => {
    const start = performance.now();
    let rounds = 0;
    for (; performance.now() - start < 10; rounds += 1) for (const text of texts) JSON.parse(text);
    return ((performance.now() - start) * 1e3) / (rounds * texts.length);
  });
  return median(windows);
}
