// The events of an adapter by name, and the plain callback lists behind `on`.
import type { BookBatch } from '../batch/book-batch.js';
import type { MessageBatch } from '../batch/message-batch.js';
import type { FrameBatch } from '../batch/frame-batch.js';
import type { QuoteBatch } from '../batch/quote-batch.js';
import type { TradeBatch } from '../batch/trade-batch.js';
import type { Exit } from '../client/exit.js';
import type { VenueError, VenueNotice } from '../exchanges/exchange.js';
import type { Balance, Fill, Gap, Order, Position, PrivateEvent } from '../market.js';
import type { RestoreReport, Status } from './messages.js';

/**
 * What an adapter tells. Handlers of market data may return a promise: the thread then sends no more than one or two batches until it
 * settles, collects what comes meanwhile, and applies its overflow policy. Batches may be kept: each has a buffer of its own.
 */
export interface AdapterEvents {
  /** Every transition. */
  status(status: Status): void;
  trades(batch: TradeBatch): void | Promise<void>;
  quotes(batch: QuoteBatch): void | Promise<void>;
  books(batch: BookBatch): void | Promise<void>;
  /** Topics that the exchange's file does not decode, or that were asked for as `messages`. */
  messages(batch: MessageBatch): void | Promise<void>;
  /** Raw frames, with delivery `frames`. */
  frames(batch: FrameBatch): void | Promise<void>;
  /** A place where events of a topic can be missing. */
  gap(gap: Gap): void;
  /** A restore that reached READY. */
  restored(report: RestoreReport): void;
  /** A connection that ended, whatever the reason. */
  exit(exit: Exit): void;
  order(order: Order, topic: string): void;
  fill(fill: Fill, topic: string): void;
  position(position: Position, topic: string): void;
  balance(balance: Balance, topic: string): void;
  /** Private data without a common form. */
  account(event: Extract<PrivateEvent, { kind: 'account' }>): void;
  /** The venue took a topic away. */
  revoked(topic: string, error: VenueError): void;
  notice(notice: VenueNotice): void;
  /** A frame that could not be understood, or an error of the venue that belongs to no request. */
  problem(problem: string, sample: string): void;
}

export type AdapterEventName = keyof AdapterEvents;

export class Listeners {
  readonly #lists = new Map<AdapterEventName, readonly ((...values: never[]) => unknown)[]>();

  add<Name extends AdapterEventName>(name: Name, listener: AdapterEvents[Name]): void {
    this.#lists.set(name, [...(this.#lists.get(name) ?? []), listener]);
  }

  remove<Name extends AdapterEventName>(name: Name, listener: AdapterEvents[Name]): void {
    const list = this.#lists.get(name) ?? [];
    this.#lists.set(
      name,
      list.filter((other) => other !== listener),
    );
  }

  has(name: AdapterEventName): boolean {
    return (this.#lists.get(name)?.length ?? 0) > 0;
  }

  /**
   * Calls every listener. A promise is returned where one of them returned one. A listener that throws does not keep the others from
   * being called, nor does it disturb the adapter: its error is an uncaught exception of the application, as in any event handler.
   */
  call<Name extends AdapterEventName>(
    name: Name,
    ...values: Parameters<AdapterEvents[Name]>
  ): Promise<unknown> | undefined {
    const list = this.#lists.get(name) as readonly ((...values: unknown[]) => unknown)[] | undefined;
    if (list === undefined) return undefined;
    let waiting: Promise<unknown> | undefined;
    for (const listener of list) {
      try {
        const result = listener(...values);
        if (result instanceof Promise) {
          result.catch(throwLater);
          waiting = waiting === undefined ? result : Promise.allSettled([waiting, result]);
        }
      } catch (error) {
        throwLater(error);
      }
    }
    return waiting;
  }
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
