// What a load generator is told when it starts, and what it tells.
import type { DialectName } from './venue-dialects.js';

export interface LoadOptions {
  /** Default `deribit`. */
  readonly dialect?: DialectName;
  /** Frames per second and connection; left out: as many as the peer takes. 0: none at all. */
  readonly rate?: number;
  /** `even`: each frame by itself, at its time. `burst`: what is due each millisecond in one write. Default `burst`. */
  readonly pace?: 'even' | 'burst';
  /** Pings this often and drops a peer that has not answered for `pongLimitMs`. */
  readonly pingMs?: number;
  readonly pongLimitMs?: number;
}

export interface LoadStarted {
  readonly url: string;
}

/** Counts of all connections since the start. */
export interface LoadStats {
  /** Frames that were due and so were sent, or would have been, had the peer been there. */
  readonly framesDue: number;
  readonly framesSent: number;
  readonly pings: number;
  readonly pongs: number;
  /** Connections that were dropped because a pong did not come in time. */
  readonly dropped: number;
}

/** The answer to the order to drop all connections, once a new one has subscribed. */
export interface Resubscribed {
  readonly resubscribedMs: number;
}

export type LoadOrder =
  | { readonly order: 'stats' | 'drop' }
  | { readonly order: 'rate'; readonly rate: number };
