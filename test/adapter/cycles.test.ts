import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { activeResources, expectNothingLeft, leftSince } from '../support/leaks.js';
import { Life } from './life.js';
import { testOptions } from './stage.js';

/** The start of a thread costs about 0.1 s of a processor, so this takes a minute or two; `BULKHEAD_CYCLES` sets another number. */
const CYCLES = Number(process.env['BULKHEAD_CYCLES'] ?? 1000);
const ADAPTERS = 4;
const MIB = 1024 * 1024;

describe(`${CYCLES} lives of connections`, () => {
  it('leave no thread, port, listener, timer or memory behind', async function () {
    this.timeout(600_000);
    const before = await activeResources();
    const venue = await SimulatedDeribit.start({
      eventsPerSecond: 0,
      limits: null,
      connectionsPerAddress: null,
      journal: { recordsEvents: false, maxEntries: 1_000 },
    });
    const lives = Array.from({ length: ADAPTERS }, () => {
      const options = { topics: ['trades.BTC-PERPETUAL.100ms'], readyHoldMs: 0 };
      return new Life(new Adapter('deribit', testOptions(venue.url, options)));
    });
    await Promise.all(lives.map(({ adapter }) => adapter.connect()));
    // The first lives load and compile what all later ones use.
    await Promise.all(lives.map((life) => cycle(life, Math.ceil(20 / ADAPTERS))));
    const connected = await activeResources();
    const heapBefore = await heapAfterCollection();
    const started = performance.now();
    await Promise.all(lives.map((life) => cycle(life, Math.ceil(CYCLES / ADAPTERS))));
    const seconds = (performance.now() - started) / 1000;
    const grown = ((await heapAfterCollection()) - heapBefore) / MIB;

    expect(await leftSince(connected)).to.deep.equal([]);
    const exits = lives.reduce((sum, life) => sum + life.exits.length, 0);
    expect(exits).to.be.least(CYCLES);
    for (const life of lives) life.expectOneReconnectEach(life.exits.length);
    // Each life's record above holds an exit, a report and a dozen states, some KiB; what a life itself uses is hundreds of them.
    expect(grown).to.be.lessThan(4 + CYCLES * 0.01);
    for (const event of ['exit', 'error', 'warning', 'uncaughtExceptionMonitor', 'unhandledRejection'])
      expect(process.listenerCount(event)).to.be.lessThan(5);
    await Promise.all(lives.map(({ adapter }) => adapter.close()));
    await venue.close();
    await expectNothingLeft(before);
    console.info(`      ${exits} exits in ${seconds.toFixed(1)} s, heap ${grown.toFixed(1)} MiB larger`);
  });
});

async function cycle(life: Life, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const { epoch } = life.adapter.sockets[0]!;
    const again = new Promise<void>((resolve) => {
      const restored = (report: { epoch: number }): void => {
        if (report.epoch <= epoch) return;
        life.adapter.off('restored', restored);
        resolve();
      };
      life.adapter.on('restored', restored);
    });
    if (count % 2 === 0) life.adapter.terminate();
    else life.adapter.reconnect();
    await again;
  }
}

/** Node gives a handle on the collector to contexts that are made after the flag was set. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

async function heapAfterCollection(): Promise<number> {
  const collect = collector();
  let least = Number.POSITIVE_INFINITY;
  // Finalizers run between two collections.
  for (let look = 0; look < 5; look += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
    least = Math.min(least, process.memoryUsage().heapUsed);
  }
  return least;
}
