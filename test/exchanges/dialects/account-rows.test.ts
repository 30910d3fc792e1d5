// What a table of fields can say of an account's rows, and rows of which only what changed is said.
import { expect } from 'chai';
import type { PrivateEvent } from '../../../src/market.js';
import { acceptedOrder, accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import { AccountTables, type RowAction } from '../../../src/exchanges/dialects/account-tables.js';
import { recordingSink } from '../../support/recording-sink.js';

const IDS = { orderId: 'id', clientOrderId: 'own', symbol: 'symbol', side: 'side' };
const rows = accountRows({
  order: {
    ...IDS,
    type: 'type',
    state: 'state',
    price: 'price',
    amount: 'size',
    filledAmount: 'filled',
    averagePrice: 'average',
    updatedAtMs: 'time',
    cancelReason: 'text',
  },
  fill: {
    ...IDS,
    tradeId: 'match exec',
    price: 'price',
    amount: 'size',
    fee: 'fees.0.size',
    feeCurrency: 'fees.0.coin',
    liquidity: 'liquidity',
    exchangeTimeMs: 'time',
  },
  balance: { currency: 'coin', total: 'total', available: '' },
  liquidity: { maker: 'Added AddedLiquidity', taker: 'Removed' },
  states: { open: 'New Replaced', filled: 'Filled', cancelled: 'Canceled' },
  isCamelCase: true,
  isUntriggered: ({ type }) => type === 'StopLimit',
  timeOf: (value) => Number(value) * 1000,
});
const order = {
  id: 'o',
  own: 'mine',
  symbol: 'X',
  side: 'Buy',
  type: 'Limit',
  state: 'New',
  size: 2,
  time: 17,
};

function eventOf(kind: 'order' | 'fill' | 'position' | 'balance', row: Readonly<Record<string, unknown>>) {
  const event: PrivateEvent | undefined = rows.event(kind, 'topic', row);
  return event as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
}

describe('account rows', () => {
  it('read words in camel case, times in the form of the venue and states that the venue does not tell', () => {
    expect(eventOf('order', order)?.['order']).to.include({
      type: 'limit',
      state: 'open',
      updatedAtMs: 17_000,
    });
    const stop = eventOf('order', { ...order, type: 'StopLimit' })?.['order'];
    expect(stop).to.include({ type: 'stop-limit', state: 'untriggered' });
    expect(eventOf('order', { ...order, state: 'DoneForDay' })?.['order']).to.include({
      state: 'done-for-day',
    });
  });

  it('tell no reason of a cancel for an order that is open or filled, whatever its text says', () => {
    const states = ['New', 'Filled', 'Canceled'].map((state) =>
      eventOf('order', { ...order, state, text: 'why' }),
    );
    expect(states.map((event) => event?.['order']?.['cancelReason'])).to.deep.equal([
      undefined,
      undefined,
      'why',
    ]);
  });

  it('find fields further in, several words of liquidity, and the first name that says something', () => {
    const fill = {
      ...order,
      match: null,
      price: 5,
      exec: 't',
      liquidity: 'AddedLiquidity',
      fees: [{ size: 0.5, coin: 'USD' }],
    };
    expect(eventOf('fill', fill)?.['fill']).to.include({
      tradeId: 't',
      fee: 0.5,
      feeCurrency: 'USD',
      liquidity: 'maker',
      exchangeTimeMs: 17_000,
    });
    expect(eventOf('fill', { ...fill, fees: undefined, liquidity: '' })?.['fill']).to.deep.include({
      fee: Number.NaN,
      feeCurrency: '',
      liquidity: 'unknown',
    });
  });

  it('are malformed where a balance says no total', () => {
    expect(eventOf('balance', { coin: 'X', total: '1.5' })?.['balance']).to.include({ total: 1.5 });
    for (const total of [undefined, '', 'much'])
      expect(eventOf('balance', { coin: 'X', total })).to.equal(undefined);
  });

  it('are no positions at a venue that has none', () => {
    expect(eventOf('position', { symbol: 'X', amount: 1 })).to.equal(undefined);
    expect(rows.positions([{ symbol: 'X', amount: 1 }])).to.deep.equal([]);
  });
});

describe('an order that was accepted', () => {
  const asked = { symbol: 'X', side: 'buy', amount: '2', clientOrderId: 'mine' } as const;

  it('is what was asked for, under the id and in the state of the venue', () => {
    expect(acceptedOrder('o', asked, 17, {})).to.include({
      orderId: 'o',
      state: 'accepted',
      amount: 2,
      type: 'limit',
    });
    expect(acceptedOrder('o', asked, 17, {}, 'pending')).to.include({ state: 'pending', filledAmount: 0 });
    expect(acceptedOrder(undefined, asked, 17, {})).to.equal(undefined);
  });
});

describe('account tables', () => {
  const tables = (raw: 'whole' | 'change' = 'whole') =>
    new AccountTables(
      rows,
      {
        orders: {
          key: ['account', 'id'],
          kinds: ({ isFill }) => (isFill ? ['fill', 'order'] : ['order']),
          raw,
        },
        fills: { key: [], kinds: () => ['fill'], raw },
      },
      2,
    );

  function told(memory: AccountTables, topic: string, changes: readonly Readonly<Record<string, unknown>>[]) {
    const sink = recordingSink();
    const problem = memory.tell(topic, changes, sink);
    const events = sink.calls.map(
      ([, event]) => event as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
    );
    return { problem, events, kinds: events.map(({ kind }) => kind as unknown) };
  }

  it('make whole events of rows that say only what changed', () => {
    const memory = tables();
    told(memory, 'orders', [{ ...order, account: 1 }]);
    const { events } = told(memory, 'orders', [{ account: 1, id: 'o', filled: 2 }]);
    expect(events[0]?.['order']).to.include({ symbol: 'X', filledAmount: 2 });
    expect(events[0]?.['order']?.['raw']).to.deep.equal({ ...order, account: 1, filled: 2 });
  });

  it("hand on the change alone as the venue's own object where that is wanted", () => {
    const memory = tables('change');
    told(memory, 'orders', [{ ...order, account: 1 }]);
    const change = { account: 1, id: 'o', filled: 2 };
    expect(told(memory, 'orders', [change]).events[0]?.['order']?.['raw']).to.deep.equal(change);
  });

  it('tell the events of a row in their order, and a row that is none as it is', () => {
    const memory = tables();
    const row = { ...order, account: 1, isFill: true, exec: 't', price: 5 };
    expect(told(memory, 'orders', [row]).kinds).to.deep.equal(['fill', 'order']);
    expect(told(memory, 'orders', [{ account: 1, id: 'unknown' }]).kinds).to.deep.equal(['account']);
    expect(told(memory, 'other', [{ x: 1 }]).kinds).to.deep.equal(['account']);
    expect(told(memory, 'fills', [{ ...order, exec: 't', price: 5 }]).kinds).to.deep.equal(['fill']);
  });

  it('say what a row lacks that cannot be told apart, and hide none of the others', () => {
    const { problem, kinds } = told(tables(), 'orders', [order, { ...order, account: 1 }]);
    expect(problem).to.equal('orders: a row without account');
    expect(kinds).to.deep.equal(['order']);
  });

  it('forget a table that begins anew, and the rows that were touched longest ago', () => {
    const memory = tables();
    const change = (id: string) => told(memory, 'orders', [{ account: 1, id, filled: 1 }]).kinds[0];
    told(
      memory,
      'orders',
      ['a', 'b', 'c'].map((id) => ({ ...order, account: 1, id })),
    );
    expect([change('b'), change('c'), change('a')]).to.deep.equal(['order', 'order', 'account']);
    memory.clear('orders');
    expect(change('c')).to.equal('account');
  });

  describe('whose rows come with what was done to them', () => {
    function done(memory: AccountTables, action: RowAction, topic: string, rows: readonly object[]) {
      const sink = recordingSink();
      const changes = rows as readonly Readonly<Record<string, unknown>>[];
      expect(memory.tellAction(action, topic, changes, sink)).to.equal(undefined);
      return sink.calls.map(([name, event]) => (event as { kind: string } | undefined)?.kind ?? name);
    }
    const own = { ...order, account: 1 };
    const change = { account: 1, id: 'o', filled: 2 };

    it('begin anew with what there is', () => {
      const memory = tables();
      expect(done(memory, 'insert', 'orders', [own])).to.deep.equal(['order']);
      expect(done(memory, 'update', 'orders', [change])).to.deep.equal(['order']);
      expect(done(memory, 'partial', 'orders', [])).to.deep.equal(['alive']);
      expect(done(memory, 'update', 'orders', [change])).to.deep.equal(['account']);
    });

    it('have nothing new to say when they are deleted', () => {
      const memory = tables();
      done(memory, 'partial', 'orders', [own]);
      expect(done(memory, 'delete', 'orders', [change])).to.deep.equal(['alive']);
      expect(done(memory, 'delete', 'fills', [{ exec: 't' }])).to.deep.equal(['alive']);
    });

    it('are events only when they are inserted, where each is an event of its own', () => {
      const fill = { ...order, exec: 't', price: 5 };
      expect(done(tables(), 'insert', 'fills', [fill])).to.deep.equal(['fill']);
      for (const action of ['partial', 'update'] as const)
        expect(done(tables(), action, 'fills', [fill, fill])).to.deep.equal(['account', 'account']);
    });
  });
});
