// Times as RFC 3339 text in UTC: `2026-09-25T17:48:26.844359Z`. Date.parse would cut them to whole milliseconds, and is slower.

const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:$/;
/** Where the seconds begin, and what follows them: the Z or a point. */
const SECONDS = 17;
const FRACTION = 19;
const LONGEST_FRACTION = 9;
const [POINT, ZERO, NINE, Z] = [46, 48, 57, 90];
const TENS = Array.from({ length: LONGEST_FRACTION + 1 }, (_, exponent) => 10 ** exponent);

// Nearly all times belong to the minute of the time before them, or of the one before that: a frame has a time of its own beside those
// of its rows. So the calendar is asked once a minute.
let minute = '';
let minuteMs = Number.NaN;
let earlier = '';
let earlierMs = Number.NaN;

/** Milliseconds since the Unix epoch with their fraction, NaN for anything that is not such a time. */
export function isoTimeMs(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN;
  if (minute !== '' && value.startsWith(minute)) return minuteMs + secondsMs(value);
  if (earlier !== '' && value.startsWith(earlier)) return earlierMs + secondsMs(value);
  const text = value.slice(0, SECONDS);
  if (!MINUTE.test(text)) return Number.NaN;
  [earlier, earlierMs] = [minute, minuteMs];
  [minute, minuteMs] = [text, Date.parse(`${text}00Z`)];
  return minuteMs + secondsMs(value);
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
  return seconds * 1000 + (fraction * 1000) / TENS[digits]!;
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE ? code - ZERO : Number.NaN;
}
