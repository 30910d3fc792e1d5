// What an exchange is: one plain object that holds everything the library must know about one venue.
// Pure: no socket, no clock, no randomness, no logger. Both the main thread and the worker import it.
import type { AccountRates, BookFeed, ConnectionLimits } from './capabilities.js';
import type {
  Balance,
  Fill,
  Order,
  OrderReference,
  OrderRequest,
  Position,
  PrivateEvent,
  Side,
} from '../market.js';

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

/** What a subscribe or unsubscribe call really did. A topic in neither list is still waiting for its own acknowledgement. */
export interface TopicResult {
  readonly confirmed: readonly string[];
  readonly refused: readonly { readonly topic: string; readonly error: VenueError }[];
}

/** Streams that every venue has under a name of its own. */
export type CommonTopicKind = 'trades' | 'quotes' | 'book';

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

/** Orders over the socket: how each call is written and how its answer is read. */
export interface OrderCalls {
  /** Longest client order id, in characters. */
  readonly clientOrderIdLength: number;
  /** Length of the ids that the library makes where the bot gives none. Default: `clientOrderIdLength`, 33 at most. */
  readonly madeOrderIdLength?: number;
  /** Checks an order before anything is sent. Returns what is wrong with it, or undefined. */
  validate?(order: OrderRequest): string | undefined;
  /** Writes the call that places an order. The client order id must travel with it. */
  place(order: OrderRequest & { readonly clientOrderId: string }, context: RequestContext): Outgoing;
  /**
   * The order in the answer to `place` or `edit`, undefined where the answer does not carry it. `asked` is the order as it was sent, for
   * venues whose acknowledgement carries nothing but its id. Left out after an edit.
   */
  readPlaced(result: unknown, asked?: OrderRequest & { readonly clientOrderId: string }): Order | undefined;
  /** Writes the call that changes an open order. */
  edit?(reference: OrderReference, changes: Partial<OrderRequest>, context: RequestContext): Outgoing;
  /** Writes the call that cancels one order. */
  cancel(reference: OrderReference, context: RequestContext): Outgoing;
  /** Undefined where the acknowledgement does not carry the order. */
  readCancelled(result: unknown): Order | undefined;
  /** What a positive answer to `cancel` means where it says that nothing was cancelled: a count of 0 is a missing order. */
  cancelProblem?(result: unknown): VenueError | undefined;
  /** Writes the call that cancels all orders of the account or of one instrument. */
  cancelAll?(filter: { readonly symbol?: string }, context: RequestContext): Outgoing;
  /** How many orders a cancel-all hit, undefined where the venue does not say. */
  readCancelledAll?(result: unknown): number | undefined;
  /** Looks an order up by the bot's own id: the way out of an `unknown` outcome. */
  lookup?(reference: OrderReference, context: RequestContext): Outgoing;
  /** The orders in the answer to `lookup`; empty where the venue knows none. */
  readLookup?(result: unknown): readonly Order[];
  /**
   * True where a lookup by client order id that finds nothing proves that the venue has no such order and had none lately, whatever
   * became of it. Left out: it proves nothing.
   */
  readonly lookupIsFinal?: boolean;
  /** Writes the call that asks for the open orders. */
  openOrders?(filter: { readonly symbol?: string }, context: RequestContext): Outgoing;
  /** The orders in the answer to `openOrders`. */
  readOpenOrders?(result: unknown): readonly Order[];
  /** Writes the call that asks for the positions. */
  positions?(context: RequestContext): Outgoing;
  /** The positions in the answer to `positions`. */
  readPositions?(result: unknown): readonly Position[];
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

/**
 * Where `decode` puts what a frame says. The order of calls is the order in which users see events.
 * Topics, symbols and ids are the venue's words; times are milliseconds of the venue's clock; NaN stands for "does not say".
 */
export interface DecodeSink {
  /** A trade. */
  trade(
    topic: string,
    symbol: string,
    side: Side,
    price: number,
    amount: number,
    exchangeTimeMs: number,
    sequence: number,
    id: string,
    priceText?: string,
    amountText?: string,
  ): void;
  /** Best bid and ask; a side that is empty has price NaN and amount 0. */
  quote(
    topic: string,
    symbol: string,
    bidPrice: number,
    bidAmount: number,
    askPrice: number,
    askAmount: number,
    exchangeTimeMs: number,
    sequence: number,
  ): void;
  /**
   * Opens a book update; `level` adds to it until the next call of anything else. `checksum` is the venue's own of the book as it is
   * after this update, left out where it sends none.
   */
  book(
    topic: string,
    symbol: string,
    type: 'snapshot' | 'change',
    exchangeTimeMs: number,
    sequence: number,
    previousSequence: number,
    checksum?: number,
  ): void;
  /** Amount 0 removes the price. */
  level(side: 'bid' | 'ask', price: number, amount: number, priceText?: string, amountText?: string): void;
  /** The frame belongs to this topic and goes to the user as it is. */
  message(topic: string): void;
  /** An event of the account's own: order, fill, position, balance. */
  private(event: PrivateEvent): void;
  /** The answer to a request. */
  reply(id: RequestId, result: unknown): void;
  /** A negative answer. `id` is undefined where the venue does not say to what: the oldest fitting request is meant. */
  refusal(id: RequestId | undefined, error: VenueError): void;
  /** For venues that acknowledge topic by topic instead of by request id. */
  confirmed(topic: string): void;
  /** The negative counterpart of `confirmed`. */
  refused(topic: string, error: VenueError): void;
  /**
   * All topics of this connection, for venues that answer every change with the whole list: what is there is confirmed, what was being
   * given up and is not there is released. Where a sink lacks it, `confirmed` is told for each topic.
   */
  subscribed?(topics: readonly string[]): void;
  /**
   * The frame's number, for venues that count all frames of a connection in one row. A number that does not follow the last one means
   * that frames of unknown topics were lost: the connection is of no use any more.
   */
  frameSequence?(sequence: number): void;
  /** The venue took a topic away that it had confirmed. */
  revoked(topic: string, error: VenueError): void;
  /** The venue wants this frame sent back at once: a heartbeat challenge. Also a sign of life. */
  answer(frame: string): void;
  /** A sign of life. */
  alive(): void;
  /** The venue says that it is about to stop, or stopped, serving this connection. */
  notice(notice: VenueNotice): void;
}

/** What the venue says about its own condition. */
export interface VenueNotice {
  readonly kind: 'planned-stop' | 'maintenance' | 'too-slow' | 'information';
  readonly text: string;
}

export type { AccountRates, Balance, BookFeed, ConnectionLimits, Fill, Order, Position };

/**
 * Everything the library must know about one exchange. Written by `defineExchange`.
 * An exchange of the user's own is the default export of a module, named by its URL.
 */
export interface Exchange<Credentials = unknown> {
  /** Lower case, the registry's key: `deribit`. */
  readonly name: string;
  /** The venue's documentation. */
  readonly documentation: string;
  readonly urls: { readonly live: string; readonly test?: string };
  /** Where HTTP calls go, scheme and host. */
  readonly restUrls?: { readonly live: string; readonly test?: string };
  /** What to offer or to say at the upgrade. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The venue's own heartbeat; left out where WebSocket pings are what the venue expects. */
  readonly heartbeat?: Heartbeat;
  /** A frame that introduces the client, sent right after the handshake; nobody waits for its answer. Request ids below zero are free. */
  hello?(): string;
  readonly login?: Login<Credentials>;
  readonly clock?: ClockCall;
  readonly instrumentIds?: InstrumentIds;
  /** What must be asked after the login and before the topics, on each connection. */
  setup?(context: RequestContext): readonly SetupRequest[];
  readonly safetySwitch?: SafetySwitch;
  /** True where the topic brings the account's own data and so needs a login. */
  isPrivate?(topic: string): boolean;
  /** Returns what is wrong with a topic's form, or undefined. The venue has the last word on whether it exists. */
  checkTopic?(topic: string): string | undefined;
  /** One or more calls that subscribe all these topics, in the venue's batches. */
  subscribe(topics: readonly string[], context: RequestContext): readonly TopicOutgoing[];
  /** One or more calls that give these topics back. */
  unsubscribe(topics: readonly string[], context: RequestContext): readonly TopicOutgoing[];
  /** Reads the answer to one of those calls. Left out where `decode` reports each topic itself. */
  readSubscribed?(topics: readonly string[], result: unknown): TopicResult;
  /** Reads the answer to an unsubscribe call. Left out: a positive answer releases all of its topics. */
  readUnsubscribed?(topics: readonly string[], result: unknown): TopicResult;
  /**
   * For venues that refuse a whole call because of one topic: what the refusal means for each. Topics in neither list were not the
   * reason and are asked for again, so at least one topic must be in a list. Left out: all are refused.
   */
  readRefused?(topics: readonly string[], error: VenueError): TopicResult;
  /**
   * Which of these topics the venue means where it names them less exactly than they were asked for, by their channel say. Applied to
   * what `confirmed`, `refused` and `revoked` of the sink name. Left out: the name is the topic.
   */
  topicsNamed?(name: string, topics: readonly string[]): readonly string[];
  /** The venue's own topic for what every venue has, undefined where this one has not. */
  commonTopic?(kind: CommonTopicKind, symbol: string): string | undefined;
  /** Any other call the venue has. */
  request?(method: string, params: Readonly<Record<string, unknown>>, context: RequestContext): Outgoing;
  /** Orders over this socket. Left out where the venue takes them over REST only. */
  readonly orders?: OrderCalls;
  /** What an error of the venue means. */
  classify(error: VenueError): ErrorClass;
  /** What a close code of the venue means; left out: every close is worth a retry. */
  classifyClose?(code: number, reason: string): ErrorClass;
  readonly books?: BookFeed;
  readonly limits?: ConnectionLimits;
  readonly rates?: AccountRates;
  /** A public name of the account that the credentials belong to (never a secret): adapters of one account share its `rates`. */
  accountOf?(credentials: Credentials): string;
  /** Largest frame the venue accepts, in bytes. */
  readonly maxRequestBytes?: number;
  /**
   * Says what a text frame means by calling the sink. Returns what is wrong with the frame, or undefined; never throws.
   * Runs in the worker, once for each frame.
   */
  decode(frame: string, sink: DecodeSink): string | undefined;
  /**
   * For venues whose frames say only what changed, or name their topic only in part: makes a `decode` that remembers what one
   * connection has read, within bounds. The thread then uses it in the place of `decode`, which takes each frame for the first one.
   */
  newDecode?(): (frame: string, sink: DecodeSink) => string | undefined;
  /** The topic of a frame that carries market data, by a cheap look; undefined: let `decode` have it. For delivery `messages`. */
  topicOf?(frame: string): string | undefined;
  /** A few typical frames, so that a spare thread can warm its decoder before it is needed. */
  readonly rehearsal?: readonly string[];
}

/**
 * A venue that needs several sockets: each is an exchange of its own with its url, login, heartbeat and decode, lives in a thread of
 * its own and is named by its key (`public`, `private`, `trade`). The adapter opens those that are needed and is READY when they are.
 */
export interface Venue {
  readonly name: string;
  readonly documentation: string;
  readonly sockets: Readonly<Record<string, Exchange<never>>>;
  /** The socket that carries a topic. */
  socketOfTopic(topic: string): string;
  /** The socket that carries orders; undefined where the venue takes none over a WebSocket. */
  readonly orderSocket?: string;
  /** Sockets to open for an account before any topic of theirs is wanted. Left out: all that have a login or orders. */
  readonly accountSockets?: readonly string[];
  /** The socket that carries any other call. */
  socketOfRequest?(method: string): string;
  /** The venue's own topic for what every venue has, undefined where this one has not. */
  commonTopic?(kind: CommonTopicKind, symbol: string): string | undefined;
  /** Checks the credentials for all sockets. Returns what is wrong in words (never the value), or undefined. */
  validateCredentials?(credentials: unknown): string | undefined;
}

/** Checks the shape of a venue with several sockets. @throws TypeError that names what is missing. */
export function defineVenue<const Definition extends Venue>(venue: Definition): Definition {
  const problem = venueProblem(venue);
  if (problem !== undefined) throw new TypeError(problem);
  return venue;
}

/** Says what keeps a value from being a venue, or undefined. */
export function venueProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `a venue is an object, got ${typeof value}`;
  const venue = value as Partial<Venue>;
  const sockets = Object.entries(venue.sockets ?? {});
  if (sockets.length === 0) return `venue ${venue.name}: sockets must name at least one exchange`;
  for (const [key, exchange] of sockets) {
    const problem = exchangeProblem(exchange);
    if (problem !== undefined) return `venue ${venue.name}, socket ${key}: ${problem}`;
  }
  if (typeof venue.socketOfTopic !== 'function')
    return `venue ${venue.name}: socketOfTopic must be a function`;
  return undefined;
}

/** Checks the shape of an exchange and keeps its exact type. @throws TypeError that names the missing member. */
export function defineExchange<Credentials>(exchange: Exchange<Credentials>): Exchange<Credentials> {
  const problem = exchangeProblem(exchange);
  if (problem !== undefined) throw new TypeError(problem);
  return exchange;
}

/** Says what keeps a value from being an exchange, or undefined. */
export function exchangeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `an exchange is an object, got ${typeof value}`;
  const exchange = value as Partial<Record<keyof Exchange, unknown>>;
  if (typeof exchange.name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(exchange.name)) {
    return 'exchange.name must be lower-case letters, digits and dashes';
  }
  const missing = (['subscribe', 'unsubscribe', 'decode', 'classify'] as const).find(
    (member) => typeof exchange[member] !== 'function',
  );
  if (missing !== undefined) return `exchange ${exchange.name}: ${missing} must be a function`;
  const urls = exchange.urls as { live?: unknown } | undefined;
  if (typeof urls?.live !== 'string') return `exchange ${exchange.name}: urls.live must be a string`;
  return undefined;
}
