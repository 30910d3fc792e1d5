// JSON numbers as they were written: `0.5670` stays `0.5670`. Needed where a checksum is made over the digits of an order book.
import { isObject, type JsonObject } from './json-rpc.js';

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The frame's JSON object with every plain decimal number as a text; undefined where it holds anything else. Never throws. */
export function parseExact(frame: string): JsonObject | undefined {
  try {
    const quoted = frame.replaceAll(TOKEN, (token) => (PLAIN.test(token) ? `"${token}"` : token));
    const message: unknown = JSON.parse(quoted);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** Levels of one side as they were written, and as numbers; price and amount by turns. */
export interface ScannedLevels {
  readonly texts: string[];
  readonly numbers: number[];
}

/**
 * Reads levels such as `[{"price":0.5666,"qty":4831.75},…]` straight out of a frame, many times faster than `parseExact`. It knows one
 * order of keys and no white space, as venues write it; for all else it says -1, and the caller parses.
 */
export class LevelScanner {
  readonly #open: string;
  readonly #middle: string;

  constructor(price: string, amount: string) {
    this.#open = `{"${price}":`;
    this.#middle = `,"${amount}":`;
  }

  /** Appends price and amount of each level; starts behind the opening bracket, returns the place behind the closing one or -1. */
  scan(frame: string, start: number, levels: ScannedLevels): number {
    if (frame.charCodeAt(start) === CLOSE) return start + 1;
    let at = start;
    for (;;) {
      if (!frame.startsWith(this.#open, at)) return -1;
      let end = scanNumber(frame, at + this.#open.length, levels);
      if (end < 0 || !frame.startsWith(this.#middle, end)) return -1;
      end = scanNumber(frame, end + this.#middle.length, levels);
      if (end < 0 || frame.charCodeAt(end) !== BRACE) return -1;
      const next = frame.charCodeAt(end + 1);
      if (next === CLOSE) return end + 2;
      if (next !== COMMA) return -1;
      at = end + 2;
    }
  }
}

const CLOSE = 93; // ]
const BRACE = 125; // }
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** The place behind a decimal number without sign and exponent; `start` where there is none. */
export function decimalEnd(frame: string, start: number): number {
  let end = start;
  let code = frame.charCodeAt(end);
  while (code >= ZERO && code <= NINE) code = frame.charCodeAt(++end);
  if (code !== POINT || end === start) return end;
  const point = end;
  code = frame.charCodeAt(++end);
  while (code >= ZERO && code <= NINE) code = frame.charCodeAt(++end);
  return end === point + 1 ? start : end;
}

/** Powers of ten that are exact as numbers. */
const TENS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
/** Digits that a number holds exactly. Divided by an exact power of ten they give the nearest number, as the parser would. */
const EXACT_DIGITS = 15;

/** Appends the decimal at `start` to the levels; returns the place behind it, -1 where there is none. */
function scanNumber(frame: string, start: number, { texts, numbers }: ScannedLevels): number {
  let end = start;
  let whole = 0;
  let code = frame.charCodeAt(end);
  while (code >= ZERO && code <= NINE) {
    whole = whole * 10 + (code - ZERO);
    code = frame.charCodeAt(++end);
  }
  if (end === start) return -1;
  const point = end;
  if (code === POINT) {
    code = frame.charCodeAt(++end);
    while (code >= ZERO && code <= NINE) {
      whole = whole * 10 + (code - ZERO);
      code = frame.charCodeAt(++end);
    }
    if (end === point + 1) return -1;
  }
  const text = frame.slice(start, end);
  texts.push(text);
  numbers.push(end - start > EXACT_DIGITS ? Number(text) : whole / TENS[Math.max(0, end - point - 1)]!);
  return end;
}

/** The number of a plain decimal text, `68900.50`; NaN for anything else, a sign or an exponent included. */
export function decimalOf(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN;
  const { length } = value;
  if (length > EXACT_DIGITS) return decimalEnd(value, 0) === length ? Number(value) : Number.NaN;
  let whole = 0;
  let point = length - 1;
  for (let at = 0; at < length; at++) {
    const code = value.charCodeAt(at);
    if (code >= ZERO && code <= NINE) whole = whole * 10 + (code - ZERO);
    else if (code === POINT && point === length - 1 && at > 0) point = at;
    else return Number.NaN;
  }
  // A point at the end leaves no digit behind it, and an empty text none at all.
  return length === 0 || value.charCodeAt(length - 1) === POINT
    ? Number.NaN
    : whole / TENS[length - 1 - point]!;
}
