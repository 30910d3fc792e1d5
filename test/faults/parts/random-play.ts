// Schedules of random faults, and how one is played against a real thread.
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  breakThread,
  type ChaosConditions,
  type Fault,
  type ThreadFault,
} from '../../../src/testing/index.js';
import { Actor } from '../cell/actor.js';
import { Scene } from '../cell/scene.js';
import type { Host } from '../host/host.js';
import type { Tried } from '../report.js';

export type RandomStep = { readonly waitMs: number } & (
  | { readonly inject: Fault }
  | { readonly weather: ChaosConditions }
  | { readonly cut: 'rst' | 'fin' }
  | { readonly thread: Exclude<ThreadFault, 'spin' | 'out-of-memory'> }
  | { readonly call: 'reconnect' | 'terminate' }
);

const methods = ['public/auth', 'public/subscribe', 'private/enable_cancel_on_disconnect', 'private/buy'];
const drop = fc.constantFrom('rst' as const, 'fin' as const);
const faults: fc.Arbitrary<Fault> = fc.oneof(
  drop.map((by): Fault => ({ kind: 'drop', by })),
  fc.constantFrom(1000, 1001, 1011, 4000).map((code): Fault => ({ kind: 'close', code })),
  fc.constant<Fault>({ kind: 'malformed' }),
  fc
    .integer({ min: 1, max: 3 })
    .map((times): Fault => ({ kind: 'gap', times, topic: 'book.BTC-PERPETUAL.raw' })),
  fc
    .integer({ min: 1, max: 3 })
    .map((times): Fault => ({ kind: 'duplicate', times, topic: 'trades.BTC-PERPETUAL.raw' })),
  fc
    .record({ method: fc.constantFrom(...methods), by: drop })
    .map(({ method, by }): Fault => ({ kind: 'drop-on', method, when: 'after-execution', by })),
  fc
    .record({ method: fc.constantFrom(...methods), by: drop })
    .map(({ method, by }): Fault => ({ kind: 'drop-on', method, when: 'before-execution', by })),
  fc.constantFrom(429, 503).map((status): Fault => ({ kind: 'refuse-upgrade', status })),
);
const flow = fc.oneof(
  fc.record({ latencyMs: fc.nat(30), jitterMs: fc.nat(20) }),
  fc.record({ sliceBytes: fc.integer({ min: 1, max: 40 }) }),
  fc.constant({ stall: true }),
);
const weather: fc.Arbitrary<ChaosConditions> = fc.oneof(
  fc.record({ up: flow, down: flow }),
  fc.constant<ChaosConditions>({}),
  fc.constantFrom('refuse' as const, 'ignore' as const).map((accept) => ({ accept })),
);
const waitMs = fc.nat(60);
const step: fc.Arbitrary<RandomStep> = fc.oneof(
  fc.record({ waitMs, inject: faults }),
  fc.record({ waitMs, weather }),
  fc.record({ waitMs, cut: drop }),
  fc.record({ waitMs, thread: fc.constantFrom('throw' as const, 'reject' as const, 'exit' as const) }),
  fc.record({ waitMs, call: fc.constantFrom('reconnect' as const, 'terminate' as const) }),
);
export const schedules = fc.array(step, { minLength: 1, maxLength: 6 });

export async function playSchedule(
  steps: readonly RandomStep[],
  host: Host,
  sceneSeed: number,
): Promise<Tried> {
  const scene = await Scene.open(host, {
    exchange: {
      eventsPerSecond: 100,
      instruments: ['BTC-PERPETUAL', 'ETH-PERPETUAL'],
      limits: null,
      connectionsPerAddress: null,
    },
    seed: sceneSeed,
    alone: false,
  });
  const actor = new Actor(scene, {
    instruments: ['BTC-PERPETUAL'],
    orderEveryMs: 15,
    breakable: true,
    connection: {
      handshakeTimeoutMs: 1_000,
      heartbeat: { type: 'standard', intervalMs: 300, timeoutMs: 3_000 },
    },
  });
  try {
    await actor.part('reaching READY', () => actor.begin());
    for (const one of steps) {
      await take(one, scene, actor);
      await sleep(one.waitMs);
    }
    await scene.act({ do: 'conditions', conditions: {} }, { do: 'inject', fault: { kind: 'clear' } });
    await actor.part('coming to rest', () => actor.rest());
  } catch (error) {
    actor.fail(error);
  }
  return actor.end();
}

async function take(one: RandomStep, scene: Scene, { adapter }: Actor): Promise<void> {
  if ('inject' in one) return scene.act({ do: 'inject', fault: one.inject });
  if ('weather' in one) return scene.act({ do: 'conditions', conditions: one.weather });
  if ('cut' in one) return scene.act({ do: 'cut', by: one.cut });
  if ('call' in one) return one.call === 'terminate' ? adapter.terminate() : adapter.reconnect();
  const threadId = adapter.sockets[0]?.threadId;
  if (threadId !== undefined) breakThread(threadId, one.thread);
}
