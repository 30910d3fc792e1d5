// Orders whose acknowledgement says no more than that they were taken in.
import { expect } from 'chai';
import { type AcceptedOrderWords, acceptedOrders } from '../../../src/exchanges/dialects/accepted-orders.js';
import { neededText } from '../../../src/exchanges/dialects/checks.js';
import { requestContext } from '../../support/request-context.js';

const words: AcceptedOrderWords = {
  clientOrderIdLength: 8,
  clientOrderIds: { fits: (id) => !id.includes(' '), hint: 'one word' },
  call(verb, params, context) {
    const id = context.nextId();
    return { id, frame: JSON.stringify({ n: id, do: verb, args: [params] }) };
  },
  ops: { place: 'put', edit: 'alter', cancel: 'drop' },
  instrumentOf: (symbol, { shelf }) => ({ shelf: shelf ?? neededText(symbol).charAt(0) }),
  orderId: 'no',
  names: {
    side: 'way',
    type: 'kind',
    amount: 'size',
    price: 'at',
    reduceOnly: 'less',
    clientOrderId: 'tag',
  },
  otherNames: 'item stay',
  sides: { buy: 'in', sell: 'out' },
  typeOf: ({ type = 'limit', postOnly }) => (postOnly ? 'patient' : type),
  termsOf: ({ symbol, timeInForce }) => ({ desk: `desk of ${symbol}`, stay: timeInForce }),
  changes: { amount: 'newSize', price: 'newAt' },
  placed: { orderId: 'made.0.no', time: 'when' },
};
const orders = acceptedOrders(words);
const order = { symbol: 'OAK', side: 'buy', amount: '0.50', price: 1e-7, clientOrderId: 'bot-1' } as const;
const context = () => requestContext();

function sent({ id, frame }: { readonly id: unknown; readonly frame: string }) {
  const { n, do: verb, args } = JSON.parse(frame) as { n: unknown; do: string; args: readonly [object] };
  expect([n, args.length]).to.deep.equal([id, 1]);
  return [verb, args[0]];
}

describe('orders that are accepted', () => {
  it('are placed in the words of the venue, with numbers as they were given', () => {
    const said = { shelf: 'O', way: 'in', kind: 'limit', size: '0.50', at: '0.0000001', tag: 'bot-1' };
    expect(sent(orders.place(order, context()))).to.deep.equal(['put', { ...said, desk: 'desk of OAK' }]);
    const more = { side: 'sell', postOnly: true, timeInForce: 'day', reduceOnly: true } as const;
    expect(sent(orders.place({ ...order, ...more }, context()))).to.deep.equal([
      'put',
      { ...said, way: 'out', kind: 'patient', less: true, desk: 'desk of OAK', stay: 'day' },
    ]);
  });

  it('say what the bot adds in the place of terms and of the instrument', () => {
    const placed = orders.place({ ...order, extra: { desk: 'D', shelf: 'S', ice: 1 } }, context());
    expect(sent(placed)[1]).to.include({ desk: 'D', shelf: 'S', ice: 1, size: '0.50' });
  });

  it('have our sides where the venue has no words of its own', () => {
    const { sides: _none, ...same } = words;
    expect(sent(acceptedOrders(same).place(order, context()))[1]).to.include({ way: 'buy' });
  });

  it('are checked before they are placed', () => {
    expect(orders.clientOrderIdLength).to.equal(8);
    expect(orders.validate(order)).to.equal(undefined);
    expect(orders.validate({ ...order, clientOrderId: '123456789' })).to.contain('8 characters');
    expect(orders.validate({ ...order, clientOrderId: 'a b' })).to.contain('one word');
    for (const name of ['way', 'kind', 'size', 'at', 'less', 'tag', 'item', 'stay'])
      expect(orders.validate({ ...order, extra: { [name]: 1 } })).to.contain(`order.extra.${name}`);
    expect(orders.validate({ ...order, extra: { desk: 'D', shelf: 'S', ways: 1 } })).to.equal(undefined);
  });

  it('are read as what was asked for, with the id of the venue', () => {
    const answer = { made: [{ no: '7' }], when: '17' };
    expect(orders.readPlaced(answer, order)).to.deep.equal({
      orderId: '7',
      clientOrderId: 'bot-1',
      symbol: 'OAK',
      side: 'buy',
      type: 'limit',
      state: 'accepted',
      price: 1e-7,
      amount: 0.5,
      filledAmount: 0,
      averagePrice: Number.NaN,
      updatedAtMs: 17,
      raw: answer,
    });
    expect(orders.readPlaced({ made: [{ no: '7' }] }, order)?.updatedAtMs).to.deep.equal(Number.NaN);
  });

  it('are not read from an answer to an edit, or from one without an id', () => {
    expect(orders.readPlaced({ made: [{ no: '7' }] })).to.equal(undefined);
    for (const result of [undefined, null, 5, [], {}, { made: null }, { made: [{ no: 7 }] }])
      expect(orders.readPlaced(result, order), JSON.stringify(result)).to.equal(undefined);
    expect(orders.readCancelled({ made: [{ no: '7' }] })).to.equal(undefined);
  });

  it('are changed by either name, with the symbol on one side or the other', () => {
    const edit = (reference: object, changes: object) => sent(orders.edit(reference, changes, context()));
    const both = { orderId: '7', clientOrderId: 'bot-1', symbol: 'OAK' };
    expect(edit(both, { amount: 2, extra: { ice: 1 } })).to.deep.equal([
      'alter',
      { shelf: 'O', no: '7', newSize: '2', ice: 1 },
    ]);
    expect(edit({ clientOrderId: 'bot-1' }, { price: '3', symbol: 'ELM' })).to.deep.equal([
      'alter',
      { shelf: 'E', tag: 'bot-1', newAt: '3' },
    ]);
    expect(edit({ orderId: '7' }, { price: 3, extra: { shelf: 'S' } })[1]).to.include({ shelf: 'S' });
  });

  it('are not changed where extra says what the call says itself', () => {
    for (const name of ['no', 'tag', 'item', 'newSize', 'newAt', 'way']) {
      const edit = () => orders.edit({ orderId: '7', symbol: 'OAK' }, { extra: { [name]: '8' } }, context());
      expect(edit, name).to.throw(TypeError, `changes.extra.${name} has a field of its own`);
    }
  });

  it('are cancelled by either name', () => {
    const cancel = (reference: object) => sent(orders.cancel(reference, context()));
    expect(cancel({ orderId: '7', symbol: 'OAK' })).to.deep.equal(['drop', { shelf: 'O', no: '7' }]);
    expect(cancel({ clientOrderId: 'b', symbol: 'OAK' })).to.deep.equal(['drop', { shelf: 'O', tag: 'b' }]);
  });

  it('are not called about without a name or an instrument', () => {
    for (const reference of [{}, { symbol: 'OAK' }, { orderId: '7' }, { clientOrderId: '', symbol: 'OAK' }]) {
      expect(() => orders.cancel(reference, context())).to.throw(TypeError, 'name the order');
      expect(() => orders.edit(reference, { price: 3 }, context())).to.throw(TypeError, 'name the order');
    }
  });
});
