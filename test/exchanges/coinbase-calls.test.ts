import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { expect } from 'chai';
import { coinbase, messageToken, signExchangeFeed } from '../../src/exchanges/coinbase.js';
import { privateKeyOf } from '../../src/exchanges/dialects/jwt.js';
import { requestContext } from '../support/request-context.js';

const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
const pem = elliptic.privateKey.export({ format: 'pem', type: 'sec1' }).toString();
const seed = edwards.privateKey.export({ format: 'jwk' }).d ?? '';
const edwardsText = Buffer.concat([
  Buffer.from(seed, 'base64url'),
  Buffer.from(edwards.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
]).toString('base64');

const credentials = { keyName: 'organizations/o/apiKeys/k', privateKey: pem };
const context = () => requestContext({ wallMs: 1_790_000_000_900, credentials });
const { market, user } = coinbase.sockets;
const parsed = ({ frame }: { readonly frame: string }): Record<string, unknown> => JSON.parse(frame);

function isSignedBy(token: string, key: KeyObject): boolean {
  const [header, claims, signature = ''] = token.split('.');
  const options = key.asymmetricKeyType === 'ec' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key;
  const digest = key.asymmetricKeyType === 'ec' ? 'sha256' : null;
  return verify(digest, Buffer.from(`${header}.${claims}`), options, Buffer.from(signature, 'base64url'));
}

const part = (token: string, index: number): unknown =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());

describe('coinbase tokens', () => {
  it('are signed with either kind of key', () => {
    expect(isSignedBy(messageToken(credentials, context()), elliptic.publicKey)).to.equal(true);
    const token = messageToken({ ...credentials, privateKey: edwardsText }, context());
    expect(isSignedBy(token, edwards.publicKey)).to.equal(true);
    expect(part(token, 0)).to.include({ alg: 'EdDSA' });
  });

  it('say who signs, that it is for a WebSocket, and for how long', () => {
    const token = messageToken(credentials, context());
    const { nonce, ...header } = part(token, 0) as Record<string, string>;
    expect(header).to.deep.equal({ alg: 'ES256', typ: 'JWT', kid: credentials.keyName });
    expect(nonce).to.match(/^[0-9a-f]{32}$/);
    expect(part(token, 1)).to.deep.equal({
      sub: credentials.keyName,
      iss: 'cdp',
      nbf: 1_790_000_000,
      exp: 1_790_000_120,
    });
  });

  it('take the key in each form it is handed out', () => {
    const forms = [
      pem,
      pem.replaceAll('\n', '\\n'),
      edwardsText,
      Buffer.from(seed, 'base64url').toString('base64'),
    ];
    for (const form of forms) expect(privateKeyOf(form), form.slice(0, 20)).to.not.equal(undefined);
  });

  it('are refused where the key cannot make them, without a word of the key', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    const wrong = [
      other.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'c2VjcmV0',
      '-----BEGIN nonsense',
    ];
    for (const privateKey of wrong) {
      const problem = coinbase.validateCredentials?.({ keyName: 'k', privateKey });
      expect(problem).to.contain('credentials.privateKey').and.to.not.contain(privateKey);
    }
    expect(coinbase.validateCredentials?.({ privateKey: pem })).to.contain('credentials.keyName');
    expect(coinbase.validateCredentials?.(credentials)).to.equal(undefined);
  });

  it('are not what the institutional feed wants, whose signature is this', () => {
    expect(signExchangeFeed('dGVzdC1zZWNyZXQ=', '1710000000')).to.equal(
      'KRnlRrVI/bZlcvLhkQLB2swJznN8Y2R7Gfd0qqnkiE8=',
    );
  });
});

describe('coinbase topics', () => {
  it('go one channel per message, without a token where all may listen', () => {
    const topics = ['level2:BTC-USD', 'ticker:BTC-USD', 'level2:ETH-USD', 'status'];
    const calls = market.subscribe(topics, context());
    expect(calls.map(parsed)).to.deep.equal([
      { type: 'subscribe', product_ids: ['BTC-USD', 'ETH-USD'], channel: 'level2' },
      { type: 'subscribe', product_ids: ['BTC-USD'], channel: 'ticker' },
      { type: 'subscribe', channel: 'status' },
    ]);
    expect(calls.flatMap((call) => call.topics)).to.have.members(topics);
  });

  it('of the account carry a fresh token each, to subscribe and to give up', () => {
    const calls = user.subscribe(['user', 'futures_balance_summary'], context());
    const tokens = [...calls, ...user.unsubscribe(['user'], context())].map((call) =>
      String(parsed(call)['jwt']),
    );
    expect(new Set(tokens).size).to.equal(3);
    for (const token of tokens) expect(isSignedBy(token, elliptic.publicKey)).to.equal(true);
    expect(calls[0]?.frame).to.not.contain('PRIVATE KEY');
  });

  it('go to the socket that carries them', () => {
    const sockets = ['level2:BTC-USD', 'user', 'futures_balance_summary'].map((topic) =>
      coinbase.socketOfTopic(topic),
    );
    expect(sockets).to.deep.equal(['market', 'user', 'user']);
    expect(coinbase).to.not.have.property('orderSocket');
  });

  it('are known by their form, with words that help', () => {
    const good =
      'level2:BTC-USD candles:BTC-PERP-INTX ticker:USDT-USDC user status market_trades:BIT-28JUL23-CDE';
    for (const topic of good.split(' ')) expect(market.checkTopic?.(topic), topic).to.equal(undefined);
    for (const topic of 'level2 level2:BTCUSD user:BTC-USD heartbeats matches:BTC-USD'.split(' ')) {
      expect(market.checkTopic?.(topic), topic).to.contain('level2:BTC-USD');
    }
    expect(market.checkTopic?.('level2:BTC-USDC')).to.contain('subscribe to level2:BTC-USD');
  });

  it('have a common form', () => {
    const topics = (['trades', 'quotes', 'book'] as const).map(
      (kind) => coinbase.commonTopic?.(kind, 'BTC-USD') ?? '',
    );
    expect(topics).to.deep.equal(['market_trades:BTC-USD', 'ticker:BTC-USD', 'level2:BTC-USD']);
    for (const topic of topics) expect(market.checkTopic?.(topic)).to.equal(undefined);
  });
});

describe('coinbase socket', () => {
  it('subscribes the heartbeat at once, which also beats the deadline of the first subscription', () => {
    const frame = market.heartbeat?.start?.(1000) ?? '';
    expect(JSON.parse(frame)).to.deep.equal({ type: 'subscribe', channel: 'heartbeats' });
  });

  it('takes the ambiguous error for what a fresh token may mend', () => {
    expect(user.classify({ code: 'error', message: 'authentication failure' })).to.equal('login');
    expect(user.classify({ code: 'error', message: 'something else' })).to.equal('reject');
  });
});
