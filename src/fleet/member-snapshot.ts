// One adapter of a fleet as plain JSON.
import type { AdapterVitals, SocketVitals, ThreadVitals } from '../adapter/vitals.js';
import { monotonicNs } from '../clock.js';
import { healthOf } from './health.js';
import { codeOf, type Member } from './member.js';
import type { AdapterSnapshot, SocketSnapshot, ThreadSnapshot } from './snapshot.js';

export function memberSnapshot(member: Member): AdapterSnapshot {
  const { name, exchange, state, adapter, tally, rates, intensity, restarts, failure, sinceMs } = member;
  const stats = adapter.stats();
  const vitals = adapter.vitals();
  const { wanted, confirmed } = adapter.topics;
  const sockets = vitals.sockets.map(socketSnapshot);
  const threads = sockets.flatMap((socket) => socket.threads);
  return {
    name,
    exchange,
    state,
    health: memberHealth(member, vitals),
    epoch: Math.max(0, ...sockets.map(({ epoch }) => epoch)),
    attempt: Math.max(0, ...sockets.map(({ attempt }) => attempt)),
    sinceMs,
    topics: { wanted: wanted.length, confirmed: confirmed.length },
    ...tally.sums(stats),
    eventsPerSecond: rates.eventsPerSecond,
    lagMs: vitals.lagMs,
    lagPeakMs: vitals.lagPeakMs,
    latency: rates.latency(),
    exitReasons: { ...tally.exitReasons },
    lastExit: tally.lastExit,
    restores: tally.restores,
    lastRestore: tally.lastRestore,
    rotations: tally.rotations,
    restarts,
    recentRestarts: intensity.count(performance.now()),
    failure: failure === undefined ? null : { code: codeOf(failure), message: failure.message },
    framesReceived: stats.framesReceived,
    framesDropped: stats.framesDropped,
    undecodable: stats.undecodable,
    memory: {
      heapUsedBytes: sum(threads, 'heapUsedBytes'),
      queuedBytes: sum(threads, 'queuedBytes'),
      bufferedBytes: sum(threads, 'bufferedBytes'),
    },
    utilization: most(threads, 'utilization'),
    loopDelayMs: most(threads, 'loopDelayMs'),
    cpu: rates.cpu,
    heartbeatMs: threads.find(({ heartbeatMs }) => heartbeatMs !== null)?.heartbeatMs ?? null,
    sockets,
  };
}

export function memberHealth({ state, tally, intensity }: Member, vitals: AdapterVitals): number {
  const nowMs = Date.now();
  const threads = vitals.sockets.flatMap((socket) => socket.threads);
  return healthOf({
    state,
    thinSockets: vitals.sockets.filter(({ ready, wanted }) => ready < wanted).length,
    recentExits: tally.recentExits.count(nowMs),
    recentGaps: tally.recentGaps.count(nowMs),
    recentRestarts: intensity.count(performance.now()),
    lagMs: vitals.lagMs,
    utilization: most(threads, 'utilization'),
  });
}

function socketSnapshot({ name, status, ready, wanted, threads }: SocketVitals): SocketSnapshot {
  const { state, step = null, epoch, attempt } = status;
  return { name, state, step, epoch, attempt, ready, wanted, threads: threads.map(threadSnapshot) };
}

function threadSnapshot({ lastFrameAtNs, threadId, heartbeatMs, ...rest }: ThreadVitals): ThreadSnapshot {
  return {
    threadId: threadId ?? null,
    heartbeatMs: heartbeatMs === 0 ? null : heartbeatMs,
    silentMs: lastFrameAtNs === 0 ? null : (monotonicNs() - lastFrameAtNs) / 1e6,
    ...rest,
  };
}

type Figures<Name extends string> = readonly Readonly<Record<Name, number>>[];

function sum<Name extends string>(list: Figures<Name>, name: Name): number {
  return list.reduce((total, one) => total + one[name], 0);
}

function most<Name extends string>(list: Figures<Name>, name: Name): number {
  return Math.max(0, ...list.map((one) => one[name]));
}
