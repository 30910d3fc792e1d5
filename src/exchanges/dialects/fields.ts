// Reading single fields of a venue's JSON: what is not there or of another type becomes NaN or '' instead of a throw.
import { decimalOf } from './exact-numbers.js';
import { isObject, type JsonObject } from './json-rpc.js';

/** A finite number, or a decimal text of one; NaN for anything else. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN;
  if (typeof value !== 'string') return Number.NaN;
  // Nearly all texts are times and prices, without sign and exponent.
  const plain = decimalOf(value);
  if (plain < Number.POSITIVE_INFINITY) return plain;
  const number = /^-?\d/.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

/** A whole number that something is counted by; NaN for anything else. JSON can hold numbers that are too large for one: `1e999`. */
export function countOf(value: unknown): number {
  return Number.isSafeInteger(value) ? (value as number) : Number.NaN;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text, number or boolean as text; '' for anything else. `String()` of what a venue sent can throw: JSON may hold a `toString`. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** The object itself; one without any member for anything else. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Row by row, whether the venue sent one row or an array of them. */
export function rowsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** What stands at the end of a path of names and places, `fees.0.qty`; undefined where the way ends before. */
export function valueAt(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  return at;
}
