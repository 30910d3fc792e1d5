// The last minutes of every adapter and of all together, for the charts: one point a second, bounded, in small rings.
import type { PageRow, PageSeries } from './messages.js';

/** Points that are kept: ten minutes. */
export const SERIES_POINTS = 600;

export const noPoints: PageSeries = { atMs: [], eventsPerSecond: [], lagMs: [], p50Ms: [], p99Ms: [] };

const figures = ['eventsPerSecond', 'lagMs', 'p50Ms', 'p99Ms'] as const;
type Figures = Readonly<Record<(typeof figures)[number], number | null>>;

class Ring {
  /** NaN where there is nothing. */
  readonly #values = new Map(
    figures.map((name) => [name, new Float32Array(SERIES_POINTS).fill(Number.NaN)] as const),
  );

  put(slot: number, point: Figures | undefined): void {
    for (const [name, values] of this.#values) values[slot] = point?.[name] ?? Number.NaN;
  }

  read(name: (typeof figures)[number], slots: readonly number[]): readonly (number | null)[] {
    const values = this.#values.get(name)!;
    return slots.map((slot) => (Number.isNaN(values[slot]!) ? null : Number(values[slot]!.toPrecision(6))));
  }
}

export class SeriesStore {
  readonly #atMs = new Float64Array(SERIES_POINTS);
  readonly #rings = new Map<string, Ring>();
  readonly #all = new Ring();
  #count = 0;

  add(atMs: number, rows: readonly PageRow[]): void {
    const slot = this.#count % SERIES_POINTS;
    const present = new Map(rows.map((row) => [row.name, row]));
    for (const name of this.#rings.keys()) if (!present.has(name)) this.#rings.delete(name);
    for (const name of present.keys()) if (!this.#rings.has(name)) this.#rings.set(name, new Ring());
    for (const [name, ring] of this.#rings) ring.put(slot, present.get(name));
    this.#all.put(slot, together(rows));
    this.#atMs[slot] = atMs;
    this.#count += 1;
  }

  /** Of one adapter; without a name, of all together. Undefined where there is none of this name. */
  read(name?: string): PageSeries | undefined {
    const ring = name === undefined ? this.#all : this.#rings.get(name);
    if (ring === undefined) return undefined;
    const first = Math.max(0, this.#count - SERIES_POINTS);
    const slots = Array.from({ length: this.#count - first }, (_, index) => (first + index) % SERIES_POINTS);
    return {
      atMs: slots.map((slot) => this.#atMs[slot]!),
      eventsPerSecond: ring.read('eventsPerSecond', slots),
      lagMs: ring.read('lagMs', slots),
      p50Ms: ring.read('p50Ms', slots),
      p99Ms: ring.read('p99Ms', slots),
    };
  }
}

/** Events are added up; of delays the worst counts, because a sum or mean of percentiles means nothing. */
export function together(rows: readonly Figures[]): Figures {
  const most = (name: (typeof figures)[number]): number | null => {
    const known = rows.flatMap((row) => row[name] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  return {
    eventsPerSecond: rows.reduce((sum, row) => sum + (row.eventsPerSecond ?? 0), 0),
    lagMs: most('lagMs'),
    p50Ms: most('p50Ms'),
    p99Ms: most('p99Ms'),
  };
}
