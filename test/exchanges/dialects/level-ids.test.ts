// Books whose levels are named by an id: prices are remembered, within bounds.
import { expect } from 'chai';
import { type LevelAction, levelIds } from '../../../src/exchanges/dialects/level-ids.js';
import { recordingSink } from '../../support/recording-sink.js';

function reader() {
  const ids = levelIds({ id: 'i', side: 'd', buy: 'B', sell: 'S', price: 'p', amount: 'a' });
  return {
    ...ids,
    read(action: LevelAction, rows: readonly Readonly<Record<string, unknown>>[], topic = 'book') {
      const sink = recordingSink();
      const problem = ids.tell(sink, { topic, symbol: 'X', action, rows, timeMs: 17 });
      return { problem, levels: sink.calls.slice(1).map(([, ...level]) => level) };
    },
  };
}

const whole = [
  { i: 1, d: 'B', p: 10, a: 5 },
  { i: 2, d: 'S', p: 11, a: 6 },
];

describe('levels with ids', () => {
  it('have the price they had before where an update leaves it out', () => {
    const { read } = reader();
    expect(read('partial', whole).levels).to.deep.equal([
      ['bid', 10, 5],
      ['ask', 11, 6],
    ]);
    expect(read('update', [{ i: 2, d: 'S', a: 7 }]).levels).to.deep.equal([['ask', 11, 7]]);
    expect(read('delete', [{ i: 1, d: 'B' }]).levels).to.deep.equal([['bid', 10, 0]]);
  });

  it('are told all or none: one of a price that nobody knows refuses the update', () => {
    const { read } = reader();
    read('partial', whole);
    const rows = [
      { i: 2, d: 'S', a: 7 },
      { i: 3, d: 'S', a: 7 },
    ];
    expect(read('update', rows)).to.deep.equal({
      problem: 'book: update of malformed or unknown levels',
      levels: [],
    });
    expect(read('update', [{ i: 2, d: 'S', a: 7 }], 'other').problem).to.be.a('string');
  });

  it('are forgotten when the book begins anew, is deleted or is given up', () => {
    const { read, forget } = reader();
    read('partial', whole);
    read('delete', [{ i: 1, d: 'B' }]);
    expect(read('update', [{ i: 1, d: 'B', a: 1 }]).problem).to.be.a('string');
    read('partial', []);
    expect(read('update', [{ i: 2, d: 'S', a: 1 }]).problem).to.be.a('string');
    read('partial', whole);
    forget('book');
    expect(read('update', [{ i: 2, d: 'S', a: 1 }]).problem).to.be.a('string');
  });

  it('are not levels without a whole id, a side, a finite price and an amount', () => {
    const [level] = whole;
    const broken = [
      { i: 1.5 },
      { i: 'x' },
      { d: 'b' },
      { p: null },
      { p: '10' },
      { a: -1 },
      { a: undefined },
    ];
    for (const bad of broken)
      expect(reader().read('insert', [{ ...level, ...bad }]).problem, JSON.stringify(bad)).to.be.a('string');
  });

  it('do not fill the memory without bound', () => {
    const { read } = reader();
    const rows = Array.from({ length: 200_001 }, (_, index) => ({ i: index, d: 'B', p: index, a: 1 }));
    read('partial', rows);
    read('insert', [{ i: 300_000, d: 'B', p: 1, a: 1 }]);
    expect(read('update', [{ i: 5, d: 'B', a: 2 }]).problem).to.be.a('string');
    expect(read('update', [{ i: 300_000, d: 'B', a: 2 }]).levels).to.deep.equal([['bid', 1, 2]]);
  });
});
