import { expect } from 'chai';
import { deribit } from '../../src/exchanges/deribit.js';
import type { ErrorClass, Session } from '../../src/exchanges/exchange.js';
import { requestContext, sent } from '../support/request-context.js';

const secret = 'AMANDASECRECT';
const credentials = { clientId: 'AMANDA', clientSecret: secret };
const login = deribit.login!;
describe('deribit login', () => {
  it('signs as the published vector says, and sends no secret', () => {
    const context = requestContext({ wallMs: 1_576_074_319_000, nonce: '1iqt2wls' });
    const outgoing = login.request!(credentials, context);
    expect(sent(outgoing)).to.deep.equal({
      method: 'public/auth',
      params: {
        grant_type: 'client_signature',
        client_id: 'AMANDA',
        timestamp: 1_576_074_319_000,
        nonce: '1iqt2wls',
        data: '',
        signature: '56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1',
      },
    });
    expect(outgoing.frame).to.not.contain(secret);
  });

  it('sends the secret only where the other grant is asked for', () => {
    const asked = { ...credentials, scope: 'trade:read', grant: 'client_credentials' as const };
    expect(sent(login.request!(asked, requestContext())).params).to.deep.equal({
      grant_type: 'client_credentials',
      client_id: 'AMANDA',
      scope: 'trade:read',
      client_secret: secret,
    });
  });

  const answer = {
    access_token: 'a',
    refresh_token: 'r',
    expires_in: 31_536_000,
    scope: 'connection trade:read',
  };

  it('reads the lifetime in milliseconds and refreshes with the refresh token', () => {
    const session = login.read(answer, credentials) as Session;
    expect(session).to.deep.equal({
      lifetimeMs: 31_536_000_000,
      granted: ['connection', 'trade:read'],
      secrets: { accessToken: 'a', refreshToken: 'r' },
    });
    const refresh = login.refresh?.(session, credentials, requestContext({ session }));
    expect(sent(refresh!).params).to.deep.equal({ grant_type: 'refresh_token', refresh_token: 'r' });
  });

  it('says which right is missing when less was granted than asked', () => {
    const read = (scope: string, granted: string) =>
      login.read({ ...answer, scope: granted }, { ...credentials, scope });
    expect(read('account:read_write trade:read_write', 'connection account:read_write trade:read'))
      .to.be.a('string')
      .that.contains('trade:read_write')
      .and.not.contains('account');
    expect(read('session:bot', 'connection')).to.be.a('string').that.contains('session:bot');
    for (const scope of ['trade:read', 'connection', 'expires:900', 'ip:1.2.3.4', 'wallet:none', '']) {
      expect(read(scope, 'connection trade:read_write'), scope).to.be.an('object');
    }
  });

  it('calls an answer without tokens or lifetime wrong, without repeating it', () => {
    const wrong = [null, 'ok', [], {}, { ...answer, expires_in: 0 }, { ...answer, expires_in: 'x' }];
    for (const result of [...wrong, { ...answer, refresh_token: 1 }]) {
      expect(login.read(result, credentials)).to.be.a('string').and.to.not.contain('"a"');
    }
  });

  it('checks credentials and never repeats them', () => {
    expect(login.validate(credentials)).to.equal(undefined);
    const wrong: readonly unknown[] = [
      undefined,
      secret,
      { clientId: 'x' },
      { clientId: 'x', clientSecret: '' },
      { ...credentials, scope: 1 },
      { ...credentials, grant: secret },
    ];
    for (const value of wrong) expect(login.validate(value)).to.be.a('string').and.to.not.contain(secret);
  });
});

