// Numbers and times in words. Pure.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `—` where it is not known. */
export const UNKNOWN = '—';

/** 7.25 -> `7.3`, 1234 -> `1,234`, 1234567 -> `1.23M`. */
export function count(value: number): string {
  if (value >= 1_000_000) return `${(value / 1_000_000).toPrecision(3)}M`;
  if (value >= 10 || Number.isInteger(value)) return whole.format(value);
  return value.toFixed(1);
}

/** A time in ms with its unit: `85 µs`, `1.2 ms`, `340 ms`, `2.1 s`, `3 min`, `5 h`. */
export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms === 0) return '0';
  if (ms < 0.9995) return `${Math.max(1, Math.round(ms * 1000))} µs`;
  if (ms < 9.995) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}

/** How long ago, in whole seconds at least. */
export function ago(ms: number): string {
  return ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms);
}

/** Local time of day: `14:03:21`, with `.042` where a moment matters. */
export function clock(atMs: number, precise = false): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return precise ? `${time}.${String(date.getMilliseconds()).padStart(3, '0')}` : time;
}

/** `heartbeat-timeout 3, crash 1`, the most frequent first. */
export function reasons(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, one], [, other]) => other - one)
    .map(([reason, times]) => `${reason} ${times}`)
    .join(', ');
}
