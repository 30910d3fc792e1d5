import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { BOOK, ETH_TRADES, order, Stage, TRADES } from './stage.js';

describe('an adapter that loses its connection', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  it('reconnects when the client thread is killed', async () => {
    const life = await stage.connected({ topics: [TRADES], connection: { spares: 1 } });
    const { adapter } = life;
    const before = adapter.sockets[0]!;
    adapter.terminate();
    await life.ready(2);
    const after = adapter.sockets[0]!;
    expect(after.threadId).to.be.a('number').and.not.equal(before.threadId);
    expect(life.exits).to.have.lengthOf(1);
    expect(life.exits[0]).to.include({ epoch: 1, code: 'terminated', wasReady: true });
    expect(stage.entries('login').map(({ granted }) => granted)).to.deep.equal([true, true]);
    await life.flowing();
    life.expectOneReconnectEach(1);
  });

  it('keeps subscriptions through a forced disconnection', async () => {
    const topics = [TRADES, BOOK, ETH_TRADES, 'user.orders.BTC-PERPETUAL.raw'];
    const life = await stage.connected();
    const { adapter } = life;
    expect(await adapter.subscribe(topics)).to.deep.equal({ confirmed: topics, refused: [] });
    stage.venue.inject({ kind: 'drop', by: 'rst' });
    await life.ready(2);
    expect(adapter.topics.confirmed).to.have.members(topics);
    expect(life.reports[1]!.restored).to.have.members(topics);
    await life.flowing();
    const told: string[] = [];
    adapter.on('order', ({ clientOrderId }) => void told.push(clientOrderId));
    const { clientOrderId } = await adapter.sendOrder(order);
    await waitFor(() => told.includes(clientOrderId), 'the order on the private topic');
    life.expectOneReconnectEach(1);
  });

  it('reconnects a connection that was made by reconnect() like any other', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    life.adapter.reconnect();
    await life.ready(2);
    stage.venue.inject({ kind: 'drop', by: 'fin' });
    await life.ready(3);
    life.adapter.reconnect();
    await life.ready(4);
    stage.venue.inject({ kind: 'close', code: 1001 });
    await life.ready(5);
    await life.flowing();
    life.expectOneReconnectEach(4);
  });

  it('takes two requests for a new connection as one', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    life.adapter.reconnect();
    life.adapter.reconnect();
    life.adapter.terminate();
    await life.ready(2);
    await life.flowing();
    life.expectOneReconnectEach(1);
  });

  it('refuses an order while it reconnects at once, and never sends it later', async () => {
    const life = await stage.connected({ backoff: { baseMs: 1_500, capMs: 1_500 }, readyHoldMs: 60_000 });
    const { adapter } = life;
    stage.venue.inject({ kind: 'refuse-upgrade', status: 503 });
    adapter.terminate();
    await waitFor(() => adapter.state === 'waiting' && life.exits.length === 2, 'the wait for the next try');
    const outcome = await adapter.sendOrder(order);
    expect(adapter.state).to.not.equal('ready');
    expect(outcome.outcome).to.equal('not-sent');
    expect(outcome).to.have.nested.property('error.code', 'not-ready');
    await life.ready(3);
    // A later order overtakes nothing: had the first one been kept, it would have come before.
    await adapter.sendOrder(order);
    expect(stage.ordersOf(outcome.clientOrderId)).to.deep.equal([]);
    expect(stage.entries('order-received')).to.have.lengthOf(1);
  });

  it('makes no new connection after close(), and closing twice does no harm', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    const both = [life.adapter.close(), life.adapter.close()];
    await Promise.all(both);
    await life.adapter.close();
    expect(life.adapter.state).to.equal('closed');
    expect(life.adapter.stats()).to.include({ opens: 1, exits: 1 });
    expect(life.exits.map(({ code }) => code)).to.deep.equal(['closed']);
  });

  it('can be closed in every state of its life', async () => {
    for (const state of ['connecting', 'restoring', 'ready', 'waiting', 'ending']) {
      const life = stage.life({ topics: [TRADES], backoff: { baseMs: 60_000, capMs: 60_000 } });
      const { adapter } = life;
      if (state === 'waiting') stage.venue.inject({ kind: 'refuse-upgrade', status: 503 });
      const connecting = adapter.connect().catch((error: { code: string }) => error.code);
      const closed = new Promise<void>((resolve) => {
        adapter.on('status', (status) => {
          if (status.state === 'ready' && state === 'ending') adapter.reconnect();
          if (status.state === state) resolve(adapter.close());
        });
      });
      await closed;
      expect(adapter.state, state).to.equal('closed');
      expect(await connecting).to.be.oneOf(['closed', undefined]);
    }
  });

  it('resets the backoff only after READY has held', async () => {
    const life = await stage.connected({ readyHoldMs: 60_000 });
    for (let epoch = 2; epoch <= 4; epoch += 1) {
      life.adapter.terminate();
      await life.ready(epoch);
    }
    const waits = life.statuses.filter(({ state }) => state === 'waiting');
    expect(waits.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
    const held = await stage.connected({ readyHoldMs: 1 });
    for (let epoch = 2; epoch <= 3; epoch += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      held.adapter.terminate();
      await held.ready(epoch);
    }
    const again = held.statuses.filter(({ state }) => state === 'waiting');
    expect(again.map(({ attempt }) => attempt)).to.deep.equal([1, 1]);
  });
});
