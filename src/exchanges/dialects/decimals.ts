// Prices and amounts of venues that write them as decimal text: reading them without losing the text, and writing them.
import { decimalOf as unsignedDecimalOf } from './exact-numbers.js';

const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** The number a plain decimal text stands for; NaN for anything else, and for more digits than a number can hold. */
export function decimalOf(value: unknown): number {
  // Nearly all of them have no sign and few digits.
  const plain = unsignedDecimalOf(value);
  if (plain < Number.POSITIVE_INFINITY) return plain;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return Number.NaN;
  const number = Number(value);
  return number - number === 0 ? number : Number.NaN;
}

/** A number as venues read it, without an exponent: 1e-7 is 0.0000001. A text stays as it is. @throws TypeError for no number. */
export function decimalText(value: number | string): string {
  const text = String(value);
  if (DECIMAL.test(text)) return text;
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?[eE]([-+]?\d+)$/.exec(text) ?? [];
  if (whole === undefined || Math.abs(Number(exponent)) > 400)
    throw new TypeError('amounts and prices must be decimal numbers');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const padded = digits.padEnd(point, '0');
  return point === padded.length
    ? `${sign}${padded}`
    : `${sign}${padded.slice(0, point)}.${padded.slice(point)}`;
}

/**
 * The same without zeros at the end, for venues that sign a number in its shortest form.
 * @throws TypeError for no number, and for more than `maxDecimals` decimals: rounding would be another order than was asked for.
 */
export function shortDecimalText(value: number | string, maxDecimals: number): string {
  const text = decimalText(value);
  if (!text.includes('.')) return text;
  const short = text.replace(/\.?0+$/, '');
  const [, decimals = ''] = short.split('.');
  if (decimals.length > maxDecimals)
    throw new TypeError(`${short} has more than the ${maxDecimals} decimals that the venue takes`);
  return short;
}

/** The sum of two decimal texts, signs allowed, without the dust of binary fractions; NaN where one of them is none. */
export function decimalSum(left: string, right: string): number {
  const digits = (text: string) => text.length - (text.indexOf('.') + 1 || text.length);
  const exact = Math.min(100, Math.max(digits(left), digits(right)));
  return Number((decimalOf(left) + decimalOf(right)).toFixed(exact));
}

/** An id as text, whether the venue writes it as text or as a whole number; '' for anything else. */
export function idText(value: unknown): string {
  return typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : '';
}
