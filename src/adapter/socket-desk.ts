// The calls of one socket: over whichever connection answers requests at the time, or over the one that is being restored.
import { setTimeout as pause } from 'node:timers/promises';
import type { Outgoing, RequestContext } from '../exchanges/exchange.js';
import { checkCallOptions } from './call-options.js';
import type { Link } from './link.js';
import type { RequestSubject, Settlement } from './messages.js';
import { type CallOptions, OrderDesk } from './order-desk.js';
import { reconcileUnknown } from './reconcile.js';
import type { RestoringSession } from './restoring-session.js';
import type { MachineConfig } from './state.js';
import type { SocketTelemetry } from './telemetry.js';

/** The socket that the calls belong to. */
interface DeskOwner {
  readonly config: MachineConfig;
  readonly telemetry: SocketTelemetry;
}

/** Calls over the link that `linkOf` names at the time of each. */
export function socketDesk(owner: DeskOwner, linkOf: () => Link): OrderDesk {
  return new OrderDesk(owner.config.exchange, (subject, build, options) =>
    make(owner, linkOf(), subject, build, options, false),
  );
}

/** What the hooks of a restore may ask for, before anybody else may. */
export function restoringSession(owner: DeskOwner, link: Link, epoch: number): RestoringSession {
  const { exchange } = owner.config;
  const desk = new OrderDesk(exchange, (subject, build, options) =>
    make(owner, link, subject, build, options, true),
  );
  const lookupOrder: RestoringSession['lookupOrder'] = (reference) => desk.lookupOrder(reference);
  return {
    epoch,
    request: (method, params = {}, options = {}) => desk.request(method, params, options),
    lookupOrder,
    reconcile: (unknown) => reconcileUnknown({ exchange, lookupOrder, pause }, unknown),
    openOrders: (filter = {}) => desk.openOrders(filter),
    positions: () => desk.positions(),
    cancelOrder: (reference, options = {}) => desk.cancelOrder(reference, options),
    cancelAll: (filter = {}, options = {}) => desk.cancelAll(filter, options),
  };
}

function make(
  { config, telemetry }: DeskOwner,
  link: Link,
  subject: RequestSubject,
  build: (context: RequestContext) => Outgoing,
  options: CallOptions,
  duringRestore: boolean,
): Promise<Settlement> {
  checkCallOptions(options);
  const { timeoutMs = config.requestTimeoutMs, sendBeforeMs = 0, id } = options;
  const asked = link.ask((ticket) => ({
    type: 'request-made',
    ticket,
    subject,
    build: id === undefined ? build : (context) => build({ ...context, nextId: () => id as number }),
    timeoutMs,
    sendBeforeMs,
    duringRestore,
  }));
  return telemetry.settling(subject, link.state.epoch, asked);
}
