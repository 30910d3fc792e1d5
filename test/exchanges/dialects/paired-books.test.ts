import { expect } from 'chai';
import { pairedBooks } from '../../../src/exchanges/dialects/paired-books.js';
import { recordingSink } from '../../support/recording-sink.js';

const { NaN: none } = Number;
const tell = pairedBooks({
  symbol: 'tide',
  time: 'at',
  levels: 'rows',
  best: 'top',
  level: { price: 'cost', amount: 'count' },
});
const level = (cost: unknown, count: unknown) => ({ cost, count });

function told(data: unknown) {
  const sink = recordingSink();
  return { problem: tell('book:X', data, sink), calls: sink.calls };
}

describe('books whose sides come as a pair', () => {
  it('begin with the bids, and are whole', () => {
    const rows = [[level('2.50', '1.0'), level('2.40', '3')], [level('2.6', '5')]];
    expect(told({ tide: 'X', at: 17, rows })).to.deep.equal({
      problem: undefined,
      calls: [
        ['book', 'book:X', 'X', 'snapshot', 17, none, none],
        ['level', 'bid', 2.5, 1, '2.50', '1.0'],
        ['level', 'bid', 2.4, 3, '2.40', '3'],
        ['level', 'ask', 2.6, 5, '2.6', '5'],
      ],
    });
    expect(told({ tide: 'X', at: '17', rows: [[], []] }).calls).to.have.lengthOf(1);
  });

  it('are quotes where the pair is of rows, of which null is an empty side', () => {
    const quote = (top: unknown) => told({ tide: 'X', at: 17, top }).calls;
    expect(quote([level('2.50', '1.0'), level('2.6', '5')])).to.deep.equal([
      ['quote', 'book:X', 'X', 2.5, 1, 2.6, 5, 17, none],
    ]);
    expect(quote([null, level('2.6', '5')])).to.deep.equal([
      ['quote', 'book:X', 'X', none, 0, 2.6, 5, 17, none],
    ]);
    expect(quote([null, null])).to.deep.equal([['quote', 'book:X', 'X', none, 0, none, 0, 17, none]]);
  });

  it('tell nothing where they are malformed', () => {
    const good = [level('2.5', '1')];
    const odd: readonly unknown[] = [
      undefined,
      null,
      'book',
      [],
      {},
      { tide: 'X' },
      { tide: '', rows: [[], []] },
      { tide: { toString: 0 }, rows: [[], []] },
      { tide: 'X', rows: { length: 2 } },
      { tide: 'X', rows: [good] },
      { tide: 'X', rows: [good, good, good] },
      { tide: 'X', rows: [good, null] },
      { tide: 'X', rows: [good, [level('2.6', 1)]] },
      { tide: 'X', rows: [good, [['2.6', '1']]] },
      { tide: 'X', top: null },
      { tide: 'X', top: [null] },
      { tide: 'X', top: [level('2.5', '-1'), null] },
      { tide: 'X', top: ['2.5', null] },
      { tide: 'X', top: [undefined, null] },
    ];
    for (const data of odd) {
      const { problem, calls } = told(data);
      expect(problem, JSON.stringify(data)).to.match(/^book:X: malformed/);
      expect(calls).to.deep.equal([]);
    }
  });
});
