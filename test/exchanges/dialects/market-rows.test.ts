// Market data of JSON numbers: all rows of a frame are told, or none of them.
import { expect } from 'chai';
import { numberQuotes, numberTrades, tellNumberBook } from '../../../src/exchanges/dialects/market-rows.js';
import { recordingSink, type SinkCall } from '../../support/recording-sink.js';

const { NaN: none } = Number;

/** What a call tells a sink, and the problem it returns. */
function told(tell: (sink: ReturnType<typeof recordingSink>) => string | undefined) {
  const sink = recordingSink();
  const problem = tell(sink);
  return { calls: sink.calls as readonly SinkCall[], problem };
}

describe('trades of JSON numbers', () => {
  const tell = numberTrades({
    id: 'i',
    symbol: 's',
    side: 'd',
    buy: 'B',
    sell: 'S',
    price: 'p',
    amount: 'a',
    time: 't',
  });
  const row = { i: '1', s: 'X', d: 'B', p: 1.5, a: 2, t: 17 };

  it('are told in the order of the frame, under the topic that is given', () => {
    const rows = [row, { ...row, i: '2', d: 'S', p: -0.5 }];
    expect(told((sink) => tell('trades.X', rows, sink))).to.deep.equal({
      problem: undefined,
      calls: [
        ['trade', 'trades.X', 'X', 'buy', 1.5, 2, 17, none, '1'],
        ['trade', 'trades.X', 'X', 'sell', -0.5, 2, 17, none, '2'],
      ],
    });
  });

  it('are not told at all where one of them is malformed', () => {
    const broken = [
      null,
      7,
      [],
      { ...row, i: undefined },
      { ...row, s: '' },
      { ...row, d: 'buy' },
      { ...row, p: '1.5' },
      { ...row, p: null },
      { ...row, a: -1 },
      { ...row, a: Number.NaN },
      { ...row, t: 'yesterday' },
    ];
    for (const bad of broken) {
      const problem = 'trades.X: malformed trades';
      expect(
        told((sink) => tell('trades.X', [row, bad], sink)),
        JSON.stringify(bad),
      ).to.deep.equal({ calls: [], problem });
    }
    expect(told((sink) => tell('trades.X', row, sink)).problem).to.be.a('string');
  });

  it('are numbered where the venue numbers them, and go under the topic of each symbol where one frame has several', () => {
    const numbered = numberTrades({
      id: 'n',
      sequence: 'n',
      symbol: 's',
      side: 'd',
      price: 'p',
      amount: 'a',
      time: 't',
      timeOf: (value) => Number(value) * 1000,
      topicOf: (symbol) => `trade:${symbol}`,
    });
    const rows = [
      { ...row, n: 8, d: 'buy' },
      { ...row, n: 9, d: 'sell', s: 'Y' },
    ];
    expect(told((sink) => numbered('trade', rows, sink)).calls).to.deep.equal([
      ['trade', 'trade:X', 'X', 'buy', 1.5, 2, 17_000, 8, '8'],
      ['trade', 'trade:Y', 'Y', 'sell', 1.5, 2, 17_000, 9, '9'],
    ]);
    expect(told((sink) => numbered('trade', [{ ...row, d: 'buy', n: 1.5 }], sink)).calls).to.deep.equal([]);
  });
});

describe('quotes of JSON numbers', () => {
  const names = { symbol: 's', bid: 'b', bidAmount: 'ba', ask: 'a', askAmount: 'aa', time: 't' };
  const row = { s: 'X', b: 1, ba: 2, a: 3, aa: 4, t: 17 };
  const tell = numberQuotes(names);

  it('have an empty side where the price is null or the amount 0', () => {
    const rows = [row, { ...row, b: null }, { ...row, aa: 0 }];
    expect(told((sink) => tell('q', rows, sink)).calls).to.deep.equal([
      ['quote', 'q', 'X', 1, 2, 3, 4, 17, none],
      ['quote', 'q', 'X', none, 0, 3, 4, 17, none],
      ['quote', 'q', 'X', 1, 2, none, 0, 17, none],
    ]);
  });

  it('take a price that is left out for an empty side only where the venue does so', () => {
    const { b: _left, ...without } = row;
    const problem = 'q: malformed quotes';
    expect(told((sink) => tell('q', [row, without], sink))).to.deep.equal({ calls: [], problem });
    const lenient = numberQuotes({ ...names, isEmptyLeftOut: true });
    expect(told((sink) => lenient('q', [without], sink)).calls).to.deep.equal([
      ['quote', 'q', 'X', none, 0, 3, 4, 17, none],
    ]);
  });

  it('are not told at all where one of them is malformed', () => {
    for (const bad of [
      null,
      'x',
      { ...row, s: 1 },
      { ...row, ba: -1 },
      { ...row, a: '3' },
      { ...row, aa: null },
    ]) {
      expect(told((sink) => tell('q', [row, bad], sink)).calls, JSON.stringify(bad)).to.deep.equal([]);
    }
  });
});

describe('a book of JSON numbers', () => {
  const book = {
    topic: 'b',
    symbol: 'X',
    bids: [[1, 2]],
    asks: [[3, 0]],
    timeMs: 17,
    sequence: 8,
    previous: 7,
  };

  it('is a change where it names the update before it, else the whole', () => {
    const types = [book, { ...book, previous: none }].map(
      (each) => told((sink) => tellNumberBook(sink, each)).calls,
    );
    expect(types).to.deep.equal([
      [
        ['book', 'b', 'X', 'change', 17, 8, 7],
        ['level', 'bid', 1, 2],
        ['level', 'ask', 3, 0],
      ],
      [
        ['book', 'b', 'X', 'snapshot', 17, 8, none],
        ['level', 'bid', 1, 2],
        ['level', 'ask', 3, 0],
      ],
    ]);
  });

  it('reads prices from where they stand, of rows that fit', () => {
    const rows = { ...book, bids: [['new', 1, 2]], asks: [] };
    const fits = ([word]: readonly unknown[]) => word === 'new';
    expect(told((sink) => tellNumberBook(sink, rows, 1, fits)).calls).to.have.length(2);
    expect(told((sink) => tellNumberBook(sink, rows, 1, () => false)).calls).to.have.length(0);
  });

  it('is not told at all where anything of it is malformed', () => {
    const broken = [
      { symbol: '' },
      { symbol: undefined },
      { sequence: undefined },
      { previous: '7' },
      { bids: undefined },
      { asks: [[3]] },
      { asks: [[3, 1, 1]] },
      { asks: [[3, -1]] },
      { asks: [['3', 1]] },
      { asks: [[3, 1], null] },
    ];
    for (const bad of broken) {
      const { calls, problem } = told((sink) => tellNumberBook(sink, { ...book, ...bad }));
      expect(problem, JSON.stringify(bad)).to.match(/^b: /);
      expect(calls).to.deep.equal([]);
    }
  });
});
