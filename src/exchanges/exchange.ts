// What an exchange is: one plain object that holds everything the library must know about one venue.
// Pure: no socket, no clock, no randomness, no logger. Both the main thread and the worker import it.
import type { AccountRates, BookFeed, ConnectionLimits, HttpRates } from './contract/capabilities.js';
import type { DecodeSink } from './contract/decode-sink.js';
import type { OrderCalls } from './contract/order-calls.js';
import type {
  CommonTopicKind,
  ErrorClass,
  InstrumentIds,
  Outgoing,
  RequestContext,
  SetupRequest,
  TopicOutgoing,
  TopicResult,
  VenueError,
} from './contract/requests.js';
import type { ClockCall, Heartbeat, Login, SafetySwitch } from './contract/steps.js';

export type * from './contract/capabilities.js';
export type * from './contract/decode-sink.js';
export type * from './contract/order-calls.js';
export type * from './contract/order-fields.js';
export type * from './contract/requests.js';
export type * from './contract/steps.js';
export { defineExchange, defineVenue, exchangeProblem, venueProblem } from './contract/definitions.js';
export type { Balance, Fill, Order, Position } from '../market.js';

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
  /**
   * True where the venue numbers its frames by connection, and so nothing tells which updates two connections have in common. Books and
   * messages then come from one connection at a time, and another one in its place is a gap. Left out: copies can be compared.
   */
  readonly countsByConnection?: boolean;
  readonly limits?: ConnectionLimits;
  readonly rates?: AccountRates;
  /** Left out: calls over HTTP keep to a slow pace that hardly any venue minds. */
  readonly httpRates?: HttpRates;
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
