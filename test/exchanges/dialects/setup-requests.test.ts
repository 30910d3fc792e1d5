import { expect } from 'chai';
import { okRequest, setupRequest, timerSwitch } from '../../../src/exchanges/dialects/setup-requests.js';
import { requestContext } from '../../support/request-context.js';

const outgoing = { id: 3, frame: 'arm' };

describe('setup requests', () => {
  it('are judged by a single condition', () => {
    const request = setupRequest('wind the clock', outgoing, (result) => result === 7, 'it stands still');
    expect(request).to.include({ ...outgoing, name: 'wind the clock' });
    expect([request.check(7), request.check(8)]).to.deep.equal([undefined, 'it stands still']);
    const okayed = okRequest('wind', outgoing);
    expect([okayed.check('ok'), okayed.check({})]).to.deep.equal([undefined, 'the venue did not answer ok']);
  });

  it('can arm a timer, which asks anew each time', () => {
    const timer = timerSwitch({
      name: 'wind',
      refreshEveryMs: 50,
      arm: (context) => ({ id: context.nextId(), frame: `wind until ${context.wallMs + 100}` }),
      isGood: (result) => result === 'wound',
      problem: 'it stands still',
    });
    expect(timer).to.include({ kind: 'timer', refreshEveryMs: 50 });
    const context = requestContext({ wallMs: 17 });
    const [first, ...more] = timer.arm(context);
    expect(more).to.deep.equal([]);
    expect(first).to.include({ id: 1, frame: 'wind until 117', name: 'wind' });
    expect([first?.check('wound'), first?.check(undefined)]).to.deep.equal([undefined, 'it stands still']);
    expect(timer.arm(context)[0]?.id).to.equal(2);
  });
});
