import { expect } from 'chai';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { rejection } from './settled.js';
import { credentials, order, Stage, TRADES } from './stage.js';

const RESTORE = [
  'public/auth',
  'private/enable_cancel_on_disconnect',
  'private/get_cancel_on_disconnect',
  'private/subscribe',
];

describe('the restore, as the exchange sees it', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  it('logs in, arms the safety switch, verifies it and then subscribes, on every connection', async () => {
    const life = await stage.connected({ cancelOnDisconnect: true, topics: [TRADES] });
    life.adapter.terminate();
    await life.ready(2);
    expect(stage.asked('c1')).to.deep.equal(RESTORE);
    expect(stage.asked('c2')).to.deep.equal(RESTORE);
    for (const { steps } of life.reports) {
      expect(steps.map(({ name }) => name)).to.deep.equal(['connect', 'login', 'safety', 'subscribe']);
    }
  });

  it('waits for each answer before it goes on', async () => {
    stage.venue.inject({ kind: 'delay', ms: 60 });
    await stage.connected({ cancelOnDisconnect: true, topics: [TRADES] });
    const times = stage
      .entries('request')
      .filter(({ method }) => RESTORE.includes(method))
      .map(({ at }) => at);
    for (let step = 1; step < times.length; step += 1)
      expect(times[step]! - times[step - 1]!).to.be.greaterThan(50);
  });

  it('runs the hooks last, in their order, and lets them ask but not trade', async () => {
    const calls: string[] = [];
    const life = stage.life({
      topics: [TRADES],
      onReconcile: async (unknown, session) => {
        calls.push(`reconcile ${unknown.length} ${life.adapter.state}`);
        calls.push(`open ${(await session.openOrders()).length}`);
        calls.push((await life.adapter.sendOrder(order)).outcome);
      },
      onResume: (session) => void calls.push(`resume ${session.epoch} ${life.adapter.state}`),
    });
    await life.adapter.connect();
    expect(calls).to.deep.equal(['reconcile 0 restoring', 'open 0', 'not-sent', 'resume 1 restoring']);
    expect(life.adapter.state).to.equal('ready');
    expect(stage.entries('order-received')).to.deep.equal([]);
  });

  it('never goes on after a login that was refused, and says why', async () => {
    const life = stage.life({
      credentials: { ...credentials, clientSecret: 'wrong' },
      cancelOnDisconnect: true,
      topics: [TRADES],
    });
    const error = await rejection(life.adapter.connect());
    expect(error).to.include({ code: 'login-refused', retryable: false });
    expect(error.message).to.match(/invalid_credentials/);
    await waitFor(() => life.adapter.state === 'failed', 'the state "failed"');
    expect(stage.asked('c1')).to.deep.equal(['public/auth']);
    expect(stage.entries('connection-opened')).to.have.lengthOf(1);
    expect(life.exits.map(({ code }) => code)).to.deep.equal(['login-refused']);
  });

  it('leaves nothing pending when the login is refused', async () => {
    const life = stage.life({ credentials: { ...credentials, clientSecret: 'wrong' }, topics: [TRADES] });
    const { adapter } = life;
    const connecting = rejection(adapter.connect());
    const subscribing = rejection(adapter.subscribe(['quote.BTC-PERPETUAL']));
    const sent = adapter.sendOrder(order);
    const pulled = adapter.events().next();
    const settled = await withTimeout(Promise.all([connecting, subscribing, sent, pulled]), 'everything');
    expect(settled[0].code).to.equal('login-refused');
    expect(settled[1].code).to.equal('login-refused');
    expect(settled[2].outcome).to.equal('not-sent');
    expect(settled[3].done).to.equal(true);
    expect((await adapter.sendOrder(order)).outcome).to.equal('not-sent');
    expect((await rejection(adapter.connect())).code).to.equal('login-refused');
    expect((await rejection(adapter.subscribe([TRADES]))).code).to.equal('login-refused');
    expect((await rejection(adapter.request('public/get_time'))).code).to.equal('not-ready');
  });

  it('understands a refused login whose answer carries no id', async () => {
    const odd = await Stage.open({ anonymousLoginErrors: true });
    try {
      const life = odd.life({ credentials: { ...credentials, clientSecret: 'wrong' } });
      expect((await rejection(life.adapter.connect())).code).to.equal('login-refused');
    } finally {
      await odd.close();
    }
  });

  it('logs in and subscribes anew when the connection drops between the login and its answer', async () => {
    const life = stage.life({ cancelOnDisconnect: true, topics: [TRADES] });
    stage.venue.inject({ kind: 'drop-on', method: 'public/auth', when: 'after-execution', by: 'rst' });
    const connecting = life.adapter.connect();
    const subscribing = life.adapter.subscribe(['quote.BTC-PERPETUAL']);
    await withTimeout(connecting, 'connect()');
    expect((await withTimeout(subscribing, 'subscribe()')).confirmed).to.deep.equal(['quote.BTC-PERPETUAL']);
    expect(stage.asked('c1')).to.deep.equal(['public/auth']);
    // The quote needs no login, so it goes in a call of its own.
    expect(stage.asked('c2').slice(0, 5)).to.deep.equal([
      ...RESTORE.slice(0, 3),
      'public/subscribe',
      'private/subscribe',
    ]);
    expect((await life.adapter.sendOrder(order)).outcome).to.equal('acknowledged');
    await life.flowing();
    life.expectOneReconnectEach(1);
  });

  it('does the same when that happens to a connection that had been READY', async () => {
    const life = await stage.connected({ cancelOnDisconnect: true, topics: [TRADES] });
    stage.venue.inject({ kind: 'drop-on', method: 'public/auth', when: 'before-execution', by: 'fin' });
    life.adapter.terminate();
    await life.ready(3);
    expect(stage.asked('c3')).to.deep.equal(RESTORE);
    await life.flowing();
    life.expectOneReconnectEach(2);
  });

  for (const method of RESTORE) {
    it(`recovers from a drop on ${method}`, async () => {
      const life = stage.life({ cancelOnDisconnect: true, topics: [TRADES] });
      stage.venue.inject({ kind: 'drop-on', method, when: 'after-execution', by: 'rst' });
      await withTimeout(life.adapter.connect(), 'connect()');
      expect(stage.asked('c2')).to.deep.equal(RESTORE);
      await life.flowing();
      life.expectOneReconnectEach(1);
    });

    it(`starts over when ${method} is not answered in time`, async () => {
      const life = stage.life({ cancelOnDisconnect: true, topics: [TRADES], stepTimeoutMs: 1000 });
      stage.venue.inject({ kind: 'lose-answer', method });
      await withTimeout(life.adapter.connect(), 'connect()');
      expect(life.exits[0]).to.include({ code: 'restore-failed' });
      expect(stage.asked('c2')).to.deep.equal(RESTORE);
      life.expectOneReconnectEach(1);
    });
  }

  it('does not call itself READY while the safety switch is off', async () => {
    const life = stage.life({ cancelOnDisconnect: true, topics: [TRADES] });
    stage.venue.inject({
      kind: 'fail-request',
      method: 'private/enable_cancel_on_disconnect',
      code: 10049,
      message: 'cancel_on_disconnect_failed',
    });
    await life.adapter.connect();
    expect(life.exits.map(({ code }) => code)).to.deep.equal(['restore-failed']);
    expect(stage.asked('c1')).to.deep.equal(RESTORE.slice(0, 2));
    expect(stage.asked('c2')).to.deep.equal(RESTORE);
  });

  it('gives up after maxAttempts, with the last reason', async () => {
    const life = stage.life({ maxAttempts: 2 });
    stage.venue.inject({ kind: 'refuse-upgrade', status: 503, times: 10 });
    const error = await rejection(life.adapter.connect());
    expect(error.code).to.equal('gave-up');
    expect(error.cause).to.include({ code: 'handshake-refused' });
    expect(stage.entries('upgrade-refused')).to.have.lengthOf(3);
    expect(life.adapter.state).to.equal('failed');
  });
});
