// Snapshots as the page shows them: flat rows, rounded, so that what differs from the row before is worth sending.
import type { AdapterSnapshot, FleetSnapshot } from '../fleet/snapshot.js';
import type { PageFleet, PageRow, PageRowChange } from './messages.js';

const MEGABYTE = 1_000_000;

export function rowOf(one: AdapterSnapshot): PageRow {
  const { latency, lastExit, topics } = one;
  return {
    name: one.name,
    exchange: one.exchange,
    state: one.state,
    step: one.sockets.find(({ step }) => step !== null)?.step ?? null,
    sinceMs: one.sinceMs,
    health: one.health,
    epoch: one.epoch,
    attempt: one.attempt,
    eventsPerSecond: rounded(one.eventsPerSecond),
    lagMs: rounded(one.lagMs),
    lagPeakMs: rounded(one.lagPeakMs),
    p50Ms: known(latency.handling.p50),
    p99Ms: known(latency.handling.p99),
    venueMs: known(latency.venue.p50),
    gaps: one.gaps,
    exits: one.exits,
    exitReasons: one.exitReasons as Readonly<Record<string, number>>,
    lastExit:
      lastExit === null ? null : { code: lastExit.code, reason: lastExit.reason, atMs: lastExit.atMs },
    restores: one.restores,
    rotations: one.rotations,
    restarts: one.restarts,
    failure: one.failure === null ? null : `${one.failure.code}: ${one.failure.message}`,
    topicsWanted: topics.wanted,
    topicsConfirmed: topics.confirmed,
    cpu: one.cpu === null ? null : Math.round(one.cpu * 100) / 100,
    heapMb: Math.round(one.memory.heapUsedBytes / MEGABYTE),
    heartbeatMs: known(one.heartbeatMs),
  };
}

export function fleetOf({ name, state, health, startedAtMs, ...rest }: FleetSnapshot): PageFleet {
  const { counts, totals, process } = rest;
  return {
    name,
    state,
    health,
    startedAtMs,
    adapters: counts.adapters,
    ready: counts.ready,
    eventsPerSecond: rounded(totals.eventsPerSecond),
    gaps: totals.gaps,
    exits: totals.exits,
    restores: totals.restores,
    rssMb: Math.round(process.rssBytes / MEGABYTE),
    cpu: Math.round(process.cpu * 100) / 100,
    loopDelayMs: rounded(process.loopDelayP99Ms),
  };
}

/** What is new in a row; undefined where nothing is. A row that was not there before is new as a whole. */
export function changeOf(before: PageRow | undefined, now: PageRow): PageRowChange | undefined {
  if (before === undefined) return now;
  const changed = Object.entries(now).filter(([key, value]) => !isSame(before[key as keyof PageRow], value));
  return changed.length === 0 ? undefined : { ...Object.fromEntries(changed), name: now.name };
}

/** Values are numbers and words, but for two small objects of them. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Three digits are more than an eye compares. */
function rounded(value: number): number {
  if (!Number.isFinite(value)) return 0;
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

function known(value: number | null): number | null {
  return value === null ? null : rounded(value);
}
