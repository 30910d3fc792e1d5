// What goes to a venue and what comes back, as plain data: part of the contract in exchange.ts.
// The pure functions of an exchange are given these instead of a socket, a clock or a counter.

/** What an answer is matched by. Numbers below zero are the heartbeat's. */
export type RequestId = number | string;

/** A frame to send, with the id its answer will carry. */
export interface Outgoing {
  readonly id: RequestId;
  readonly frame: string;
}

/** Frames whose answer subscribes or unsubscribes these topics. */
export interface TopicOutgoing extends Outgoing {
  readonly topics: readonly string[];
}

/** An error as the venue words it. */
export interface VenueError {
  /** The venue's code, as text. */
  readonly code: string;
  readonly message: string;
  /** What else the venue said, in plain words. */
  readonly reason?: string;
}

/**
 * What an error of the venue means for the client.
 * - `reject`: this request only. - `retry`: passing trouble. - `rate`: too fast, wait. - `login`: the session is not (or no longer)
 * logged in; a new login may help. - `fatal-login`: the credentials are wrong; trying again makes it worse. - `banned`: stop.
 * - `not-found`: the order or topic is not there (any more). - `unknown`: the venue itself cannot say whether it was done.
 */
export type ErrorClass =
  | 'reject'
  | 'retry'
  | 'rate'
  | 'login'
  | 'fatal-login'
  | 'banned'
  | 'not-found'
  | 'unknown';

/** What pure functions are given instead of a clock, a random source and a counter. */
export interface RequestContext {
  /** The next request id of this connection. */
  nextId(): number;
  /** Milliseconds since the Unix epoch, corrected by the known clock offset to the venue. */
  readonly wallMs: number;
  /** Fresh random text, [a-z0-9], good for one use. */
  nonce(): string;
  /** What the login of this epoch brought, undefined before it or where there is none. */
  readonly session: Session | undefined;
  /** What the user gave, for venues that sign each message. It stays on the main thread. */
  readonly credentials: unknown;
  /** What `instrumentIds` of the exchange brought; undefined before it or where there is none. */
  readonly instrumentIds?: ReadonlyMap<string, number>;
  /** Which of the exchange's networks the connection belongs to; left out: `live`. For venues whose signatures depend on it. */
  readonly network?: 'live' | 'test';
}

/** A call over HTTP, for what a venue does not offer over its WebSocket. */
export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** An absolute path with query, or a whole URL. A path is taken on the REST host that belongs to the network. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A table for venues whose orders name instruments by number. Fetched before the first order, asked anew in each epoch. */
export interface InstrumentIds {
  /** The calls whose answers hold the table. */
  fetch(context: RequestContext): readonly HttpCall[];
  /** Symbols and numbers out of one answer. A string says what is wrong with it. */
  read(result: unknown): readonly (readonly [symbol: string, id: number])[] | string;
}

/** A login that the venue acknowledged. */
export interface Session {
  /** Milliseconds from the login to its expiry, Infinity where it does not expire. */
  readonly lifetimeMs: number;
  /** Rights that the venue granted, in its words. */
  readonly granted: readonly string[];
  /** Secrets of the session (tokens). Never logged. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** One question of a step and how its answer is judged. `check` returns what is wrong with the result, or undefined. */
export interface SetupRequest extends Outgoing {
  /** What it does, for reports: `arm cancel-on-disconnect`. */
  readonly name: string;
  /** Returns what is wrong with the answer, or undefined. */
  check(result: unknown): string | undefined;
}

/** What a subscribe or unsubscribe call really did. A topic in neither list is still waiting for its own acknowledgement. */
export interface TopicResult {
  readonly confirmed: readonly string[];
  readonly refused: readonly { readonly topic: string; readonly error: VenueError }[];
}

/** Streams that every venue has under a name of its own. */
export type CommonTopicKind = 'trades' | 'quotes' | 'book';
