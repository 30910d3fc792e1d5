// What a user can tell an adapter, checked at once: a wrong option is a TypeError that names it.
import * as v from 'valibot';
import type { Backoff } from '../client/backoff.js';
import {
  checkOptions,
  connectionEntries,
  type ConnectionSettings,
  defaults as connectionDefaults,
} from '../client/options.js';
import type { BookDelivery } from '../book-delivery.js';
import type { Delivery } from '../client/protocol.js';
import type { CredentialsOf } from '../exchanges/venue-types.js';
import { recordEntry, type RecordOptions } from '../recording/options.js';
import type { FreshnessOptions } from './freshness.js';
import type { UnknownRequest } from './messages.js';
import type { RestoringSession } from './restoring-session.js';
import type { RotationOptions } from './rotation-schedule.js';

/** What an adapter can be told. Everything is optional; times are in ms. `Name` is the exchange's, where it is known. */
export interface AdapterOptions<Name extends string = string> {
  /** A name for logs and status. Default: the exchange's name. */
  readonly name?: string;
  /** Which of the venue's networks. Default `live`. */
  readonly network?: 'live' | 'test';
  /** Another address than the venue's own: a simulated exchange, a gateway. Without a path it gets the venue's. */
  readonly url?: string;
  /**
   * What the exchange's login needs: for a built-in exchange that is named its own type, see `CredentialsOf`. Without it only public
   * topics can be had. Never logged, never in a thread.
   */
  readonly credentials?: CredentialsOf<Name>;
  /** Arms the venue's cancel-on-disconnect on every connection and verifies it. Default false. */
  readonly cancelOnDisconnect?: boolean;
  /**
   * Cancels all orders of the account at each restore after a lost connection, before READY, for venues without a switch of their own.
   * Unlike a switch it acts only once the connection is back. A restore in which the venue refuses it fails. Default false.
   */
  readonly cancelAllOnReconnect?: boolean;
  /** Topics to have from the first connect on. */
  readonly topics?: readonly string[];
  /**
   * Topics that one connection holds at most; beyond it further connections are opened, each in a thread of its own. Smaller than the
   * venue's limit, it spreads decoding over more cores. Default: what the venue allows.
   */
  readonly topicsPerConnection?: number;
  /** What crosses to the main thread. Default `events`. */
  readonly delivery?: Delivery;
  /** Topics whose delivery differs. */
  readonly topicDelivery?: Readonly<Record<string, Delivery>>;
  /**
   * How order books cross where `delivery` is `events`. Default `changes`: a snapshot, then what changed in it. `{ depth: 10 }`: whole books
   * of the best 10 levels of each side, kept in the thread, one after each update that altered any of those levels. Each of them is a
   * `BookUpdate` of type `snapshot` that stands for all before it: nothing has to be applied or kept.
   */
  readonly books?: BookDelivery;
  /** Topics whose books cross in another way: `{ 'book.BTC-PERPETUAL.raw': { depth: 5 } }`. */
  readonly topicBooks?: Readonly<Record<string, BookDelivery>>;
  /**
   * Topics of which only the latest event matters: older ones are replaced in the thread, before they cross. Of books that cross whole
   * it is the newest; changes of a book chain, so they stay until a snapshot replaces them.
   */
  readonly conflate?: readonly string[];
  /** How connections are made. */
  readonly connection?: ConnectionSettings;
  /**
   * Called at each restore, after the topics and before READY, with the requests whose outcome is unknown. READY waits for its promise;
   * where it throws, the connection is ended and the next restore shows the same requests again.
   */
  readonly onReconcile?: (unknown: readonly UnknownRequest[], session: RestoringSession) => unknown;
  /**
   * What the venue lets one account and one host ask for is shared by all adapters of the process that use the same credentials on it;
   * connects, restores and heartbeats count as well. A name: shared by the adapters that give this name instead. `false`: no budget,
   * everything goes out as it comes. Requests that wait still count their own deadlines. Default: by credentials.
   */
  readonly rateBudget?: string | false;
  /**
   * How long topics may be silent. One that is longer is told by the event `stalled` and subscribed anew; where that does not help, the
   * connection is ended (`stale`). Default: nothing is judged, because quiet is normal; whether the venue lives is the heartbeat's to say.
   */
  readonly freshness?: FreshnessOptions;
  /**
   * Takes what `vitals()` tells beyond the plain counters: latencies, once per batch, and the threads' processor time, once a second or
   * so. Default false; a fleet switches it on.
   */
  readonly measure?: boolean;
  /** Called at each restore, last, before READY. */
  readonly onResume?: (session: RestoringSession) => unknown;
  /** Waits between connects: full jitter under an exponential bound. Default 250 ms doubling up to 30 s. */
  readonly backoff?: Partial<Backoff>;
  /** How long READY must hold before the backoff starts over. Default 30,000. */
  readonly readyHoldMs?: number;
  /** Reconnects in a row that may end without a READY that held before the adapter gives up. Default: no limit. */
  readonly maxAttempts?: number;
  /** Deadline of each step of the restore. Default 10,000. */
  readonly stepTimeoutMs?: number;
  /** Deadline of each hook. Default 60,000. */
  readonly hookTimeoutMs?: number;
  /** Deadline of a request without its own. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Part of a login's life after which it is renewed. Default 0.8. */
  readonly refreshAt?: number;
  /**
   * When connections are replaced by new ones without a pause. Default: before the venue's own limit, and when it announces a stop.
   * `false`: only by `rotate()`.
   */
  readonly rotation?: RotationOptions | false;
  /**
   * Connections for each socket that bring the same; whichever brings an event first is heard. With 2 the death of one loses nothing.
   * Default 1.
   */
  readonly redundancy?: 1 | 2;
  /**
   * Records every frame of every connection in both directions, by a thread of its own. Logins, tokens and signatures are taken out.
   * Default: nothing is recorded. See docs/recording.md.
   */
  readonly record?: RecordOptions;
}

