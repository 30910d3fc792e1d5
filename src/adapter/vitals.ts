// What an adapter's threads tell about themselves, read from shared memory: it asks nothing of a busy thread.
import type { Connection } from '../client/connection.js';
import { monotonicNs } from '../clock.js';
import type { Latencies, LatencyMeter } from './latency-meter.js';
import type { Status } from './messages.js';
import type { VenueSocket } from './venue-socket.js';

/** One thread: the one connection that lives in it. Its figures begin anew with each connection. */
export interface ThreadVitals {
  readonly threadId: number | undefined;
  /** Number of the connection. */
  readonly epoch: number;
  readonly state: Status['state'];
  readonly framesReceived: number;
  readonly bytesReceived: number;
  readonly framesSent: number;
  readonly framesDropped: number;
  /** Entries and bytes that wait in the thread for the main thread. */
  readonly queuedEntries: number;
  readonly queuedBytes: number;
  /** Entries and bytes that the main thread is not done with: those, what is on its way, and what the bot's listeners have in hand. */
  readonly waitingEntries: number;
  readonly waitingBytes: number;
  /** How old the oldest of these events is, in ms; 0 where none waits. */
  readonly lagMs: number;
  /** The most that the thread has seen in the last 10 to 20 s, also while the main thread was blocked: at each read and about once a second. */
  readonly lagPeakMs: number;
  /** Bytes that wait for the network. */
  readonly bufferedBytes: number;
  readonly heapUsedBytes: number;
  /** How late the thread's own timer was last, in ms. Sampled once a second or so. */
  readonly loopDelayMs: number;
  /** Part of the last sample's time in which the event loop was busy, 0 to 1. Needs the option `measure`. */
  readonly utilization: number;
  /** Processor time of the thread since its start, in ms; 0 where the system does not tell. Needs the option `measure`. */
  readonly cpuMs: number;
  /** When the last frame was read: nanoseconds on the monotonic clock; 0 before the first. */
  readonly lastFrameAtNs: number;
  /** Beats that the peer has answered, and the last one's way there and back in ms (0 where the venue's way cannot tell). */
  readonly heartbeats: number;
  readonly heartbeatMs: number;
}

/** One socket of an adapter and the threads of its connections: two with `redundancy: 2` and during a rotation. */
export interface SocketVitals {
  readonly name: string;
  readonly status: Status;
  /** Connections that are READY, and how many there should be. */
  readonly ready: number;
  readonly wanted: number;
  readonly threads: readonly ThreadVitals[];
}

function socketVitals(socket: VenueSocket): SocketVitals {
  const { name, status, links, redundancy } = socket;
  const threads = links.flatMap(({ connection, state, status: own }) =>
    connection === undefined ? [] : [threadVitals(connection, state.epoch, own.state)],
  );
  const ready = links.filter((link) => link.status.state === 'ready').length;
  return { name, status, ready, wanted: redundancy, threads };
}

function threadVitals(connection: Connection, epoch: number, state: Status['state']): ThreadVitals {
  const { counters, threadId } = connection;
  const { waiting } = counters;
  return {
    threadId,
    epoch,
    state,
    framesReceived: counters.get('framesReceived'),
    bytesReceived: counters.get('bytesReceived'),
    framesSent: counters.get('framesSent'),
    framesDropped: counters.get('framesDropped'),
    queuedEntries: counters.get('queuedEntries'),
    queuedBytes: counters.get('queuedBytes'),
    waitingEntries: waiting.entries,
    waitingBytes: waiting.bytes,
    lagMs: counters.lagMs(monotonicNs()),
    lagPeakMs: counters.get('lagPeakMs'),
    bufferedBytes: counters.get('bufferedBytes'),
    heapUsedBytes: counters.get('heapUsedBytes'),
    loopDelayMs: counters.get('loopDelayMs'),
    utilization: counters.get('utilization'),
    cpuMs: counters.get('cpuMs'),
    lastFrameAtNs: counters.get('lastFrameAtNs'),
    heartbeats: counters.get('heartbeats'),
    heartbeatMs: counters.get('heartbeatMs'),
  };
}

/** An adapter at one moment. */
export interface AdapterVitals {
  readonly sockets: readonly SocketVitals[];
  /** That of the thread which is furthest behind, now and in the last 10 to 20 s. */
  readonly lagMs: number;
  readonly lagPeakMs: number;
  /** Undefined without `measure`. */
  readonly latencies: Latencies | undefined;
}

export function adapterVitals(
  sockets: readonly VenueSocket[],
  meter: LatencyMeter | undefined,
): AdapterVitals {
  const vitals = sockets.map(socketVitals);
  const threads = vitals.flatMap((socket) => socket.threads);
  return {
    sockets: vitals,
    lagMs: Math.max(0, ...threads.map(({ lagMs }) => lagMs)),
    lagPeakMs: Math.max(0, ...threads.map(({ lagPeakMs }) => lagPeakMs)),
    latencies: meter,
  };
}
