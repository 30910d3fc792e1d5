// Collects latencies without allocating while it does.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Measured, Settings } from './benchmark.js';
import { percentile } from './statistics.js';

const CAPACITY = 1_000_000;

export class Latencies {
  readonly #values = new Float64Array(CAPACITY);
  #count = 0;

  readonly add = (value: number): void => {
    if (this.#count < CAPACITY) this.#values[this.#count++] = value;
  };

  clear(): void {
    this.#count = 0;
  }

  at(share: number): number {
    return percentile(this.#values.subarray(0, this.#count), share);
  }

  /** p50, p99 and p99.9 of a window after a while of warming up. */
  async window({ quick }: Settings): Promise<Readonly<{ p50: number; p99: number; p999: number }>> {
    await sleep(quick ? 500 : 1500);
    this.clear();
    await sleep(quick ? 1000 : 4000);
    return { p50: this.at(0.5), p99: this.at(0.99), p999: this.at(0.999) };
  }
}

/** Gives figures names: `{ p50, p99 }` becomes `{ 'p50-slow': …, 'p99-slow': … }`. */
export function named(figures: Measured, name: (id: string) => string): Measured {
  return Object.fromEntries(Object.entries(figures).map(([id, value]) => [name(id), value]));
}
