// Orders as a venue's named parameters.
import { expect } from 'chai';
import { orderNamer, orderWriter } from '../../../src/exchanges/dialects/order-words.js';

const { validate, clientOrderIdLength, placeParams, paramsOf } = orderWriter({
  clientOrderIdLength: 8,
  pricedTypes: ['iceberg'],
  names: { symbol: 'instrument', type: 'kind', amount: 'qty', price: 'limit', timeInForce: 'tif' },
  otherNames: 'token seat',
  timeInForceOf: (word) => word.toUpperCase(),
});
const order = { symbol: 'X', side: 'buy', amount: '0.5', price: 10 } as const;

describe('the words of an order', () => {
  it('are written under the names of the venue, amounts and prices as numbers', () => {
    const sent = JSON.parse(
      JSON.stringify(placeParams({ ...order, timeInForce: 'day', extra: { flag: 1 } })),
    );
    expect(sent).to.deep.equal({ flag: 1, instrument: 'X', kind: 'limit', qty: 0.5, limit: 10, tif: 'DAY' });
  });

  it('leave out what is not given, so that a change says only what changes', () => {
    expect(JSON.parse(JSON.stringify(paramsOf({ amount: undefined, price: '7' })))).to.deep.equal({
      limit: 7,
    });
  });

  it('are checked before they are sent, and no extra may speak for one of them', () => {
    expect(clientOrderIdLength).to.equal(8);
    expect(validate(order)).to.equal(undefined);
    expect(validate({ ...order, clientOrderId: '123456789' })).to.contain('8 characters');
    for (const name of ['instrument', 'kind', 'qty', 'limit', 'tif', 'token', 'seat'])
      expect(validate({ ...order, extra: { [name]: 1 } }), name).to.contain(`order.extra.${name}`);
    expect(validate({ ...order, extra: { quantity: 1 } })).to.equal(undefined);
    expect(validate({ symbol: 'X', side: 'buy', amount: 1, type: 'iceberg' })).to.contain('order.price');
  });
});

describe('the name of an order', () => {
  const nameOf = orderNamer('order_id', 'label');

  it('is the id of the venue where it is known, else that of the bot', () => {
    expect(nameOf({ orderId: 'o', clientOrderId: 'c' })).to.deep.equal({ order_id: 'o' });
    expect(nameOf({ clientOrderId: 'c' }, (id) => [id])).to.deep.equal({ label: ['c'] });
    expect(() => nameOf({})).to.throw(TypeError, 'clientOrderId');
  });
});
