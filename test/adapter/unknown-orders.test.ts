import { expect } from 'chai';
import type { Order, UnknownRequest } from '../../src/index.js';
import { withTimeout } from '../support/wait-for.js';
import type { Life } from './life.js';
import { order, Stage } from './stage.js';

describe('an order on its way when the connection dies', () => {
  let stage: Stage;
  let life: Life;
  /** What each restore showed the hook, and what the hook found at the exchange. */
  let shown: (readonly UnknownRequest[])[];
  let found: (readonly Order[])[];

  beforeEach(async () => {
    stage = await Stage.open({ eventsPerSecond: 0 });
    shown = [];
    found = [];
    life = await stage.connected({
      onReconcile: async (unknown, session) => {
        shown.push(unknown);
        for (const { clientOrderId = '', symbol = '' } of unknown)
          found.push(await session.lookupOrder({ clientOrderId, symbol }));
      },
    });
  });
  afterEach(() => stage.close());

  it('is unknown where its answer was lost, and reconciling finds it at the exchange', async () => {
    stage.venue.inject({ kind: 'lose-answer', method: 'private/buy' });
    const sent = life.adapter.sendOrder({ ...order, clientOrderId: 'doubtful' });
    await stage.saw('order-received');
    life.adapter.terminate();
    const outcome = await withTimeout(sent, 'the order');
    expect(outcome.outcome).to.equal('unknown');
    expect(outcome).to.have.nested.property('error.code', 'unknown');
    await life.ready(2);
    expect(shown).to.have.lengthOf(2);
    expect(shown[1]).to.have.lengthOf(1);
    expect(shown[1]![0]).to.include({
      call: 'order',
      clientOrderId: 'doubtful',
      symbol: order.symbol,
      epoch: 1,
      reason: 'exit',
    });
    expect(found.map((orders) => orders.map(({ state }) => state))).to.deep.equal([['open']]);
    expect(life.reports[1]!.unknown).to.deep.equal(shown[1]);
    expect(stage.ordersOf('doubtful')).to.have.lengthOf(1);
  });

  for (const when of ['before-execution', 'after-execution'] as const) {
    it(`is unknown where the exchange dropped the connection ${when.replace('-', ' ')}, and never sent again`, async () => {
      stage.venue.inject({ kind: 'drop-on', method: 'private/buy', when, by: 'rst' });
      const outcome = await withTimeout(life.adapter.sendOrder(order), 'the order');
      expect(outcome.outcome).to.equal('unknown');
      await life.ready(2);
      const there = when === 'after-execution' ? 1 : 0;
      expect(stage.ordersOf(outcome.clientOrderId)).to.have.lengthOf(there);
      expect(found.map((orders) => orders.length)).to.deep.equal([there]);
      expect(stage.entries('request').filter(({ method }) => method === 'private/buy')).to.have.lengthOf(1);
    });
  }

  it('is shown again where the reconcile hook fails, and not any more once it succeeded', async () => {
    const seen: number[] = [];
    let fails = 1;
    const other = await stage.connected({
      onReconcile: (unknown) => {
        seen.push(unknown.length);
        if (unknown.length === 0 || fails === 0) return;
        fails -= 1;
        throw new Error('the bot has a bug');
      },
    });
    stage.venue.inject({ kind: 'drop-on', method: 'private/buy', when: 'after-execution', by: 'fin' });
    expect((await other.adapter.sendOrder(order)).outcome).to.equal('unknown');
    await other.ready(3);
    other.adapter.terminate();
    await other.ready(4);
    expect(seen).to.deep.equal([0, 1, 1, 0]);
    expect(other.exits[1]).to.include({ code: 'restore-failed' });
  });

  it('takes cancels and edits for unknown, too', async () => {
    const { clientOrderId } = await life.adapter.sendOrder(order);
    stage.venue.inject({
      kind: 'drop-on',
      method: 'private/cancel_by_label',
      when: 'after-execution',
      by: 'rst',
    });
    const outcome = await withTimeout(
      life.adapter.cancelOrder({ clientOrderId, symbol: order.symbol }),
      'the cancel',
    );
    expect(outcome.outcome).to.equal('unknown');
    await life.ready(2);
    expect(shown[1]!.map(({ call, clientOrderId: id }) => [call, id])).to.deep.equal([
      ['cancel', clientOrderId],
    ]);
    expect(stage.ordersOf(clientOrderId)[0]?.['order_state']).to.equal('cancelled');
  });

  it('settles all of many, each as the exchange’s own record has it', async () => {
    const sent = Array.from({ length: 200 }, () => life.adapter.sendOrder(order));
    await stage.saw('order-received');
    life.adapter.terminate();
    const outcomes = await withTimeout(Promise.all(sent), '200 orders');
    await life.ready(2);
    for (const { outcome, clientOrderId } of outcomes) {
      const there = stage.ordersOf(clientOrderId).length;
      expect(there).to.be.oneOf(outcome === 'acknowledged' ? [1] : outcome === 'unknown' ? [0, 1] : [0]);
      expect(outcome).to.be.oneOf(['acknowledged', 'unknown', 'not-sent']);
    }
    const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown').map((one) => one.clientOrderId);
    expect(shown[1]!.map(({ clientOrderId }) => clientOrderId)).to.have.members(unknown);
    life.expectOneReconnectEach(1);
  });
});
