// One socket of an adapter: its exchange, its lives, and the calls that go over it.
import { LastSequences } from './last-sequences.js';
import type { Exchange, HttpCall, Outgoing, RequestContext } from '../exchanges/exchange.js';
import { Link, type LinkObserver, type OpenConnection } from './link.js';
import type { RequestSubject, Settlement, Status } from './messages.js';
import { type CallOptions, OrderDesk } from './order-desk.js';
import type { RestoringSession } from './restoring-session.js';
import type { MachineConfig } from './state.js';

export interface VenueSocketOptions {
  /** The socket's name in its venue: `main`, `public`, `private`, `trade`. */
  readonly name: string;
  readonly config: MachineConfig;
  readonly open: OpenConnection;
  fetch(call: HttpCall): Promise<unknown>;
  readonly observer: LinkObserver;
}

export class VenueSocket {
  readonly name: string;
  readonly exchange: Exchange;
  readonly link: Link;
  readonly desk: OrderDesk;
  readonly sequences = new LastSequences();
  status: Status = { state: 'idle', epoch: 0, attempt: 0 };
  readonly #requestTimeoutMs: number;

  constructor(options: VenueSocketOptions) {
    const { name, config, open, fetch, observer } = options;
    this.name = name;
    this.exchange = config.exchange;
    this.#requestTimeoutMs = config.requestTimeoutMs;
    this.link = new Link({ config, open, fetch, observer });
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
    checkCallOptions(options);
    const { timeoutMs = this.#requestTimeoutMs, sendBeforeMs = 0, id } = options;
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

/** Longest time a timer of Node can wait for. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws TypeError that names the option. */
function checkCallOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError('options of a call must be an object');
  const { timeoutMs, sendBeforeMs, id } = options as Readonly<Record<keyof CallOptions, unknown>>;
  checkMilliseconds('timeoutMs', timeoutMs);
  checkMilliseconds('sendBeforeMs', sendBeforeMs);
  // Numbers below zero are the heartbeat's.
  const isId = typeof id === 'string' ? id !== '' : Number.isSafeInteger(id) && (id as number) >= 0;
  if (id !== undefined && !isId)
    throw new TypeError('options.id must be a whole number from 0, or text that is not empty');
}

function checkMilliseconds(name: string, value: unknown): void {
  if (value === undefined || (typeof value === 'number' && value > 0 && value <= LONGEST_MS)) return;
  throw new TypeError(`options.${name} must be a number of milliseconds above 0 and at most ${LONGEST_MS}`);
}
