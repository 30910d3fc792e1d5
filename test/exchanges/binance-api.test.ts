import { expect } from 'chai';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { binance } from '../../src/exchanges/binance.js';
import { signaturePayload, signed } from '../../src/exchanges/dialects/binance-keys.js';
import type { Exchange, Outgoing, Session } from '../../src/exchanges/exchange.js';
import { itDecodes } from '../support/decoding.js';
import type { SinkCall } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';

const { NaN: none } = Number;
const api = binance.sockets.api as unknown as Exchange;
const hmacKey = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
};
const ed25519 = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const ed25519Key = { apiKey: 'ed-key', privateKey: ed25519.privateKey };
const wallMs = 1_645_423_376_532;
const loggedOn: Session = { lifetimeMs: Number.POSITIVE_INFINITY, granted: ['session.logon'], secrets: {} };

const sent = ({ id, frame }: Outgoing) => {
  const message = JSON.parse(frame) as { id: unknown; method: string; params: Record<string, unknown> };
  expect(message.id).to.equal(id);
  return { method: message.method, params: message.params };
};
const hmacContext = () => requestContext({ wallMs, credentials: hmacKey });
const sessionContext = () => requestContext({ wallMs, credentials: ed25519Key, session: loggedOn });

const userData = (kind: string, event: object): SinkCall => [
  'private',
  { kind, topic: 'userData', ...event } as never,
];
const stopText = 'Binance: serverShutdown, this connection is about to be closed';

describe('binance API decode', () => {
  itDecodes({
    title: 'binance (WebSocket API)',
    decoder: api,
    fixtures: 'binance-api',
    meanings: {
      reply_time: () => [['reply', '187d3cb2-942d-484c-8271-4e2141bbadb1', { serverTime: 1656400526260 }]],
      reply_logon: ({ result }: { result: unknown }) => [['reply', 2, result]],
      reply_user_data: () => [['reply', 'd3df8a21-98ea-4fe0-8f4e-0fcea5d418b7', { subscriptionId: 0 }]],
      reply_cancel: ({ result }: { result: unknown }) => [
        ['reply', '5633b6a2-90a9-4192-83e7-925c90b6a2fd', result],
      ],
      error_logon: () => [
        [
          'refusal',
          2,
          { code: '-1022', message: 'Signature for this request is not valid.', reason: 'status 401' },
        ],
      ],
      error_balance: () => [
        [
          'refusal',
          'e2a85d9f-07a5-4f94-8d5f-789dc3deb097',
          { code: '-2010', message: 'Account has insufficient balance for requested action.' },
        ],
      ],
      error_rate: () => [
        [
          'refusal',
          7,
          {
            code: '-1003',
            message: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
            reason: 'status 429, retry after 1656400540000',
          },
        ],
      ],
      error_replace: () => [
        [
          'refusal',
          8,
          {
            code: '-2021',
            message: 'Order cancel-replace partially failed.',
            reason: 'status 409, cancel SUCCESS, new order FAILURE',
          },
        ],
      ],
      error_key_withdrawn: () => [
        [
          'refusal',
          undefined,
          { code: '-2015', message: 'Invalid API-key, IP, or permissions for action.', reason: 'status 401' },
        ],
      ],
      event_shutdown: () => [['notice', { kind: 'planned-stop', text: stopText }]],
      event_terminated: () => [
        [
          'revoked',
          'userData',
          { code: 'eventStreamTerminated', message: 'Binance ended the user data stream' },
        ],
      ],
      event_balance: ({ event: raw }: { event: unknown }) => [userData('account', { raw })],
      event_position: ({ event }: { event: { B: unknown[] } }) => [
        userData('balance', {
          balance: { currency: 'ETH', total: 10000.5, available: 10000, raw: event.B[0] },
        }),
        userData('balance', { balance: { currency: 'BTC', total: 1, available: 1, raw: event.B[1] } }),
      ],
      event_report: ({ event: raw }: { event: unknown }) => [
        userData('order', {
          order: {
            orderId: '4293153',
            clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
            symbol: 'ETHBTC',
            side: 'buy',
            type: 'limit',
            state: 'open',
            price: 0.1026441,
            amount: 1,
            filledAmount: 0,
            averagePrice: none,
            updatedAtMs: 1499405658657,
            raw,
          },
        }),
      ],
      event_report_trade: ({ event: raw }: { event: unknown }) => [
        userData('fill', {
          fill: {
            tradeId: '98765432',
            orderId: '12345678',
            clientOrderId: 'bot-7',
            symbol: 'ETHUSDT',
            side: 'buy',
            price: 2499.5,
            amount: 1,
            fee: 0.001,
            feeCurrency: 'ETH',
            liquidity: 'maker',
            exchangeTimeMs: 1709654401000,
            raw,
          },
        }),
        userData('order', {
          order: {
            orderId: '12345678',
            clientOrderId: 'bot-7',
            symbol: 'ETHUSDT',
            side: 'buy',
            type: 'limit-maker',
            state: 'open',
            price: 2500,
            amount: 2,
            filledAmount: 1,
            averagePrice: 2499.5,
            updatedAtMs: 1709654401000,
            raw,
          },
        }),
      ],
      event_report_cancel: ({ event: raw }: { event: unknown }) => [
        userData('order', {
          order: {
            orderId: '12345679',
            clientOrderId: 'bot-8',
            symbol: 'ETHUSDT',
            side: 'sell',
            type: 'market',
            state: 'cancelled',
            price: none,
            amount: 1,
            filledAmount: 0,
            averagePrice: none,
            updatedAtMs: 1709654402000,
            raw,
          },
        }),
      ],
    },
    recorded: { venue: 'binance', isMine: (name) => name.startsWith('spot_user_data') },
  });
});

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

