// Promises about staying connected while the main thread stands still.
import assert from 'node:assert/strict';
import { Adapter } from '../../adapter/adapter.js';
import { isExchangeName } from '../../exchanges/index.js';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, promise } from './promises.js';
import { type ContractSimulator, EVENTS_PER_SECOND, flow, Told } from './stage.js';
import { until } from './wait.js';

/** The venue's rules run so much faster. */
const TIME_SCALE = 0.1;
const DEFAULT = { intervalMs: 200, silenceMs: 1000 };
/** How much longer than the longest silence the main thread is blocked. */
const BEYOND_MS = 1000;

export function heartbeatPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const noProcess =
    simulator.startProcess === undefined
      ? 'the simulated exchange cannot run in a process of its own'
      : undefined;
  return [
    promise(
      'a connection outlives a main thread that is blocked for longer than the longest silence',
      noProcess,
      () => blocked(profile, simulator),
    ),
  ];
}

async function blocked(profile: VenueProfile, { startProcess }: ContractSimulator): Promise<void> {
  const settings = { ...DEFAULT, ...profile.heartbeat };
  const venue = await startProcess!({ eventsPerSecond: EVENTS_PER_SECOND, timeScale: TIME_SCALE });
  const { trades, book } = profile.topics;
  const adapter = new Adapter(profile.exchange, {
    url: venue.url,
    topics: [trades, book],
    connection: { heartbeat: heartbeatOf(profile, settings) },
  });
  const record = new Told(adapter);
  const received = async () => {
    const { connections } = await venue.stats();
    return connections.reduce((sum, { framesReceived }) => sum + framesReceived, 0);
  };
  try {
    await adapter.connect();
    await flow(record);
    const before = await received();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, settings.silenceMs + BEYOND_MS);
    const beats = (await received()) - before;
    if (profile.lacks.heartbeat === undefined && profile.heartbeat?.isPassive !== true)
      assert.ok(beats > 0, 'no beat reached the venue while the main thread was blocked');
    await flow(record);
    await until(() => adapter.state === 'ready', 'READY');
    assert.deepEqual(record.exits, []);
    assert.deepEqual(record.gaps, []);
  } finally {
    await adapter.close();
    await venue.close();
  }
}

function heartbeatOf(
  { exchange, lacks }: VenueProfile,
  { intervalMs, silenceMs: timeoutMs }: { readonly intervalMs: number; readonly silenceMs: number },
) {
  if (lacks.heartbeat !== undefined) return { type: 'standard', intervalMs, timeoutMs };
  if (isExchangeName(exchange)) return { type: exchange, intervalMs, timeoutMs };
  return { type: 'custom', moduleUrl: exchange, intervalMs, timeoutMs };
}
