// The clock, counter and random text that pure functions are given, made fixed for tests.
import { expect } from 'chai';
import type { Outgoing, RequestContext, Session } from '../../src/exchanges/exchange.js';

export function requestContext(
  options: {
    readonly wallMs?: number;
    readonly nonce?: string;
    readonly session?: Session;
    readonly credentials?: unknown;
  } = {},
): RequestContext {
  let id = 0;
  return {
    nextId: () => ++id,
    wallMs: options.wallMs ?? 1_790_000_000_000,
    nonce: () => options.nonce ?? 'n0nce',
    session: options.session,
    credentials: options.credentials,
  };
}

/** Method and parameters of a JSON-RPC call, whose id has to be the one that was promised. */
export function sent({ id, frame }: Outgoing): { readonly method: string; readonly params: object } {
  const message = JSON.parse(frame) as { id: unknown; jsonrpc: string; method: string; params: object };
  expect(message).to.include({ id, jsonrpc: '2.0' });
  return { method: message.method, params: message.params };
}
