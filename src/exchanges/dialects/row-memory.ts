// For venues that send of an order only what changed: what was said of it before, so that each event can be whole. Bounded.
import type { JsonObject } from './json-rpc.js';

export class RowMemory {
  readonly #rows = new Map<string, JsonObject>();
  readonly #limit: number;

  /** `limit`: rows that are remembered; beyond it the one that was touched longest ago is forgotten. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The row with everything that was said of its key before. */
  merge(key: string, row: JsonObject): JsonObject {
    const whole = { ...this.#rows.get(key), ...row };
    // Taken out and put back, it stands last: a Map keeps the order of insertion.
    this.#rows.delete(key);
    this.#rows.set(key, whole);
    if (this.#rows.size > this.#limit) {
      const [oldest] = this.#rows.keys();
      if (oldest !== undefined) this.#rows.delete(oldest);
    }
    return whole;
  }

  clear(): void {
    this.#rows.clear();
  }

  get size(): number {
    return this.#rows.size;
  }
}
