// Every channel tells what the table says, with every field of it, and nothing else.
import { expect } from 'chai';
import { type AdapterOptions, Fleet, telemetryChannels } from '../../src/index.js';
import { BOOK, order, Stage, TRADES } from '../adapter/stage.js';
import { Listening, channelNames } from './listening.js';

describe('the diagnostics channels', () => {
  let listening: Listening;
  let stage: Stage;
  before(() => {
    listening = new Listening();
  });
  after(() => listening.stop());
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  it('tell the life of a connection: opening, login, steps, READY, death, the next one', async () => {
    const life = await stage.connected({ name: 'life', topics: [TRADES] });
    await life.flowing();
    life.adapter.terminate();
    await life.ready(2);
    const origin = { adapter: 'life', exchange: 'deribit', socket: 'main' };
    const { messages } = listening;
    expect(
      messages.connection
        .filter(({ adapter }) => adapter === 'life')
        .map(({ epoch, event }) => [epoch, event]),
    ).to.deep.equal([
      [1, 'opening'],
      [1, 'open'],
      [1, 'exit'],
      [2, 'opening'],
      [2, 'open'],
    ]);
    const exit = await listening.heard('connection', { ...origin, event: 'exit' });
    expect(exit).to.include({ epoch: 1, code: 'terminated', exitCode: 1, retryable: true });
    expect(exit.frames).to.be.above(0);
    expect(messages['restore-step'].filter(({ epoch }) => epoch === 1).map(({ step }) => step)).to.deep.equal(
      ['connect', 'login', 'subscribe'],
    );
    await listening.heard('login', { ...origin, epoch: 2, outcome: 'accepted' });
    expect(await listening.heard('restored', { epoch: 2 })).to.include({ restored: 1, failed: 0 });
    expect(await listening.heard('gap', { topic: TRADES })).to.include({ reason: 'exit', epoch: 1 });
    await listening.heard('transition', { ...origin, state: 'waiting', reason: 'terminated', delayMs: 0 });
    await listening.heard('transition', { ...origin, state: 'restoring', step: 'subscribe' });
  });

  it('tell a login that was refused', async () => {
    const life = stage.life({
      name: 'refused',
      credentials: { clientId: 'test-client', clientSecret: 'no' },
    });
    await life.adapter.connect().catch(() => undefined);
    await listening.heard('login', { adapter: 'refused', outcome: 'refused' });
    await listening.heard('restore-step', { adapter: 'refused', step: 'login', outcome: 'failed' });
  });

  it('tell how requests and orders ended', async () => {
    const { adapter } = await stage.connected({ name: 'orders' });
    await adapter.request('public/get_time');
    await listening.heard('request', { call: 'public/get_time', outcome: 'acknowledged' });
    await adapter.request('public/no_such_call').catch(() => undefined);
    await listening.heard('request', { outcome: 'rejected', code: 'request-rejected' });
    const { clientOrderId } = await adapter.sendOrder(order);
    const told = await listening.heard('order', { call: 'order', clientOrderId });
    expect(told).to.include({ adapter: 'orders', outcome: 'acknowledged', symbol: order.symbol, epoch: 1 });
    expect(told.ms).to.be.within(0.01, 10_000);
    await adapter.cancelOrder({ orderId: 'ETH-1' });
    await listening.heard('order', { call: 'cancel', orderId: 'ETH-1', outcome: 'rejected' });
  });

  it('tell heartbeats, and one that is missed', async () => {
    const heartbeat = { type: 'standard', intervalMs: 50, timeoutMs: 300 };
    await stage.connected({ name: 'beats', connection: { heartbeat } });
    const beat = await listening.heard('heartbeat', { adapter: 'beats', event: 'answered' });
    expect(beat.ms).to.be.within(0.001, 10_000);
    stage.venue.inject({ kind: 'half-open', reading: false, times: 1 });
    await listening.heard('heartbeat', { adapter: 'beats', event: 'missed' });
    stage.venue.inject({ kind: 'clear' });
  });

  it('tell a queue that was full: a gap, or the end of the connection', async () => {
    const slow = async (name: string, options: AdapterOptions) => {
      const { adapter } = await stage.connected({ name, topics: [TRADES], ...options });
      return adapter.events();
    };
    const batches = await slow('drops', { connection: { market: { maxEntries: 20 } } });
    await slow('ends', { connection: { market: { maxEntries: 20, policy: 'exit' } } });
    await listening.heard('overflow', { adapter: 'ends', effect: 'exit' });
    for await (const { gaps } of batches) if (gaps.length > 0) break;
    const { dropped } = await listening.heard('overflow', { adapter: 'drops', effect: 'gap', topic: TRADES });
    expect(dropped).to.be.above(0);
  });

  it('tell an order book that begins anew', async () => {
    const life = await stage.connected({ name: 'book', topics: [BOOK] });
    await life.adapter.events().next();
    stage.venue.inject({ kind: 'gap', topic: BOOK });
    await listening.heard('book-resync', { adapter: 'book', topic: BOOK, epoch: 1 });
    const gap = await listening.heard('gap', { adapter: 'book', reason: 'sequence' });
    expect(gap.toSequence).to.be.above(gap.fromSequence as number);
  });

  it('tell who waits for the rate budget', async () => {
    const { adapter } = await stage.connected({ name: 'rate', rateBudget: 'telemetry' });
    const asked = Promise.allSettled(Array.from({ length: 200 }, () => adapter.request('public/get_time')));
    await listening.heard('rate', { adapter: 'rate', what: 'requests', event: 'held' });
    const { ms } = await listening.heard('rate', { adapter: 'rate', what: 'requests', event: 'released' });
    expect(ms).to.be.above(0);
    await adapter.close();
    await asked;
  });

  it('tell a rotation', async () => {
    const life = await stage.connected({ name: 'rotation', topics: [TRADES] });
    await life.adapter.rotate();
    await listening.heard('rotation', { adapter: 'rotation', socket: 'main', epoch: 2, previousEpoch: 1 });
  });

  it('tell a topic that is silent, and that is back', async () => {
    const life = await stage.connected({ name: 'silent', topics: [TRADES], freshness: { staleMs: 500 } });
    await life.flowing();
    stage.venue.inject({ kind: 'revoke-topic', topic: TRADES });
    const { silentMs } = await listening.heard('silence', {
      adapter: 'silent',
      topic: TRADES,
      event: 'stalled',
    });
    expect(silentMs).to.be.at.least(400);
    await listening.heard('silence', { adapter: 'silent', event: 'recovered' });
  });

  it('tell what a fleet does', async () => {
    const good = { name: 'good', exchange: 'deribit', url: stage.venue.url, connection: { spares: 0 } };
    const bad = { ...good, name: 'bad', url: 'ws://127.0.0.1:1', maxAttempts: 1 };
    const fleet = new Fleet({
      name: 'told',
      adapters: [good, bad],
      backoff: { baseMs: 0, capMs: 0 },
      restarts: { limit: 1 },
    });
    await fleet.start();
    await fleet.replace('good');
    await fleet.remove('bad');
    await fleet.stop();
    expect(
      listening.messages.fleet.map(({ event, adapter, state }) => [event, adapter ?? state]),
    ).to.deep.equal([
      ['added', 'good'],
      ['added', 'bad'],
      ['state', 'starting'],
      ['restarting', 'bad'],
      ['gave-up', 'bad'],
      ['state', 'degraded'],
      ['replaced', 'good'],
      ['state', 'ready'],
      ['removed', 'bad'],
      ['state', 'stopping'],
      ['state', 'stopped'],
    ]);
    await listening.heard('fleet', { event: 'gave-up', reason: 'too-many-restarts' });
  });

  for (const name of channelNames) {
    it(`told every field of ${name} in these tests, and no other`, () => {
      const told = new Set(listening.messages[name].flatMap((message) => Object.keys(message)));
      expect([...told].sort()).to.deep.equal(Object.keys(telemetryChannels[name].fields).sort());
    });
  }

  it('make nothing that is not plain data', () => {
    for (const message of channelNames.flatMap((name) => [...listening.messages[name]]))
      expect(structuredClone(message)).to.deep.equal(message);
  });
});
