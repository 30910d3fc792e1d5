// Tables whose rows come with what was done to them.
import { expect } from 'chai';
import { accountRows } from '../../../src/exchanges/dialects/account-rows.js';
import { AccountTables } from '../../../src/exchanges/dialects/account-tables.js';
import { ActionTables, type RowReader } from '../../../src/exchanges/dialects/action-tables.js';
import { numberOf } from '../../../src/exchanges/dialects/fields.js';
import { numberTrades } from '../../../src/exchanges/dialects/market-rows.js';
import { recordingSink } from '../../support/recording-sink.js';

const { NaN: none } = Number;
const SIDES = { side: 'd', buy: 'in', sell: 'out' };
const tellDeals = numberTrades({ ...SIDES, id: 'no', symbol: 'symbol', time: 'at', price: 'p', amount: 'n' });

/** Tells what it is given. */
const readNews: RowReader = (topic, rows, sink, action, symbol) =>
  void sink.reply(topic, [action, symbol, rows.length]);

const balances = accountRows({
  order: {
    orderId: 'id',
    clientOrderId: '',
    symbol: 'symbol',
    side: 'd',
    type: '',
    state: 'state',
    price: 'p',
    amount: 'n',
    filledAmount: 'done',
    averagePrice: '',
    updatedAtMs: 'at',
    cancelReason: '',
  },
  balance: { currency: 'coin', total: 'total', available: 'free' },
});

function connection() {
  const tables = new ActionTables({
    readers: new Map([
      ['deals', tellDeals],
      ['news', readNews],
    ]),
    books: {
      tables: ['shelf'],
      level: { ...SIDES, id: 'id', price: 'p', amount: 'n' },
      timeOf: (first) => numberOf(first?.['at']),
    },
    isAccount: (table) => table === 'purse' || table === 'gifts',
    newAccount: () =>
      new AccountTables(balances, { purse: { key: ['coin'], kinds: () => ['balance'], raw: 'whole' } }, 10),
  });
  const read = (table: unknown, action: unknown, data: unknown, rest: object = {}) => {
    const sink = recordingSink();
    const problem = tables.read({ table, action, data, ...rest }, sink);
    return { problem, calls: sink.calls };
  };
  return { tables, read };
}

const deal = { no: 'a', symbol: 'OAK', d: 'in', p: 5, n: 2, at: 17 };
const level = { symbol: 'OAK', id: 1, d: 'out', p: 5, n: 2, at: 17 };

