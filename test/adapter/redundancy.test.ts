// Two live connections feed one stream: either may die.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { Pair } from './pair.js';

/** Kills, one per second. BULKHEAD_KILLS=60 for the long run; BULKHEAD_FIGURES=1 prints what was seen. */
const KILLS = Number(process.env['BULKHEAD_KILLS'] ?? 4);

describe('two connections for one stream', function () {
  this.timeout(30_000 + KILLS * 3_000);
  let pair: Pair;
  afterEach(() => pair.close());

  it('lose nothing and tell nothing twice while one of them dies every second', async () => {
    pair = await (await Pair.open({ redundancy: 2 }, { eventsPerSecond: 1_000 })).connected();
    await pair.ready(2);
    await pair.flowing(200);
    const startedMs = performance.now();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const { connections } = pair.venue;
      pair.venue.inject({ kind: 'drop', by: 'rst', connection: connections[kill % 2]!.id });
      await waitFor(() => pair.exits.length === kill + 1, 'the exit');
      expect(pair.adapter.state).to.equal('ready');
      await pair.ready(2);
      await pair.flowing(500);
      await sleep(Math.max(0, startedMs + (kill + 1) * 1_000 - performance.now()));
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    if (process.env['BULKHEAD_FIGURES'] !== undefined)
      process.stdout.write(
        `${KILLS} kills in ${seconds.toFixed(0)} s, ${pair.trades + pair.bookUpdates} events\n`,
      );
    pair.expectWhole();
    pair.expectLive(2);
    expect(pair.trades).to.be.above(KILLS * 500);
  });

  it('carry requests as long as one is READY', async () => {
    pair = await (await Pair.open({ redundancy: 2 })).connected();
    await pair.ready(2);
    const primary = pair.adapter.sockets[0]?.epoch;
    await pair.adapter.request('public/get_time');
    const asked = pair.venue.journal.of('request').findLast(({ method }) => method === 'public/get_time');
    pair.venue.inject({ kind: 'refuse-connections', forMs: 500 });
    pair.venue.inject({ kind: 'drop', by: 'rst', connection: asked!.connection });
    await waitFor(() => pair.exits.length === 1, 'the exit');
    expect(await pair.adapter.request('public/get_time')).to.be.a('number');
    expect(pair.adapter.state).to.equal('ready');
    expect(pair.adapter.sockets[0]?.epoch).not.to.equal(primary);
    await pair.ready(2);
    await pair.flowing();
    pair.expectWhole();
  });

  it('say nothing of a topic that was quiet when one of them died', async () => {
    pair = await Pair.open({ redundancy: 2 }, { eventsPerSecond: 0 });
    await pair.adapter.connect();
    await pair.ready(2);
    const step = async (): Promise<void> => {
      const flowing = pair.flowing(3);
      pair.venue.stepMarket('BTC-PERPETUAL', 3);
      await flowing;
    };
    await step();
    for (let kill = 0; kill < 2; kill += 1) {
      await sleep(700);
      pair.venue.inject({ kind: 'drop', by: 'rst', connection: pair.venue.connections[0]!.id });
      await waitFor(() => pair.exits.length === kill + 1, 'the exit');
      await pair.ready(2);
    }
    await step();
    pair.expectWhole();
  });

  it('tell a gap when both are gone', async () => {
    pair = await (await Pair.open({ redundancy: 2 })).connected();
    await pair.ready(2);
    await pair.flowing(20);
    pair.venue.inject({ kind: 'drop', by: 'rst' });
    await waitFor(() => pair.exits.length === 2, 'both exits');
    await pair.ready(2);
    await pair.flowing(20);
    expect(pair.violations).to.deep.equal([]);
    expect(pair.gaps.map(({ topic }) => topic).sort()).to.deep.equal([
      'book.BTC-PERPETUAL.raw',
      'trades.BTC-PERPETUAL.raw',
    ]);
    pair.expectLive(2);
  });

  for (const which of [0, 1]) {
    it(`are both closed where one of them waits to connect again (the one that connected as number ${which + 1})`, async () => {
      pair = await (
        await Pair.open({ redundancy: 2, backoff: { baseMs: 60_000, capMs: 60_000 } })
      ).connected();
      await pair.ready(2);
      pair.venue.inject({ kind: 'refuse-connections', forMs: 60_000 });
      pair.venue.inject({ kind: 'drop', by: 'rst', connection: pair.venue.connections[which]!.id });
      await waitFor(() => pair.adapter.stats().exits > 1, 'the refused attempt');
      await withTimeout(pair.adapter.close(), 'close()');
      pair.expectLive(0);
    });
  }

  it('are both replaced by a rotation', async () => {
    pair = await (await Pair.open({ redundancy: 2 })).connected();
    await pair.ready(2);
    await pair.flowing(20);
    const reports = await pair.adapter.rotate();
    expect(reports.map(({ previousEpoch }) => previousEpoch)).to.have.members([1, 2]);
    await pair.flowing(20);
    pair.expectWhole();
    pair.expectLive(2);
  });

  it('tell private events once', async () => {
    const topics = ['user.orders.BTC-PERPETUAL.raw'];
    pair = await Pair.open({ redundancy: 2, topics }, { eventsPerSecond: 0 });
    await pair.adapter.connect();
    await pair.ready(2);
    const states: string[] = [];
    pair.adapter.on('order', ({ state }) => void states.push(state));
    const placed = await pair.adapter.sendOrder({
      symbol: 'BTC-PERPETUAL',
      side: 'buy',
      type: 'limit',
      price: 50_000,
      amount: 10,
    });
    expect(placed.outcome).to.equal('acknowledged');
    await pair.adapter.cancelOrder({ clientOrderId: placed.clientOrderId });
    await waitFor(() => states.includes('cancelled'), 'the cancel');
    await pair.adapter.request('public/get_time');
    expect(states).to.deep.equal(['open', 'cancelled']);
  });
});
