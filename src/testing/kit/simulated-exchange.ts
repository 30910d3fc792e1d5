// What every simulated exchange offers, whatever the venue.
import type { Fault } from './fault.js';
import type { FloodOptions } from './flood.js';
import type { Journal } from './journal.js';

/** A connection as a test sees it; `id` is what faults name. */
export interface ConnectionView {
  readonly id: string;
  readonly address: string;
  /** The account that logged in. */
  readonly account: string | undefined;
  readonly framesSent: number;
  readonly framesReceived: number;
}

/** A summary that crosses process boundaries. */
export interface ExchangeStats {
  readonly connections: readonly ConnectionView[];
  /** Frames sent on the open connections. */
  readonly framesSent: number;
  readonly journalEntries: number;
  readonly journalDropped: number;
}

/** What every simulated exchange offers. */
export interface SimulatedExchange extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly port: number;
  readonly journal: Journal;
  /** The open connections, oldest first. */
  readonly connections: readonly ConnectionView[];
  /** Makes something go wrong. @throws TypeError where the fault names a connection that is not open. */
  inject(fault: Fault): void;
  /** A summary that crosses process boundaries. */
  stats(): ExchangeStats;
  /** Every order of an account that is still known, oldest first, in the words of the venue. */
  orders(account: string): readonly Readonly<Record<string, unknown>>[];
  /** Load on every listened-to topic (or some) instead of the random walk. A flood that runs is replaced. */
  flood(options: FloodOptions): void;
  /** Ends a flood; without one it does nothing. */
  stopFlood(): void;
  /** Ends every connection and stops listening; again does no harm. */
  close(): Promise<void>;
}
