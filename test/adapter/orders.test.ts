import { expect } from 'chai';
import type { OrderOutcome, OrderRequest } from '../../src/index.js';
import { waitFor, withTimeout } from '../support/wait-for.js';
import type { Life } from './life.js';
import { rejection } from './settled.js';
import { order, Stage, TRADES } from './stage.js';

describe('an order of an adapter', () => {
  let stage: Stage;
  let life: Life;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  async function connect(options: Parameters<Stage['connected']>[0] = {}): Promise<Life['adapter']> {
    life = await stage.connected(options);
    return life.adapter;
  }

  it('is acknowledged with the order that the exchange has', async () => {
    const adapter = await connect();
    const outcome = await adapter.sendOrder({ ...order, clientOrderId: 'mine-1' });
    if (outcome.outcome !== 'acknowledged') throw outcome.error;
    expect(outcome.clientOrderId).to.equal('mine-1');
    expect(outcome.order).to.include({ clientOrderId: 'mine-1', state: 'open', price: 50_000, amount: 10 });
    expect(stage.ordersOf('mine-1').map((one) => one['order_id'])).to.deep.equal([outcome.order?.orderId]);
  });

  it('gets a client order id of its own where none is given', async () => {
    const adapter = await connect();
    const [one, two] = await Promise.all([adapter.sendOrder(order), adapter.sendOrder(order)]);
    expect(one!.clientOrderId).to.not.equal(two!.clientOrderId);
    expect(stage.ordersOf(one!.clientOrderId)).to.have.lengthOf(1);
    expect(stage.ordersOf(two!.clientOrderId)).to.have.lengthOf(1);
  });

  it('is rejected in the words of the exchange, which has no such order then', async () => {
    const adapter = await connect();
    const outcome = await adapter.sendOrder({ ...order, symbol: 'NO-PERPETUAL' });
    expect(outcome.outcome).to.equal('rejected');
    expect(outcome).to.have.nested.property('error.code', 'request-rejected');
    expect(outcome).to.have.nested.property('error.detail.venueCode');
    expect(stage.ordersOf(outcome.clientOrderId)).to.deep.equal([]);
    expect(adapter.state).to.equal('ready');
  });

  it('is never sent before READY', async () => {
    life = stage.life({ topics: [TRADES], cancelOnDisconnect: true });
    const { adapter } = life;
    const outcomes: Promise<OrderOutcome>[] = [adapter.sendOrder(order)];
    adapter.on('status', ({ state }) => {
      if (state !== 'ready' && state !== 'closed') outcomes.push(adapter.sendOrder(order));
    });
    await adapter.connect();
    const settled = await withTimeout(Promise.all(outcomes), 'the orders');
    expect(settled.length).to.be.greaterThan(4);
    expect(settled.map(({ outcome }) => outcome)).to.deep.equal(settled.map(() => 'not-sent'));
    // What was sent goes over one wire in order: had an early one been sent, it would be there before this one.
    await adapter.sendOrder(order);
    expect(stage.entries('order-received')).to.have.lengthOf(1);
    const asked = stage.asked('c1');
    expect(asked.indexOf('private/buy')).to.equal(asked.length - 1);
  });

  it('is proved not sent where its time had passed in the thread', async () => {
    const adapter = await connect({ topics: [TRADES] });
    const sent = adapter.sendOrder(order, { sendBeforeMs: 0.000_001 });
    const outcome = await withTimeout(sent, 'the order');
    expect(outcome.outcome).to.equal('not-sent');
    expect(outcome).to.have.nested.property('error.code', 'send-deadline-passed');
    const later = await adapter.sendOrder(order, { sendBeforeMs: 20_000 });
    expect(later.outcome).to.equal('acknowledged');
    expect(stage.entries('order-received').map(({ label }) => label)).to.deep.equal([later.clientOrderId]);
  });

  it('is unknown when it is not answered in time, and each request has a time of its own', async () => {
    const adapter = await connect({ requestTimeoutMs: 20_000 });
    stage.venue.inject({ kind: 'lose-answer', method: 'private/buy', times: 2 });
    const started = performance.now();
    const outcome = await adapter.sendOrder(order, { timeoutMs: 500 });
    expect(performance.now() - started).to.be.lessThan(10_000);
    expect(outcome.outcome).to.equal('unknown');
    expect(outcome).to.have.nested.property('error.code', 'request-timeout');
    expect(stage.ordersOf(outcome.clientOrderId)).to.have.lengthOf(1);
    const found = await adapter.lookupOrder({ clientOrderId: outcome.clientOrderId, symbol: order.symbol });
    expect(found.map(({ state }) => state)).to.deep.equal(['open']);
    expect((await rejection(adapter.request('private/buy', wire(order), { timeoutMs: 500 }))).code).to.equal(
      'request-timeout',
    );
    expect(adapter.state).to.equal('ready');
  });

  it('is refused under an id that is pending, and not sent', async () => {
    const adapter = await connect();
    stage.venue.inject({ kind: 'delay', ms: 100 });
    const first = adapter.sendOrder(order, { id: 4711 });
    const second = await adapter.sendOrder(order, { id: 4711 });
    expect(second.outcome).to.equal('not-sent');
    expect(second).to.have.nested.property('error.code', 'duplicate-request-id');
    expect((await first).outcome).to.equal('acknowledged');
    expect((await adapter.sendOrder(order, { id: 4711 })).outcome).to.equal('acknowledged');
    expect(stage.ordersOf(second.clientOrderId)).to.deep.equal([]);
  });

  it('may have an id of the bot’s: the library’s own ids stay out of its way', async () => {
    const adapter = await connect();
    stage.venue.inject({ kind: 'lose-answer', method: 'private/buy', times: 20 });
    const pending = Array.from({ length: 20 }, (_none, index) =>
      adapter.sendOrder(order, { id: index, timeoutMs: 20_000 }),
    );
    await waitFor(() => stage.entries('order-received').length === 20, 'the orders to be there');
    const report = await withTimeout(adapter.subscribe([TRADES]), 'the subscribe');
    expect(report.confirmed).to.deep.equal([TRADES]);
    expect(await adapter.openOrders()).to.have.lengthOf(20);
    await adapter.close();
    for (const { outcome } of await Promise.all(pending)) expect(outcome).to.equal('unknown');
  });

  it('is gone at the exchange after the connection died, where cancel-on-disconnect is on', async () => {
    const adapter = await connect({ cancelOnDisconnect: true });
    const { clientOrderId } = await adapter.sendOrder(order);
    expect(await adapter.openOrders()).to.have.lengthOf(1);
    adapter.terminate();
    await life.ready(2);
    await waitFor(() => stage.ordersOf(clientOrderId)[0]?.['order_state'] === 'cancelled', 'the cancel');
    expect(await adapter.openOrders()).to.deep.equal([]);
    expect(stage.entries('cancel-on-disconnect')).to.have.lengthOf(1);
  });

  it('stays at the exchange where cancel-on-disconnect is off', async () => {
    const adapter = await connect();
    const { clientOrderId } = await adapter.sendOrder(order);
    adapter.terminate();
    await life.ready(2);
    expect((await adapter.openOrders()).map((one) => one.clientOrderId)).to.deep.equal([clientOrderId]);
    expect(stage.entries('cancel-on-disconnect')).to.deep.equal([]);
  });

  it('can be cancelled by either name, once', async () => {
    const adapter = await connect();
    const [one, two] = [await adapter.sendOrder(order), await adapter.sendOrder(order)];
    const orderId = String(stage.ordersOf(one.clientOrderId)[0]?.['order_id']);
    expect((await adapter.cancelOrder({ orderId })).outcome).to.equal('acknowledged');
    expect((await adapter.cancelOrder({ clientOrderId: two.clientOrderId })).outcome).to.equal(
      'acknowledged',
    );
    expect(stage.ordersOf(one.clientOrderId)[0]?.['order_state']).to.equal('cancelled');
    expect(stage.ordersOf(two.clientOrderId)[0]?.['order_state']).to.equal('cancelled');
    expect((await adapter.cancelOrder({ orderId })).outcome).to.equal('rejected');
    expect((await adapter.cancelOrder({ clientOrderId: two.clientOrderId })).outcome).to.equal('rejected');
  });

  it('can be edited', async () => {
    const adapter = await connect();
    const placed = await adapter.sendOrder(order);
    const orderId = String(stage.ordersOf(placed.clientOrderId)[0]?.['order_id']);
    const edited = await adapter.editOrder({ orderId }, { price: 49_000, amount: 20, postOnly: false });
    if (edited.outcome !== 'acknowledged') throw edited.error;
    expect(edited.value).to.include({ orderId, price: 49_000, amount: 20 });
    expect(stage.ordersOf(placed.clientOrderId)[0]).to.include({ price: 49_000, amount: 20 });
    const missing = await adapter.editOrder({ orderId: '1' }, { price: 1, amount: 10, postOnly: false });
    expect(missing.outcome).to.equal('rejected');
  });

  it('is cancelled with all others, or with those of one instrument', async () => {
    const adapter = await connect();
    const eth = { ...order, symbol: 'ETH-PERPETUAL', price: 2000 };
    for (const each of [order, order, eth]) await adapter.sendOrder(each);
    expect(await adapter.openOrders({ symbol: 'ETH-PERPETUAL' })).to.have.lengthOf(1);
    const some = await adapter.cancelAll({ symbol: order.symbol });
    expect(some).to.deep.equal({ outcome: 'acknowledged', value: 2 });
    expect((await adapter.openOrders()).map(({ symbol }) => symbol)).to.deep.equal(['ETH-PERPETUAL']);
    expect(await adapter.cancelAll()).to.deep.equal({ outcome: 'acknowledged', value: 1 });
    expect(await adapter.openOrders()).to.deep.equal([]);
  });

  it('that fills shows as a position and as a fill', async () => {
    const adapter = await connect({ topics: ['user.trades.BTC-PERPETUAL.raw'] });
    const fills: number[] = [];
    adapter.on('fill', ({ amount }) => void fills.push(amount));
    expect(await adapter.positions()).to.deep.equal([]);
    const outcome = await adapter.sendOrder({
      symbol: order.symbol,
      side: 'sell',
      type: 'market',
      amount: 10,
    });
    if (outcome.outcome !== 'acknowledged') throw outcome.error;
    expect(outcome.order?.state).to.equal('filled');
    await waitFor(() => fills.reduce((sum, amount) => sum + amount, 0) === 10, 'the fill');
    expect((await adapter.positions()).map(({ symbol, amount }) => [symbol, amount])).to.deep.equal([
      [order.symbol, -10],
    ]);
  });

  it('that nobody knows is looked up as none', async () => {
    const adapter = await connect();
    expect(await adapter.lookupOrder({ clientOrderId: 'nobody', symbol: order.symbol })).to.deep.equal([]);
  });
});

function wire({ symbol, amount, price, type }: OrderRequest): Record<string, unknown> {
  return { instrument_name: symbol, amount, price, type };
}
