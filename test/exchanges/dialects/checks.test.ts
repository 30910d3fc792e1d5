import { expect } from 'chai';
import type { OrderRequest } from '../../../src/market.js';
import { type OrderRules, orderProblem, replacement } from '../../../src/exchanges/dialects/checks.js';

const order: OrderRequest = { symbol: 'X', side: 'buy', amount: 1, price: 2 };
const rules: OrderRules = {
  clientOrderIdLength: 5,
  clientOrderIds: { fits: (id) => /^[a-z]+$/.test(id), hint: 'letters only' },
  timesInForce: { 'good-til-cancelled': 'G', 'immediate-or-cancel': 'I' },
  ownFields: /^px$/,
  extraFields: ['t', 'px'],
};

describe('checks of an order', () => {
  it('refuse every type but one where the venue has no other, before anything else', () => {
    const limitOnly = 'Toy has limit orders only';
    const check = (changes: object) => orderProblem({ ...order, ...changes }, { ...rules, limitOnly });
    expect(check({})).to.equal(undefined);
    expect(check({ type: 'limit' })).to.equal(undefined);
    expect(check({ type: 'market' })).to.equal(limitOnly);
    expect(check({ type: 'stop', amount: 0, symbol: '' })).to.equal(limitOnly);
    expect(orderProblem({ ...order, type: 'stop' }, rules)).to.equal(undefined);
  });

  it('say which field the venue has no meaning for', () => {
    const problems: readonly (readonly [Partial<OrderRequest>, string | undefined])[] = [
      [{}, undefined],
      [{ clientOrderId: 'abc', timeInForce: 'immediate-or-cancel', extra: { t: 1 } }, undefined],
      [{ clientOrderId: 'abcdef' }, 'order.clientOrderId must have 1 to 5 characters'],
      [{ clientOrderId: 'a1' }, 'order.clientOrderId must be letters only'],
      [
        { timeInForce: 'fill-or-kill' },
        'order.timeInForce "fill-or-kill" is not among good-til-cancelled, immediate-or-cancel',
      ],
      [{ extra: { px: 1 } }, 'order.extra.px has a field of its own in the order'],
      [{ extra: { y: 1 } }, 'order.extra.y is nothing that the venue knows: it takes t, px'],
    ];
    for (const [change, problem] of problems)
      expect(orderProblem({ ...order, ...change }, rules)).to.equal(problem);
  });

  it('let everything pass that the venue has no rule for', () => {
    const open = { clientOrderIdLength: 5, ownFields: /^px$/ };
    const own = { ...order, clientOrderId: 'a1', timeInForce: 'fill-or-kill', extra: { y: 1 } } as const;
    expect(orderProblem(own, open)).to.equal(undefined);
  });

  it('make a whole order out of changes, or say what they leave out', () => {
    const changes = { side: 'sell', price: 3, amount: 2 } as const;
    expect(replacement({ orderId: '7', symbol: 'X', clientOrderId: 'abc' }, changes)).to.deep.equal({
      ...changes,
      symbol: 'X',
      clientOrderId: 'abc',
    });
    expect(replacement({ orderId: '7', symbol: 'X' }, { ...changes, symbol: 'Y' })).to.deep.equal({
      ...changes,
      symbol: 'Y',
    });
    for (const missing of ['side', 'price', 'amount'] as const)
      expect(() => replacement({ orderId: '7', symbol: 'X' }, { ...changes, [missing]: undefined })).to.throw(
        TypeError,
        'give changes.side, changes.price, changes.amount and the symbol',
      );
    expect(() => replacement({ orderId: '7' }, changes)).to.throw(TypeError);
  });
});
