// What a venue with several sockets and decimal texts has to say for itself, so that the paper exchange can speak like it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../connection.js';
import type { Clock } from '../clock.js';
import type { Journal } from '../journal.js';
import type { LastingFaults } from '../lasting-faults.js';
import type { Random } from '../random.js';
import type { PaperChange, PaperMarket } from './market.js';
import type { PaperFill, PaperOrder, PaperTrading } from './trading.js';

/** An account of a simulated exchange. */
export interface PaperAccount {
  readonly apiKey: string;
  readonly secret: string;
  /** For venues whose keys have one. */
  readonly passphrase?: string | undefined;
}

/** The account that exists when no other was asked for. */
export const paperAccount = {
  apiKey: 'test-key',
  secret: 'test-secret',
  passphrase: 'test-passphrase',
} as const satisfies PaperAccount;

/** What the exchange keeps per connection. */
export interface PaperSession {
  readonly connection: Connection;
  /** The API key that logged in. */
  account: string | undefined;
  /** In the words of the wire. */
  readonly topics: Set<string>;
  readonly usedIds: Set<string>;
}

export interface PaperWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly faults: () => LastingFaults;
  readonly accounts: ReadonlyMap<string, PaperAccount>;
  readonly markets: readonly PaperMarket[];
  readonly trading: PaperTrading;
  readonly sessions: () => Iterable<PaperSession>;
  /** True once a planned stop was announced. */
  readonly isStopping: () => boolean;
}

/** A frame of a topic, with the venue's number of it for the journal. */
export interface PaperEvent {
  readonly text: string;
  readonly sequence: number;
}

export interface PaperDialect {
  readonly name: string;
  readonly paths: readonly string[];
  /** Milliseconds of the venue's after which it closes a connection that neither sends nor is sent anything. */
  readonly idleMs: number;
  /** What a topic repeats while nothing changes on its market. */
  readonly quiet?: {
    readonly everyMs: number;
    event(topic: string, market: PaperMarket, atMs: number): PaperEvent | undefined;
  };
  onText(session: PaperSession, text: string): void;
  onIdle(session: PaperSession): void;
  /** The market that a topic of this connection is about. */
  marketOf(session: PaperSession, topic: string): PaperMarket | undefined;
  marketEvents(topic: string, change: PaperChange): readonly PaperEvent[];
  orderEvents(topic: string, order: PaperOrder): readonly PaperEvent[];
  fillEvents(topic: string, fill: PaperFill): readonly PaperEvent[];
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  announceStop(session: PaperSession): void;
  /** The topic was taken from the session; says so where the venue does. */
  onRevoked(session: PaperSession, topic: string): void;
  closeSlowConsumer(connection: Connection): void;
  readonly malformed: string;
  writeOrder(order: PaperOrder): Readonly<Record<string, unknown>>;
}
