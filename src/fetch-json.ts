// An HTTP call of a venue, from either thread, and what a recording is told of it.
import type { HttpCall } from './exchanges/exchange.js';
import { HttpFailure } from './http-failure.js';

/** What came of a call. */
export interface HttpAnswer {
  /** Undefined where the server did not answer. */
  readonly status: number | undefined;
  /** Text of the body, '' where there is none. */
  readonly body: string;
  readonly tookMs: number;
}

export interface FetchOptions {
  /** The whole address. */
  readonly url: string | URL;
  readonly timeoutMs: number;
  /** Called once with what came of it, whatever that was. */
  readonly heard?: ((answer: HttpAnswer) => void) | undefined;
}

/**
 * Makes the call and reads its answer as JSON. @throws HttpFailure with the status, never with the address: its query may hold a key.
 * @throws Error where no answer came or it is no JSON
 */
export async function fetchJson(call: HttpCall, options: FetchOptions): Promise<unknown> {
  const { method, headers, body } = call;
  const { url, timeoutMs, heard } = options;
  const beganMs = performance.now();
  let [status, text]: [number | undefined, string] = [undefined, ''];
  try {
    const response = await fetch(url, {
      method,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = response.status;
    // Without a recorder nobody wants to know what a refusal says.
    if (response.ok || heard !== undefined) text = await response.text();
    if (!response.ok) throw new HttpFailure(response);
  } finally {
    heard?.({ status, body: text, tookMs: performance.now() - beganMs });
  }
  return JSON.parse(text);
}
