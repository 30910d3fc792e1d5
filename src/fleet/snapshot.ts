// What a fleet looks like at one moment: plain JSON, the contract of the live page, of /metrics and of whoever asks from code.
// Numbers that are not known are null, because JSON has no NaN.
import type { ExitReason, ErrorCode } from '../errors.js';
import type { StateName, StepName } from '../adapter/messages.js';

/**
 * Where an adapter of a fleet stands: the adapter's own states, `restarting` while it waits to be replaced after it failed, and
 * `gave-up` when it failed too often.
 */
export type MemberState = StateName | 'restarting' | 'gave-up';

/**
 * Where a fleet stands. `idle` before the start; `starting` until each adapter was READY once or was given up; `ready` while all are
 * READY; `degraded` while one is not; `stopping`; `stopped`.
 */
export type FleetState = 'idle' | 'starting' | 'ready' | 'degraded' | 'stopping' | 'stopped';

/** Percentiles in ms, null where nothing was counted. */
export interface LatencySnapshot {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
}

/** How a connection ended. */
export interface ExitSnapshot {
  readonly code: ExitReason;
  /** In words. */
  readonly reason: string;
  readonly exitCode: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}

/** How a restore went. Times in ms. */
export interface RestoreSnapshot {
  readonly epoch: number;
  readonly totalMs: number;
  /** From the death before to READY; null at the first connect. */
  readonly downMs: number | null;
  readonly steps: readonly { readonly name: StepName; readonly ms: number }[];
  readonly restored: number;
  readonly failed: number;
  readonly quarantined: number;
  /** Requests whose outcome was unknown. */
  readonly unknown: number;
  readonly atMs: number;
}

/** One connection and its thread. */
export interface ThreadSnapshot {
  readonly threadId: number | null;
  readonly epoch: number;
  readonly state: StateName;
  /** Busy part of the last second, 0 to 1. */
  readonly utilization: number;
  /** Processor time since the thread's start, in ms; 0 where the system does not tell. */
  readonly cpuMs: number;
  readonly loopDelayMs: number;
  readonly heapUsedBytes: number;
  /** Since the last frame was read, null before the first. */
  readonly silentMs: number | null;
  readonly framesReceived: number;
  readonly bytesReceived: number;
  readonly framesSent: number;
  readonly framesDropped: number;
  readonly queuedEntries: number;
  readonly queuedBytes: number;
  /** Entries and bytes that the main thread is not done with: those, and the batches on their way and in hand. */
  readonly waitingEntries: number;
  readonly waitingBytes: number;
  readonly lagMs: number;
  readonly lagPeakMs: number;
  readonly bufferedBytes: number;
  readonly heartbeats: number;
  /** The last beat's way there and back, null where unknown. */
  readonly heartbeatMs: number | null;
}

/** One socket: `main` where the venue needs only one. */
export interface SocketSnapshot {
  readonly name: string;
  readonly state: StateName;
  /** The step of the restore, null outside of it. */
  readonly step: StepName | null;
  readonly epoch: number;
  readonly attempt: number;
  /** Connections that are READY, and how many there should be. */
  readonly ready: number;
  readonly wanted: number;
  readonly threads: readonly ThreadSnapshot[];
}

/** One adapter of a fleet. Counts are over its whole life in the fleet, also across replacements. */
export interface AdapterSnapshot {
  readonly name: string;
  readonly exchange: string;
  readonly state: MemberState;
  /** 0 to 100, see docs/operations.md. */
  readonly health: number;
  /** Highest number of a connection among its sockets. */
  readonly epoch: number;
  /** Connects in a row that did not lead to a READY that held: the worst of its sockets. */
  readonly attempt: number;
  /** Since when it is in this state: milliseconds since the Unix epoch. */
  readonly sinceMs: number;
  /** Topics that are wanted, and that the venue has confirmed. */
  readonly topics: { readonly wanted: number; readonly confirmed: number };
  readonly events: number;
  readonly eventsPerSecond: number;
  /** How old the oldest event is that the main thread is not done with, 0 where none waits: docs/telemetry.md. */
  readonly lagMs: number;
  /** The longest lag that a thread has seen in the last 10 to 20 s. */
  readonly lagPeakMs: number;
  /** Over the last minute or so, the newest event of each batch. */
  readonly latency: {
    /** From the frame being read in the thread to the bot's listener. */
    readonly handling: LatencySnapshot;
    /** From the venue's time of the event to the frame being read; holds what the two clocks differ by. */
    readonly venue: LatencySnapshot;
  };
  readonly gaps: number;
  /** Connections opened and ended; one that was closed on purpose or replaced by a rotation counts as well. */
  readonly opens: number;
  readonly exits: number;
  /** Ended connections by reason. */
  readonly exitReasons: Readonly<Partial<Record<ExitReason, number>>>;
  readonly lastExit: ExitSnapshot | null;
  readonly restores: number;
  readonly lastRestore: RestoreSnapshot | null;
  readonly rotations: number;
  /** Adapters that failed and were replaced. */
  readonly restarts: number;
  /** Failures within the window of the restart limit. */
  readonly recentRestarts: number;
  /** Why it was given up or is being restarted, null otherwise. */
  readonly failure: { readonly code: ErrorCode | 'wrong-options'; readonly message: string } | null;
  /** Of the current connections. */
  readonly framesReceived: number;
  readonly framesDropped: number;
  readonly undecodable: number;
  /** Sums over its threads; `utilization` and `loopDelayMs` are those of the busiest. */
  readonly memory: {
    readonly heapUsedBytes: number;
    readonly queuedBytes: number;
    readonly bufferedBytes: number;
  };
  readonly utilization: number;
  readonly loopDelayMs: number;
  /** Processor time of its threads over the last second, in cores; null where the system does not tell. */
  readonly cpu: number | null;
  /** The latest heartbeat's way there and back, null where unknown. */
  readonly heartbeatMs: number | null;
  readonly sockets: readonly SocketSnapshot[];
}

/** The whole fleet. */
export interface FleetSnapshot {
  readonly name: string;
  readonly state: FleetState;
  /** 0 to 100: the mean of its adapters. */
  readonly health: number;
  /** When it was taken, and when the fleet was started (null before): milliseconds since the Unix epoch. */
  readonly atMs: number;
  readonly startedAtMs: number | null;
  readonly counts: {
    readonly adapters: number;
    readonly ready: number;
    readonly restarting: number;
    readonly gaveUp: number;
  };
  readonly totals: {
    readonly eventsPerSecond: number;
    readonly events: number;
    readonly gaps: number;
    readonly exits: number;
    readonly restores: number;
    readonly restarts: number;
  };
  /** The process, threads included; the main thread's event loop over the last second. */
  readonly process: {
    readonly rssBytes: number;
    readonly heapUsedBytes: number;
    /** Processor time of the last second, in cores. */
    readonly cpu: number;
    readonly loopDelayP99Ms: number;
    readonly utilization: number;
  };
  readonly adapters: readonly AdapterSnapshot[];
}
