// Orders over a method for each thing to do.
import { expect } from 'chai';
import { accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import { methodOrders } from '../../../src/exchanges/dialects/method-orders.js';
import { requestContext, sent } from '../../support/request-context.js';

const WHO = { orderId: 'no', clientOrderId: 'tag', symbol: 'item', side: 'way', price: 'at', amount: 'size' };
const rows = accountRows({
  order: {
    ...WHO,
    type: 'kind',
    state: 'is',
    filledAmount: 'done',
    averagePrice: 'mean',
    updatedAtMs: 'when',
    cancelReason: 'why',
  },
  position: { symbol: 'item', side: 'way', amount: 'size', averagePrice: 'mean' },
});
const notFound = { code: 'gone', message: 'no such order' };
const orders = methodOrders(
  {
    venue: 'Toy',
    clientOrderIdLength: 8,
    names: {
      symbol: 'item',
      type: 'kind',
      amount: 'size',
      price: 'at',
      clientOrderId: 'tag',
      postOnly: 'rest',
    },
    orderId: 'no',
    otherNames: 'seat',
    timeInForceOf: (word) => word,
    place: { buy: 'orders.bid', sell: 'orders.offer' },
    defaults: { postOnly: false },
    placedAt: 'made.order',
    edit: {
      byId: 'orders.alter',
      byClientId: 'orders.alter_tagged',
      ofSymbol: (symbol) => ({ item: symbol }),
    },
    neededChanges: ['amount', 'price'],
    cancel: { byId: 'orders.drop', byClientId: 'orders.drop_tagged' },
    notFound,
    cancelAll: { ofAccount: 'orders.clear', ofSymbol: 'orders.clear_item' },
    lookup: {
      byId: 'orders.show',
      byClientId: 'orders.show_tagged',
      ofSymbol: (symbol) => ({ shelf: symbol.charAt(0) }),
    },
    lookupIsFinal: true,
    openOrders: { ofAccount: 'orders.list', ofSymbol: 'orders.list_item' },
    positions: { method: 'holdings.list', params: { of: 'all' } },
  },
  rows,
);
const order = { symbol: 'X', side: 'buy', amount: '0.5', price: 10, clientOrderId: 'bot-1' } as const;
const row = { no: '7', tag: 'bot-1', item: 'X', way: 'buy', is: 'open', size: 2 };
const context = () => requestContext();

describe('orders over methods', () => {
  it('are placed by the method of their side, with what has to be said in any case', () => {
    expect(sent(orders.place(order, context()))).to.deep.equal({
      method: 'orders.bid',
      params: { item: 'X', kind: 'limit', size: 0.5, at: 10, tag: 'bot-1', rest: false },
    });
    const given = sent(orders.place({ ...order, side: 'sell', postOnly: true }, context()));
    expect(given)
      .to.deep.include({ method: 'orders.offer' })
      .and.to.have.nested.property('params.rest', true);
    expect(orders.readPlaced({ made: { order: row } })).to.include({ orderId: '7', state: 'open' });
    for (const result of [undefined, null, 5, row, { made: row }, { made: { order: {} } }])
      expect(orders.readPlaced(result)).to.equal(undefined);
  });

  it('are checked before they are placed', () => {
    expect(orders.clientOrderIdLength).to.equal(8);
    expect(orders.validate(order)).to.equal(undefined);
    expect(orders.validate({ ...order, clientOrderId: '123456789' })).to.contain('8 characters');
    for (const name of ['tag', 'seat', 'rest'])
      expect(orders.validate({ ...order, extra: { [name]: 1 } })).to.contain(`order.extra.${name}`);
  });

  it('are changed by the method that their name belongs to', () => {
    const changes = { amount: 2, price: '3', extra: { hidden: 1 }, symbol: 'Y', side: 'sell' } as const;
    const params = { hidden: 1, size: 2, at: 3 };
    expect(sent(orders.edit({ orderId: '7', clientOrderId: 'bot-1' }, changes, context()))).to.deep.equal({
      method: 'orders.alter',
      params: { ...params, no: '7' },
    });
    expect(sent(orders.edit({ clientOrderId: 'bot-1', symbol: 'X' }, changes, context()))).to.deep.equal({
      method: 'orders.alter_tagged',
      params: { ...params, tag: 'bot-1', item: 'X' },
    });
  });

  it('are not changed by half of what the venue wants to be told, or without a name', () => {
    const edit = (reference: object, changes: object) => () => orders.edit(reference, changes, context());
    const needed = 'a Toy order is edited with changes.amount and changes.price given';
    expect(edit({ orderId: '7' }, { amount: 2 })).to.throw(TypeError, needed);
    expect(edit({ orderId: '7' }, { price: 2 })).to.throw(TypeError, needed);
    expect(edit({ clientOrderId: 'bot-1' }, { amount: 2, price: 3 })).to.throw(TypeError, 'symbol');
    expect(edit({ symbol: 'X' }, { amount: 2, price: 3 })).to.throw(TypeError, 'clientOrderId');
  });

  it('are cancelled one by one, which tells where there was none', () => {
    expect(sent(orders.cancel({ orderId: '7' }, context()))).to.deep.equal({
      method: 'orders.drop',
      params: { no: '7' },
    });
    expect(sent(orders.cancel({ clientOrderId: 'bot-1' }, context()))).to.deep.equal({
      method: 'orders.drop_tagged',
      params: { tag: 'bot-1' },
    });
    expect(() => orders.cancel({}, context())).to.throw(TypeError, 'orderId');
    expect(orders.readCancelled(row)).to.include({ orderId: '7' });
    expect([0, 1, row, undefined].map(orders.cancelProblem)).to.deep.equal([
      notFound,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are cancelled and listed all, or those of an instrument', () => {
    for (const [write, method] of [
      [orders.cancelAll, 'orders.clear'],
      [orders.openOrders, 'orders.list'],
    ] as const) {
      expect(sent(write({}, context()))).to.deep.equal({ method, params: {} });
      expect(sent(write({ symbol: 'X' }, context()))).to.deep.equal({
        method: `${method}_item`,
        params: { item: 'X' },
      });
    }
    expect([3, 0, 'all', undefined].map(orders.readCancelledAll)).to.deep.equal([3, 0, undefined, undefined]);
    expect(orders.readOpenOrders([row, {}, null])).to.have.length(1);
  });

  it('are looked up by either name', () => {
    expect(sent(orders.lookup({ orderId: '7' }, context()))).to.deep.equal({
      method: 'orders.show',
      params: { no: '7' },
    });
    expect(sent(orders.lookup({ clientOrderId: 'bot-1', symbol: 'XY' }, context()))).to.deep.equal({
      method: 'orders.show_tagged',
      params: { tag: 'bot-1', shelf: 'X' },
    });
    expect(() => orders.lookup({ clientOrderId: 'bot-1' }, context())).to.throw(TypeError, 'symbol');
    expect(orders.lookupIsFinal).to.equal(true);
    expect(
      [orders.readLookup(row), orders.readLookup([]), orders.readLookup(5)].map(({ length }) => length),
    ).to.deep.equal([1, 0, 0]);
  });

  it('have positions beside them', () => {
    expect(sent(orders.positions(context()))).to.deep.equal({
      method: 'holdings.list',
      params: { of: 'all' },
    });
    expect(orders.readPositions([{ item: 'X', size: 3 }, {}])).to.have.length(1);
  });
});
