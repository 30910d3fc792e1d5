// More than a million frames, each compared one by one: under every overflow policy, with a main thread that stands still, and with
// connections that die in the middle.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { AdapterOptions } from '../../src/index.js';
import { Actor } from './cell/actor.js';
import { Scene } from './cell/scene.js';
import { Host } from './host/host.js';
import { only, seed } from './options.js';
import { report, type Tried } from './report.js';

const FRAMES = 200_000;
const RATE_PER_TOPIC = 8_000;
const INSTRUMENTS = ['BTC-PERPETUAL', 'ETH-PERPETUAL'];
const BLOCKED_MS = 400;

interface FloodRow {
  readonly name: string;
  readonly market: NonNullable<NonNullable<AdapterOptions['connection']>['market']>;
  readonly blocksMain?: boolean;
  /** The connection is cut each second. */
  readonly cuts?: boolean;
  /** Whether nothing may be missing, not even inside a gap. */
  readonly isWhole?: boolean;
}

const small = { maxEntries: 4_000 };

const floods: readonly FloodRow[] = [
  { name: 'a main thread that keeps up', market: { maxEntries: 1_000_000 }, isWhole: true },
  {
    name: 'a main thread that stands still, policy gap',
    market: { ...small, policy: 'gap' },
    blocksMain: true,
  },
  {
    name: 'a main thread that stands still, policy conflate',
    market: { ...small, policy: 'conflate' },
    blocksMain: true,
  },
  {
    name: 'a main thread that stands still, policy exit',
    market: { ...small, policy: 'exit' },
    blocksMain: true,
  },
  { name: 'a connection that is cut each second', market: { maxEntries: 1_000_000 }, cuts: true },
  {
    name: 'both: cut each second, and a main thread that stands still',
    market: { ...small, policy: 'gap' },
    blocksMain: true,
    cuts: true,
  },
];

describe(`a flood of ${FRAMES.toLocaleString('en')} frames`, () => {
  let host: Host;
  before(() => {
    host = new Host();
  });
  after(() => host.close());

  for (const [index, row] of floods.entries()) {
    if (!`flood, ${row.name}`.includes(only)) continue;
    it(`under ${row.name}: each arrives once or is inside a reported gap`, async () => {
      const tried = await flood(row, host, seed * 100 + index);
      report.add(tried);
      expect(tried.problems, `seed ${seed}`).to.deep.equal([]);
      if (row.isWhole === true) expect(tried.findings.reported).to.equal(0);
    });
  }
});

async function flood(row: FloodRow, host: Host, sceneSeed: number): Promise<Tried> {
  const scene = await Scene.open(host, {
    exchange: { eventsPerSecond: 20, instruments: INSTRUMENTS, limits: null, connectionsPerAddress: null },
    seed: sceneSeed,
    alone: false,
  });
  const actor = new Actor(scene, {
    instruments: INSTRUMENTS,
    orderEveryMs: 100,
    breakable: false,
    connection: { market: row.market },
  });
  try {
    await actor.part('reaching READY', () => actor.begin());
    await pour(row, scene, actor);
    await actor.part('coming to rest', () => actor.rest());
  } catch (error) {
    actor.fail(error);
  }
  return actor.end();
}

/** A flood knows only the listeners of its beginning: it begins anew with every connection. */
async function pour(row: FloodRow, scene: Scene, actor: Actor): Promise<void> {
  const start = () => scene.act({ do: 'flood', flood: { framesPerSecond: RATE_PER_TOPIC } });
  let isPouring = true;
  actor.adapter.on('restored', () => {
    if (isPouring) void start();
  });
  await start();
  const deadline = performance.now() + 120_000;
  let nextCut = performance.now() + 1_000;
  while ((await scene.summary()).framesSent < FRAMES && performance.now() < deadline) {
    if (row.blocksMain === true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
    if (row.cuts === true && performance.now() > nextCut) {
      await scene.act({ do: 'cut', by: 'rst' });
      nextCut = performance.now() + 1_000;
    }
    await sleep(100);
  }
  isPouring = false;
  await scene.act({ do: 'calm' });
}
