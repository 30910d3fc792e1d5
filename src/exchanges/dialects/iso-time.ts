// Times as RFC 3339 text in UTC: `2026-09-25T17:48:26.844359Z`. Date.parse would cut them to whole milliseconds, and is many times slower.

/** Where the seconds end: at the Z or a point. */
const FRACTION = 19;
const LONGEST_FRACTION = 9;
const [DASH, POINT, ZERO, COLON, T, Z] = [45, 46, 48, 58, 84, 90];
const TENS = Array.from({ length: LONGEST_FRACTION + 1 }, (_, exponent) => 10 ** exponent);
const [DAY_MS, HOUR_MS, MINUTE_MS] = [86_400_000, 3_600_000, 60_000];
/** What two characters give that are not two digits: beyond anything that a place of a date or a time may hold, and still an integer. */
const NO_NUMBER = 1_000_000;

/** Milliseconds since the Unix epoch with their fraction, NaN for anything that is not such a time. */
export function isoTimeMs(value: unknown): number {
  if (typeof value !== 'string' || value.length <= FRACTION || !isPunctuated(value)) return Number.NaN;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  const month = twoDigits(value, 5);
  const day = twoDigits(value, 8);
  const hour = twoDigits(value, 11);
  const minute = twoDigits(value, 14);
  const second = twoDigits(value, 17);
  if (year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const days = dayOf(year, month, day);
  return days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + fractionMs(value);
}

function isPunctuated(time: string): boolean {
  return (
    time.charCodeAt(4) === DASH &&
    time.charCodeAt(7) === DASH &&
    time.charCodeAt(10) === T &&
    time.charCodeAt(13) === COLON &&
    time.charCodeAt(16) === COLON
  );
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NO_NUMBER;
}

/** Days since the Unix epoch. The year is counted from March on, so that a leap day is the last one of its year. */
function dayOf(year: number, month: number, day: number): number {
  const isEarly = month < 3;
  const from = isEarly ? year - 1 : year;
  const leapDays = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  const before = Math.floor((153 * (isEarly ? month + 9 : month - 3) + 2) / 5);
  return from * 365 + leapDays + before + day - 719_469;
}

/** What stands between the seconds and the Z. */
function fractionMs(time: string): number {
  const last = time.length - 1;
  if (time.charCodeAt(last) !== Z) return Number.NaN;
  if (last === FRACTION) return 0;
  const digits = last - FRACTION - 1;
  if (time.charCodeAt(FRACTION) !== POINT || digits < 1 || digits > LONGEST_FRACTION) return Number.NaN;
  let fraction = 0;
  for (let at = FRACTION + 1; at < last; at++) {
    const digit = time.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    fraction = fraction * 10 + digit;
  }
  return (fraction * 1000) / TENS[digits]!;
}
