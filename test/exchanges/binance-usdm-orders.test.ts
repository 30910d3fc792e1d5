import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { binanceUsdm } from '../../src/exchanges/binance-usdm.js';
import type { Exchange, OrderCalls, Outgoing } from '../../src/exchanges/exchange.js';
import { decoded } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';

const trade = binanceUsdm.sockets.trade as unknown as Exchange;
const orders = trade.orders as OrderCalls;
const credentials = { apiKey: 'key', secret: 'secret' };
const wallMs = 1_705_311_512_994;
const context = () => requestContext({ wallMs, credentials });
const reference = { orderId: '328971409', symbol: 'BTCUSDT' };
const limit = { symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.1', price: '42088.0' } as const;
const place = (order: Parameters<OrderCalls['place']>[0]) => sent(orders.place(order, context()));

/** Method and parameters without what proves who sent them, which has to be right. */
function sent({ id, frame }: Outgoing): { readonly method: string; readonly params: object } {
  const message = JSON.parse(frame) as { id: unknown; method: string; params: Record<string, unknown> };
  expect(message.id).to.equal(id);
  const { signature, ...signed } = message.params;
  const text = Object.keys(signed)
    .sort()
    .map((name) => `${name}=${String(signed[name])}`)
    .join('&');
  expect(signature).to.equal(createHmac('sha256', credentials.secret).update(text).digest('hex'));
  const { apiKey, timestamp, ...params } = signed;
  expect({ apiKey, timestamp }).to.deep.equal({ apiKey: credentials.apiKey, timestamp: wallMs });
  return { method: message.method, params };
}

/** The venue's own sample of an answer. */
const placed = {
  orderId: 336829446,
  symbol: 'BTCUSDT',
  status: 'NEW',
  clientOrderId: 'FqEw6cn0vDhrkmfiwLYPeo',
  price: '42088.00',
  avgPrice: '0.00',
  origQty: '0.100',
  executedQty: '0.000',
  cumQuote: '0.00000',
  timeInForce: 'GTC',
  type: 'LIMIT',
  reduceOnly: false,
  side: 'BUY',
  positionSide: 'BOTH',
  updateTime: 1705385954229,
};

describe('binance-usdm orders', () => {
  it('are placed with a signature each', () => {
    expect(place({ ...limit, clientOrderId: 'mine' })).to.deep.equal({
      method: 'order.place',
      params: {
        newOrderRespType: 'RESULT',
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'GTC',
        price: '42088.0',
        quantity: '0.1',
        newClientOrderId: 'mine',
      },
    });
  });

  it('say post-only, reduce-only and the conditional types in the words of futures', () => {
    const { params } = place({ ...limit, clientOrderId: 'a', postOnly: true, reduceOnly: true });
    expect(params).to.include({ timeInForce: 'GTX', reduceOnly: 'true' });
    const stop = place({
      symbol: 'BTCUSDT',
      side: 'sell',
      type: 'stop-market',
      amount: 1,
      clientOrderId: 'b',
      extra: { stopPrice: '60000', positionSide: 'LONG' },
    });
    expect(stop.params).to.include({ type: 'STOP_MARKET', stopPrice: '60000', positionSide: 'LONG' });
    expect(stop.params).to.not.have.any.keys('timeInForce', 'price');
  });

  it('are refused before they are sent where they make no sense', () => {
    const problem = (change: object) => orders.validate?.({ ...limit, ...change });
    expect(problem({})).to.equal(undefined);
    expect(problem({ postOnly: true, timeInForce: 'immediate-or-cancel' })).to.contain('GTX');
    expect(problem({ postOnly: true, type: 'market', price: undefined })).to.contain('postOnly');
    expect(problem({ clientOrderId: 'no spaces' })).to.contain('clientOrderId');
    expect(problem({ extra: { quantity: 1 } })).to.contain('quantity');
    expect(problem({ price: undefined })).to.contain('price');
  });

  it('are read from the answer, whose average is told and not computed', () => {
    const { raw, ...order } = orders.readPlaced(placed) ?? {};
    expect(order).to.deep.equal({
      orderId: '336829446',
      clientOrderId: 'FqEw6cn0vDhrkmfiwLYPeo',
      symbol: 'BTCUSDT',
      side: 'buy',
      type: 'limit',
      state: 'open',
      price: 42088,
      amount: 0.1,
      filledAmount: 0,
      averagePrice: Number.NaN,
      updatedAtMs: 1705385954229,
    });
    expect(raw).to.equal(placed);
    const filled = orders.readPlaced({
      ...placed,
      status: 'FILLED',
      executedQty: '0.100',
      avgPrice: '42087.5',
    });
    expect(filled).to.include({ state: 'filled', filledAmount: 0.1, averagePrice: 42087.5 });
  });

  it('are changed with price and amount together', () => {
    const changes = { side: 'sell', price: '43769.1', amount: '0.11' } as const;
    expect(sent(orders.edit!(reference, changes, context()))).to.deep.equal({
      method: 'order.modify',
      params: { side: 'SELL', price: '43769.1', quantity: '0.11', symbol: 'BTCUSDT', orderId: 328971409 },
    });
    expect(() => orders.edit!(reference, { price: 1 }, context())).to.throw(TypeError, 'together');
  });

  it('are cancelled and looked up by either id', () => {
    expect(sent(orders.cancel(reference, context()))).to.deep.equal({
      method: 'order.cancel',
      params: { symbol: 'BTCUSDT', orderId: 328971409 },
    });
    const named = { clientOrderId: 'mine', symbol: 'BTCUSDT' };
    expect(sent(orders.lookup!(named, context()))).to.deep.equal({
      method: 'order.status',
      params: { symbol: 'BTCUSDT', origClientOrderId: 'mine' },
    });
    expect(() => orders.cancel({ orderId: '1' }, context())).to.throw(TypeError);
  });

  it('tell positions, short ones below zero', () => {
    expect(sent(orders.positions!(context())).method).to.equal('v2/account.position');
    const row = { symbol: 'BTCUSDT', positionSide: 'BOTH', positionAmt: '-1.000', entryPrice: '61000.0' };
    const none = { symbol: 'ETHUSDT', positionSide: 'BOTH', positionAmt: '0.000', entryPrice: '0.0' };
    expect(orders.readPositions?.([row, none, 'x', {}])).to.deep.equal([
      { symbol: 'BTCUSDT', amount: -1, averagePrice: 61000, raw: row },
      { symbol: 'ETHUSDT', amount: 0, averagePrice: Number.NaN, raw: none },
    ]);
  });

  it('end in the class that their error code has on futures', () => {
    const classOf = (code: string, reason?: string) =>
      trade.classify({ code, message: '', ...(reason === undefined ? {} : { reason }) });
    // On the spot market these three mean something else.
    for (const code of ['-2021', '-2022', '-2026', '-2019', '-5022'])
      expect(classOf(code)).to.equal('reject');
    expect(classOf('-2011')).to.equal('not-found');
    expect(classOf('-2013')).to.equal('not-found');
    expect(classOf('-1007')).to.equal('unknown');
    expect(classOf('-1000', 'status 503')).to.equal('unknown');
    expect(classOf('-1003', 'status 429')).to.equal('rate');
    expect(classOf('-2015')).to.equal('fatal-login');
    expect(classOf('-1003', 'status 418')).to.equal('banned');
  });

  it('share their socket with no topics and one kind of event', () => {
    expect(trade.subscribe([], context())).to.deep.equal([]);
    expect(trade.checkTopic?.('btcusdt@aggTrade')).to.contain('no topics');
    expect(decoded(trade, '{"event":{"e":"serverShutdown","E":1770123456789}}').calls[0]?.[0]).to.equal(
      'notice',
    );
    expect(decoded(trade, '{"e":"listenKeyExpired"}').problem).to.be.a('string');
    expect(decoded(trade, '{"id":7,"status":200,"result":{}}').calls).to.deep.equal([['reply', 7, {}]]);
  });
});
