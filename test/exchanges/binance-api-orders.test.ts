// Orders on Binance's spot market, and what its errors mean.
import { expect } from 'chai';
import { signed } from '../../src/exchanges/dialects/binance-keys.js';
import { api, hmacContext, hmacKey, sent, sessionContext, wallMs } from '../support/binance-api.js';

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
