import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { expect } from 'chai';
import { messageTokens } from '../../../src/exchanges/dialects/message-tokens.js';
import { requestContext } from '../../support/request-context.js';

const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
const pem = elliptic.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const seed = Buffer.from(edwards.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url').toString(
  'base64',
);

const { login, messageToken } = messageTokens({ venue: 'Toy', issuer: 'toy', lifetimeSeconds: 30 });
const key = { keyName: 'desk-7', privateKey: pem };
const parsed = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

function isSigned(token: string, publicKey: KeyObject): boolean {
  const [header, claims, signature = ''] = token.split('.');
  const isElliptic = publicKey.asymmetricKeyType === 'ec';
  const options = isElliptic ? ({ key: publicKey, dsaEncoding: 'ieee-p1363' } as const) : publicKey;
  const text = Buffer.from(`${header}.${claims}`);
  return verify(isElliptic ? 'sha256' : null, text, options, Buffer.from(signature, 'base64url'));
}

describe('tokens for one message', () => {
  it('say who signs, for whom, and from which second to which', () => {
    const token = messageToken(key, requestContext({ wallMs: 1_790_000_000_900 }));
    const [header, claims] = token.split('.').map((part, index) => (index < 2 ? parsed(part) : part));
    expect(header).to.deep.include({ alg: 'ES256', typ: 'JWT', kid: 'desk-7' });
    expect(claims).to.deep.equal({ sub: 'desk-7', iss: 'toy', nbf: 1_790_000_000, exp: 1_790_000_030 });
  });

  it('are signed with either kind of key', () => {
    expect(isSigned(messageToken(key, requestContext()), elliptic.publicKey)).to.equal(true);
    const token = messageToken({ ...key, privateKey: seed }, requestContext());
    expect(isSigned(token, edwards.publicKey)).to.equal(true);
    expect(isSigned(`${token.slice(0, -8)}AAAAAAAA`, edwards.publicKey)).to.equal(false);
  });

  it('have a number for one use each, of 32 hexadecimal digits', () => {
    const nonces = ['one', 'two', 'one'].map((nonce) => {
      const [header] = messageToken(key, requestContext({ nonce })).split('.');
      return (parsed(header) as { nonce: string }).nonce;
    });
    for (const nonce of nonces) expect(nonce).to.match(/^[0-9a-f]{32}$/);
    expect(nonces[0]).to.not.equal(nonces[1]);
    expect(nonces[0]).to.equal(nonces[2]);
  });

  it('cannot be made with a key that signs nothing, of which no word is said', () => {
    for (const privateKey of ['c2VjcmV0', '-----BEGIN nonsense', `${pem.slice(0, 60)}`]) {
      expect(() => messageToken({ ...key, privateKey }, requestContext()))
        .to.throw(TypeError, 'credentials.privateKey cannot sign')
        .and.to.not.have.property('cause');
      expect(login.validate({ ...key, privateKey }))
        .to.contain('credentials.privateKey')
        .and.to.not.contain(privateKey);
    }
  });

  it('need a key with a name', () => {
    expect(login.validate(key)).to.equal(undefined);
    expect(login.validate({ privateKey: pem })).to.contain('credentials.keyName');
    expect(login.validate({ keyName: 'desk-7' })).to.contain('credentials.privateKey');
    for (const odd of [null, undefined, 'key', { keyName: 7, privateKey: pem }])
      expect(login.validate(odd)).to.be.a('string');
  });

  it('stand for a login, which there is none of', () => {
    expect(login).to.not.have.any.keys('request', 'fetch');
    expect(login.read({}, key)).to.equal('Toy answers no login');
  });
});
