// Times as RFC 3339 text in UTC: `2026-09-25T17:48:26.844359Z`. Date.parse would cut them to whole milliseconds, and is slower.

const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:$/;
/** Where the seconds begin, and what follows them: the Z or a point. */
const SECONDS = 17;
const FRACTION = 19;
const LONGEST_FRACTION = 9;
const [POINT, ZERO, NINE, Z] = [46, 48, 57, 90];

// Nearly all frames belong to the minute of the frame before them, so the calendar is asked once a minute.
let lastMinute = '';
let lastMinuteMs = Number.NaN;

/** Milliseconds since the Unix epoch with their fraction, NaN for anything that is not such a time. */
export function isoTimeMs(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN;
  if (lastMinute === '' || !value.startsWith(lastMinute)) {
    const minute = value.slice(0, SECONDS);
    if (!MINUTE.test(minute)) return Number.NaN;
    lastMinute = minute;
    lastMinuteMs = Date.parse(`${minute}00Z`);
  }
  return lastMinuteMs + secondsMs(value);
}

function secondsMs(time: string): number {
  const seconds = digitAt(time, SECONDS) * 10 + digitAt(time, SECONDS + 1);
  const last = time.length - 1;
  if (!(seconds < 60) || time.charCodeAt(last) !== Z) return Number.NaN;
  if (last === FRACTION) return seconds * 1000;
  const digits = last - FRACTION - 1;
  if (time.charCodeAt(FRACTION) !== POINT || digits < 1 || digits > LONGEST_FRACTION) return Number.NaN;
  let fraction = 0;
  for (let at = FRACTION + 1; at < last; at++) fraction = fraction * 10 + digitAt(time, at);
  return seconds * 1000 + (fraction * 1000) / 10 ** digits;
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE ? code - ZERO : Number.NaN;
}
