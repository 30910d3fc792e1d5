// Times as RFC 3339 text in UTC: `2026-09-25T17:48:26.844359Z`. Date.parse would cut them to whole milliseconds, and is slower.

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
/** Behind the seconds there is a point or the Z. */
const SECONDS_END = 19;
const MINUTE_MS = 60_000;

// Nearly all frames belong to the minute of the frame before them, so the calendar is asked once a minute.
let lastMinute = '';
let lastMinuteMs = Number.NaN;

/** Milliseconds since the Unix epoch with their fraction, NaN for anything that is not such a time. */
export function isoTimeMs(value: unknown): number {
  if (typeof value !== 'string' || !FORM.test(value)) return Number.NaN;
  const minute = value.slice(0, 16);
  if (minute !== lastMinute) {
    lastMinuteMs = Date.parse(`${minute}:00Z`);
    lastMinute = minute;
  }
  const milliseconds = Number(value.slice(17, SECONDS_END)) * 1000;
  if (milliseconds >= MINUTE_MS) return Number.NaN;
  const fraction = value.length > SECONDS_END + 1 ? Number(value.slice(SECONDS_END, -1)) * 1000 : 0;
  return lastMinuteMs + milliseconds + fraction;
}
