// The clock, counter and random text that pure functions are given, made fixed for tests.
import type { RequestContext, Session } from '../../src/exchanges/exchange.js';

export function requestContext(
  options: { readonly wallMs?: number; readonly nonce?: string; readonly session?: Session } = {},
): RequestContext {
  let id = 0;
  return {
    nextId: () => ++id,
    wallMs: options.wallMs ?? 1_790_000_000_000,
    nonce: () => options.nonce ?? 'n0nce',
    session: options.session,
  };
}