const text = v.pipe(v.string('a string'), v.nonEmpty('a string that is not empty'));
const texts = v.array(text, 'an array of strings');
const delivery = v.picklist(['events', 'messages', 'frames'], `'events', 'messages' or 'frames'`);
const flag = v.boolean('true or false');
const hook = v.function('a function');
const LONGEST_MS = 2 ** 31 - 1;

function milliseconds(least: number) {
  const words = `a number of milliseconds from ${least} to ${LONGEST_MS}`;
  return v.pipe(v.number(words), v.minValue(least, words), v.maxValue(LONGEST_MS, words));
}

const webSocketUrl = v.pipe(
  text,
  v.check((url) => URL.canParse(url) && /^wss?:$/.test(new URL(url).protocol), 'a ws: or wss: URL'),
);
const countWords = 'a whole number above 0';
const wholeCount = v.pipe(v.number(countWords), v.integer(countWords), v.minValue(1, countWords));
const books = v.union(
  [v.literal('changes'), v.strictObject({ depth: wholeCount }, 'an object')],
  `'changes' or { depth: levels }, ${countWords}`,
);
const attempts = v.pipe(v.number('a number above 0'), v.minValue(1, 'a number above 0'));
const part = v.pipe(
  v.number('a number from 0.05 to 1'),
  v.minValue(0.05, 'a number from 0.05 to 1'),
  v.maxValue(1, 'a number from 0.05 to 1'),
);
const { reconnectOnError, ...connection } = {
  ...connectionEntries,
  reconnectOnError: v.optional(
    v.literal(
      false,
      'false or left out: a client that reconnects by itself would lose the login and the topics; the adapter reconnects',
    ),
  ),
};

