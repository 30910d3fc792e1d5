// Books whose levels say what happens to them.
import { expect } from 'chai';
import { actionBooks } from '../../../src/exchanges/dialects/level-actions.js';
import { recordingSink } from '../../support/recording-sink.js';

const tell = actionBooks({
  symbol: 'item',
  time: 'at',
  bids: 'buys',
  asks: 'sells',
  sequence: 'no',
  previous: 'after',
  type: 'kind',
  whole: 'all',
  change: 'delta',
  adds: 'put',
  updates: 'set',
  removes: 'drop',
});
const delta = {
  kind: 'delta',
  item: 'X',
  at: 17,
  no: 12,
  after: 9,
  buys: [
    ['drop', 2.4, 0],
    ['set', 2.3, 7],
  ],
  sells: [['put', 2.5, 9.8]],
};
const { NaN: none } = Number;

function told(data: object): unknown {
  const sink = recordingSink();
  const problem = tell('books.X', data as never, sink);
  if (problem !== undefined) expect(sink.calls).to.deep.equal([]);
  return problem ?? sink.calls;
}

describe('books whose levels say what happens to them', () => {
  it('tell which update they follow', () => {
    expect(told(delta)).to.deep.equal([
      ['book', 'books.X', 'X', 'change', 17, 12, 9],
      ['level', 'bid', 2.4, 0],
      ['level', 'bid', 2.3, 7],
      ['level', 'ask', 2.5, 9.8],
    ]);
  });

  it('come whole with a type, whose number before is not looked at, or as bare levels without one', () => {
    const whole = { ...delta, kind: 'all', after: 'x', buys: [['put', 2.3, 7]] };
    expect(told(whole)).to.deep.equal([
      ['book', 'books.X', 'X', 'snapshot', 17, 12, none],
      ['level', 'bid', 2.3, 7],
      ['level', 'ask', 2.5, 9.8],
    ]);
    const { kind: _kind, ...bare } = { ...delta, buys: [], sells: [[2.5, 9.8]] };
    expect(told(bare)).to.deep.equal([
      ['book', 'books.X', 'X', 'snapshot', 17, 12, none],
      ['level', 'ask', 2.5, 9.8],
    ]);
  });

  it('tell nothing where anything of them is malformed', () => {
    for (const kind of ['other', null, 5, '', {}])
      expect(told({ ...delta, kind }), String(kind)).to.equal('books.X: malformed');
    for (const item of ['', 5, undefined])
      expect(told({ ...delta, item })).to.equal('books.X: a book without symbol');
    for (const number of [
      { no: undefined },
      { no: '12' },
      { after: undefined },
      { after: null },
      { after: 0.5 },
    ])
      expect(told({ ...delta, ...number })).to.equal('books.X: a book without its number');
    const levels: readonly unknown[] = [
      undefined,
      {},
      [5],
      [['lift', 2.5, 1]],
      [['drop', 2.5, 1]],
      [['put', 2.5, -1]],
      [['put', '2.5', 1]],
      [['put', 2.5]],
      [[2.5, 1]],
      [[null, 2.5, 1]],
    ];
    for (const sells of levels)
      expect(told({ ...delta, sells }), JSON.stringify(sells)).to.equal('books.X: malformed levels');
    expect(told({ ...delta, kind: undefined })).to.equal('books.X: malformed levels');
  });

  it('have no time where it is none', () => {
    expect(told({ ...delta, at: 'noon', buys: [], sells: [] })).to.deep.equal([
      ['book', 'books.X', 'X', 'change', none, 12, 9],
    ]);
  });
});
