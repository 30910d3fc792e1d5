import { expect } from 'chai';
import { actionOrders } from '../../../src/exchanges/dialects/action-orders.js';
import { byteIds } from '../../../src/exchanges/dialects/byte-ids.js';
import type { Outgoing } from '../../../src/exchanges/exchange.js';
import { requestContext } from '../../support/request-context.js';

const orders = actionOrders(
  {
    posts: {
      act: (_context, action, expiresAfter) => ({ id: 1, frame: JSON.stringify({ action, expiresAfter }) }),
    },
    instruments: {
      numberOf(symbol) {
        if (symbol === 'X') return 4;
        throw new TypeError(`no ${symbol}`);
      },
    },
    clientIds: byteIds(4),
  },
  {
    limitOnly: 'Toy has limit orders only',
    maxDecimals: 2,
    keys: {
      clientOrderId: 'z',
      amount: 'q',
      instrument: 'n',
      terms: 'as',
      price: 'c',
      isBuy: 'up',
      reduceOnly: 'less',
    },
    otherNames: 'type items',
    extraFields: ['as', 'group', 'expiresAfter'],
    timesInForce: { 'good-til-cancelled': 'stay', 'immediate-or-cancel': 'now' },
    postOnly: 'wait',
    termsOf: (word) => [word],
    place: (order, { group = 'none' }) => ({ type: 'put', items: [order], group }),
    edit: (name, order) => ({ type: 'swap', name, order }),
    cancel: (n, no) => ({ type: 'drop', n, no }),
    cancelByClientId: (n, z) => ({ type: 'dropMine', n, z }),
    placed: { resting: 'lies', filled: 'done', orderId: 'no', filledAmount: 'got', averagePrice: 'for' },
  },
);
const context = requestContext();
const order = { symbol: 'X', side: 'buy', amount: '2.50', price: 1e3, clientOrderId: 'ab' } as const;
const sent = ({ frame }: Outgoing) => JSON.parse(frame) as { action: never; expiresAfter?: number };
const item = (changes: object): Readonly<Record<string, unknown>> =>
  (sent(orders.place({ ...order, ...changes }, context)).action as { items: readonly [never] }).items[0];

describe('orders as actions', () => {
  it('have their keys in the order of the table', () => {
    expect(orders.place(order, context).frame).to.equal(
      '{"action":{"type":"put","items":[{"z":"0x61620000","q":"2.5","n":4,"as":["stay"],"c":"1000","up":true,"less":false}],"group":"none"}}',
    );
  });

  it("turn the common words into the venue's, unless the venue's own are given", () => {
    expect(item({ side: 'sell', reduceOnly: true })).to.include({ up: false, less: true });
    expect(item({ timeInForce: 'immediate-or-cancel' })['as']).to.deep.equal(['now']);
    expect(item({ postOnly: true, timeInForce: 'immediate-or-cancel' })['as']).to.deep.equal(['wait']);
    expect(item({ extra: { as: { stop: 7 } } })['as']).to.deep.equal({ stop: 7 });
    expect(item({ clientOrderId: undefined })).to.not.have.property('z');
  });

  it('travel with what is said of the action beside them', () => {
    const { action, expiresAfter } = sent(
      orders.place({ ...order, extra: { group: 'pair', expiresAfter: 99 } }, context),
    );
    expect(action).to.include({ group: 'pair' });
    expect(action).to.not.have.property('expiresAfter');
    expect(expiresAfter).to.equal(99);
  });

  it('are refused before they are sent: nothing is rounded, and no field is given twice', () => {
    const check = (changes: object) => orders.validate?.({ ...order, ...changes });
    expect(check({})).to.equal(undefined);
    expect(check({ extra: { as: 1, group: 'pair', expiresAfter: 99 } })).to.equal(undefined);
    expect(check({ type: 'market' })).to.equal('Toy has limit orders only');
    for (const name of ['z', 'q', 'n', 'c', 'up', 'less', 'type', 'items'])
      expect(check({ extra: { [name]: 1 } })).to.equal(
        `order.extra.${name} has a field of its own in the order`,
      );
    expect(check({ extra: { other: 1 } })).to.include('nothing that the venue knows');
    expect(check({ timeInForce: 'fill-or-kill' })).to.include('is not among good-til-cancelled');
    expect(check({ clientOrderId: 'abcde' })).to.include('up to 4 characters');
    expect([orders.clientOrderIdLength, orders.madeOrderIdLength]).to.deep.equal([10, 4]);
    for (const bad of [{ price: '1.005' }, { amount: 0.001 }, { price: undefined }, { symbol: 'Y' }])
      expect(() => item(bad), JSON.stringify(bad)).to.throw(TypeError);
  });

  it('are replaced in full, and named by number or by bytes', () => {
    const changes = { side: 'sell', amount: 1, price: '2' } as const;
    const edited = (reference: object) =>
      sent(orders.edit!({ symbol: 'X', ...reference }, changes, context)).action;
    const whole = { q: '1', n: 4, as: ['stay'], c: '2', up: false, less: false };
    expect(edited({ orderId: '7' })).to.deep.equal({ type: 'swap', name: 7, order: whole });
    expect(edited({ clientOrderId: 'ab' })).to.deep.equal({
      type: 'swap',
      name: '0x61620000',
      order: { z: '0x61620000', ...whole },
    });
    expect(() => orders.edit!({ orderId: '7', symbol: 'X' }, { price: 1 }, context)).to.throw(
      TypeError,
      'replaces an order',
    );
    const cancelled = (reference: object) =>
      sent(orders.cancel({ symbol: 'X', ...reference }, context)).action;
    expect(cancelled({ orderId: '7' })).to.deep.equal({ type: 'drop', n: 4, no: 7 });
    expect(cancelled({ clientOrderId: 'ab' })).to.deep.equal({ type: 'dropMine', n: 4, z: '0x61620000' });
    for (const bad of [{}, { orderId: '7', symbol: 'Y' }]) expect(() => cancelled(bad)).to.throw(TypeError);
  });

  it('are read back from what became of them and what was asked', () => {
    const read = (status: unknown) =>
      orders.readPlaced({ status: 'ok', response: { data: { statuses: [status] } } }, order);
    expect(read({ lies: { no: 7 } })).to.deep.include({
      orderId: '7',
      clientOrderId: 'ab',
      state: 'open',
      price: 1000,
      amount: 2.5,
      filledAmount: 0,
      raw: { lies: { no: 7 } },
    });
    expect(read({ done: { no: 7, got: '2.5', for: '999.5' } })).to.include({
      state: 'filled',
      filledAmount: 2.5,
      averagePrice: 999.5,
    });
    for (const odd of [undefined, null, 'waits', [], {}, { lies: 7 }, { done: {} }, { done: { no: {} } }])
      expect(read(odd), JSON.stringify(odd)).to.equal(undefined);
    for (const odd of [undefined, null, 7, {}, { response: { data: { statuses: {} } } }])
      expect(orders.readPlaced(odd, order)).to.equal(undefined);
    expect(orders.readPlaced({ response: { data: { statuses: [{ lies: { no: 7 } }] } } })).to.equal(
      undefined,
    );
    expect(orders.readCancelled({})).to.equal(undefined);
  });
});
