// How requests to Binance's WebSocket API are signed, and how a session is logged on.
import { expect } from 'chai';
import { createPublicKey, verify } from 'node:crypto';
import { binance } from '../../src/exchanges/binance.js';
import { signaturePayload, signed } from '../../src/exchanges/dialects/binance-keys.js';
import {
  api,
  ed25519,
  ed25519Key,
  hmacContext,
  hmacKey,
  loggedOn,
  rsa,
  sent,
  sessionContext,
  wallMs,
} from '../support/binance-api.js';
import { requestContext } from '../support/request-context.js';

describe('binance signatures', () => {
  const params = {
    symbol: 'BTCUSDT',
    side: 'SELL',
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: '0.01000000',
    price: '52000.00',
    recvWindow: 100,
    timestamp: wallMs,
  };

  it('are those of the documentation for an HMAC key', () => {
    expect(signed(params, hmacKey)['signature']).to.equal(
      'aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24',
    );
  });

  it('sign the raw text of symbols beyond ASCII', () => {
    const wide = {
      symbol: '１２３４５６',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '1.00000000',
      price: '0.10000000',
      recvWindow: 5000,
      timestamp: wallMs,
    };
    expect(signed(wide, hmacKey)['signature']).to.equal(
      'b33892ae8e687c939f4468c6268ddd4c40ac1af18ad19a064864c47bae0752cd',
    );
  });

  it('of Ed25519 and RSA keys hold against their public keys', () => {
    for (const [pair, algorithm] of [
      [ed25519, undefined],
      [rsa, 'RSA-SHA256'],
    ] as const) {
      const key = { apiKey: 'k', privateKey: pair.privateKey };
      const { signature, ...rest } = signed(params, key);
      const bytes = Buffer.from(String(signature), 'base64');
      expect(
        verify(algorithm, Buffer.from(signaturePayload(rest)), createPublicKey(pair.publicKey), bytes),
      ).to.equal(true);
    }
  });

  it('leave out what JSON leaves out', () => {
    expect(signaturePayload({ b: undefined, c: true, a: ['X'] })).to.equal('a=["X"]&c=true');
  });
});

describe('binance signed text', () => {
  it('is the one that the documentation shows', () => {
    const payload =
      'apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC&timestamp=1645423376532&type=LIMIT';
    expect(
      signaturePayload({
        type: 'LIMIT',
        timestamp: wallMs,
        timeInForce: 'GTC',
        symbol: 'BTCUSDT',
        side: 'SELL',
        recvWindow: 100,
        quantity: '0.01000000',
        price: '52000.00',
        apiKey: hmacKey.apiKey,
      }),
    ).to.equal(payload);
  });
});

describe('binance login', () => {
  it('says what is wrong with a key without repeating it', () => {
    const problems = [
      [{}, 'credentials.apiKey must be a non-empty string'],
      [{ apiKey: 'k' }, 'credentials need either secret (HMAC keys) or privateKey (Ed25519 and RSA keys)'],
      [
        { ...hmacKey, privateKey: ed25519.privateKey },
        'credentials need either secret (HMAC keys) or privateKey (Ed25519 and RSA keys)',
      ],
      [{ apiKey: 'k', secret: '' }, 'credentials.secret must be a non-empty string'],
      [
        { apiKey: 'k', privateKey: 'hunter2' },
        'credentials.privateKey must be the PEM text of an Ed25519 or RSA private key',
      ],
    ] as const;
    for (const [credentials, problem] of problems)
      expect(binance.validateCredentials?.(credentials)).to.equal(problem);
    for (const credentials of [hmacKey, ed25519Key, { apiKey: 'k', privateKey: rsa.privateKey }]) {
      expect(binance.validateCredentials?.(credentials)).to.equal(undefined);
    }
  });

  it('logs an Ed25519 session on once, and then asks without a signature', () => {
    const logon = sent(api.login!.request!(ed25519Key, requestContext({ wallMs, credentials: ed25519Key })));
    expect(logon.method).to.equal('session.logon');
    const { signature, ...params } = logon.params;
    expect(params).to.deep.equal({ apiKey: 'ed-key', timestamp: wallMs });
    const payload = Buffer.from(`apiKey=ed-key&timestamp=${wallMs}`);
    expect(
      verify(
        undefined,
        payload,
        createPublicKey(ed25519.publicKey),
        Buffer.from(String(signature), 'base64'),
      ),
    ).to.equal(true);
    expect(api.login!.read({ apiKey: 'ed-key', authorizedSince: 1 }, ed25519Key)).to.deep.equal(loggedOn);
    expect(api.login!.read({ apiKey: 'other' }, ed25519Key)).to.be.a('string');
    const cancel = sent(api.orders!.cancel({ orderId: '12', symbol: 'BTCUSDT' }, sessionContext()));
    expect(cancel).to.deep.equal({
      method: 'order.cancel',
      params: { symbol: 'BTCUSDT', orderId: 12, timestamp: wallMs },
    });
    expect(sent(api.subscribe(['userData'], sessionContext())[0]!)).to.deep.equal({
      method: 'userDataStream.subscribe',
      params: {},
    });
  });

  it('proves an HMAC key by a signed question and signs every request', () => {
    const login = sent(api.login!.request!(hmacKey, hmacContext()));
    expect(login.method).to.equal('account.status');
    expect(login.params['signature']).to.match(/^[0-9a-f]{64}$/);
    expect(api.login!.read({ balances: [] }, hmacKey)).to.deep.include({ granted: [] });
    const subscribe = sent(api.subscribe(['userData'], hmacContext())[0]!);
    expect(subscribe.method).to.equal('userDataStream.subscribe.signature');
    expect(subscribe.params['signature']).to.equal(signed({ timestamp: wallMs }, hmacKey)['signature']);
    expect(JSON.stringify(subscribe)).to.not.include(hmacKey.secret);
  });

  it('asks for the clock first', () => {
    expect(sent(api.clock!.request(requestContext())).method).to.equal('time');
    expect(api.clock!.read({ serverTime: 17 })).to.equal(17);
    expect(api.clock!.read({})).to.equal(undefined);
  });
});
