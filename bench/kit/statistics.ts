// Medians and percentiles.

/** The middle value; NaN of none. Rounds that gave NaN are left out. */
export function median(values: readonly number[]): number {
  const sorted = sortedNumbers(values);
  const { length } = sorted;
  if (length === 0) return Number.NaN;
  const upper = sorted[length >> 1]!;
  return length % 2 === 1 ? upper : (sorted[length / 2 - 1]! + upper) / 2;
}

export function extremes(values: readonly number[]): readonly [number, number] {
  const sorted = sortedNumbers(values);
  return [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
}

/** Nearest-rank percentile, `share` from 0 to 1. */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

function sortedNumbers(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value)).sort((left, right) => left - right);
}
