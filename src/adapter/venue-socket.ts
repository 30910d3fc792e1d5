// One socket of an adapter: its exchange, its lives, and the calls that go over it.
import { setTimeout as pause } from 'node:timers/promises';
import { LastSequences } from './last-sequences.js';
import type { Exchange, HttpCall, Outgoing, RequestContext } from '../exchanges/exchange.js';
import type { FreshnessOptions } from './freshness.js';
import { type FreshnessSource, FreshnessWatch } from './freshness-watch.js';
import type { LinkBudget } from './link-budget.js';
import { Link, type LinkObserver, type OpenConnection } from './link.js';
import type { RequestSubject, Settlement, Status } from './messages.js';
import { type CallOptions, OrderDesk } from './order-desk.js';
import { reconcileUnknown } from './reconcile.js';
import type { RestoringSession } from './restoring-session.js';
import type { MachineConfig } from './state.js';

export interface VenueSocketOptions {
  /** The socket's name in its venue: `main`, `public`, `private`, `trade`. */
  readonly name: string;
  readonly config: MachineConfig;
  readonly open: OpenConnection;
  fetch(call: HttpCall): Promise<unknown>;
  readonly observer: LinkObserver;
  readonly budget?: LinkBudget | undefined;
  readonly freshness?: FreshnessOptions | undefined;
  /** Told when a topic goes silent and when it is back. */
  readonly silence?: FreshnessSource['tell'];
}

export class VenueSocket {
  readonly name: string;
  readonly exchange: Exchange;
  readonly link: Link;
  readonly desk: OrderDesk;
  readonly budget: LinkBudget | undefined;
  readonly freshness: FreshnessWatch | undefined;
  readonly sequences = new LastSequences();
  status: Status = { state: 'idle', epoch: 0, attempt: 0 };
  readonly #requestTimeoutMs: number;

  constructor(options: VenueSocketOptions) {
    const { name, config, open, fetch, observer, budget } = options;
    this.name = name;
    this.exchange = config.exchange;
    this.#requestTimeoutMs = config.requestTimeoutMs;
    this.link = new Link({ config, open, fetch, observer, budget });
    this.budget = budget;
    this.freshness =
      options.freshness === undefined
        ? undefined
        : new FreshnessWatch(options.freshness, {
            link: this.link,
            receivedAtNs: (topic, epoch) => this.sequences.receivedAtNs(topic, epoch),
            isPrivate: (topic) => this.exchange.isPrivate?.(topic) === true,
            tell: options.silence ?? (() => undefined),
          });
    this.desk = this.#desk(false);
  }

  /** True once it was asked to connect. */
  get isStarted(): boolean {
    return this.status.state !== 'idle';
  }

  restoringSession(epoch: number): RestoringSession {
    const desk = this.#desk(true);
    return {
      epoch,
      request: (method, params = {}, options = {}) => desk.request(method, params, options),
      lookupOrder: (reference) => desk.lookupOrder(reference),
      reconcile: (unknown) =>
        reconcileUnknown(
          { exchange: this.exchange, lookupOrder: (reference) => desk.lookupOrder(reference), pause },
          unknown,
        ),
      openOrders: (filter = {}) => desk.openOrders(filter),
      positions: () => desk.positions(),
      cancelOrder: (reference, options = {}) => desk.cancelOrder(reference, options),
      cancelAll: (filter = {}, options = {}) => desk.cancelAll(filter, options),
    };
  }

  #desk(duringRestore: boolean): OrderDesk {
    return new OrderDesk(this.exchange, (subject, build, options) =>
      this.#make(subject, build, options, duringRestore),
    );
  }

  #make(
    subject: RequestSubject,
    build: (context: RequestContext) => Outgoing,
    options: CallOptions,
    duringRestore: boolean,
  ): Promise<Settlement> {
    const timeoutMs = above0('timeoutMs', options.timeoutMs ?? this.#requestTimeoutMs);
    const sendBeforeMs =
      options.sendBeforeMs === undefined ? 0 : above0('sendBeforeMs', options.sendBeforeMs);
    const { id } = options;
    return this.link.ask((ticket) => ({
      type: 'request-made',
      ticket,
      subject,
      build: id === undefined ? build : (context) => build({ ...context, nextId: () => id as number }),
      timeoutMs,
      sendBeforeMs,
      duringRestore,
    }));
  }
}

function above0(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new TypeError(`options.${name} must be a number of milliseconds above 0`);
}