describe('deribit topics', () => {
  it('subscribes public and private channels by calls of their own', () => {
    const topics = ['user.orders.any.any.raw', 'quote.BTC-PERPETUAL', 'trades.BTC-PERPETUAL.raw'];
    const calls = deribit.subscribe(topics, requestContext());
    expect(calls.map(sent)).to.deep.equal([
      { method: 'public/subscribe', params: { channels: ['quote.BTC-PERPETUAL'] } },
      {
        method: 'private/subscribe',
        params: { channels: ['user.orders.any.any.raw', 'trades.BTC-PERPETUAL.raw'] },
      },
    ]);
    expect(calls.map(({ topics: own }) => own)).to.deep.equal([[topics[1]], [topics[0], topics[2]]]);
    expect(sent(deribit.unsubscribe(['quote.X'], requestContext())[0]!).method).to.equal(
      'public/unsubscribe',
    );
    expect(deribit.subscribe([], requestContext())).to.deep.equal([]);
  });

  it('keeps every call within 500 channels and 32 kB, and loses no channel', () => {
    for (const name of ['X', 'BTC_USDC-27DEC26-200000-C'.repeat(6)]) {
      const topics = Array.from({ length: 1201 }, (_, index) => `ticker.${name}-${index}.100ms`);
      const calls = deribit.subscribe(topics, requestContext());
      for (const { frame, topics: own } of calls) {
        expect(own.length).to.be.at.most(500);
        expect(Buffer.byteLength(frame)).to.be.at.most(deribit.maxRequestBytes!);
      }
      expect(calls.flatMap(({ topics: own }) => own)).to.deep.equal(topics);
      expect(new Set(calls.map(({ id }) => id)).size).to.equal(calls.length);
    }
  });

  it('refuses what the answer silently leaves out, and says what to check', () => {
    const topics = ['quote.A', 'quote.B', 'quote.C'];
    const { confirmed, refused } = deribit.readSubscribed!(topics, ['quote.C', 'quote.A', 'quote.other']);
    expect(confirmed).to.deep.equal(['quote.A', 'quote.C']);
    expect(refused).to.have.length(1);
    expect(refused[0]).to.have.property('topic', 'quote.B');
    expect(refused[0]?.error.message).to.contain('left it out').and.to.contain('interval');
    expect(deribit.classify(refused[0]!.error)).to.equal('not-found');
    for (const result of [[], null, 'ok', {}]) {
      expect(deribit.readSubscribed!(topics, result).refused).to.have.length(3);
    }
    expect(deribit.readUnsubscribed!(topics, [])).to.deep.equal({ confirmed: topics, refused: [] });
  });

  it('knows the forms of its channels', () => {
    const good = [
      'book.BTC-PERPETUAL.raw',
      'book.ETH_USDC-PERPETUAL.none.10.100ms',
      'book.BTC-PERPETUAL.5.20.agg2',
      'trades.future.BTC.100ms',
      'trades.XRP_USDC-30JUN27-0d625-C.raw',
      'ticker.BTC-PERPETUAL.agg2',
      'quote.BTC-PERPETUAL',
      'platform_state',
      'deribit_price_index.btc_usd',
      'user.portfolio.any',
      'chart.trades.BTC-PERPETUAL.1D',
      'incremental_ticker.BTC-PERPETUAL',
    ];
    for (const topic of good) expect(deribit.checkTopic?.(topic), topic).to.equal(undefined);
    const bad = [
      '',
      'book.BTC-PERPETUAL',
      'book.BTC-PERPETUAL.50ms',
      'book.BTC-PERPETUAL.none.5.100ms',
      'trades.BTC-PERPETUAL',
      'quote.BTC-PERPETUAL.100ms',
      'Trades.X.raw',
      'quote.a b',
      'quote."',
      `quote.${'x'.repeat(300)}`,
    ];
    for (const topic of bad) expect(deribit.checkTopic?.(topic), topic).to.be.a('string');
  });

  it('needs a login for own data and for raw data', () => {
    expect(
      ['user.lock', 'book.X.raw', 'quote.X', 'book.user.100ms'].map((topic) => deribit.isPrivate?.(topic)),
    ).to.deep.equal([true, true, false, false]);
  });
});

describe('deribit heartbeat and safety switch', () => {
  it('asks for heartbeats in seconds, never for less than ten', () => {
    const heartbeat = deribit.heartbeat!;
    const { intervalMs, silenceMs } = heartbeat;
    const frames = [1000, intervalMs, 60_000].map((ms) => JSON.parse(heartbeat.start!(ms)));
    expect(frames.map(({ params }) => params.interval)).to.deep.equal([10, 10, 60]);
    expect(frames[0]).to.include({ method: 'public/set_heartbeat', id: -1 });
    expect(silenceMs).to.be.above(2 * intervalMs + 10_000);
  });

  it('arms cancel-on-disconnect and believes only the verified answer', () => {
    const [arm, verify] = deribit.safetySwitch!.arm(requestContext());
    expect(sent(arm!)).to.deep.equal({
      method: 'private/enable_cancel_on_disconnect',
      params: { scope: 'connection' },
    });
    expect(sent(verify!).method).to.equal('private/get_cancel_on_disconnect');
    expect(arm!.check('ok')).to.equal(undefined);
    expect(arm!.check({})).to.be.a('string');
    expect(verify!.check({ scope: 'connection', enabled: true })).to.equal(undefined);
    for (const result of [
      { scope: 'connection', enabled: false },
      { scope: 'account', enabled: true },
      null,
    ]) {
      expect(verify!.check(result)).to.be.a('string');
    }
  });

  it('calls any method with named parameters', () => {
    expect(sent(deribit.request!('public/get_time', {}, requestContext()))).to.deep.equal({
      method: 'public/get_time',
      params: {},
    });
  });
});

describe('deribit errors', () => {
  /** Every code of Deribit's complete list that concerns trading and sessions. */
  const classes: Readonly<Record<Exclude<ErrorClass, 'unknown'>, string>> = {
    retry: '10040 10041 10047 10049 10050 10066 11051 11094 13025 13028 13503',
    rate: '10028 12998 13780',
    login: '10000 11056 13009 13778',
    'fatal-login': '12003 13004',
    banned: '11098',
    'not-found': '10004 10010 11008 11044 13020',

    reject: [
      '10001 10002 10003 10005 10006 10007 10009 10011 10012 10013 10014 10015 10016 10017 10018 10019 10020',
      '10021 10022 10023 10024 10025 10026 10027 10029 10030 10031 10032 10033 10034 10035 10036 10037 10038',
      '10039 10043 10044 10045 10046 10048 10072 11013 11021 11022 11029 11030 11031 11035 11036 11037 11038',
      '11039 11040 11041 11042 11043 11045 11046 11047 11048 11049 11050 11052 11054 11055 13008 13010 13011',
      '13012 13016 13019 13021 13030 13032 13040 13042 13043 13403 13666 13668 13777 13888 13901 13902 13903',
      '-32600 -32601 -32602 -32700 -32000 99999',
    ].join(' '),
  };

  it('gives every code of the list its class and refuses unknown ones', () => {
    for (const [name, codes] of Object.entries(classes)) {
      for (const code of codes.split(' ')) {
        expect(deribit.classify({ code, message: 'whatever' }), code).to.equal(name);
      }
    }
  });

  it('thinks every close worth a new connection, slower after too many requests', () => {
    const close = (code: number, reason: string) => deribit.classifyClose?.(code, reason);
    expect(close(4000, 'heartbeat close')).to.equal('retry');
    expect(close(1006, '')).to.equal('retry');
    expect(close(1008, 'too_many_requests')).to.equal('rate');
  });
});
