// A fleet from start to stop, on real threads and sockets.
import { expect } from 'chai';
import { type Adapter, BulkheadError, Fleet } from '../../src/index.js';
import { TRADES, order } from '../adapter/stage.js';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { FleetStage, names } from './stage.js';

describe('a fleet', () => {
  let stage: FleetStage;
  beforeEach(async () => {
    stage = await FleetStage.open();
  });
  afterEach(() => stage.close());

  it('starts all adapters and says that it is ready', async () => {
    const states: string[] = [];
    const fleet = stage.fleet(names(4), { topics: [TRADES] });
    fleet.on('state', (state) => states.push(state));
    expect(fleet.state).to.equal('idle');
    expect(await fleet.start()).to.deep.equal({ ready: names(4), failed: [] });
    expect(fleet.state).to.equal('ready');
    expect(fleet.health).to.equal(100);
    expect([...fleet.adapters.keys()]).to.deep.equal(names(4));
    await fleet.stop();
    expect(states).to.deep.equal(['starting', 'ready', 'stopping', 'stopped']);
  });

  it('replaces an adapter that failed, with the same options', async () => {
    const made: Adapter[] = [];
    const fleet = stage.fleet(
      names(2),
      { topics: [TRADES], maxAttempts: 1, readyHoldMs: 60_000 },
      { onAdapter: (adapter) => made.push(adapter) },
    );
    await fleet.start();
    const [first] = made;
    // Two deaths in a row without a READY that held are one too many for this adapter.
    fleet.get('a1')?.terminate();
    await waitFor(() => fleet.snapshot().adapters[0]?.restores === 2, 'the first restore');
    fleet.get('a1')?.terminate();
    await waitFor(() => made.length === 3 && fleet.state === 'ready', 'the new adapter');
    expect(fleet.get('a1')).to.equal(made[2]).and.not.to.equal(first);
    const [snapshot] = fleet.list();
    expect(snapshot).to.include({ restarts: 1, recentRestarts: 1, restores: 3, opens: 3, exits: 2 });
    expect(snapshot?.exitReasons).to.deep.equal({ terminated: 2 });
    expect(snapshot?.topics).to.deep.equal({ wanted: 1, confirmed: 1 });
    expect(fleet.history.map(({ kind }) => kind)).to.include('restarting');
  });

  it('gives an adapter up that fails too often, says so, and keeps the others', async () => {
    const fleet = stage.fleet(['good'], {}, { restarts: { limit: 2, windowMs: 60_000 } });
    await fleet.start();
    const told: unknown[] = [];
    fleet.on('gave-up', (name, error) => told.push([name, (error as BulkheadError).code]));
    const bad = { ...stage.spec('bad', { maxAttempts: 1 }), url: 'ws://127.0.0.1:1' };
    const error = await fleet.add(bad).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(BulkheadError);
    expect((error as BulkheadError).message).to.match(
      /^bad failed 3 times within 60000 ms; the last time: gave up/,
    );
    expect(((error as BulkheadError).cause as BulkheadError).code).to.equal('gave-up');
    expect(told).to.deep.equal([['bad', 'too-many-restarts']]);
    expect(fleet.state).to.equal('degraded');
    expect(fleet.health).to.equal(50);
    const { counts, adapters } = fleet.snapshot();
    expect(counts).to.deep.equal({ adapters: 2, ready: 1, restarting: 0, gaveUp: 1 });
    expect(adapters[1]).to.deep.include({ state: 'gave-up', restarts: 2, health: 0 });
    expect(adapters[1]?.failure?.code).to.equal('too-many-restarts');
  });

  it('never tries a refused login again', async () => {
    const fleet = stage.fleet(['a1'], { credentials: { clientId: 'test-client', clientSecret: 'wrong' } });
    const { failed } = await fleet.start();
    expect(failed.map(({ name, error }) => [name, (error as BulkheadError).code])).to.deep.equal([
      ['a1', 'login-refused'],
    ]);
    expect(fleet.list()[0]).to.include({ state: 'gave-up', restarts: 0, opens: 1 });
  });

  it('brings a given-up adapter back when it is replaced with options that work', async () => {
    const fleet = stage.fleet(['a1'], { credentials: { clientId: 'test-client', clientSecret: 'wrong' } });
    await fleet.start();
    const { name: _, ...right } = stage.spec('a1');
    const adapter = await fleet.replace('a1', right);
    expect(adapter.state).to.equal('ready');
    expect(fleet.get('a1')).to.equal(adapter);
    expect(fleet.state).to.equal('ready');
  });

  it('has the new adapter READY before the old one is closed when it replaces', async () => {
    const fleet = stage.fleet(['a1'], { topics: [TRADES] });
    await fleet.start();
    const old = fleet.get('a1');
    const fresh = await fleet.replace('a1');
    expect([old?.state, fresh.state]).to.deep.equal(['closed', 'ready']);
    const opened = stage.venue.journal.of('connection-opened').map(({ at }) => at);
    const closed = await waitFor(() => stage.venue.journal.of('connection-closed')[0], 'the close');
    expect(opened).to.have.length(2);
    expect(closed.at).to.be.at.least(opened[1] as number);
  });

  it('keeps the old adapter when its replacement does not get READY', async () => {
    const fleet = stage.fleet(['a1']);
    await fleet.start();
    const { name: _, ...wrong } = stage.spec('a1', { maxAttempts: 1 });
    const error = await fleet
      .replace('a1', { ...wrong, url: 'ws://127.0.0.1:1' })
      .catch((reason: unknown) => reason);
    expect((error as BulkheadError).code).to.equal('gave-up');
    expect(fleet.get('a1')?.state).to.equal('ready');
    expect(fleet.state).to.equal('ready');
  });

  it('adds and removes adapters while it runs', async () => {
    const fleet = stage.fleet(['a1']);
    await fleet.start();
    const added = await fleet.add(stage.spec('a2'));
    expect(added.state).to.equal('ready');
    await fleet.remove('a1');
    expect(fleet.list().map(({ name, state }) => [name, state])).to.deep.equal([['a2', 'ready']]);
    expect(fleet.history.at(-1)).to.include({ kind: 'removed', adapter: 'a1' });
  });

  it('stops in good order: no new orders, all cancelled, close frames', async () => {
    const fleet = stage.fleet(['trader', 'watcher']);
    await fleet.replace('watcher', { exchange: 'deribit', url: stage.venue.url, connection: { spares: 0 } });
    await fleet.start();
    const trader = fleet.get('trader') as Adapter;
    expect((await trader.sendOrder(order)).outcome).to.equal('acknowledged');
    const stopping = fleet.stop({ cancelAll: true });
    const late = await trader.sendOrder(order);
    expect(late).to.include({ outcome: 'not-sent' });
    expect(late.outcome === 'acknowledged' ? undefined : late.error.code).to.equal('orders-halted');
    expect(await stopping).to.deep.equal({
      cancelled: [{ name: 'trader', outcome: 'acknowledged', orders: 1 }],
      terminated: [],
    });
    expect(stage.venue.orders('test-client').map(({ order_state }) => order_state)).to.deep.equal([
      'cancelled',
    ]);
    const closes = await waitFor(() => {
      const all = stage.venue.journal.of('connection-closed');
      return all.length === 2 ? all : undefined;
    }, 'the close of both connections');
    expect(closes.map(({ code, by }) => [code, by])).to.deep.equal([
      [1000, 'peer'],
      [1000, 'peer'],
    ]);
    expect(fleet.state).to.equal('stopped');
  });

  it('stops twice without harm, also before it was started', async () => {
    const fleet = stage.fleet(['a1']);
    await withTimeout(Promise.all([fleet.stop(), fleet.stop()]), 'the stop');
    expect(fleet.state).to.equal('stopped');
    expect(await fleet.add(stage.spec('a2')).catch((error: Error) => error.message)).to.match(
      /fleet is stopped/,
    );
  });

  it('stops while it is starting', async () => {
    const fleet = stage.fleet(names(3));
    const starting = fleet.start();
    await fleet.stop();
    const { failed } = await withTimeout(starting, 'the start');
    expect(failed.length).to.be.at.most(3);
    expect(fleet.list().map(({ state }) => state)).to.deep.equal(['closed', 'closed', 'closed']);
  });

  it('stops all of itself when an adapter is given up, where that was asked for', async () => {
    const fleet = stage.fleet(['good'], {}, { onGiveUp: 'stop', restarts: { limit: 0, windowMs: 1000 } });
    await fleet.start();
    const bad = { ...stage.spec('bad', { maxAttempts: 1 }), url: 'ws://127.0.0.1:1' };
    await fleet.add(bad).catch(() => undefined);
    await waitFor(() => fleet.state === 'stopped', 'the stop');
    expect(fleet.get('good')?.state).to.equal('closed');
  });

  it('gives a snapshot that is plain JSON', async () => {
    const fleet = stage.fleet(names(2), { topics: [TRADES] });
    await fleet.start();
    await waitFor(() => (fleet.list()[0]?.eventsPerSecond ?? 0) > 0, 'events in a second');
    const snapshot = fleet.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).to.deep.equal(snapshot);
    const [adapter] = snapshot.adapters;
    expect(adapter).to.include({ name: 'a1', exchange: 'deribit', state: 'ready', epoch: 1, health: 100 });
    expect(adapter?.latency.handling.count).to.be.above(0);
    expect(adapter?.latency.handling.p50).to.be.within(0.001, 1000);
    expect(adapter?.lastRestore?.steps.map(({ name }) => name)).to.include.members([
      'connect',
      'login',
      'subscribe',
    ]);
    expect(adapter?.sockets[0]?.threads[0]?.threadId).to.be.above(0);
    await waitFor(() => (fleet.list()[0]?.memory.heapUsedBytes ?? 0) > 0, 'the sample of the thread');
    expect(fleet.list()[0]?.utilization).to.be.within(0, 1);
  });

  it('names the wrong option of an adapter', () => {
    const wrong = { ...stage.spec('a2'), url: 'http://example.org' };
    expect(() => new Fleet({ adapters: [stage.spec('a1'), wrong] })).to.throw(
      TypeError,
      'options.adapters[1].url must be a ws: or wss: URL',
    );
    expect(() => new Fleet({ adapters: [stage.spec('a1'), stage.spec('a1')] })).to.throw(
      TypeError,
      'options.adapters[1].name: there is an adapter "a1" already',
    );
    expect(() => new Fleet({ adapters: [{ ...stage.spec('a1'), exchange: 'nowhere' }] })).to.throw(
      TypeError,
      /^options\.adapters\[0\]: there is no exchange "nowhere"/,
    );
  });
});
