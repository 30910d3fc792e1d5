// An HTTP call as a record. Neither its headers nor its body are kept, and of its answer all but the secrets.
import type { HttpCall } from '../exchanges/exchange.js';
import type { HttpAnswer } from '../fetch-json.js';
import type { LifeSubject } from './protocol.js';
import { REDACTED, type Redaction } from './redaction.js';

/** Who made it, where that is no connection of the recording: the adapter itself, for a login. */
export type HttpSubject = Pick<LifeSubject, 'name' | 'exchange' | 'socket'>;

/** JSON of the record. */
export interface HttpRecord extends Partial<HttpSubject> {
  readonly method: HttpCall['method'];
  /** Path, and query where the call carried no key. */
  readonly path: string;
  /** Left out where the server did not answer. */
  readonly status?: number;
  /** Bytes of the answer's body as it came. */
  readonly bytes: number;
  readonly tookMs: number;
  readonly body: string;
}

/** Headers and bodies are where venues want their keys: such a call is treated like a login. */
export function carriesKeys({ headers, body }: HttpCall): boolean {
  return headers !== undefined || body !== undefined;
}

/** The record as it goes to the recorder, which takes the secrets out. The address of the server is in the connection's. */
export function httpRecord(
  call: HttpCall,
  { status, body, tookMs }: HttpAnswer,
  subject?: HttpSubject,
): HttpRecord {
  const { pathname, search } = new URL(call.url, 'http://localhost');
  return {
    ...subject,
    method: call.method,
    // The query of a call with keys is part of what was signed.
    path: carriesKeys(call) ? pathname : pathname + search,
    ...(status === undefined ? {} : { status }),
    bytes: Buffer.byteLength(body),
    tookMs: Math.round(tookMs * 1000) / 1000,
    body,
  };
}

/** The record without secrets. `isKeyed`: the call carried keys, so its answer is cleaned like that to a login. */
export function cleanHttpRecord(redaction: Redaction, record: HttpRecord, isKeyed: boolean): HttpRecord {
  return {
    ...record,
    path: cleanPath(redaction, record.path),
    body: cleanBody(redaction, record.body, isKeyed),
  };
}

function cleanBody(redaction: Redaction, body: string, isKeyed: boolean): string {
  if (!isKeyed) return redaction.mayHold(body) ? redaction.clean(body) : body;
  // Without a form that is known nothing of it is kept.
  return body === '' || /^\s*[[{]/.test(body) ? redaction.cleanLoginAnswer(body) : REDACTED;
}

/** Names and values in the query, and parts of the path, are looked at as if they were JSON. */
function cleanPath(redaction: Redaction, path: string): string {
  const url = new URL(path, 'http://localhost');
  const parts = JSON.parse(redaction.clean(JSON.stringify(url.pathname.split('/')))) as string[];
  const query = Object.fromEntries(url.searchParams);
  const cleanQuery = JSON.parse(redaction.clean(JSON.stringify(query))) as Record<string, string>;
  for (const [name, value] of Object.entries(cleanQuery))
    if (value !== query[name]) url.searchParams.set(name, value);
  return parts.join('/') + url.search;
}
