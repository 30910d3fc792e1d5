import { expect } from 'chai';
import { freshNonce } from '../../../src/exchanges/dialects/nonces.js';
import { actionHash, actionSigner } from '../../../src/exchanges/dialects/signed-actions.js';
import { addressOf } from '../../../src/exchanges/dialects/typed-data.js';
import { ownerOf, roleLogin, walletProblem } from '../../../src/exchanges/dialects/wallets.js';
import { requestContext } from '../../support/request-context.js';

const privateKey = '0x0123456789012345678901234567890123456789012345678901234567890123';
const vault = '0x1111111111111111111111111111111111111111';
const signed = { action: { type: 'noop', items: [1, 'a', null] }, nonce: 17 };
const signer = actionSigner({ name: 'Toy', version: '2', chainId: 5 }, { live: 'l', test: 't' });

describe('signed actions', () => {
  it('are of the key that signed them, on its network alone', () => {
    for (const network of ['live', 'test'] as const) {
      const signature = signer.sign(signed, privateKey, network);
      expect(signer.signerOf(signed, signature, network)).to.equal(addressOf(privateKey));
      const other = network === 'live' ? 'test' : 'live';
      expect(signer.signerOf(signed, signature, other)).to.not.equal(addressOf(privateKey));
    }
  });

  it('are worth nothing in another domain, or with anything changed', () => {
    const signature = signer.sign(signed, privateKey, 'live');
    const others = [
      actionSigner({ name: 'Toy', version: '2', chainId: 6 }, { live: 'l', test: 't' }),
      actionSigner({ name: 'Toy', version: '3', chainId: 5 }, { live: 'l', test: 't' }),
      actionSigner({ name: 'Other', version: '2', chainId: 5 }, { live: 'l', test: 't' }),
    ];
    for (const other of others)
      expect(other.signerOf(signed, signature, 'live')).to.not.equal(addressOf(privateKey));
    const changes = [{ nonce: 18 }, { vaultAddress: vault }, { expiresAfter: 0 }, { action: { type: 'x' } }];
    for (const change of changes)
      expect(actionHash({ ...signed, ...change })).to.not.deep.equal(actionHash(signed));
  });

  it('travel with what they were signed over', () => {
    const context = requestContext({
      wallMs: 1_790_000_000_000,
      credentials: { privateKey, vault: vault.toUpperCase().replace('0X', '0x') },
    });
    const payload = signer.payload({ type: 'noop' }, { ...context, network: 'test' }, 9);
    const { signature, nonce } = payload as { signature: never; nonce: number };
    expect(payload).to.deep.include({ action: { type: 'noop' }, vaultAddress: vault, expiresAfter: 9 });
    const whole = { action: { type: 'noop' }, nonce, vaultAddress: vault, expiresAfter: 9 };
    expect(signer.signerOf(whole, signature, 'test')).to.equal(addressOf(privateKey));
    const own = requestContext({ wallMs: 1, credentials: { privateKey } });
    expect(signer.payload({ type: 'noop' }, own)).to.deep.include({ vaultAddress: null });
  });
});

describe('nonces', () => {
  it('are the time, and never the same one twice for a key', () => {
    const at = (wallMs: number) => freshNonce('a key of this test', wallMs);
    expect([at(100.9), at(100), at(50), at(200)]).to.deep.equal([100, 101, 102, 200]);
    expect(freshNonce('another key of this test', 100)).to.equal(100);
  });
});

describe('wallets', () => {
  it('are checked without repeating a key', () => {
    expect(walletProblem({ privateKey, account: vault, vault })).to.equal(undefined);
    const bad = [undefined, null, {}, { privateKey: 'hunter2' }, { privateKey: `0x${'0'.repeat(64)}` }];
    for (const credentials of bad)
      expect(walletProblem(credentials)).to.match(/^credentials\.privateKey must be 32 bytes/);
    for (const name of ['account', 'vault'])
      expect(walletProblem({ privateKey, [name]: 'x' })).to.include(`credentials.${name} must be an address`);
  });

  it('own orders as their vault, their account or themselves, in that order', () => {
    const account = '0x2222222222222222222222222222222222222222';
    const ownerWith = (more: object) => ownerOf(requestContext({ credentials: { privateKey, ...more } }));
    expect(ownerWith({ account, vault })).to.equal(vault);
    expect(ownerWith({ account })).to.equal(account);
    expect(ownerWith({})).to.equal(addressOf(privateKey));
  });

  it('are asked for their role, which an address that nobody knows has not', () => {
    const { validate, fetch, read } = roleLogin({
      question: 'whoIs',
      call: (question, who) => ({ method: 'GET', url: `/${question}?who=${who}` }),
      role: 'rank',
      nobody: 'stranger',
    });
    expect(validate({ privateKey })).to.equal(undefined);
    expect(validate({})).to.be.a('string');
    expect(fetch?.({ privateKey }, requestContext()).url).to.equal(`/whoIs?who=${addressOf(privateKey)}`);
    expect(read({ rank: 'captain' }, { privateKey })).to.deep.equal({
      lifetimeMs: Number.POSITIVE_INFINITY,
      granted: ['captain'],
      secrets: {},
    });
    expect(read({ rank: 'stranger' }, { privateKey })).to.deep.equal({
      code: 'stranger',
      message: `This key (${addressOf(privateKey)}) belongs to no account and no API wallet`,
    });
    for (const odd of [undefined, null, 'captain', [], {}, { rank: 7 }, { rank: { toString: 0 } }])
      expect(read(odd, { privateKey })).to.equal('the answer to whoIs has no rank');
  });
});
