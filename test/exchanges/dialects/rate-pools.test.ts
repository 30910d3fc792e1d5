// Pools of credits as limits that stay below them.
import { expect } from 'chai';
import { methodCosts, ratePool, readRatePool } from '../../../src/exchanges/dialects/rate-pools.js';
import { RateBudget } from '../../../src/rate-budget.js';

describe('a pool of credits', () => {
  it('is used in part, with a reserve, and refills as the venue says', () => {
    const limit = { kind: 'bucket', units: 16, perSecond: 5, reserve: 4 };
    expect(ratePool(20, 5, 4)).to.deep.equal(limit);
    expect(readRatePool({ burst: 20, rate: 5 }, { reserve: 4 })).to.deep.equal(limit);
  });

  it('has at least one unit that anybody may use, however small it is', () => {
    for (const burst of [1, 2, 3, 5]) {
      const budget = new RateBudget({ orders: ratePool(burst, 1, 4) });
      expect(budget.canEver({ orders: 1 }, 'order'), String(burst)).to.equal(true);
    }
  });

  it('is counted in credits where a request costs many of them', () => {
    expect(readRatePool({ burst: 100, rate: 20 }, { credits: 500 })).to.deep.include({
      units: 40_000,
      perSecond: 10_000,
    });
  });

  it('is not read from anything that tells none', () => {
    for (const value of [
      undefined,
      null,
      7,
      {},
      { burst: 100 },
      { burst: 0, rate: 1 },
      { burst: 1, rate: 0 },
    ])
      expect(readRatePool(value), JSON.stringify(value)).to.equal(undefined);
  });
});

describe('the cost of a method', () => {
  it('is that of the first pattern that fits', () => {
    const cost = methodCosts([[/^a\//, { orders: 1 }]], { requests: 500 });
    expect(cost('{"id":1,"method":"a/b"}')).to.deep.equal({ orders: 1 });
    expect(cost('{"id":1,"method":"c/b"}')).to.deep.equal({ requests: 500 });
    expect(cost('ping')).to.deep.equal({ requests: 500 });
  });
});
