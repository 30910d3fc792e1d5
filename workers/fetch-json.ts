// An HTTP call of a venue from inside the thread, for order book snapshots.
import type { HttpCall } from '../src/exchanges/exchange.js';
import { HttpFailure } from '../src/http-failure.js';

const TIMEOUT_MS = 10_000;

/** @throws HttpFailure with the status, never with the address: its query may hold a key. */
export async function fetchJson(restUrl: string | undefined, call: HttpCall): Promise<unknown> {
  const { method, headers, body } = call;
  const response = await fetch(new URL(call.url, restUrl), {
    method,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new HttpFailure(response);
  return response.json();
}
