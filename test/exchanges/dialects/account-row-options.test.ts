import { expect } from 'chai';
import { type AccountFields, accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import type { JsonObject } from '../../../src/exchanges/dialects/json-rpc.js';

const NAMES = { orderId: 'id', clientOrderId: 'own', symbol: 'of', side: 'side' };
const order = {
  ...NAMES,
  type: 'type',
  state: 'state',
  price: 'price',
  amount: 'all',
  filledAmount: 'done',
  averagePrice: 'average',
  updatedAtMs: 'at',
  cancelReason: 'state',
};
const fields: AccountFields = {
  order,
  fill: {
    ...NAMES,
    tradeId: 'trade',
    price: 'price',
    amount: 'all',
    fee: 'fee',
    feeCurrency: 'currency',
    liquidity: 'crossed',
    exchangeTimeMs: 'at',
  },
  position: { symbol: 'of', amount: 'all', averagePrice: 'average', side: '' },
  liquidity: { maker: false, taker: true },
};
const fillOf = (own: AccountFields, sent: JsonObject) => {
  const event = accountRows(own).event('fill', 'fills', sent);
  return event?.kind === 'fill' ? event.fill : undefined;
};
const row = {
  id: 7,
  own: 'bot-1',
  of: 'X',
  side: 'buy',
  type: 'limit',
  state: 'open',
  price: '2',
  all: '1',
  at: 5,
};

describe('rows of an account in the words of a venue', () => {
  it('have ids that are texts or whole numbers', () => {
    expect(accountRows(fields).order(row)).to.include({ orderId: '7' });
    expect(fillOf(fields, { ...row, trade: 8 })).to.include({ tradeId: '8', orderId: '7' });
    expect(accountRows(fields).order({ ...row, id: 7.5 })).to.equal(undefined);
  });

  it('take the sides and the ids of a venue that has words of its own', () => {
    const own = accountRows({
      ...fields,
      sides: { buy: 'B', sell: 'A' },
      clientIdOf: (value) => String(value).toUpperCase(),
    });
    expect(own.order({ ...row, side: 'A' })).to.include({ side: 'sell', clientOrderId: 'BOT-1' });
    expect(own.order({ ...row, side: 'buy' })).to.equal(undefined);
  });

  it('take patterns for states, and give a reason only where it is no state', () => {
    const own = accountRows({
      ...fields,
      states: { cancelled: /cancel/i, rejected: /rejected$/i, open: 'open triggered' },
      noReason: /^canceled$/,
      isCamelCase: true,
    });
    const states = [
      'open',
      'triggered',
      'filled',
      'canceled',
      'selfTradeCanceled',
      'rejected',
      'tickRejected',
    ];
    const read = states.map((state) => {
      const { state: ours, cancelReason } = own.order({ ...row, state }) ?? {};
      return [ours, cancelReason];
    });
    expect(read).to.deep.equal([
      ['open', undefined],
      ['open', undefined],
      ['filled', undefined],
      ['cancelled', undefined],
      ['cancelled', 'selfTradeCanceled'],
      ['rejected', undefined],
      ['rejected', 'tickRejected'],
    ]);
    expect(own.order({ ...row, type: 'Stop Market' })).to.include({ type: 'stop-market' });
    expect(own.order({ ...row, type: 'StopLimit' })).to.include({ type: 'stop-limit' });
  });

  it('reckon from what is left what is filled, or the amount', () => {
    const ofAmount = accountRows({ ...fields, order: { ...order, filledAmount: '', leftAmount: 'left' } });
    expect(ofAmount.order({ ...row, all: '0.4', left: '0.3' })).to.include({
      amount: 0.4,
      filledAmount: 0.1,
    });
    const ofFilled = accountRows({ ...fields, order: { ...order, amount: '', leftAmount: 'left' } });
    expect(ofFilled.order({ ...row, done: '0.1', left: '0.2' })).to.include({
      amount: 0.3,
      filledAmount: 0.1,
    });
    expect(ofAmount.order({ ...row, left: 'x' })).to.equal(undefined);
    // Without what is left the amount is not known, which hides nothing else.
    expect(ofFilled.order({ ...row, done: '0.1' })).to.deep.include({
      amount: Number.NaN,
      filledAmount: 0.1,
    });
  });

  it('can be prepared, and what the user gets as raw stays what was sent', () => {
    const prepared: AccountFields = {
      ...fields,
      prepare: (outer) => ({ state: 'open', ...(outer['in'] as object) }),
    };
    const own = accountRows(prepared);
    const { state: _, ...inner } = row;
    const sent = { in: inner };
    expect(own.order(sent)).to.include({ orderId: '7', state: 'open' });
    expect(own.order(sent)?.raw).to.equal(sent);
    expect(fillOf(prepared, { in: { ...inner, trade: 8 } })).to.include({ tradeId: '8' });
    expect(own.positions([{ in: { of: 'X', all: '-2' } }])[0]).to.include({ symbol: 'X', amount: -2 });
  });

  it('are malformed where a fill has no symbol, price or amount', () => {
    for (const bad of [{ price: '' }, { of: '' }, { all: undefined }, { side: 'x' }, { trade: '' }])
      expect(fillOf(fields, { ...row, trade: 8, ...bad })).to.equal(undefined);
  });
});
