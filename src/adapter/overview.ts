// One look at an adapter from outside: its sockets' states taken together, and their figures added up.
import type { LinkCounters } from './link.js';
import type { StateName } from './messages.js';
import type { VenueSocket } from './venue-socket.js';

/** One socket in use. */
export interface SocketView {
  /** `main` where the venue needs only one. */
  readonly name: string;
  readonly state: StateName;
  /** Number of its current connection. */
  readonly epoch: number;
  /** Thread of its current connection; undefined while there is none. */
  readonly threadId: number | undefined;
}

/** From READY to over: an adapter is as far as the last of its sockets. */
const order: readonly StateName[] = [
  'failed',
  'closing',
  'ending',
  'waiting',
  'idle',
  'connecting',
  'restoring',
  'ready',
  'closed',
];

export function aggregateState(states: readonly StateName[]): StateName {
  return order.find((state) => states.includes(state)) ?? 'idle';
}

export function socketView({ name, status, link }: VenueSocket): SocketView {
  return { name, state: status.state, epoch: status.epoch, threadId: link.connection?.threadId };
}

export interface SocketStats extends LinkCounters {
  /** Sockets in use. */
  readonly sockets: number;
  readonly framesReceived: number;
  readonly framesDropped: number;
  readonly undecodable: number;
}

export function socketStats(sockets: readonly VenueSocket[]): SocketStats {
  const sum = (read: (socket: VenueSocket) => number): number =>
    sockets.reduce((total, socket) => total + read(socket), 0);
  const counted = (name: 'framesReceived' | 'framesDropped' | 'undecodable'): number =>
    sum(({ link }) => link.connection?.counters.get(name) ?? 0);
  return {
    sockets: sockets.length,
    opens: sum(({ link }) => link.counters.opens),
    exits: sum(({ link }) => link.counters.exits),
    framesAfterExit: sum(({ link }) => link.counters.framesAfterExit),
    pendingAfterExit: sum(({ link }) => link.counters.pendingAfterExit),
    framesReceived: counted('framesReceived'),
    framesDropped: counted('framesDropped'),
    undecodable: counted('undecodable'),
  };
}
