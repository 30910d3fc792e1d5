// What a user may set for a connection, checked at once: a wrong or unknown option is a TypeError that names it and never its value.
import type { ResourceLimits } from 'node:worker_threads';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as v from 'valibot';
import { isExchangeName } from '../exchanges/index.js';
import type { Logger } from '../logger.js';
import type { OverflowPolicy, TlsSettings } from './protocol.js';

const MIB = 1024 * 1024;

/** What is used where an option is left out. */
export const defaults = {
  handshakeTimeoutMs: 10_000,
  closeTimeoutMs: 2000,
  startTimeoutMs: 10_000,
  hangTimeoutMs: 5000,
  progressIntervalMs: 1250,
  maxPayloadBytes: 16 * MIB,
  market: { maxBytes: 64 * MIB, maxEntries: 200_000, policy: 'gap' },
  control: { maxBytes: 64 * MIB, maxEntries: 100_000 },
  heartbeat: { type: 'standard', intervalMs: 15_000, timeoutMs: 10_000 },
  backoff: { baseMs: 250, capMs: 30_000 },
} as const;

/** How the connection is kept alive and found dead. Runs in the thread, whatever the main thread does. */
export interface HeartbeatOptions {
  /**
   * `standard`: WebSocket pings. `disabled`: none. `custom`: the heartbeat of the exchange that `moduleUrl` exports. Else the name of
   * a built-in exchange, whose heartbeat is used.
   */
  readonly type: 'standard' | 'disabled' | 'custom' | (string & {});
  /** Milliseconds between beats. Default: 15,000, or what the exchange says. */
  readonly intervalMs?: number;
  /** Milliseconds without an answer after which the connection is given up. Default: 10,000, or what the exchange says. */
  readonly timeoutMs?: number;
  /** For `custom`: URL of a module whose default export is an exchange. */
  readonly moduleUrl?: string | URL;
}

/** Options of every connection, a plain client's as well as an adapter's. All times in ms. */
export interface ConnectionSettings {
  /** Headers of the upgrade request. Never logged. */
  readonly headers?: Readonly<Record<string, string>>;
  /** WebSocket subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** Longest handshake, DNS and TLS and proxy included. Default 10,000. */
  readonly handshakeTimeoutMs?: number;
  /** How long `close()` waits for the peer's close frame. Default 2,000. */
  readonly closeTimeoutMs?: number;
  readonly tls?: TlsSettings;
  /**
   * `http:`, `https:`, `socks:`, `socks4:` or `socks5:` URL. Needs the package https-proxy-agent or socks-proxy-agent. A proxy that
   * fails ends the connection; it is never gone around.
   */
  readonly proxy?: string;
  /** Offers compression. Costs a hop through the thread pool per frame. Default false. */
  readonly perMessageDeflate?: boolean;
  /** Largest frame in either direction, in bytes. Default 16 MiB. */
  readonly maxPayloadBytes?: number;
  readonly heartbeat?: HeartbeatOptions;
  /**
   * Bounds of what may wait in the thread for the main thread, and what happens beyond. Default 64 MiB, 200,000 entries, `gap`.
   * `pause` reads the socket more slowly instead of dropping: for recorders, and for venues that wait. Pings and replies then wait too.
   */
  readonly market?: {
    readonly maxBytes?: number;
    readonly maxEntries?: number;
    readonly policy?: OverflowPolicy;
  };
  /** Bounds of replies and private events on their way; beyond them the connection ends with `overflow`. Default 64 MiB, 100,000. */
  readonly control?: { readonly maxBytes?: number; readonly maxEntries?: number };
  /** The thread is terminated after this long without progress; 0 for never. Default 5,000. */
  readonly hangTimeoutMs?: number;
  /** Longest start of a thread. Default 10,000. */
  readonly startTimeoutMs?: number;
  /** The module that threads run, for bundlers that move it. Default: the library's own. */
  readonly workerUrl?: string | URL;
  /** Heap limits of the thread, in MB. They do not count Buffers. */
  readonly resourceLimits?: ResourceLimits;
  /** Node options of the thread. */
  readonly execArgv?: readonly string[];
  /** Environment of the thread. Default: a copy of the process's. */
  readonly env?: Readonly<Record<string, string>>;
  /** Spare threads that wait for the next death. Default: one for every 8 connections, at most 4. */
  readonly spares?: number;
  /** A pino logger. Default: nothing is logged. */
  readonly logger?: Logger;
}

/** Longest time a timer of Node can wait for. */
const LONGEST_MS = 2 ** 31 - 1;

