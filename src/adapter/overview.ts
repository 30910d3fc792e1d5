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
  /** Connections that are READY: two with `redundancy: 2`, or while a rotation replaces one. */
  readonly ready: number;
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

export function socketView({ name, status, link, links }: VenueSocket): SocketView {
  const ready = links.filter((one) => one.status.state === 'ready').length;
  return { name, state: status.state, epoch: status.epoch, threadId: link.connection?.threadId, ready };
}

export interface SocketStats extends LinkCounters {
  /** Sockets in use. */
  readonly sockets: number;
  readonly framesReceived: number;
  readonly framesDropped: number;
  readonly undecodable: number;
}

/** Figures of an adapter's whole life, over all its sockets. */
export interface AdapterStats extends LinkCounters {
  readonly state: StateName;
  /** Sockets in use; each has opened one connection more than it has seen exits while it is connected. */
  readonly sockets: number;
  /** Events of all kinds handed to the bot. */
  readonly events: number;
  readonly gaps: number;
  /** Frames received on the current connections. */
  readonly framesReceived: number;
  /** Frames of the current connections that the thread dropped because the bot was too slow. Each drop is in a gap. */
  readonly framesDropped: number;
  /** Frames of the current connections that could not be understood. */
  readonly undecodable: number;
}

export function socketStats(sockets: readonly VenueSocket[]): SocketStats {
  const sum = (read: (socket: VenueSocket) => number): number =>
    sockets.reduce((total, socket) => total + read(socket), 0);
  const counted = (name: 'framesReceived' | 'framesDropped' | 'undecodable'): number =>
    sum(({ links }) =>
      links.reduce((total, { connection }) => total + (connection?.counters.get(name) ?? 0), 0),
    );
  return {
    sockets: sockets.length,
    opens: sum(({ counters }) => counters.opens),
    exits: sum(({ counters }) => counters.exits),
    framesAfterExit: sum(({ counters }) => counters.framesAfterExit),
    pendingAfterExit: sum(({ counters }) => counters.pendingAfterExit),
    framesReceived: counted('framesReceived'),
    framesDropped: counted('framesDropped'),
    undecodable: counted('undecodable'),
  };
}
