// Deribit's JSON-RPC envelope: reading requests, writing answers and notifications.
// https://docs.deribit.com/articles/json-rpc-overview
import type { Clock } from '../kit/clock.js';
import type { Random } from '../kit/random.js';
import { RpcError } from './rpc-error.js';

export interface Request {
  readonly id?: number | string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** False where `params` is there and is no object: the venue takes named parameters only. */
  readonly hasNamedParams: boolean;
}

const largestRequest = 32 * 1024;

/** @throws RpcError when the text is no request. */
export function parseRequest(text: string): Request {
  if (Buffer.byteLength(text) > largestRequest) throw new RpcError(-32600, 'request entity too large');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RpcError(11050, 'bad_request', 'invalid json');
  }
  if (!isRecord(value)) throw new RpcError(11050, 'bad_request', 'invalid json');
  const { method, params = {} } = value;
  const hasNamedParams = isRecord(params);
  return { ...idOf(value), method: String(method), params: hasNamedParams ? params : {}, hasNamedParams };
}

function idOf(request: Readonly<Record<string, unknown>>): { readonly id?: number | string } {
  const { id } = request;
  return typeof id === 'number' || typeof id === 'string' ? { id } : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class Envelope {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #testnet: boolean;
  readonly #exponentShare: number;

  constructor(clock: Clock, random: Random, testnet: boolean, exponentShare: number) {
    this.#clock = clock;
    this.#random = random;
    this.#testnet = testnet;
    this.#exponentShare = exponentShare;
  }

  result(id: number | string | undefined, result: unknown, usIn: number): string {
    return JSON.stringify({ jsonrpc: '2.0', ...withId(id), result, ...this.#times(usIn) });
  }

  error(id: number | string | undefined, error: RpcError, usIn: number): string {
    const { code, message, data } = error;
    const body = data === undefined ? { code, message } : { code, data, message };
    return JSON.stringify({ jsonrpc: '2.0', ...withId(id), error: body, ...this.#times(usIn) });
  }

  notification(channel: string, data: unknown, label?: string): string {
    const params = label === undefined ? { channel, data } : { channel, label, data };
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params });
    if (this.#exponentShare <= 0 || this.#random.next() >= this.#exponentShare) return text;
    return withExponents(text);
  }

  #times(usIn: number): Readonly<Record<string, number | boolean>> {
    const usOut = this.#clock.microseconds();
    return { usIn, usOut, usDiff: usOut - usIn, testnet: this.#testnet };
  }
}

function withId(id: number | string | undefined): { readonly id?: number | string } {
  return id === undefined ? {} : { id };
}

/** Writes numbers with a fraction the way the venue's engine sometimes does: `2.2e3`, `1.423e-4`. Values stay the same. */
export function withExponents(text: string): string {
  return text.replace(/(?<=[:,[])-?\d+\.\d+(?=[,\]}])/g, (digits) =>
    Number(digits).toExponential().replace('e+', 'e'),
  );
}
