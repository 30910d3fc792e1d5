import { expect } from 'chai';
import { sidedBooks } from '../../../src/exchanges/dialects/sided-books.js';
import type { JsonObject } from '../../../src/exchanges/dialects/json-rpc.js';
import { recordingSink } from '../../support/recording-sink.js';

const { NaN: none } = Number;
// biome-ignore format: a table
const tell = sidedBooks({
  type: 'kind', whole: 'full', change: 'delta', symbol: 'of', levels: 'rows', side: 'way', bid: 'B', ask: 'S', price: 'at',
  amount: 'left', topicOf: (symbol) => `depth/${symbol}`,
});
const bid = { way: 'B', at: '2.50', left: '1.0', n: 3 };
const ask = { way: 'S', at: '2.60', left: '0' };
const full = { kind: 'full', of: 'X', rows: [bid, ask] };

function told(events: readonly JsonObject[]) {
  const sink = recordingSink();
  return { problem: tell({ channel: 'depth', events, timeMs: 7, sequence: 3 }, sink), calls: sink.calls };
}

describe('books whose levels name their side', () => {
  it('are told event by event, levels in the order they came in', () => {
    const delta = { kind: 'delta', of: 'Y', rows: [ask, bid, { ...ask, at: '2.70', left: '12' }] };
    expect(told([full, delta])).to.deep.equal({
      problem: undefined,
      calls: [
        ['book', 'depth/X', 'X', 'snapshot', 7, 3, none],
        ['level', 'bid', 2.5, 1, '2.50', '1.0'],
        ['level', 'ask', 2.6, 0, '2.60', '0'],
        ['book', 'depth/Y', 'Y', 'change', 7, 3, none],
        ['level', 'ask', 2.6, 0, '2.60', '0'],
        ['level', 'bid', 2.5, 1, '2.50', '1.0'],
        ['level', 'ask', 2.7, 12, '2.70', '12'],
      ],
    });
  });

  it('can be without a level, which a snapshot of an empty book is', () => {
    expect(told([{ ...full, rows: [] }]).calls).to.deep.equal([
      ['book', 'depth/X', 'X', 'snapshot', 7, 3, none],
    ]);
  });

  it('are all malformed where one level is', () => {
    const bad: readonly unknown[] = [
      null,
      undefined,
      7,
      'B',
      [],
      {},
      { ...bid, way: 'b' },
      { ...bid, at: 2.5 },
      { ...bid, at: '-2.5' },
      { ...bid, at: '2.5e3' },
      { ...bid, left: '' },
      { ...bid, left: null },
      { ...bid, left: '1'.repeat(400) },
    ];
    for (const row of bad) {
      const events = [full, { ...full, rows: [bid, row] }];
      expect(told(events), JSON.stringify(row)).to.deep.equal({ problem: 'depth: malformed', calls: [] });
    }
  });

  it('are all malformed where one has no type, symbol or list that is known', () => {
    for (const bad of [
      { kind: 'part' },
      { kind: undefined },
      { of: '' },
      { of: 7 },
      { rows: {} },
      { rows: null },
    ]) {
      const { problem, calls } = told([full, { ...full, ...bad }]);
      expect(problem, JSON.stringify(bad)).to.equal('depth: malformed');
      expect(calls).to.deep.equal([]);
    }
  });
});
