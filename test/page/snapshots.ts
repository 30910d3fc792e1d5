// A fleet that is made up: as many adapters as a test wants, in any state, without a thread.
import type { Transition } from '../../src/fleet/history.js';
import type { AdapterSnapshot, FleetSnapshot } from '../../src/fleet/snapshot.js';
import type { PageSource } from '../../src/page/feed.js';

const noLatency = { count: 0, p50: null, p99: null, p999: null } as const;

export function adapterSnapshot(name: string, more: Partial<AdapterSnapshot> = {}): AdapterSnapshot {
  return {
    name,
    exchange: 'toy',
    state: 'ready',
    health: 100,
    epoch: 1,
    attempt: 0,
    sinceMs: 1_000,
    topics: { wanted: 2, confirmed: 2 },
    events: 0,
    eventsPerSecond: 10,
    lagMs: 0,
    lagPeakMs: 0,
    latency: { handling: { count: 9, p50: 0.05, p99: 0.4, p999: 1 }, venue: noLatency },
    gaps: 0,
    opens: 1,
    exits: 0,
    exitReasons: {},
    lastExit: null,
    restores: 1,
    lastRestore: null,
    rotations: 0,
    restarts: 0,
    recentRestarts: 0,
    failure: null,
    framesReceived: 0,
    framesDropped: 0,
    undecodable: 0,
    memory: { heapUsedBytes: 8_000_000, queuedBytes: 0, bufferedBytes: 0 },
    utilization: 0.1,
    loopDelayMs: 0.1,
    cpu: 0.01,
    heartbeatMs: null,
    sockets: [],
    ...more,
  };
}

/** Its adapters can be changed, taken away and added; a look at it shows them as they are then. */
export class MadeUpFleet implements PageSource {
  readonly adapters = new Map<string, AdapterSnapshot>();
  readonly transitions: Transition[] = [];
  /** How often it was looked at. */
  looks = 0;

  constructor(names: readonly string[]) {
    for (const name of names) this.change(name);
  }

  change(name: string, more: Partial<AdapterSnapshot> = {}): void {
    this.adapters.set(name, { ...(this.adapters.get(name) ?? adapterSnapshot(name)), ...more });
  }

  happen(transition: Omit<Transition, 'number' | 'atMs' | 'level'> & Partial<Transition>): void {
    this.transitions.push({
      number: this.transitions.length + 1,
      atMs: Date.now(),
      level: 'info',
      ...transition,
    });
  }

  historySince(number: number): readonly Transition[] {
    return this.transitions.filter((one) => one.number > number);
  }

  snapshot(): FleetSnapshot {
    this.looks += 1;
    const adapters = [...this.adapters.values()];
    const sum = (name: 'eventsPerSecond' | 'events' | 'gaps' | 'exits' | 'restores' | 'restarts'): number =>
      adapters.reduce((total, one) => total + one[name], 0);
    return {
      name: 'made up',
      state: 'ready',
      health: 100,
      atMs: Date.now(),
      startedAtMs: 1_000,
      counts: { adapters: adapters.length, ready: adapters.length, restarting: 0, gaveUp: 0 },
      totals: {
        eventsPerSecond: sum('eventsPerSecond'),
        events: sum('events'),
        gaps: sum('gaps'),
        exits: sum('exits'),
        restores: sum('restores'),
        restarts: sum('restarts'),
      },
      process: { rssBytes: 1e8, heapUsedBytes: 1e7, cpu: 0.1, loopDelayP99Ms: 1, utilization: 0.1 },
      adapters,
    };
  }
}
