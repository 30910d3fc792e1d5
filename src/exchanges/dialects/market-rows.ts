// Rows of market data that look alike at many venues: levels of a book and the two sides of a quote.
import type { DecodeSink } from '../exchange.js';

type Level = readonly unknown[];

/**
 * True where every row holds a finite price at `priceAt`, an amount of at least zero right behind it, nothing more, and `fits`.
 * Books are checked whole before the first level is told: half an update would be worse than none.
 */
export function areLevels(
  rows: unknown,
  priceAt: number,
  fits: (row: Level) => boolean,
): rows is readonly Level[] {
  if (!Array.isArray(rows)) return false;
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length !== priceAt + 2) return false;
    const amount: unknown = row[priceAt + 1];
    if (typeof amount !== 'number' || !(amount >= 0 && amount < Number.POSITIVE_INFINITY)) return false;
    if (!Number.isFinite(row[priceAt]) || !fits(row)) return false;
  }
  return true;
}

export function tellLevels(
  sink: DecodeSink,
  side: 'bid' | 'ask',
  rows: readonly Level[],
  priceAt: number,
): void {
  for (const row of rows) sink.level(side, row[priceAt] as number, row[priceAt + 1] as number);
}

/** Amount of one side of a quote: 0 where the side is empty (price null, or amount 0), NaN where the two make no sense. */
export function sideAmount(price: unknown, amount: unknown): number {
  if (price === null) return 0;
  return Number.isFinite(price) && Number.isFinite(amount) ? (amount as number) : Number.NaN;
}

/** Price of a side with this amount: NaN where the side is empty. */
export function sidePrice(price: unknown, amount: number): number {
  return amount > 0 ? (price as number) : Number.NaN;
}