const timeOfDay = v.pipe(
  v.string(`a time of the day, 'HH:MM'`),
  v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, `a time of the day, 'HH:MM'`),
);
const window = v.pipe(
  v.strictObject({ from: timeOfDay, to: timeOfDay }, 'an object with from and to'),
  v.check(({ from, to }) => from !== to, 'from and to must differ'),
);
const rotation = v.union(
  [
    v.literal(false),
    v.strictObject(
      {
        everyMs: v.optional(milliseconds(1_000)),
        jitterMs: v.optional(milliseconds(0)),
        window: v.optional(window),
        openOrders: v.optional(v.picklist(['keep', 'cancel'], `'keep' or 'cancel'`)),
      },
      'an object or false',
    ),
  ],
  'an object of everyMs, jitterMs, window and openOrders, or false',
);

const entries = {
  name: v.optional(text),
  network: v.optional(v.picklist(['live', 'test'], `'live' or 'test'`), 'live'),
  url: v.optional(webSocketUrl),
  credentials: v.optional(v.unknown()),
  cancelOnDisconnect: v.optional(flag, false),
  cancelAllOnReconnect: v.optional(flag, false),
  topics: v.optional(texts, []),
  topicsPerConnection: v.optional(wholeCount),
  delivery: v.optional(delivery, 'events'),
  topicDelivery: v.optional(v.record(text, delivery, 'an object of deliveries by topic'), {}),
  books: v.optional(books, 'changes'),
  topicBooks: v.optional(v.record(text, books, 'an object of choices by topic'), {}),
  conflate: v.optional(texts, []),
  connection: v.optional(v.strictObject({ ...connection, reconnectOnError }, 'an object'), {}),
  rateBudget: v.optional(v.union([text, v.literal(false)], 'a name or false')),
  freshness: v.optional(
    v.strictObject(
      {
        firstDataMs: v.optional(milliseconds(1)),
        staleMs: v.optional(
          v.union(
            [milliseconds(1), v.record(text, milliseconds(1))],
            'milliseconds, or an object of milliseconds by topic',
          ),
        ),
      },
      'an object',
    ),
  ),
  measure: v.optional(flag, false),
  onReconcile: v.optional(hook),
  onResume: v.optional(hook),
  backoff: v.optional(
    v.strictObject(
      {
        baseMs: v.optional(milliseconds(0), connectionDefaults.backoff.baseMs),
        capMs: v.optional(milliseconds(0), connectionDefaults.backoff.capMs),
      },
      'an object',
    ),
    { ...connectionDefaults.backoff },
  ),
  readyHoldMs: v.optional(milliseconds(0), 30_000),
  maxAttempts: v.optional(attempts, Number.POSITIVE_INFINITY),
  stepTimeoutMs: v.optional(milliseconds(1), 10_000),
  hookTimeoutMs: v.optional(milliseconds(1), 60_000),
  requestTimeoutMs: v.optional(milliseconds(1), 10_000),
  refreshAt: v.optional(part, 0.8),
  rotation: v.optional(rotation, {}),
  redundancy: v.optional(v.picklist([1, 2], '1 or 2'), 1),
  record: recordEntry,
};

export interface AdapterSettings
  extends Required<
      Omit<
        AdapterOptions,
        | 'name'
        | 'url'
        | 'credentials'
        | 'onReconcile'
        | 'onResume'
        | 'backoff'
        | 'rateBudget'
        | 'freshness'
        | 'topicsPerConnection'
        | 'record'
      >
    >,
    Pick<AdapterOptions, 'name' | 'url' | 'credentials' | 'onReconcile' | 'onResume' | 'record'> {
  readonly rateBudget: string | false | undefined;
  readonly freshness: FreshnessOptions | undefined;
  readonly topicsPerConnection: number | undefined;
  readonly backoff: Backoff;
}

/** Checks the options and fills in the defaults. @throws TypeError that names the option. */
export function adapterSettings(options: AdapterOptions): AdapterSettings {
  return checkOptions(entries, options) as AdapterSettings;
}
