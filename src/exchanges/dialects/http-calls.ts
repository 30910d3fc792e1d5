// Calls over HTTP, for what a venue does not offer over its WebSocket.
import type { HttpCall } from '../exchange.js';

/** A question whose parameters are JSON. `url`: an absolute path, or a whole URL. */
export function postJson(url: string, body: Readonly<Record<string, unknown>>): HttpCall {
  return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
