// Requests to what is an HTTP API otherwise, posted over the socket with an id: `{"method":"post","id":7,"request":{"type":"info","payload":
// {"type":"lamps"}}}`. Questions are of type `info`; what changes something is a signed `action`, which can fail as a whole or in its one part.
import type { DecodeSink, Outgoing, RequestContext, VenueError } from '../exchange.js';
import { objectOf, rowsOf, textOf, valueAt } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';
import type { ActionSigner } from './signed-actions.js';

export interface Posts {
  /** `{"type":"action","payload":{"action":{…},"nonce":17,"signature":{…},"vaultAddress":null}}`, signed for the connection's account. */
  readonly act: (context: RequestContext, action: JsonObject, expiresAfter?: number) => Outgoing;
  /** `{"type":"info","payload":{"type":"lamps",…}}` */
  readonly ask: (context: RequestContext, type: string, params?: JsonObject) => Outgoing;
  /** The method `action` signs its parameters and posts them, any other one is a question. */
  readonly request: (method: string, params: JsonObject, context: RequestContext) => Outgoing;
}

export function signedPosts({ payload }: Pick<ActionSigner, 'payload'>): Posts {
  const act: Posts['act'] = (context, action, expiresAfter) =>
    post(context, 'action', payload(action, context, expiresAfter));
  const ask: Posts['ask'] = (context, type, params = {}) => post(context, 'info', { type, ...params });
  return {
    act,
    ask,
    request: (method, params, context) =>
      method === 'action' ? act(context, params) : ask(context, method, params),
  };
}

function post(context: RequestContext, type: string, payload: JsonObject): Outgoing {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ method: 'post', id, request: { type, payload } }) };
}

const WORDLESS = 'an error without words';

/**
 * Tells the sink the answer to a post. Returns what is wrong with it, or undefined.
 *
 * - action: `{"id":7,"response":{"type":"action","payload":{"status":"ok","response":{"type":"light","data":{"statuses":["lit"]}}}}}`
 * - question: `{"id":8,"response":{"type":"info","payload":{"type":"lamps","data":[…]}}}`
 * - failure: `{"id":9,"response":{"type":"error","payload":"429 Too Many Requests"}}`
 */
export function readPost(data: unknown, sink: DecodeSink): string | undefined {
  const { id, response } = objectOf(data);
  if (typeof id !== 'number' || !isObject(response)) return 'an answer to a post without id or response';
  const { type, payload } = response;
  if (type === 'error') {
    const message = textOf(payload) || WORDLESS;
    sink.refusal(id, { code: /^\d{3}\b/.exec(message)?.[0] ?? 'error', message });
  } else if (type === 'info' && valueAt(payload, 'data') !== undefined) {
    sink.reply(id, valueAt(payload, 'data'));
  } else if (type === 'action' && isObject(payload)) {
    const error = actionError(payload);
    if (error === undefined) sink.reply(id, payload);
    else sink.refusal(id, error);
  } else return 'an answer to a post of unknown form';
  return undefined;
}

/** Failures of the whole action, `{"status":"err","response":"…"}`, and of its only part, `{"statuses":[{"error":"…"}]}`. */
function actionError(result: JsonObject): VenueError | undefined {
  const { status, response } = result;
  if (status !== 'ok') return { code: textOf(status) || 'err', message: textOf(response) || WORDLESS };
  const [first, ...more] = statusesOf(result);
  const message = more.length === 0 ? valueAt(first, 'error') : undefined;
  return typeof message === 'string' ? { code: 'order', message } : undefined;
}

/** What became of the parts of an action. One that has no parts has one status that is no list. */
function statusesOf(result: unknown): readonly unknown[] {
  const data = valueAt(result, 'response.data');
  return rowsOf(valueAt(data, 'statuses') ?? valueAt(data, 'status'));
}

/** What became of the first part of an action, out of the answer to it. */
export function firstStatusOf(result: unknown): unknown {
  return valueAt(result, 'response.data.statuses.0');
}
