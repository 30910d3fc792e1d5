// What a frame asks, as far as that can be told without knowing the venue: enough to find the same question in a recording.
import { REDACTED } from '../../recording/redaction.js';

export interface AskedRequest {
  /** The call's name: `public/subscribe`, `SUBSCRIBE`, `login`. */
  readonly method: string;
  /** The member that its answer repeats, as it is written; undefined for venues without ids. */
  readonly id: { readonly name: string; readonly value: string } | undefined;
  /** Topics, symbols and other texts in it. */
  readonly words: ReadonlySet<string>;
  readonly isJsonRpc: boolean;
}

const idPattern = /"(id|req_?id|request_?id)"\s*:\s*("[^"]*"|-?\d+)/i;
const methodNames = ['method', 'op', 'event', 'type', 'action'];
const isIdName = /^(?:id|req_?id|request_?id|jsonrpc)$/i;
const DEPTH = 5;

export function requestOf(text: string): AskedRequest {
  const [, name, value] = idPattern.exec(text) ?? [];
  const id = name === undefined || value === undefined ? undefined : { name, value };
  const message = parsed(text);
  if (message === undefined)
    return { method: text.slice(0, 40), id: undefined, words: new Set(), isJsonRpc: false };
  const method = methodNames.map((key) => message[key]).find((found) => typeof found === 'string') ?? '';
  const words = new Set<string>();
  for (const [key, inner] of Object.entries(message)) if (!isIdName.test(key)) collect(inner, words, 0);
  words.delete(String(method));
  return { method: String(method), id, words, isJsonRpc: message['jsonrpc'] !== undefined };
}

/** How much two requests have in common, from 0 to 1; 0 also where they call something else. */
export function likeness(one: AskedRequest, other: AskedRequest): number {
  if (one.method !== other.method) return 0;
  if (one.words.size === 0 && other.words.size === 0) return 1;
  const common = [...one.words].filter((word) => other.words.has(word)).length;
  const all = one.words.size + other.words.size - common;
  // The same call with nothing in common but its name still is the same call, unless it is about topics.
  return common === 0 && asksForTopics(one) ? 0 : (1 + common) / (1 + all);
}

export function asksForTopics({ method }: AskedRequest): boolean {
  return /subscri/i.test(method);
}

export function isPing({ method }: AskedRequest): boolean {
  return /ping|heartbeat|public\/test$/i.test(method);
}

/** Finds the answer to a request among frames that follow it. */
export function answerPattern({ id }: AskedRequest): RegExp | undefined {
  if (id === undefined) return undefined;
  const bare = id.value.replaceAll('"', '').replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
  return new RegExp(`"${id.name}"\\s*:\\s*"?${bare}"?(?=\\s*[,}])`);
}

/** A recorded answer with the id of the request that was asked now. */
export function readdressed(answer: string, recorded: AskedRequest, { id }: AskedRequest): string {
  const pattern = answerPattern(recorded);
  return pattern === undefined || id === undefined
    ? answer
    : answer.replace(pattern, () => `"${id.name}":${id.value}`);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null && !Array.isArray(message)
      ? (message as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function collect(value: unknown, words: Set<string>, depth: number): void {
  if (typeof value === 'string' && value !== REDACTED && value !== '') words.add(value);
  if (typeof value !== 'object' || value === null || depth > DEPTH) return;
  for (const inner of Object.values(value)) collect(inner, words, depth + 1);
}