describe('binance orders', () => {
  const order = {
    symbol: 'BTCUSDT',
    side: 'sell',
    amount: 1e-7,
    price: 23416.1,
    clientOrderId: 'bot-1',
  } as const;
  const placed = (changes: object) =>
    sent(api.orders!.place({ ...order, ...changes }, sessionContext())).params;

  it('are placed in the words of the venue, with decimal texts', () => {
    expect(placed({})).to.deep.equal({
      newOrderRespType: 'RESULT',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'LIMIT',
      timeInForce: 'GTC',
      price: '23416.1',
      quantity: '0.0000001',
      newClientOrderId: 'bot-1',
      timestamp: wallMs,
    });
    expect(placed({ postOnly: true }))
      .to.include({ type: 'LIMIT_MAKER' })
      .and.not.have.property('timeInForce');
    expect(placed({ timeInForce: 'immediate-or-cancel' })).to.include({ timeInForce: 'IOC' });
    const market = placed({ type: 'market', price: undefined });
    expect(market).to.include({ type: 'MARKET' }).and.not.have.any.keys('price', 'timeInForce');
    expect(placed({ type: 'stop-loss-limit', extra: { stopPrice: '23000' } })).to.include({
      type: 'STOP_LOSS_LIMIT',
      timeInForce: 'GTC',
      stopPrice: '23000',
    });
    expect(placed({ extra: { newOrderRespType: 'FULL' } })).to.include({ newOrderRespType: 'FULL' });
  });

  it('carry a signature that covers every parameter where the key cannot log on', () => {
    const { params } = sent(api.orders!.place(order, hmacContext()));
    const { signature, ...rest } = params;
    expect(signature).to.equal(signed(rest, hmacKey)['signature']);
  });

  it('are refused before they are sent where Binance has no meaning for them', () => {
    const check = (changes: object) => api.orders!.validate!({ ...order, ...changes });
    expect(check({})).to.equal(undefined);
    expect(check({ reduceOnly: true })).to.include('reduceOnly');
    expect(check({ clientOrderId: 'a b' })).to.include('clientOrderId');
    expect(check({ price: undefined })).to.include('price');
    expect(check({ extra: { symbol: 'X' } })).to.include('extra.symbol');
    expect(() =>
      api.orders!.edit!({ orderId: '1', symbol: 'BTCUSDT' }, { price: 1 }, sessionContext()),
    ).to.throw(TypeError, 'cancelReplace');
    expect(() => api.orders!.cancelAll!({}, sessionContext())).to.throw(TypeError, 'filter.symbol');
    expect(() => api.orders!.cancel({ orderId: '1' }, sessionContext())).to.throw(TypeError);
  });

  it('are read back from answers, by the id they were placed with', () => {
    const cancelled = {
      symbol: 'BTCUSDT',
      origClientOrderId: 'mine',
      orderId: 12569099453,
      clientOrderId: 'of-the-cancel',
      transactTime: 1684804350068,
      price: '23416.10000000',
      origQty: '0.00847000',
      executedQty: '0.00001000',
      cummulativeQuoteQty: '0.23416100',
      status: 'CANCELED',
      type: 'LIMIT',
      side: 'SELL',
    };
    const expected = {
      orderId: '12569099453',
      clientOrderId: 'mine',
      symbol: 'BTCUSDT',
      side: 'sell',
      type: 'limit',
      state: 'cancelled',
      price: 23416.1,
      amount: 0.00847,
      filledAmount: 0.00001,
      averagePrice: 23416.1,
      updatedAtMs: 1684804350068,
      raw: cancelled,
    };
    const read = api.orders!.readCancelled(cancelled);
    expect({ ...read, averagePrice: Math.round((read?.averagePrice ?? 0) * 10) / 10 }).to.deep.equal(
      expected,
    );
    expect(api.orders!.readOpenOrders!([cancelled, { broken: true }])).to.have.length(1);
    expect(api.orders!.readCancelledAll!([{}, {}])).to.equal(2);
    expect(api.orders!.readPlaced({ symbol: 'BTCUSDT', orderId: 1, clientOrderId: 'a' })).to.equal(undefined);
  });

  it('are looked up by either id', () => {
    expect(
      sent(api.orders!.lookup!({ clientOrderId: 'a', symbol: 'X' }, sessionContext())).params,
    ).to.include({ origClientOrderId: 'a' });
    expect(sent(api.orders!.openOrders!({}, sessionContext()))).to.deep.equal({
      method: 'openOrders.status',
      params: { timestamp: wallMs },
    });
  });
});

