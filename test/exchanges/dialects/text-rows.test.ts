import { expect } from 'chai';
import {
  tellTextBook,
  tellTextQuote,
  textBooks,
  textQuotes,
  textTrades,
} from '../../../src/exchanges/dialects/text-rows.js';
import { recordingSink } from '../../support/recording-sink.js';

const { NaN: none } = Number;
const named = textBooks({ price: 'px', amount: 'sz' });
const lists = { tellTextBook, tellTextQuote };
const book = { topic: 'book:X', symbol: 'X', timeMs: 7, sequence: 3, previous: none };
const level = (px: unknown, sz: unknown) => ({ px, sz, n: 1 });

describe('books of decimal texts', () => {
  it('mean the same whether their rows are lists or objects', () => {
    const [left, right] = [recordingSink(), recordingSink()];
    const bids = [
      ['2.50', '1.0', '0'],
      ['2.40', '0.5', '0'],
    ] as const;
    lists.tellTextBook(left, { ...book, bids, asks: [['2.6', '3']] });
    const objects = bids.map(([px, sz]) => level(px, sz));
    named.tellTextBook(right, { ...book, bids: objects, asks: [level('2.6', '3')] });
    expect(right.calls).to.deep.equal(left.calls);
    expect(left.calls).to.deep.equal([
      ['book', 'book:X', 'X', 'snapshot', 7, 3, none],
      ['level', 'bid', 2.5, 1, '2.50', '1.0'],
      ['level', 'bid', 2.4, 0.5, '2.40', '0.5'],
      ['level', 'ask', 2.6, 3, '2.6', '3'],
    ]);
  });

  it('tell nothing where one row is none', () => {
    const bad = [null, 7, [], ['1', '2'], {}, level('x', '1'), level('1', 2), level('1', '-2'), 'rows'];
    for (const row of bad) {
      const sink = recordingSink();
      const problem = named.tellTextBook(sink, { ...book, bids: [level('1', '1')], asks: [row] });
      expect(problem, JSON.stringify(row)).to.equal('book:X: malformed asks');
      expect(sink.calls).to.deep.equal([]);
    }
    expect(lists.tellTextBook(recordingSink(), { ...book, bids: [{ 0: '1', 1: '1' }], asks: [] })).to.be.a(
      'string',
    );
    expect(named.tellTextQuote(recordingSink(), { ...book, bids: {}, asks: [] })).to.be.a('string');
  });

  it('have no best price on an empty side', () => {
    const sink = recordingSink();
    named.tellTextQuote(sink, { ...book, bids: [], asks: [level('2.6', '3')] });
    named.tellTextQuote(sink, { ...book, bids: [level('2.5', '0')], asks: [level('2.6', '3')] });
    const quote = ['quote', 'book:X', 'X', none, 0, 2.6, 3, 7, 3];
    expect(sink.calls).to.deep.equal([quote, quote]);
  });
});

describe('trades of decimal texts', () => {
  const FIELDS = {
    id: 'id',
    symbol: 'coin',
    side: 'side',
    buy: 'B',
    sell: 'A',
    price: 'px',
    amount: 'sz',
    time: 'time',
  };
  const tell = textTrades(FIELDS);
  const trade = { id: 867891549538215, coin: 'X', side: 'B', px: '1.50', sz: '2', time: 9 };

  it('have ids that are texts or whole numbers', () => {
    const sink = recordingSink();
    expect(tell('trades:X', [trade, { ...trade, id: 'a7', side: 'A', time: '10' }], sink)).to.equal(
      undefined,
    );
    expect(sink.calls).to.deep.equal([
      ['trade', 'trades:X', 'X', 'buy', 1.5, 2, 9, none, '867891549538215', '1.50', '2'],
      ['trade', 'trades:X', 'X', 'sell', 1.5, 2, 10, none, 'a7', '1.50', '2'],
    ]);
  });

  it('can be of several topics, with a time and a number that the venue writes in another way', () => {
    const own = textTrades({
      ...FIELDS,
      timeOf: (value) => Number(value) * 1000,
      sequenceOf: Number,
      topicOf: (symbol) => `trades/${symbol}`,
    });
    const sink = recordingSink();
    own('trades', [trade, { ...trade, coin: 'Y' }, { ...trade, id: '8' }], sink);
    expect(sink.calls.map((call) => [call[1], call[2], call[6], call[7]])).to.deep.equal([
      ['trades/X', 'X', 9000, 867891549538215],
      ['trades/Y', 'Y', 9000, 867891549538215],
      ['trades/X', 'X', 9000, 8],
    ]);
  });

  it('are told all or none', () => {
    for (const bad of [
      { id: '' },
      { id: 1.5 },
      { coin: 7 },
      { coin: '' },
      { side: 'x' },
      { px: 1 },
      { time: null },
    ]) {
      const sink = recordingSink();
      expect(tell('trades:X', [trade, { ...trade, ...bad }], sink)).to.equal('trades:X: malformed trades');
      expect(sink.calls).to.deep.equal([]);
    }
  });
});

describe('quotes of decimal texts', () => {
  const FIELDS = { symbol: 'coin', bid: 'b', bidAmount: 'bs', ask: 'a', askAmount: 'as' };
  const tell = textQuotes(FIELDS);
  const quote = { coin: 'X', b: '1.50', bs: '2', a: '1.60', as: '0.5', last: '1.55' };
  const whole = [1.5, 2, 1.6, 0.5];

  it('have the time of their frame', () => {
    const sink = recordingSink();
    expect(tell('best', [quote, { ...quote, coin: 'Y' }], sink, 7)).to.equal(undefined);
    expect(sink.calls).to.deep.equal([
      ['quote', 'best', 'X', ...whole, 7, none],
      ['quote', 'best', 'Y', ...whole, 7, none],
    ]);
  });

  it('can be of several topics', () => {
    const sink = recordingSink();
    const own = textQuotes({ ...FIELDS, topicOf: (symbol, topic) => `${topic}/${symbol}` });
    own('best', [quote, { ...quote, coin: 'Y' }], sink, 7);
    expect(sink.calls.map((call) => call[1])).to.deep.equal(['best/X', 'best/Y']);
  });

  it('have an empty side where there is no price above zero', () => {
    for (const price of ['', '0', '0.00', '-1', 'x', null, undefined, {}, [], '1e999']) {
      const sink = recordingSink();
      expect(tell('best', [{ ...quote, b: price, bs: '5' }], sink, 7), String(price)).to.equal(undefined);
      expect(sink.calls).to.deep.equal([['quote', 'best', 'X', none, 0, 1.6, 0.5, 7, none]]);
    }
  });

  it('do not say an amount that is none', () => {
    const sink = recordingSink();
    tell('best', [{ ...quote, as: undefined }], sink, 7);
    expect(sink.calls).to.deep.equal([['quote', 'best', 'X', 1.5, 2, 1.6, none, 7, none]]);
  });

  it('are told all or none', () => {
    const rows = [{ coin: '' }, { coin: 7 }, { bs: '-2' }, { as: '-0.5' }].map((bad) => ({
      ...quote,
      ...bad,
    }));
    for (const row of [...rows, null, undefined, 7, 'X', []]) {
      const sink = recordingSink();
      expect(tell('best', [quote, row], sink, 7), JSON.stringify(row)).to.equal('best: malformed');
      expect(sink.calls).to.deep.equal([]);
    }
  });
});
