import { expect } from 'chai';
import { deribit } from '../../src/exchanges/deribit.js';
import type { OrderRequest } from '../../src/market.js';
import { requestContext, sent } from '../support/request-context.js';

const orders = deribit.orders!;

describe('deribit orders', () => {
  const order: OrderRequest & { clientOrderId: string } = {
    symbol: 'ETH_USDC-PERPETUAL',
    side: 'buy',
    amount: '0.001',
    price: 2973.55,
    clientOrderId: 'bot-1',
  };

  it('places an order and always says whether it is post-only', () => {
    expect(sent(orders.place(order, requestContext()))).to.deep.equal({
      method: 'private/buy',
      params: {
        instrument_name: 'ETH_USDC-PERPETUAL',
        type: 'limit',
        label: 'bot-1',
        post_only: false,
        amount: 0.001,
        price: 2973.55,
      },
    });
    const market = {
      ...order,
      side: 'sell',
      type: 'market',
      reduceOnly: true,
      extra: { mmp: true },
    } as const;
    const { price: _none, ...unpriced } = { ...market, timeInForce: 'fill-or-kill' };
    expect(sent(orders.place({ ...unpriced, postOnly: true }, requestContext()))).to.deep.equal({
      method: 'private/sell',
      params: {
        mmp: true,
        instrument_name: 'ETH_USDC-PERPETUAL',
        type: 'market',
        label: 'bot-1',
        post_only: true,
        amount: 0.001,
        time_in_force: 'fill_or_kill',
        reduce_only: true,
      },
    });
  });

  it('finds what is wrong with an order before it is sent', () => {
    const problem = (changes: object) => orders.validate?.({ ...order, ...changes });
    expect(problem({})).to.equal(undefined);
    expect(problem({ price: '-0.5' })).to.equal(undefined);
    expect(problem({ type: 'market', price: undefined })).to.equal(undefined);
    const wrong: readonly (readonly [object, string])[] = [
      [{ symbol: '' }, 'symbol'],
      [{ side: 'long' }, 'side'],
      [{ amount: 0 }, 'amount'],
      [{ amount: Number.NaN }, 'amount'],
      [{ amount: '1,5' }, 'amount'],
      [{ amount: '0x10' }, 'amount'],
      [{ price: undefined }, 'price'],
      [{ price: Number.POSITIVE_INFINITY }, 'price'],
      [{ type: 'stop_limit', price: undefined }, 'price'],
      [{ type: 'market', postOnly: true }, 'postOnly'],
      [{ clientOrderId: 'x'.repeat(65) }, 'clientOrderId'],
      [{ clientOrderId: '' }, 'clientOrderId'],
      [{ extra: { post_only: true } }, 'post_only'],
      [{ extra: { access_token: 'x' } }, 'access_token'],
    ];
    for (const [changes, field] of wrong)
      expect(problem(changes), field).to.be.a('string').that.contains(field);
  });

  it('edits by id or by label and guesses nothing', () => {
    const edit = (reference: object, changes: object) =>
      sent(orders.edit!(reference, changes, requestContext()));
    const changes = { amount: 2, price: 10, postOnly: true };
    const params = { post_only: true, amount: 2, price: 10 };
    expect(edit({ orderId: 'o' }, changes)).to.deep.equal({
      method: 'private/edit',
      params: { ...params, order_id: 'o' },
    });
    expect(edit({ clientOrderId: 'l', symbol: 's' }, changes)).to.deep.equal({
      method: 'private/edit_by_label',
      params: { ...params, label: 'l', instrument_name: 's' },
    });
    expect(() => edit({ clientOrderId: 'l' }, changes)).to.throw(TypeError, 'symbol');
    expect(() => edit({ orderId: 'o' }, { amount: 2 })).to.throw(TypeError, 'postOnly');
    expect(() => edit({ orderId: 'o' }, { postOnly: true })).to.throw(TypeError, 'amount');
  });

  it('cancels by id, by label, by instrument and all', () => {
    const context = requestContext();
    expect(sent(orders.cancel({ orderId: 'o' }, context))).to.deep.equal({
      method: 'private/cancel',
      params: { order_id: 'o' },
    });
    expect(sent(orders.cancel({ clientOrderId: 'l' }, context))).to.deep.equal({
      method: 'private/cancel_by_label',
      params: { label: 'l' },
    });
    expect(() => orders.cancel({}, context)).to.throw(TypeError, 'orderId');
    expect(sent(orders.cancelAll!({}, context)).method).to.equal('private/cancel_all');
    expect(sent(orders.cancelAll!({ symbol: 's' }, context))).to.deep.equal({
      method: 'private/cancel_all_by_instrument',
      params: { instrument_name: 's' },
    });
    expect([4, 'x'].map((result) => orders.readCancelledAll!(result))).to.deep.equal([4, undefined]);
  });

  it('does not take a cancel that hit nothing for a success', () => {
    expect(orders.cancelProblem?.(1)).to.equal(undefined);
    expect(orders.cancelProblem?.({ order_id: 'o' })).to.equal(undefined);
    expect(deribit.classify(orders.cancelProblem!(0)!)).to.equal('not-found');
  });

  it('looks an order up under the currency Deribit files it', () => {
    const currencies = {
      'BTC-PERPETUAL': 'BTC',
      'ETH_USDC-PERPETUAL': 'USDC',
      'BTC-27DEC26-100000-C': 'BTC',
      BTC_USDT: 'USDT',
      'BTC-FS-27DEC26_PERP': 'BTC',
    };
    for (const [symbol, currency] of Object.entries(currencies)) {
      expect(sent(orders.lookup!({ clientOrderId: 'l', symbol }, requestContext()))).to.deep.equal({
        method: 'private/get_order_state_by_label',
        params: { currency, label: 'l' },
      });
    }
    expect(sent(orders.lookup!({ orderId: 'o' }, requestContext())).method).to.equal(
      'private/get_order_state',
    );
    expect(() => orders.lookup!({ clientOrderId: 'l' }, requestContext())).to.throw(TypeError, 'symbol');
  });

  it('reads orders and positions and leaves out what is none', () => {
    const row = { order_id: 'o', order_state: 'open', direction: 'buy', instrument_name: 's', label: 'l' };
    expect(orders.readPlaced({ order: row, trades: [] })).to.include({ orderId: 'o', clientOrderId: 'l' });
    expect(orders.readPlaced({ trades: [] })).to.equal(undefined);
    expect(orders.readCancelled(row)).to.include({ orderId: 'o', state: 'open' });
    expect(orders.readCancelled(1)).to.equal(undefined);
    expect(orders.readLookup!(row)).to.have.length(1);
    expect(orders.readLookup!([row, row])).to.have.length(2);
    expect(orders.readOpenOrders!([row, null, {}])).to.have.length(1);
    const position = { instrument_name: 's', size: 3, direction: 'sell', average_price: 5 };
    expect(orders.readPositions!([position, {}]).map(({ amount }) => amount)).to.deep.equal([-3]);
    expect(sent(orders.positions!(requestContext())).params).to.deep.equal({ currency: 'any' });
    const open = (symbol?: string) =>
      sent(orders.openOrders!(symbol === undefined ? {} : { symbol }, requestContext())).method;
    expect(open()).to.equal('private/get_open_orders');
    expect(open('s')).to.equal('private/get_open_orders_by_instrument');
  });
});
