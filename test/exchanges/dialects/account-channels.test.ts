// Channels of an account and the rows that they bring.
import { expect } from 'chai';
import { accountChannels } from '../../../src/exchanges/dialects/account-channels.js';
import { accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import { readerFinder } from '../../../src/exchanges/dialects/channel-readers.js';
import { recordingSink } from '../../support/recording-sink.js';

const WHO = { symbol: 'item', side: 'way', orderId: 'no', clientOrderId: 'tag', price: 'at', amount: 'size' };
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
  fill: { ...WHO, tradeId: 'id', fee: 'fee', feeCurrency: 'coin', liquidity: 'role', exchangeTimeMs: 'when' },
  position: { symbol: 'item', side: 'way', amount: 'size', averagePrice: 'mean' },
  balance: { currency: 'coin', total: 'all', available: 'free' },
});
const find = readerFinder(
  accountChannels(rows, {
    'me.orders.': 'order',
    'me.cash': 'balance',
    'me.all.': { fills: 'deals', orders: 'orders', positions: 'holdings' },
    'me.': 'account',
  }),
);
const order = { no: '7', item: 'X', way: 'buy', is: 'open', size: 2 };
const fill = { ...order, id: 'f1', at: 5 };
const position = { item: 'X', size: 3 };

/** Kinds of the events that a channel's data is, and the problem where it has one. */
function told(channel: string, data: unknown): readonly unknown[] {
  const sink = recordingSink();
  const problem = find(channel)!(channel, data as never, sink);
  const kinds = sink.calls.map(([name, event]) => {
    expect([name, event]).to.have.nested.property('[1].topic', channel);
    return (event as { readonly kind: string }).kind;
  });
  return problem === undefined ? kinds : [...kinds, problem];
}

describe('channels of an account', () => {
  it('bring a row or several of their kind', () => {
    expect(told('me.orders.X', order)).to.deep.equal(['order']);
    expect(told('me.orders.X', [order, order])).to.deep.equal(['order', 'order']);
    expect(told('me.cash', { coin: 'A', all: 5, free: 4 })).to.deep.equal(['balance']);
    expect(told('me.orders.X', [{ ...order, no: 5.5 }, order])).to.deep.equal([
      'order',
      'me.orders.X: malformed order',
    ]);
  });

  it('bring lists of several kinds, any of which can be left out', () => {
    const whole = { deals: [fill], orders: [order], holdings: [position] };
    expect(told('me.all.X', whole)).to.deep.equal(['fill', 'order', 'position']);
    expect(told('me.all.X', { holdings: [position] })).to.deep.equal(['position']);
    expect(told('me.all.X', { orders: null, deals: [] })).to.deep.equal([]);
  });

  it('hide nothing of the other lists behind a malformed row', () => {
    const whole = { deals: [fill], orders: [order], holdings: [position] };
    expect(told('me.all.X', { ...whole, deals: [{}, fill] })).to.deep.equal([
      'fill',
      'order',
      'position',
      'me.all.X: malformed fill',
    ]);
    expect(told('me.all.X', { ...whole, orders: 5 })).to.deep.equal([
      'fill',
      'position',
      'me.all.X: malformed order',
    ]);
    expect(told('me.all.X', { ...whole, holdings: 'x' })).to.deep.equal([
      'fill',
      'order',
      'me.all.X: malformed position',
    ]);
  });

  it('are told as they are where they have no common form', () => {
    for (const channel of ['me.locks', 'me.all.X']) {
      const sink = recordingSink();
      const raw = { locked: true };
      expect(find(channel)!(channel, raw, sink)).to.equal(undefined);
      expect(sink.calls).to.deep.equal([['private', { kind: 'account', topic: channel, raw }]]);
    }
  });
});