describe('tables with actions', () => {
  it('have their rows read under a topic of table and symbol', () => {
    const { read } = connection();
    expect(read('deals', 'insert', [deal, { ...deal, no: 'b' }]).calls).to.deep.equal([
      ['trade', 'deals:OAK', 'OAK', 'buy', 5, 2, 17, none, 'a'],
      ['trade', 'deals:OAK', 'OAK', 'buy', 5, 2, 17, none, 'b'],
    ]);
    for (const action of ['partial', 'insert', 'update', 'delete'])
      expect(read('news', action, [{ symbol: 'OAK' }]).calls).to.deep.equal([
        ['reply', 'news:OAK', [action, 'OAK', 1]],
      ]);
  });

  it('hand on what nobody reads, and frames without rows', () => {
    const { read } = connection();
    const filter = { symbol: 'ELM' };
    expect(read('weather', 'update', [{ symbol: 'OAK' }]).calls).to.deep.equal([['message', 'weather:OAK']]);
    expect(read('weather', 'update', [{ rain: 5 }]).calls).to.deep.equal([['message', 'weather']]);
    expect(read('constructor', 'update', []).calls).to.deep.equal([['message', 'constructor']]);
    expect(read('deals', 'partial', [], { filter }).calls).to.deep.equal([['message', 'deals:ELM']]);
    expect(read('news', 'partial', [{}], { filter }).calls).to.deep.equal([
      ['reply', 'news:ELM', ['partial', 'ELM', 1]],
    ]);
  });

  it('take rows of several symbols apart, and a malformed one hides none of the others', () => {
    const { read } = connection();
    const elm = { ...deal, symbol: 'ELM' };
    const { calls } = read('deals', 'insert', [deal, elm, deal]);
    expect(calls.map(([, topic]) => topic)).to.deep.equal(['deals:OAK', 'deals:OAK', 'deals:ELM']);
    const broken = read('deals', 'insert', [{ ...deal, p: 'x' }, deal, elm]);
    expect(broken.problem).to.equal('deals:OAK: malformed trades');
    expect(broken.calls.map(([, topic]) => topic)).to.deep.equal(['deals:ELM']);
  });

  it('go by their bare name as long as they are subscribed for all symbols', () => {
    const { tables, read } = connection();
    const both = [{ symbol: 'OAK' }, { symbol: 'ELM' }];
    const topics = () => read('weather', 'insert', both).calls.map(([, topic]) => topic);
    tables.subscribed('weather:OAK');
    expect(topics()).to.deep.equal(['weather:OAK', 'weather:ELM']);
    tables.subscribed('weather');
    expect(topics()).to.deep.equal(['weather']);
    expect(read('news', 'insert', [{ symbol: 'OAK' }]).calls[0]?.[1]).to.equal('news:OAK');
    tables.unsubscribed('weather');
    expect(topics()).to.deep.equal(['weather:OAK', 'weather:ELM']);
  });

  it('remember the levels of books until they are given up', () => {
    const { tables, read } = connection();
    const filter = { symbol: 'OAK' };
    expect(read('shelf', 'partial', [level]).calls).to.deep.equal([
      ['book', 'shelf:OAK', 'OAK', 'snapshot', 17, none, none],
      ['level', 'ask', 5, 2],
    ]);
    const { p: _price, ...change } = level;
    expect(read('shelf', 'update', [{ ...change, n: 3 }]).calls.at(-1)).to.deep.equal(['level', 'ask', 5, 3]);
    tables.unsubscribed('shelf:OAK');
    expect(read('shelf', 'update', [change]).problem).to.be.a('string');
    expect(read('shelf', 'partial', [], { filter }).calls).to.deep.equal([
      ['book', 'shelf:OAK', 'OAK', 'snapshot', none, none, none],
    ]);
  });

  it('of levels must say of which symbol, and bring some', () => {
    const { read } = connection();
    const nothing = (problem: string) => ({ problem, calls: [] });
    expect(read('shelf', 'partial', [])).to.deep.equal(nothing('shelf: levels of no symbol'));
    expect(read('shelf', 'update', [], { filter: { symbol: 'OAK' } })).to.deep.equal(
      nothing('shelf:OAK: levels of no symbol'),
    );
    expect(read('shelf', 'insert', [level, { ...level, n: -1 }])).to.deep.equal(
      nothing('shelf:OAK: insert of malformed or unknown levels'),
    );
  });

  it('of the account are told as what they hold, without a symbol in their topic', () => {
    const { read } = connection();
    read('purse', 'partial', [{ coin: 'C', total: 5, free: 4 }]);
    const [call] = read('purse', 'update', [{ coin: 'C', free: 3 }]).calls;
    expect(call?.[1]).to.have.property('balance').that.includes({ total: 5, available: 3 });
    const gifts = [{ symbol: 'OAK' }, { symbol: 'ELM' }];
    expect(read('gifts', 'insert', gifts).calls).to.deep.equal(
      gifts.map((raw) => ['private', { kind: 'account', topic: 'gifts', raw }]),
    );
  });

  it('say what is wrong with a frame before anything of it is told', () => {
    const { read } = connection();
    const nothing = (problem: string) => ({ problem, calls: [] });
    for (const table of [undefined, null, 5])
      expect(read(table, 'insert', [deal])).to.deep.equal(nothing('a table without name or data'));
    for (const data of [undefined, null, 5, {}, 'x'])
      expect(read('deals', 'insert', data)).to.deep.equal(nothing('a table without name or data'));
    for (const action of [undefined, null, 'toString', 'upsert', 5])
      expect(read('deals', action, [deal])).to.deep.equal(nothing('deals: unknown action'));
    const { symbol: _symbol, ...nameless } = deal;
    for (const odd of [null, 5, 'x', [], nameless, { ...deal, symbol: '' }, { ...deal, symbol: 5 }]) {
      expect(read('deals', 'insert', [deal, odd])).to.deep.equal(nothing('deals: a malformed row'));
      expect(read('purse', 'insert', [deal, odd])).to.deep.equal(nothing('purse: a malformed row'));
    }
    for (const filter of [null, 5, {}, { symbol: 5 }])
      expect(read('shelf', 'partial', [], { filter }).problem).to.equal('shelf: levels of no symbol');
  });
});