const duration = (least: number) => wholeNumber(least, LONGEST_MS, 'of milliseconds');
const bytes = wholeNumber(1, 512 * MIB, 'of bytes');
const count = wholeNumber(1, 100_000_000, '');
const text = v.string('a string');
const flag = v.boolean('true or false');
const texts = v.array(text, 'an array of strings');
const textRecord = v.record(text, text, 'an object of strings');
const headers = v.pipe(textRecord, v.check(areHeaders, 'an object of valid HTTP header names and values'));
const protocols = v.pipe(
  texts,
  v.check(
    (names) =>
      new Set(names).size === names.length && names.every((name) => /^[\w!#$%&'*+\-.^`|~]+$/.test(name)),
    'an array of different subprotocol names',
  ),
);
const moduleUrl = v.pipe(
  v.union([text, v.instance(URL)], 'a URL'),
  v.check(
    (url) => URL.canParse(String(url)),
    'an absolute URL, such as new URL("./worker.js", import.meta.url)',
  ),
  v.transform(String),
);

function wholeNumber(least: number, most: number, unit: string) {
  const words = `a whole number ${unit}${unit === '' ? '' : ' '}from ${least} to ${most}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(most, words));
}

const proxy = v.pipe(
  text,
  v.check(
    (url) => URL.canParse(url) && /^(https?|socks(4a?|5h?)?):$/.test(new URL(url).protocol),
    'an http:, https:, socks:, socks4: or socks5: URL',
  ),
);

const tls = v.strictObject(
  {
    ca: v.optional(v.union([text, texts], 'a string or an array of strings (PEM)')),
    cert: v.optional(text),
    key: v.optional(text),
    servername: v.optional(text),
    rejectUnauthorized: v.optional(flag),
  },
  'an object',
);

const heartbeat = v.pipe(
  v.strictObject(
    {
      type: v.pipe(
        text,
        v.check(
          (type) => ['standard', 'disabled', 'custom'].includes(type) || isExchangeName(type),
          `'standard', 'disabled', 'custom' or a built-in exchange`,
        ),
      ),
      intervalMs: v.optional(duration(1)),
      timeoutMs: v.optional(duration(1)),
      moduleUrl: v.optional(moduleUrl),
    },
    'an object',
  ),
  v.check(({ type, moduleUrl: url }) => (type === 'custom') === (url !== undefined), customNeedsModule()),
);

function customNeedsModule(): string {
  return `{ type: 'custom', moduleUrl } or another type without moduleUrl`;
}

const resourceLimits = v.strictObject(
  {
    maxOldGenerationSizeMb: v.optional(count),
    maxYoungGenerationSizeMb: v.optional(count),
    codeRangeSizeMb: v.optional(count),
    stackSizeMb: v.optional(count),
  },
  'an object',
);

const policies = ['gap', 'conflate', 'exit', 'pause'] as const;
const queue = { maxBytes: v.optional(bytes), maxEntries: v.optional(count) };
const market = v.strictObject(
  { ...queue, policy: v.optional(v.picklist(policies, `'gap', 'conflate', 'exit' or 'pause'`)) },
  'an object',
);

/** The checks of ConnectionSettings, for whoever has more options beside them. */
export const connectionEntries = {
  headers: v.optional(headers),
  protocols: v.optional(protocols),
  handshakeTimeoutMs: v.optional(duration(1)),
  closeTimeoutMs: v.optional(duration(1)),
  tls: v.optional(tls),
  proxy: v.optional(proxy),
  perMessageDeflate: v.optional(flag),
  maxPayloadBytes: v.optional(bytes),
  heartbeat: v.optional(heartbeat),
  market: v.optional(market),
  control: v.optional(v.strictObject(queue, 'an object')),
  hangTimeoutMs: v.optional(duration(0)),
  startTimeoutMs: v.optional(duration(1)),
  workerUrl: v.optional(moduleUrl),
  resourceLimits: v.optional(resourceLimits),
  execArgv: v.optional(texts),
  env: v.optional(textRecord),
  spares: v.optional(wholeNumber(0, 64, '')),
  logger: v.optional(v.custom<Logger>(isLogger, 'a pino logger')),
};

function areHeaders(record: Readonly<Record<string, string>>): boolean {
  try {
    for (const [name, value] of Object.entries(record)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

function isLogger(value: unknown): boolean {
  const logger = value as Partial<Logger> | null;
  return typeof logger === 'object' && logger !== null && typeof logger.child === 'function';
}

/** Checks options. @throws TypeError that names the first wrong one, below `name`. */
export function checkOptions<Entries extends v.ObjectEntries>(
  entries: Entries,
  input: unknown,
  name = 'options',
): v.InferOutput<v.StrictObjectSchema<Entries, undefined>> {
  const result = v.safeParse(v.strictObject(entries, 'an object'), input, { abortEarly: true });
  if (result.success) return result.output as v.InferOutput<v.StrictObjectSchema<Entries, undefined>>;
  const [issue] = result.issues;
  const path = [name, ...(issue.path ?? []).map(({ key }) => String(key))].join('.');
  // Valibot reports an unknown key as one that is expected never to be there.
  if (issue.type === 'strict_object' && issue.expected === 'never')
    throw new TypeError(`${path} is not an option`);
  throw new TypeError(`${path} must be ${issue.message}, got ${kindOf(issue.input)}`);
}

/** The kind of a value, not the value, which may be a secret. Numbers are none. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Checks the address of a WebSocket. @throws TypeError that does not show it: its query may hold a token. */
export function checkUrl(url: unknown, name = 'url'): string {
  const href = url instanceof URL ? url.href : url;
  if (typeof href !== 'string' || !URL.canParse(href)) {
    throw new TypeError(`${name} must be a WebSocket URL, such as wss://example.org/ws`);
  }
  const parsed = new URL(href);
  if (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:') {
    throw new TypeError(`${name} must begin with ws: or wss:, got ${parsed.protocol}`);
  }
  if (parsed.hash !== '') throw new TypeError(`${name} must not have a fragment (#…)`);
  return href;
}
