// Logins that bring a pair of tokens.
import { expect } from 'chai';
import { tokenLogin } from '../../../src/exchanges/dialects/token-logins.js';
import type { Session } from '../../../src/exchanges/exchange.js';
import { requestContext, sent } from '../../support/request-context.js';

const login = tokenLogin({
  venue: 'Toy',
  method: 'session/open',
  grants: {
    password: ({ clientSecret }) => ({ password: clientSecret }),
    proof: (_credentials, { wallMs }) => ({ at: wallMs }),
  },
  usualGrant: 'proof',
  isRight: /^(?:see|do):/,
  widerThan: (right) => right.replace(/^see:/, 'do:'),
});
const credentials = { clientId: 'me', clientSecret: 'hush' };
const answer = { access_token: 'a1', refresh_token: 'r1', expires_in: 900, scope: 'see:books do:orders' };

describe('a login that grants tokens', () => {
  it('proves who asks by the grant that was chosen, by default the usual one', () => {
    const params = (wishes: object) =>
      sent(login.request!({ ...credentials, ...wishes }, requestContext({ wallMs: 17 })));
    expect(params({})).to.deep.equal({
      method: 'session/open',
      params: { grant_type: 'proof', client_id: 'me', at: 17 },
    });
    expect(params({ grant: 'password', scope: 'see:books' }).params).to.deep.equal({
      grant_type: 'password',
      client_id: 'me',
      scope: 'see:books',
      password: 'hush',
    });
  });

  it('lasts as long as the answer says, and is renewed by the second token', () => {
    const session = login.read(answer, credentials) as Session;
    expect(session).to.deep.equal({
      lifetimeMs: 900_000,
      granted: ['see:books', 'do:orders'],
      secrets: { accessToken: 'a1', refreshToken: 'r1' },
    });
    expect(sent(login.refresh!(session, credentials, requestContext()))).to.deep.equal({
      method: 'session/open',
      params: { grant_type: 'refresh_token', refresh_token: 'r1' },
    });
  });

  it('fails where a right is missing that was asked for, not where a wish is', () => {
    const read = (scope: string) => login.read(answer, { ...credentials, scope });
    expect(read('do:books see:books do:money')).to.equal(
      'Toy did not grant do:books do:money: widen the rights of the API key or ask for less in scope',
    );
    for (const scope of ['', 'see:books', 'see:orders', ' do:orders  see:books ', 'until:900'])
      expect(read(scope), scope).to.be.an('object');
  });

  it('is not read from an answer without both tokens and a lifetime, whose secrets are not repeated', () => {
    for (const result of [undefined, null, 7, 'a1', [answer]])
      expect(login.read(result, credentials)).to.equal('the answer to session/open is not an object');
    const lifetimes = [undefined, 0, -1, 'soon', Number.POSITIVE_INFINITY].map((seconds) => ({
      expires_in: seconds,
    }));
    for (const wrong of [{ access_token: 1 }, { refresh_token: undefined }, ...lifetimes])
      expect(login.read({ ...answer, ...wrong }, credentials)).to.equal(
        'the answer to session/open lacks tokens or their lifetime',
      );
    const granted = (scope: unknown) => login.read({ ...answer, scope }, credentials);
    for (const scope of [undefined, null, 7]) expect(granted(scope)).to.deep.include({ granted: [] });
  });

  it('checks what the user gave without repeating it', () => {
    const problem = (wishes: object) => login.validate({ ...credentials, ...wishes });
    expect([{}, { scope: '' }, { grant: 'password' }, { grant: undefined }].map(problem)).to.deep.equal(
      Array.from({ length: 4 }, () => undefined),
    );
    expect(login.validate(undefined)).to.contain('clientId, clientSecret');
    expect(problem({ clientId: '' })).to.contain('credentials.clientId');
    expect(problem({ clientSecret: 5 })).to.contain('credentials.clientSecret');
    expect(problem({ scope: ['see:books'] })).to.equal('credentials.scope must be a string');
    for (const grant of ['toString', '', 7, null])
      expect(problem({ grant })).to.equal('credentials.grant must be password or proof');
  });
});
