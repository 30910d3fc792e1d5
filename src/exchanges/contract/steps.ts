// How a connection becomes one that may trade, and stays so: login, clock, safety switch, heartbeat. Part of the contract in exchange.ts.
import type { HttpCall, Outgoing, RequestContext, Session, SetupRequest, VenueError } from './requests.js';

/** How a connection logs in. It runs on the main thread: the credentials never reach the connection's thread. */
export interface Login<Credentials> {
  /** Checks credentials the user gave. Returns what is wrong in words (never the value), or undefined. */
  validate(credentials: unknown): string | undefined;
  /** The message that logs this connection in. At most one of `request` and `fetch` is there; neither where each message is signed. */
  request?(credentials: Credentials, context: RequestContext): Outgoing;
  /** For venues whose session comes over HTTP (a token for later messages); its JSON answer goes to `read`. */
  fetch?(credentials: Credentials, context: RequestContext): HttpCall;
  /** Reads the venue's answer. A string says what is wrong with it; an error is the venue's own, where it comes as a good HTTP answer. */
  read(result: unknown, credentials: Credentials): Session | VenueError | string;
  /** Renews the session on the same connection, where the venue has that. */
  refresh?(session: Session, credentials: Credentials, context: RequestContext): Outgoing;
}

/** Cancel-on-disconnect as a capability of the venue. */
export interface SafetySwitch {
  /** `connection`: orders of the lost connection are cancelled. `timer`: they are cancelled unless it is refreshed. */
  readonly kind: 'connection' | 'timer';
  /** For a `timer`: milliseconds between two armings while the bot lives, well below the time it is armed for. */
  readonly refreshEveryMs?: number;
  /** The questions that arm it and verify that it is armed, in order. */
  arm(context: RequestContext): readonly SetupRequest[];
  /**
   * For kind `connection`: the questions that switch it off, in order. Asked before a connection is replaced on purpose, whose close
   * would cancel the orders placed on it. Left out where the venue has no such call: then they are cancelled.
   */
  disarm?(context: RequestContext): readonly SetupRequest[];
}

/** The venue's clock, for venues that refuse a login or an order whose time is off. Asked right before the login. */
export interface ClockCall {
  /** Writes the call that asks for the time. */
  request(context: RequestContext): Outgoing;
  /** Milliseconds since the Unix epoch on the venue's clock; undefined where the answer does not say. */
  read(result: unknown): number | undefined;
}

/** Keeps a connection alive in the venue's own way and tells when it is dead. It runs in the worker, whatever main does. */
export interface Heartbeat {
  /** Milliseconds between beats that the venue is asked for, or that pings are sent at. */
  readonly intervalMs: number;
  /** Milliseconds without any sign of life (`alive`, `answer`) after which the connection is given up. */
  readonly silenceMs: number;
  /** True where any frame counts as a sign of life; default false: only what the heartbeat itself brings counts. */
  readonly anyFrameCounts?: boolean;
  /** The frame that asks the venue for heartbeats, sent once after the handshake. Request ids below zero are free for it. */
  start?(intervalMs: number): string;
  /** The frame that pings the venue, sent each interval. */
  ping?(): string;
}
