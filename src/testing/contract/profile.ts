// What a test or a demo has to know of a venue beyond its exchange: a few topics, accounts, an order, and what the venue has not.
import type { OrderRequest } from '../../market.js';

/** The parts of the contract that not every venue can show. Each is left out with a reason in words, see `VenueProfile.lacks`. */
export type ContractPart =
  /** A login with wrong credentials is refused. */
  | 'login'
  /** A topic is refused while others are confirmed. */
  | 'partly-refused'
  /** The venue's own heartbeat: frames from the client that keep the connection alive. */
  | 'heartbeat'
  /** Orders over the socket. Where they are lacking, `sendOrder` must be a typed `unsupported` error. */
  | 'orders'
  /** An order is found again by the bot's own id. */
  | 'lookup'
  /** A lost book update is noticed. */
  | 'book-integrity'
  /** A session that expires while the connection lives. */
  | 'token-expiry'
  /** A notice before a planned stop. */
  | 'planned-stop';

/** Calls about orders that not every venue takes over its socket. */
export type OrderCallName = 'edit' | 'cancelAll' | 'lookup' | 'openOrders' | 'positions';

/** An account of a simulated exchange. */
export interface VenueAccount {
  /** As the adapter's option `credentials` takes it. */
  readonly credentials: unknown;
  /** What the simulated exchange calls it: `ConnectionView.account`, and the argument of `orders()`. */
  readonly id: string;
}

/** What is known of a venue besides its exchange. Plain data and pure functions. */
export interface VenueProfile {
  /** A built-in exchange's name, or the URL of a module whose default export is one. */
  readonly exchange: string;
  /** How tests are titled. Default: `exchange`. */
  readonly title?: string;
  /** Busy topics of one instrument in the venue's words. */
  readonly topics: { readonly trades: string; readonly quotes?: string; readonly book: string };
  /** The instrument of `topics`, as its events name it. Left out: the venue has no topics in the common form. */
  readonly symbol?: string;
  /** Topics that need the account. */
  readonly privateTopics: readonly string[];
  /** Topics on which the venue announces a stop. Left out: it tells every connection. */
  readonly noticeTopics?: readonly string[];
  /** The account of this name. Left out where the venue has none. */
  account?(name: string): VenueAccount;
  /** The account that the simulated exchange has when it was given no other. */
  readonly testCredentials?: unknown;
  /** Options with which the simulated exchange knows these accounts and no other. */
  accountOptions?(accounts: readonly VenueAccount[]): object;
  /** Environment variables that hold the credentials for the real venue, by field. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly orders?: {
    /** Rests far from the market. */
    readonly resting: OrderRequest;
    /** Well-formed, but the venue says no. */
    readonly refused: OrderRequest;
    /** Is filled at once. Needed where the venue tells positions. */
    readonly taking?: OrderRequest;
    /** What `resting` is amended to: another amount at least. Needed where the venue amends. */
    readonly amend?: Partial<OrderRequest>;
    /** What a cancel of all orders must be told on this venue. Default: nothing. */
    readonly cancelAll?: { readonly symbol?: string };
    /** Calls that the venue has not over the socket. */
    readonly without?: readonly OrderCallName[];
    /** The request that places an order, as the simulated exchange's faults name it. */
    readonly method: string;
  };
  /** A frame that is plainly an update of `topics.book` and cannot be understood. */
  readonly unreadableBook?: string;
  /** How a lost book update is noticed where the books themselves are not numbered. */
  readonly bookRule?: string;
  /** How a login that the venue does not grant shows. `connect`: the adapter fails. `topic`: private topics are refused. Default `connect`. */
  readonly refusal?: 'connect' | 'topic';
  /** Milliseconds for tests that wait for the heartbeat. Default: a beat each 200, given up after 1000. */
  readonly heartbeat?: {
    readonly intervalMs?: number;
    readonly silenceMs: number;
    /** The venue beats by itself: the client sends nothing. */
    readonly isPassive?: boolean;
  };
  /** A topic as the faults of the simulated exchange name it. Default: the topic. */
  wireTopic?(topic: string): string;
  /** Parts that this venue cannot show, each with the reason. */
  readonly lacks: Readonly<Partial<Record<ContractPart, string>>>;
}
