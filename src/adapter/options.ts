// What a user can tell an adapter, checked at once: a wrong option is a TypeError that names it.
import type { Logger } from 'pino';
import * as v from 'valibot';
import type { ClientOptions } from '../client/options.js';
import { DEFAULT_BACKOFF, type BackoffOptions } from '../client/backoff.js';
import type { Delivery } from '../client/protocol.js';
import { check } from '../validate.js';
import type { RestoringSession } from './restoring-session.js';
import type { UnknownRequest } from './messages.js';

/** What an adapter can be told. Everything is optional; times are in ms. */
export interface AdapterOptions {
  /** A name for logs and status, default the exchange's name. */
  readonly name?: string;
  /** Which of the venue's networks, default `live`. Ignored where `url` is given. */
  readonly network?: 'live' | 'test';
  /** Another address than the venue's own: a simulated exchange, a gateway. */
  readonly url?: string;
  /** What the exchange's login needs, see the exchange's file. Without it only public topics can be had. Never logged, never in a thread. */
  readonly credentials?: unknown;
  /** Arms the venue's cancel-on-disconnect on every connection and verifies it, default false. */
  readonly cancelOnDisconnect?: boolean;
  /** Topics to have from the first connect on. */
  readonly topics?: readonly string[];
  /** What crosses to the main thread, default `events`. */
  readonly delivery?: Delivery;
  /** Topics whose delivery differs. */
  readonly topicDelivery?: Readonly<Record<string, Delivery>>;
  /** Topics of which only the latest event matters: older ones are replaced in the thread, before they cross. */
  readonly conflate?: readonly string[];
  /** How the connection is made; see ClientOptions. `reconnectOnError` is refused: reconnecting is the adapter's business. */
  readonly connection?: ClientOptions;
  /**
   * Called at each restore, after the topics and before READY, with the requests whose outcome is unknown. READY waits for its promise;
   * where it throws, the connection is ended and the next restore shows the same requests again.
   */
  readonly onReconcile?: (unknown: readonly UnknownRequest[], session: RestoringSession) => unknown;
  /** Called at each restore, last, before READY. */
  readonly onResume?: (session: RestoringSession) => unknown;
  /** Delays between connects: full jitter under an exponential ceiling. Default 250 ms doubling up to 30 s. */
  readonly backoff?: Partial<BackoffOptions>;
  /** How long READY must hold before the backoff starts over, default 30000. */
  readonly readyHoldMs?: number;
  /** Connects in a row that may fail before the adapter gives up, default Infinity. */
  readonly maxAttempts?: number;
  /** Deadline of each step of the restore, default 10000. */
  readonly stepTimeoutMs?: number;
  /** Deadline of the hooks, default 60000. */
  readonly hookTimeoutMs?: number;
  /** Deadline of a request without its own, default 10000. */
  readonly requestTimeoutMs?: number;
  /** Part of a login's life after which it is renewed, default 0.8. */
  readonly refreshAt?: number;
  /** A pino logger; the adapter logs to a child of it. Default: silent. */
  readonly logger?: Logger;
}

const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const delivery = v.picklist(['events', 'messages', 'frames']);
const text = v.pipe(v.string(), v.nonEmpty());
const hook = v.function();

const schema = v.strictObject({
  name: v.optional(text),
  network: v.optional(v.picklist(['live', 'test']), 'live'),
  url: v.optional(v.pipe(v.string(), v.regex(/^wss?:\/\/./, 'must be a ws: or wss: URL'))),
  credentials: v.optional(v.unknown()),
  cancelOnDisconnect: v.optional(v.boolean(), false),
  topics: v.optional(v.array(text), []),
  delivery: v.optional(delivery, 'events'),
  topicDelivery: v.optional(v.record(v.string(), delivery), {}),
  conflate: v.optional(v.array(text), []),
  connection: v.optional(v.record(v.string(), v.unknown()), {}),
  onReconcile: v.optional(hook),
  onResume: v.optional(hook),
  backoff: v.optional(
    v.strictObject({
      baseMs: v.optional(milliseconds, DEFAULT_BACKOFF.baseMs),
      maxMs: v.optional(milliseconds, DEFAULT_BACKOFF.maxMs),
      factor: v.optional(v.pipe(v.number(), v.finite(), v.minValue(1)), DEFAULT_BACKOFF.factor),
    }),
    { ...DEFAULT_BACKOFF },
  ),
  readyHoldMs: v.optional(milliseconds, 30_000),
  maxAttempts: v.optional(v.pipe(v.number(), v.minValue(0)), Number.POSITIVE_INFINITY),
  stepTimeoutMs: v.optional(v.pipe(milliseconds, v.minValue(1)), 10_000),
  hookTimeoutMs: v.optional(v.pipe(milliseconds, v.minValue(1)), 60_000),
  requestTimeoutMs: v.optional(v.pipe(milliseconds, v.minValue(1)), 10_000),
  refreshAt: v.optional(v.pipe(v.number(), v.minValue(0.05), v.maxValue(1)), 0.8),
  logger: v.optional(v.looseObject({})),
});

export type AdapterSettings = ReturnType<typeof adapterSettings>;

/** Checks the options and fills in the defaults. @throws TypeError that names the option. */
export function adapterSettings(options: AdapterOptions) {
  const settings = check(schema, options, 'options');
  if (settings.connection['reconnectOnError'] === true) {
    throw new TypeError(
      'options.connection.reconnectOnError must not be true: a client that reconnects by itself would lose the login and the topics. The adapter reconnects.',
    );
  }
  return {
    ...settings,
    connection: settings.connection as ClientOptions,
    onReconcile: options.onReconcile,
    onResume: options.onResume,
    logger: options.logger,
  };
}
