// The pure parts of a fleet: how often is too often, how well is well, and who is chosen.
import { expect } from 'chai';
import { fleetHealth, healthOf, type HealthSigns } from '../../src/fleet/health.js';
import { Intensity } from '../../src/fleet/intensity.js';
import { RecentCount } from '../../src/fleet/recent.js';
import { type Candidate, Router } from '../../src/fleet/router.js';
import type { Adapter } from '../../src/index.js';

describe('the restart limit', () => {
  it('allows so many failures within the window, and one more is too many', () => {
    const intensity = new Intensity({ limit: 2, windowMs: 100 });
    expect([0, 10, 20].map((atMs) => intensity.note(atMs))).to.deep.equal([true, true, false]);
  });

  it('forgets what is older than the window', () => {
    const intensity = new Intensity({ limit: 1, windowMs: 100 });
    expect([0, 100, 200, 250].map((atMs) => intensity.note(atMs))).to.deep.equal([true, true, true, false]);
    expect(intensity.count(1000)).to.equal(0);
  });
});

describe('the count of the last minutes', () => {
  it('counts what is within the window', () => {
    const count = new RecentCount(100);
    for (const atMs of [0, 50, 90]) count.note(atMs);
    expect([90, 100, 149, 150, 190].map((nowMs) => count.count(nowMs))).to.deep.equal([3, 2, 2, 1, 0]);
  });
});

describe('health', () => {
  const well: HealthSigns = {
    state: 'ready',
    thinSockets: 0,
    recentExits: 0,
    recentGaps: 0,
    recentRestarts: 0,
    lagMs: 0,
    utilization: 0.5,
  };
  const table: readonly (readonly [title: string, signs: Partial<HealthSigns>, health: number])[] = [
    ['is 100 where all is well', {}, 100],
    ['loses 10 for each lost connection', { recentExits: 2 }, 80],
    ['loses 40 for lost connections at most', { recentExits: 99 }, 60],
    ['loses 20 for each restart, 40 at most', { recentRestarts: 3 }, 60],
    ['loses 2 for each gap, 20 at most', { recentGaps: 3 }, 94],
    ['loses 20 for many gaps', { recentGaps: 1000 }, 80],
    ['loses 1 for each 50 ms of lag', { lagMs: 149 }, 98],
    ['loses 30 for lag at most', { lagMs: 60_000 }, 70],
    ['loses 10 where one of two connections is missing', { thinSockets: 1 }, 90],
    ['loses up to 10 for a thread that is nearly full', { utilization: 0.9 }, 95],
    ['is 40 at most while it is restored', { state: 'restoring' }, 40],
    ['is 20 at most while it waits', { state: 'waiting' }, 20],
    ['is 0 where it was given up', { state: 'gave-up' }, 0],
    ['is never below 0', { state: 'waiting', recentExits: 4, lagMs: 9999 }, 0],
  ];
  for (const [title, signs, health] of table) {
    it(title, () => expect(healthOf({ ...well, ...signs })).to.equal(health));
  }

  it('of a fleet is the mean, rounded down, so that one adapter that is down is seen', () => {
    expect(fleetHealth(Array.from({ length: 200 }, (_, index) => (index === 0 ? 0 : 100)))).to.equal(99);
    expect(fleetHealth([])).to.equal(100);
  });
});

describe('a router', () => {
  const pool: { readonly name: string; isReady: boolean; health: number }[] = ['a', 'b', 'c', 'd'].map(
    (name) => ({
      name,
      isReady: true,
      health: 100,
    }),
  );
  const router = new Router(() =>
    // Only its name is looked at here.
    pool.map((one): Candidate => ({ ...one, adapter: { name: one.name } as Adapter })),
  );
  const keys = Array.from({ length: 400 }, (_, index) => `KEY-${index}`);
  const homes = () => keys.map((key) => router.forKey(key)?.name);
  beforeEach(() => {
    for (const one of pool) Object.assign(one, { isReady: true, health: 100 });
  });

  it('chooses the healthiest that is READY', () => {
    Object.assign(pool[0] as object, { health: 60 });
    Object.assign(pool[1] as object, { isReady: false });
    expect(router.healthiest()?.name).to.equal('c');
  });

  it('takes each in its turn, without those that are not READY', () => {
    Object.assign(pool[2] as object, { isReady: false });
    const names = Array.from({ length: 6 }, () => router.next()?.name ?? '');
    expect([...names.slice(0, 3)].sort()).to.deep.equal(['a', 'b', 'd']);
    expect(names.slice(3)).to.deep.equal(names.slice(0, 3));
  });

  it('gives each key always the same one, and spreads keys over all', () => {
    const before = homes();
    expect(homes()).to.deep.equal(before);
    for (const { name } of pool) {
      expect(before.filter((home) => home === name).length, name).to.be.within(60, 140);
    }
  });

  it('moves only the keys of the one that is lost, and gives them back', () => {
    const before = homes();
    Object.assign(pool[1] as object, { isReady: false });
    const moved = homes();
    for (const [index, home] of before.entries()) {
      if (home === 'b') expect(moved[index]).not.to.equal('b');
      else expect(moved[index]).to.equal(home);
    }
    Object.assign(pool[1] as object, { isReady: true });
    expect(homes()).to.deep.equal(before);
  });

  it('chooses nobody where nobody is READY', () => {
    for (const one of pool) one.isReady = false;
    expect([router.healthiest(), router.next(), router.forKey('x')]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
