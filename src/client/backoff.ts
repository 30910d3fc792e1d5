// How long to wait before the next attempt: exponential with full jitter, so that many connections do not come back at once.

/** Waits between attempts: a random part of a bound that doubles with each failure. */
export interface Backoff {
  /** Upper bound of the first wait, in ms. */
  readonly baseMs: number;
  /** Upper bound of every wait, in ms. */
  readonly capMs: number;
}

/**
 * Milliseconds to wait before attempt number `attempt` (1, 2, 3 …), a fair draw between 0 and the bound of that attempt.
 * `random` is a number from 0 (included) to 1 (excluded).
 */
export function backoffMs(attempt: number, random: number, { baseMs, capMs }: Backoff): number {
  const bound = Math.min(capMs, baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.floor(random * bound);
}
