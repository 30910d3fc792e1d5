import { expect } from 'chai';
import fc from 'fast-check';
import type { BookLevel, BookUpdate } from '../src/market.js';
import { OrderBook } from '../src/order-book.js';
import { runs } from './support/random-runs.js';

type Pairs = [price: number, amount: number][];

const levels = (pairs: Pairs): BookLevel[] => pairs.map(([price, amount]) => ({ price, amount }));

function update(type: BookUpdate['type'], bids: Pairs, asks: Pairs, sequence = 1): BookUpdate {
  const numbers = { sequence, previousSequence: Number.NaN, exchangeTimeMs: 5, receivedAtNs: 0 };
  return { type, topic: 't', symbol: 's', bids: levels(bids), asks: levels(asks), ...numbers };
}

/** What an order book is, said without any care for speed. */
class Oracle {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  apply({ type, bids, asks }: BookUpdate): void {
    if (type === 'snapshot') {
      this.bids.clear();
      this.asks.clear();
    }
    for (const [side, changes] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const) {
      for (const { price, amount } of changes) {
        if (amount === 0) side.delete(price);
        else side.set(price, amount);
      }
    }
  }

  sorted(): { bids: BookLevel[]; asks: BookLevel[] } {
    const pairs = (side: Map<number, number>) => levels([...side]);
    return {
      bids: pairs(this.bids).sort((a, b) => b.price - a.price),
      asks: pairs(this.asks).sort((a, b) => a.price - b.price),
    };
  }

  trim(depth: number): void {
    for (const { price } of this.sorted().bids.slice(depth)) this.bids.delete(price);
    for (const { price } of this.sorted().asks.slice(depth)) this.asks.delete(price);
  }
}

/** Few prices, so that updates hit levels that exist; some below zero, as spreads have. */
const pairs = fc.array(fc.tuple(fc.integer({ min: -40, max: 200 }), fc.integer({ min: 0, max: 3 })), {
  maxLength: 120,
}) as fc.Arbitrary<Pairs>;
const updates = fc.array(
  fc
    .tuple(fc.constantFrom('change', 'change', 'snapshot'), pairs, pairs)
    .map(([type, bids, asks]) => update(type, bids, asks)),
  { maxLength: 12 },
);

describe('OrderBook', () => {
  it('agrees with a map and a sort after any updates', () => {
    fc.assert(
      fc.property(updates, fc.constantFrom(3, 25, Number.POSITIVE_INFINITY), (all, depth) => {
        const book = new OrderBook({ depth });
        const oracle = new Oracle();
        for (const each of all) {
          book.apply(each);
          oracle.apply(each);
          oracle.trim(depth);
          const { bids, asks } = oracle.sorted();
          expect(book.snapshot()).to.deep.include({ bids, asks });
          expect([...book.bids]).to.deep.equal(bids);
          expect(book.top(2)).to.deep.include({ bids: bids.slice(0, 2), asks: asks.slice(0, 2) });
          expect(book.bestBid).to.deep.equal(bids[0]);
          expect(book.bestAsk).to.deep.equal(asks[0]);
          expect(book.depth).to.equal(bids.length + asks.length);
          expect(book.amountAt('ask', 7)).to.equal(oracle.asks.get(7) ?? 0);
        }
      }),
      { numRuns: runs(400) },
    );
  });

  it('keeps a deep book sorted when changes come far from the best price', () => {
    const book = new OrderBook();
    const oracle = new Oracle();
    const all: Pairs = Array.from({ length: 3_000 }, (_, i) => [(i * 7_919) % 3_001, 1 + (i % 5)]);
    for (const each of [
      update('change', all, all),
      update(
        'change',
        all.slice(0, 1_500).map(([price]) => [price, 0]),
        [],
      ),
    ]) {
      book.apply(each);
      oracle.apply(each);
    }
    expect(book.snapshot()).to.deep.include(oracle.sorted());
  });

  it('starts from a snapshot in any order, the later amount winning', () => {
    const book = new OrderBook();
    for (const bids of [
      [
        [3, 1],
        [2, 1],
        [1, 1],
      ],
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
      [
        [2, 9],
        [3, 1],
        [1, 1],
        [2, 1],
      ],
    ] as Pairs[]) {
      book.apply(update('snapshot', bids, []));
      expect(book.bids.top(9)).to.deep.equal(
        levels([
          [3, 1],
          [2, 1],
          [1, 1],
        ]),
      );
    }
  });

  it('keeps the exact texts of each level with its level', () => {
    const book = new OrderBook({ depth: 3 });
    book.set('ask', 2, 1);
    book.set('ask', 0.567, 4831.75, '0.5670', '4831.75000000');
    book.set('ask', 0.566, 2, '0.5660', '2.00000000');
    book.set('ask', 0.566, 3, '0.5660', '3.00000000');
    book.set('ask', 3, 1);
    book.trim();
    expect([...book.asks]).to.deep.equal([
      { price: 0.566, amount: 3, priceText: '0.5660', amountText: '3.00000000' },
      { price: 0.567, amount: 4831.75, priceText: '0.5670', amountText: '4831.75000000' },
      { price: 2, amount: 1 },
    ]);
    book.set('ask', 0.566, 0);
    expect(book.bestAsk?.priceText).to.equal('0.5670');
    book.clear();
    book.set('ask', 1, 1);
    expect(book.bestAsk).to.deep.equal({ price: 1, amount: 1 });
  });

  it('knows when it is crossed', () => {
    const book = new OrderBook();
    expect(book.isCrossed).to.equal(false);
    book.set('bid', 10, 1);
    expect(book.isCrossed).to.equal(false);
    for (const [ask, crossed] of [
      [11, false],
      [10, true],
      [9, true],
    ] as const) {
      book.asks.clear();
      book.set('ask', ask, 1);
      expect(book.isCrossed, `ask ${ask}`).to.equal(crossed);
    }
  });

  it('says nothing of an empty side, and forgets all when cleared', () => {
    const book = new OrderBook();
    book.apply(update('snapshot', [[1, 1]], [[2, 1]], 77));
    expect(book).to.include({ sequence: 77, exchangeTimeMs: 5 });
    book.clear();
    expect(book.sequence).to.deep.equal(Number.NaN);
    expect(book.bids.bestPrice).to.deep.equal(Number.NaN);
    expect(book.bids.bestAmount).to.equal(0);
    expect(book.bestAsk).to.equal(undefined);
    expect(book.depth).to.equal(0);
  });

  it('refuses what cannot be a level, and a depth that is none', () => {
    const book = new OrderBook();
    for (const [price, amount] of [
      [Number.NaN, 1],
      [Number.POSITIVE_INFINITY, 1],
      [1, -1],
      [1, Number.NaN],
    ] as const) {
      expect(() => book.set('bid', price, amount)).to.throw(RangeError);
    }
    expect(book.depth).to.equal(0);
    for (const depth of [0, -1, 1.5, Number.NaN])
      expect(() => new OrderBook({ depth })).to.throw(TypeError, /depth/);
  });
});
