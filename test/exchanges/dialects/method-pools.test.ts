// Pools of credits that calls draw on by their methods.
import { expect } from 'chai';
import { methodPools } from '../../../src/exchanges/dialects/method-pools.js';
import { requestContext, sent } from '../../support/request-context.js';

const rates = methodPools({
  pools: {
    trades: { burst: 20, rate: 5, cost: 1, reserve: 4, methods: /^own\/(?:bid|drop)/, told: 'match.mine' },
    lists: { burst: 1000, rate: 10, cost: 30, methods: /^open\/list/ },
    calls: { burst: 500, rate: 100, cost: 5, told: 'plain' },
  },
  heartbeat: 'calls',
  ask: { method: 'own/limits', params: { of: 'me' }, limits: 'my.limits' },
});
const pool = (units: number, perSecond: number, reserve = 0) => ({
  kind: 'bucket',
  units,
  perSecond,
  reserve,
});

describe('pools that calls draw on by their methods', () => {
  it('stay below what the venue publishes', () => {
    expect(rates.limits).to.deep.equal({
      trades: pool(16, 5, 4),
      lists: pool(800, 10),
      calls: pool(400, 100),
    });
  });

  it('are drawn on by the first that has the method, and by all others the one that has no list', () => {
    const cost = (method: string) => rates.cost(`{"id":1,"method":"${method}","params":{}}`);
    expect(cost('own/bid')).to.deep.equal({ trades: 1 });
    expect(cost('own/drop_all')).to.deep.equal({ trades: 1 });
    expect(cost('open/list')).to.deep.equal({ lists: 30 });
    expect(cost('own/limits')).to.deep.equal({ calls: 5 });
    expect(rates.cost('ping')).to.deep.equal({ calls: 5 });
    expect(rates.heartbeatCost).to.deep.equal({ calls: 5 });
  });

  it('are the own ones of the account where the venue tells them', () => {
    const asked = rates.ask!(requestContext());
    expect(asked.method).to.equal('own/limits');
    expect(sent(asked)).to.deep.equal({ method: 'own/limits', params: { of: 'me' } });
    const told = (limits: unknown) => rates.readLimits!('own/limits', { my: { limits } });
    const [match, plain] = [{ mine: { burst: 50, rate: 10 } }, { burst: 200, rate: 40 }];
    expect(told({ match, plain })).to.deep.equal({ trades: pool(40, 10, 4), calls: pool(800, 200) });
    expect(told({ match, plain: { burst: 0, rate: 40 } })).to.deep.equal({ trades: pool(40, 10, 4) });
    expect(told({ match: null, plain: 'much' })).to.deep.equal({});
    for (const limits of [undefined, null, 5, 'x', []]) expect(told(limits)).to.equal(undefined);
    expect(rates.readLimits!('own/cash', { my: { limits: { plain } } })).to.equal(undefined);
    expect(rates.readLimits!('own/limits', undefined)).to.equal(undefined);
  });
});
