// The exchange in a network of its own, whose cable is pulled: no RST, no FIN, no word to anybody.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { Actor } from './cell/actor.js';
import { Scene } from './cell/scene.js';
import { Host } from './host/host.js';
import { Namespace } from './host/namespace.js';
import { seed, skip, skipUnlessAsked } from './options.js';
import { report, type Tried } from './report.js';

/** Shorter than the patience of the heartbeat, and longer. */
const cuts = [
  { name: 'for a moment', ms: 400, ends: false },
  { name: 'until the connection is given up', ms: 4_000, ends: true },
];

describe('a network whose cable is pulled', () => {
  for (const { name, ms, ends } of cuts) {
    it(`${name}: nothing lost in silence, nothing twice, every order true`, async function () {
      skipUnlessAsked(this, 'namespace');
      const obstacle = Namespace.obstacle();
      if (obstacle !== undefined) {
        report.note(`network namespace: left out, ${obstacle}`);
        skip(this, `${obstacle}; run it as root on Linux with iproute2`);
      }
      const tried = await pull(ms, ends);
      report.add(tried);
      expect(tried.problems, `seed ${seed}`).to.deep.equal([]);
    });
  }
});

async function pull(ms: number, ends: boolean): Promise<Tried> {
  const namespace = new Namespace();
  const host = new Host();
  try {
    const scene = await Scene.open(host, {
      exchange: { eventsPerSecond: 100, instruments: ['BTC-PERPETUAL'], limits: null },
      seed,
      alone: true,
      namespace,
    });
    return await play(scene, namespace, ms, ends);
  } finally {
    await host.close();
    namespace.close();
  }
}

async function play(scene: Scene, namespace: Namespace, ms: number, ends: boolean): Promise<Tried> {
  const actor = new Actor(scene, {
    instruments: ['BTC-PERPETUAL'],
    orderEveryMs: 20,
    breakable: false,
    connection: {
      handshakeTimeoutMs: 1_000,
      heartbeat: { type: 'standard', intervalMs: 300, timeoutMs: 2_000 },
    },
  });
  try {
    await actor.part('reaching READY', () => actor.begin());
    namespace.isCut = true;
    await sleep(ms);
    const { exits } = actor.log;
    if (ends) await waitFor(() => exits.length > 0, 'the connection to be given up', 20_000);
    else if (exits.length > 0) actor.problems.push('the connection ended');
    namespace.isCut = false;
    await actor.part('coming to rest', () => actor.rest());
  } catch (error) {
    namespace.isCut = false;
    actor.fail(error);
  }
  return actor.end();
}
