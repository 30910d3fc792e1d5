// An HTTP call that the server answered with a status that is no success, and how long it asks to be left alone.

/** Statuses that mean "too fast". 418 is what some venues answer to an address that did not slow down. */
const tooFast: ReadonlySet<number> = new Set([418, 429]);

/** Its message names the status, never the address: that one's query may hold a key. */
export class HttpFailure extends Error {
  readonly status: number;
  /** Milliseconds, as the server asks for; undefined where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(response: Pick<Response, 'status' | 'headers'>) {
    super(`HTTP status ${response.status}`);
    this.name = 'HttpFailure';
    this.status = response.status;
    this.retryAfterMs = readRetryAfter(response.headers.get('retry-after'), Date.now());
  }

  get isTooFast(): boolean {
    return tooFast.has(this.status);
  }
}

/** `Retry-After` holds seconds or an HTTP date. */
export function readRetryAfter(
  value: string | readonly string[] | null | undefined,
  nowMs: number,
): number | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(waitMs) ? Math.max(0, Math.round(waitMs)) : undefined;
}