describe('binance errors', () => {
  const classes: readonly (readonly [string, string | undefined, string])[] = [
    ['-2010', undefined, 'reject'],
    ['-1013', undefined, 'reject'],
    ['-1121', undefined, 'reject'],
    ['-2035', undefined, 'reject'],
    ['-2011', undefined, 'not-found'],
    ['-2013', undefined, 'not-found'],
    ['-2026', undefined, 'not-found'],
    ['-1003', 'status 429, retry after 1', 'rate'],
    ['-1003', 'status 418, retry after 1', 'banned'],
    ['-1015', undefined, 'rate'],
    ['-1034', undefined, 'rate'],
    ['-1021', undefined, 'retry'],
    ['-1022', 'status 401', 'fatal-login'],
    ['-2014', undefined, 'fatal-login'],
    ['-2015', 'status 401', 'fatal-login'],
    ['-1006', undefined, 'unknown'],
    ['-1007', 'status 504', 'unknown'],
    ['-1000', 'status 500', 'unknown'],
    ['-1008', 'status 503', 'retry'],
    ['-2021', 'status 409', 'unknown'],
    ['-2022', undefined, 'reject'],
    ['-1000', 'status 403', 'banned'],
  ];

  it('mean what the documentation says', () => {
    for (const [code, reason, expected] of classes) {
      expect(
        api.classify({ code, message: '', ...(reason === undefined ? {} : { reason }) }),
        `${code} ${reason}`,
      ).to.equal(expected);
    }
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
