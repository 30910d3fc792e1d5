// JSON-RPC 2.0 as exchanges speak it over a WebSocket: how a call is written and how its answer is read.
// Answers are matched by `id` only; venues answer out of order.
import type { JsonObject } from '../../market.js';
import type { DecodeSink, Outgoing, RequestContext, RequestId, VenueError } from '../exchange.js';

export type { JsonObject };

const LONGEST_REASON = 300;

/** A call with the connection's next id. Members of `params` that are undefined are left out. */
export function call(context: RequestContext, method: string, params: JsonObject = {}): Outgoing {
  return callWithId(context.nextId(), method, params);
}

/** `{"jsonrpc":"2.0","id":3,"method":"public/subscribe","params":{"channels":["quote.BTC-PERPETUAL"]}}` */
export function callWithId(id: RequestId, method: string, params: JsonObject = {}): Outgoing {
  return { id, frame: JSON.stringify({ jsonrpc: '2.0', id, method, params }) };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The frame's JSON object, or undefined where it holds anything else. Never throws. */
export function parseObject(frame: string): JsonObject | undefined {
  const message = parseJson(frame);
  return isObject(message) ? message : undefined;
}

/** What a text of JSON stands for; undefined where it is none. Never throws. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Tells the sink what an answer says; returns what is wrong with it, or undefined. Ids below zero are those of the heartbeat: its
 * good answers are signs of life, its errors are refusals like any other, because a refused heartbeat must not go unnoticed.
 *
 * - success: `{"jsonrpc":"2.0","id":3,"result":"ok"}`
 * - failure: `{"jsonrpc":"2.0","id":5,"error":{"code":13009,"message":"unauthorized","data":{"reason":"invalid_token"}}}`
 */
export function readAnswer(message: JsonObject, sink: DecodeSink): string | undefined {
  const id = message['id'] ?? undefined;
  if (id !== undefined && typeof id !== 'number' && typeof id !== 'string') {
    return `an answer with an id of type ${typeof id}`;
  }
  if (message['error'] !== undefined) {
    const error = readError(message['error']);
    if (error === undefined) return 'an error without code and message';
    sink.refusal(id, error);
    return undefined;
  }
  if (message['result'] === undefined) return 'neither a notification nor an answer';
  if (id === undefined) return 'a result without the id of its request';
  if (typeof id === 'number' && id < 0) sink.alive();
  else sink.reply(id, message['result']);
  return undefined;
}

/** Reads `{code, message, data}`, where `data` is left out, null, a text or an object with `reason`, `param` or `wait`. */
export function readError(error: unknown): VenueError | undefined {
  if (!isObject(error)) return undefined;
  const { code, message, data } = error;
  if (typeof code !== 'number' && typeof code !== 'string') return undefined;
  if (typeof message !== 'string') return undefined;
  const reason = reasonOf(data);
  return { code: String(code), message, ...(reason === undefined ? {} : { reason }) };
}

/** Only these three fields: what else a venue echoes there could be part of what was sent. */
function reasonOf(data: unknown): string | undefined {
  if (typeof data === 'string') return data === '' ? undefined : data.slice(0, LONGEST_REASON);
  if (!isObject(data)) return undefined;
  const words: string[] = [];
  if (typeof data['reason'] === 'string') words.push(data['reason']);
  if (typeof data['param'] === 'string') words.push(`(parameter ${data['param']})`);
  if (typeof data['wait'] === 'number') words.push(`wait ${data['wait']} s`);
  return words.length === 0 ? undefined : words.join(' ').slice(0, LONGEST_REASON);
}
