// What is sent to BitMEX: the login, topics, the dead-man's switch; and what its errors mean.
import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { bitmex, signature } from '../../src/exchanges/bitmex.js';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { requestContext } from '../support/request-context.js';

const exchange = bitmex as Exchange;

describe('bitmex login', () => {
  const secret = 'chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO';

  it('signs as the documentation shows', () => {
    expect(signature(secret, 1518064236, '/api/v1/instrument')).to.equal(
      'c7682d435d0cfe87c16098df34ef2eb5a549d4c5a3c2b1f0f77b8af73423bf00',
    );
    expect(signature(secret, 1518064236)).to.equal(
      '6d459dc02866d35a2b965edeecc68063d488e296b77982235fc6eca24b934945',
    );
  });

  it('sends a signature that is good for a minute', () => {
    const { id, frame } = exchange.login!.request!(
      { apiKey: 'key', secret },
      requestContext({ wallMs: 1_518_064_176_000 }),
    );
    expect(id).to.equal('authKeyExpires');
    expect(JSON.parse(frame)).to.deep.equal({
      op: 'authKeyExpires',
      args: ['key', 1518064236, createHmac('sha256', secret).update('GET/realtime1518064236').digest('hex')],
    });
  });

  it('says which credential is missing', () => {
    expect(exchange.login!.validate({ apiKey: 'key' })).to.equal(
      'credentials.secret must be a non-empty string',
    );
  });
});

describe('bitmex topics', () => {
  it('are subscribed one by one, because an error does not say which of several it means', () => {
    const calls = exchange.subscribe(['trade:XBTUSD', 'order'], requestContext());
    expect(calls.map(({ frame }) => JSON.parse(frame))).to.deep.equal([
      { op: 'subscribe', args: ['trade:XBTUSD'] },
      { op: 'subscribe', args: ['order'] },
    ]);
    const [call] = exchange.unsubscribe(['trade:XBTUSD'], requestContext());
    expect(call).to.deep.equal({
      id: 'unsubscribe trade:XBTUSD',
      frame: '{"op":"unsubscribe","args":["trade:XBTUSD"]}',
      topics: ['trade:XBTUSD'],
    });
  });

  it('are checked with helpful words', () => {
    for (const topic of [
      'trade:XBTUSD',
      'quote:.BXBT',
      'orderBookL2_25:XBT_USDT',
      'orderBook10:XBTUSD',
      'order',
      'liquidation',
      'liquidation:XBTUSD',
      'insurance',
      'tradeBin1m:XBTUSD',
    ]) {
      expect(exchange.checkTopic?.(topic), topic).to.equal(undefined);
    }
    expect(exchange.checkTopic?.('chat')).to.include('platform address');
    expect(exchange.checkTopic?.('order:XBTUSD')).to.include('without a symbol');
    expect(exchange.checkTopic?.('trade')).to.include('compare trade:XBTUSD');
    for (const kind of ['trades', 'quotes', 'book'] as const) {
      expect(exchange.checkTopic?.(exchange.commonTopic?.(kind, 'XBTUSD') ?? '')).to.equal(undefined);
    }
    expect(exchange.isPrivate?.('order')).to.equal(true);
    expect(exchange.isPrivate?.('trade:XBTUSD')).to.equal(false);
  });
});

describe('bitmex safety switch', () => {
  it('arms a minute, is refreshed every quarter of it, and believes only an answer with a later time', () => {
    const [request] = exchange.safetySwitch!.arm(requestContext());
    expect(request).to.include({ id: 'cancelAllAfter', frame: '{"op":"cancelAllAfter","args":60000}' });
    expect(exchange.safetySwitch).to.include({ kind: 'timer', refreshEveryMs: 15_000 });
    expect(
      request?.check({ now: '2015-09-02T14:18:43.536Z', cancelTime: '2015-09-02T14:19:43.536Z' }),
    ).to.equal(undefined);
    for (const bad of [null, true, {}, { now: '2015-09-02T14:18:43.536Z', cancelTime: 0 }])
      expect(request?.check(bad)).to.be.a('string');
  });
});

describe('bitmex errors', () => {
  it('mean what their status says', () => {
    const classes = {
      400: 'reject',
      401: 'fatal-login',
      403: 'fatal-login',
      404: 'not-found',
      419: 'login',
      429: 'rate',
      500: 'retry',
      503: 'retry',
      504: 'retry',
    };
    for (const [code, expected] of Object.entries(classes))
      expect(exchange.classify({ code, message: '' }), code).to.equal(expected);
  });

  it('leaves orders to REST', () => {
    expect(exchange.orders).to.equal(undefined);
  });
});
