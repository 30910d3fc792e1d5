// The events of an adapter, by name.
import type { BookBatch } from '../batch/book-batch.js';
import type { FrameBatch } from '../batch/frame-batch.js';
import type { MessageBatch } from '../batch/message-batch.js';
import type { QuoteBatch } from '../batch/quote-batch.js';
import type { TradeBatch } from '../batch/trade-batch.js';
import type { Exit } from '../client/exit.js';
import type { VenueError, VenueNotice } from '../exchanges/exchange.js';
import type { Balance, Fill, Gap, Order, Position, PrivateEvent } from '../market.js';
import type { TopicSilence } from './freshness.js';
import type { RestoreReport, Status } from './messages.js';
import type { RotationReport } from './rotation.js';

/**
 * What an adapter tells, and the arguments of each listener. Listeners of market data may return a promise: the thread then sends no
 * more than one or two batches until it settles, collects what comes meanwhile, and applies its overflow policy.
 *
 * A type, not an interface, so that it can be walked by name.
 */
export type AdapterEvents = {
  /** Every transition of one of the adapter's sockets. */
  status: [status: SocketStatus];
  trades: [batch: TradeBatch];
  quotes: [batch: QuoteBatch];
  books: [batch: BookBatch];
  /** Topics that the exchange's file does not decode, or that were asked for as `messages`. */
  messages: [batch: MessageBatch];
  /** Raw frames, with delivery `frames`. */
  frames: [batch: FrameBatch];
  /** A place where events of a topic can be missing. */
  gap: [gap: Gap];
  /** A restore that reached READY. */
  restored: [report: RestoreReport];
  /** A connection that was replaced by another one. */
  rotated: [report: RotationReport];
  /** A connection that ended, whatever the reason. */
  exit: [exit: Exit];
  order: [order: Order, topic: string];
  fill: [fill: Fill, topic: string];
  position: [position: Position, topic: string];
  balance: [balance: Balance, topic: string];
  /** Private data without a common form. */
  account: [event: Extract<PrivateEvent, { kind: 'account' }>];
  /** A topic brought no data for longer than `freshness` allows. It is being repaired. */
  stalled: [silence: TopicSilence];
  /** A stalled topic brings data again. */
  recovered: [silence: TopicSilence];
  /** The venue took a topic away. */
  revoked: [topic: string, error: VenueError];
  notice: [notice: VenueNotice];
  /** A frame that could not be understood, or an error of the venue that belongs to no request. */
  problem: [problem: string, sample: string];
};

/** Names of the events of an adapter. */
export type AdapterEventName = keyof AdapterEvents;

const names: Readonly<Record<AdapterEventName, true>> = {
  status: true,
  trades: true,
  quotes: true,
  books: true,
  messages: true,
  frames: true,
  gap: true,
  restored: true,
  rotated: true,
  stalled: true,
  recovered: true,
  exit: true,
  order: true,
  fill: true,
  position: true,
  balance: true,
  account: true,
  revoked: true,
  notice: true,
  problem: true,
};

/** @throws TypeError for a name that no event has: a listener that can never be called is a mistake. */
export function checkEventName(name: unknown): void {
  if (typeof name === 'string' && Object.hasOwn(names, name)) return;
  throw new TypeError(`there is no event '${String(name)}'; there are ${Object.keys(names).join(', ')}`);
}

/** A transition, and the socket that made it: `main` where the venue needs only one. */
export interface SocketStatus extends Status {
  readonly socket: string;
}
