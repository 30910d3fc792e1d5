// How long to wait before trying again: full jitter under an exponential ceiling. Pure: the random number is an argument.

export interface BackoffOptions {
  /** Ceiling of the first delay, in ms. */
  readonly baseMs: number;
  /** Ceiling of every delay, in ms. */
  readonly maxMs: number;
  /** How much the ceiling grows with each attempt. */
  readonly factor: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = { baseMs: 250, maxMs: 30_000, factor: 2 };

/**
 * Milliseconds to wait before attempt number `attempt` (1 is the first retry). Full jitter: anything from 0 up to the ceiling, so that
 * many adapters that died together do not come back together.
 */
export function backoffDelayMs(options: BackoffOptions, attempt: number, random: number): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * options.factor ** (attempt - 1));
  return Math.floor(random * ceiling);
}
