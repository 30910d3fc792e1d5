// Cancel-on-disconnect by methods that arm, tell and disarm.
import { expect } from 'chai';
import { methodSwitch } from '../../../src/exchanges/dialects/method-switches.js';
import { requestContext, sent } from '../../support/request-context.js';

const { kind, arm, disarm } = methodSwitch({
  venue: 'Toy',
  name: 'dead-man',
  arm: 'guard/on',
  verify: 'guard/show',
  disarm: 'guard/off',
  params: { of: 'line' },
  armed: { active: true, of: 'line' },
});
const problem = 'Toy says that dead-man is not enabled for this connection';

describe('a switch by methods', () => {
  it('is armed, and then asked whether it is', () => {
    expect(kind).to.equal('connection');
    const steps = arm(requestContext());
    expect(steps.map(({ name }) => name)).to.deep.equal(['arm dead-man', 'verify dead-man']);
    expect(steps.map(sent)).to.deep.equal([
      { method: 'guard/on', params: { of: 'line' } },
      { method: 'guard/show', params: { of: 'line' } },
    ]);
    expect([steps[0]!.check('ok'), steps[0]!.check('no')]).to.deep.equal([
      undefined,
      'the venue did not answer ok',
    ]);
  });

  it('counts as armed only where the venue says all of it', () => {
    const [, verify] = arm(requestContext());
    expect(verify!.check({ active: true, of: 'line', since: 17 })).to.equal(undefined);
    for (const result of [
      undefined,
      null,
      'ok',
      {},
      { active: true },
      { active: 1, of: 'line' },
      { active: true, of: 'all' },
    ])
      expect(verify!.check(result)).to.equal(problem);
  });

  it('is disarmed by a question of its own', () => {
    const [step, ...others] = disarm!(requestContext());
    expect(others).to.deep.equal([]);
    expect(step).to.include({ name: 'disarm dead-man' });
    expect(sent(step!)).to.deep.equal({ method: 'guard/off', params: { of: 'line' } });
  });
});
