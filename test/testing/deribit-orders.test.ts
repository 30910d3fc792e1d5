// The simulated Deribit's orders: matching, rejections, private channels, and cancel-on-disconnect.
import { expect } from 'chai';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor, WireClient } from './wire-client.js';

const instrument_name = 'BTC-PERPETUAL';
const far = { instrument_name, amount: 10, price: 80_000, type: 'limit', post_only: true };

describe('simulated Deribit: orders', () => {
  let exchange: SimulatedDeribit;
  let alice: WireClient;
  let bob: WireClient;

  beforeEach(async () => {
    exchange = await SimulatedDeribit.start({
      accounts: [
        { clientId: 'alice', clientSecret: 'a' },
        { clientId: 'bob', clientSecret: 'b', balance: { BTC: 0.01 } },
      ],
      eventsPerSecond: 0,
      exponentShare: 0,
      timeScale: 0.05,
    });
    alice = await WireClient.open(exchange.url);
    bob = await WireClient.open(exchange.url);
    await alice.login('alice', 'a');
    await bob.login('bob', 'b');
  });

  afterEach(async () => {
    alice.socket.terminate();
    bob.socket.terminate();
    await exchange.close();
  });

  async function errorOf(client: WireClient, method: string, params: object): Promise<number> {
    return (await client.ask(method, params))['error']?.code;
  }

  it('rests, edits, finds and cancels a limit order', async () => {
    const placed = (await alice.ask('private/buy', { ...far, label: 'mine' }))['result'];
    expect(placed.trades).to.deep.equal([]);
    expect(placed.order).to.include({ order_state: 'open', label: 'mine', filled_amount: 0, price: 80_000 });
    const { order_id } = placed.order;
    const edited = (await alice.ask('private/edit', { order_id, amount: 20, price: 80_100 }))['result'];
    expect(edited.order).to.include({ order_id, amount: 20, price: 80_100, replaced: true });
    expect((await alice.ask('private/get_open_orders'))['result']).to.deep.equal([edited.order]);
    expect((await alice.ask('private/get_order_state', { order_id }))['result']).to.deep.equal(edited.order);
    const found = await alice.ask('private/get_order_state_by_label', { currency: 'BTC', label: 'mine' });
    expect(found['result']).to.deep.equal([edited.order]);
    const cancelled = (await alice.ask('private/cancel', { order_id }))['result'];
    expect(cancelled).to.include({ order_id, order_state: 'cancelled', cancel_reason: 'user_request' });
    expect(
      (await alice.ask('private/get_open_orders_by_currency', { currency: 'BTC' }))['result'],
    ).to.deep.equal([]);
    expect(exchange.orders('alice')).to.have.length(1);
  });

  it('matches accounts by price, then time, and tells both sides', async () => {
    await alice.ask('private/subscribe', {
      channels: [
        `user.orders.${instrument_name}.raw`,
        'user.trades.any.any.raw',
        'user.changes.future.BTC.100ms',
      ],
      label: 'desk',
    });
    const sell = { instrument_name, amount: 10, price: 92_000, type: 'limit', post_only: true };
    const first = (await alice.ask('private/sell', sell))['result'].order;
    await alice.ask('private/sell', sell);
    const bought = (
      await bob.ask('private/buy', { instrument_name, amount: 10, type: 'limit', price: 92_000 })
    )['result'];
    expect(bought.order).to.include({ order_state: 'filled', average_price: 92_000, filled_amount: 10 });
    expect(bought.trades[0]).to.include({ liquidity: 'T', direction: 'buy', price: 92_000 });
    await waitFor(() => alice.data('user.trades.any.any.raw').length === 1);
    expect(alice.data('user.trades.any.any.raw')[0][0]).to.include({
      liquidity: 'M',
      order_id: first.order_id,
    });
    expect(alice.data(`user.orders.${instrument_name}.raw`).at(-1)).to.include({
      order_id: first.order_id,
      order_state: 'filled',
    });
    const changes = () => alice.data('user.changes.future.BTC.100ms');
    await waitFor(() => changes().some((change) => change.positions[0]?.size === -10));
    expect(alice.frames.find((frame) => frame['method'] === 'subscription')?.['params'].label).to.equal(
      'desk',
    );
    const [position] = (await bob.ask('private/get_positions', { currency: 'BTC' }))['result'];
    expect(position).to.include({ size: 10, direction: 'buy', average_price: 92_000 });
    const trades = await bob.ask('private/get_user_trades_by_instrument', { instrument_name });
    expect(trades['result'].trades).to.deep.equal(bought.trades);
  });

  it('honours immediate-or-cancel, fill-or-kill, post-only and reduce-only', async () => {
    const take = { instrument_name, amount: 10_000_000, type: 'limit', price: 92_001 };
    const ioc = (await alice.ask('private/buy', { ...take, time_in_force: 'immediate_or_cancel' }))['result'];
    expect(ioc.order.order_state).to.equal('cancelled');
    expect(ioc.order.filled_amount).to.be.above(0).and.below(10_000_000);
    const fok = (await alice.ask('private/buy', { ...take, price: 92_005, time_in_force: 'fill_or_kill' }))[
      'result'
    ];
    expect(fok).to.deep.include({ trades: [] });
    expect(fok.order.order_state).to.equal('cancelled');
    const posted = { instrument_name, amount: 10, type: 'limit', price: 95_000, post_only: true };
    const moved = (await alice.ask('private/buy', posted))['result'].order;
    expect(moved).to.include({ order_state: 'open' });
    expect(moved.price).to.be.below(95_000);
    expect(await errorOf(alice, 'private/buy', { ...posted, reject_post_only: true })).to.equal(11054);
    expect(
      await errorOf(bob, 'private/sell', { instrument_name, amount: 10, type: 'market', reduce_only: true }),
    ).to.equal(11030);
    const reduced = { instrument_name, amount: 10, type: 'market', reduce_only: true };
    expect((await alice.ask('private/sell', reduced))['error']?.code).to.equal(10003);
    await alice.ask('private/cancel_all');
    expect((await alice.ask('private/sell', reduced))['result'].order).to.include({ order_state: 'filled' });
  });

  it('refuses what cannot be with the code of the venue', async () => {
    const { order_id } = (await alice.ask('private/buy', far))['result'].order;
    const buy = (changes: object) => errorOf(alice, 'private/buy', { ...far, ...changes });
    expect(await buy({ amount: 15 })).to.equal(-32602);
    expect(await buy({ price: 80_000.3 })).to.equal(-32602);
    expect(await buy({ instrument_name: 'NONE-PERPETUAL' })).to.equal(10020);
    expect(await buy({ valid_until: Date.now() - 1000 })).to.equal(13888);
    expect(await buy({ label: 'x'.repeat(65) })).to.equal(-32602);
    expect(await buy({ type: 'stop_limit' })).to.equal(10033);
    expect(await errorOf(bob, 'private/buy', { ...far, amount: 1_000_000 })).to.equal(10009);
    expect(await errorOf(alice, 'private/cancel', { order_id: '1' })).to.equal(10004);
    expect(await errorOf(bob, 'private/cancel', { order_id })).to.equal(10029);
    await alice.ask('private/cancel', { order_id });
    expect(await errorOf(alice, 'private/cancel', { order_id })).to.equal(11044);
    expect(await errorOf(alice, 'private/edit', { order_id, amount: 20, price: 80_000 })).to.equal(10010);
  });

  it('counts what a cancel-all hit, and refuses to edit by a label that is there twice', async () => {
    const label = 'twin';
    await alice.ask('private/buy', { ...far, label });
    await alice.ask('private/buy', { ...far, label, price: 80_001 });
    await alice.ask('private/buy', { ...far, instrument_name: 'ETH-PERPETUAL', price: 2000, label: 'eth' });
    expect(
      await errorOf(alice, 'private/edit_by_label', { label, instrument_name, amount: 20, price: 80_002 }),
    ).to.equal(13032);
    expect((await alice.ask('private/cancel_by_label', { label, currency: 'BTC' }))['result']).to.equal(2);
    expect((await alice.ask('private/cancel_all_by_currency', { currency: 'BTC' }))['result']).to.equal(0);
    expect(
      (await alice.ask('private/cancel_all_by_instrument', { instrument_name: 'ETH-PERPETUAL' }))['result'],
    ).to.equal(1);
    expect((await alice.ask('private/cancel_all'))['result']).to.equal(0);
  });

  it('tells the limits and the balance of an account', async () => {
    const summary = (await alice.ask('private/get_account_summary', { currency: 'BTC', extended: true }))[
      'result'
    ];
    expect(summary).to.include({ currency: 'BTC', balance: 100, username: 'alice' });
    expect(summary.limits.matching_engine.trading.total).to.deep.equal({ burst: 20, rate: 5 });
    expect(summary.limits.non_matching_engine).to.deep.equal({ burst: 100, rate: 20 });
  });

  describe('cancel-on-disconnect', () => {
    async function placeThrough(client: WireClient): Promise<void> {
      await client.ask('private/buy', far);
    }
    const states = () =>
      exchange.orders('alice').map((order) => [order['order_state'], order['cancel_reason']]);

    it('cancels the orders of a lost connection and no others', async () => {
      const other = await WireClient.open(exchange.url);
      await other.login('alice', 'a');
      await placeThrough(other);
      expect((await alice.ask('private/enable_cancel_on_disconnect'))['result']).to.equal('ok');
      expect((await alice.ask('private/get_cancel_on_disconnect'))['result']).to.deep.equal({
        scope: 'connection',
        enabled: true,
      });
      await placeThrough(alice);
      alice.socket.terminate();
      await waitFor(() => exchange.journal.of('cancel-on-disconnect').length === 1);
      expect(states()).to.deep.equal([
        ['open', undefined],
        ['cancelled', 'cancel_on_disconnect'],
      ]);
      other.socket.terminate();
    });

    it('cancels when the heartbeat is missed', async () => {
      await alice.ask('private/enable_cancel_on_disconnect');
      await placeThrough(alice);
      await alice.ask('public/set_heartbeat', { interval: 10 });
      await waitFor(() => alice.closed?.code === 4000);
      expect(states()).to.deep.equal([['cancelled', 'cancel_on_disconnect']]);
    });

    it('cancels after ten silent minutes of the venue', async () => {
      const hasty = await SimulatedDeribit.start({
        timeScale: 0.0001,
        unusedSocketSeconds: 1000,
        eventsPerSecond: 0,
      });
      const silent = await WireClient.open(hasty.url);
      await silent.login();
      await silent.ask('private/buy', far);
      silent.send('private/enable_cancel_on_disconnect');
      await waitFor(() => silent.closed !== undefined);
      expect(hasty.orders('test-client')[0]).to.include({ cancel_reason: 'cancel_on_disconnect' });
      await hasty.close();
    });

    it('does not cancel on a logout, nor when it was switched off', async () => {
      await alice.ask('private/enable_cancel_on_disconnect');
      await placeThrough(alice);
      alice.send('private/logout');
      await waitFor(() => alice.closed !== undefined && exchange.connections.length === 1);
      alice = await WireClient.open(exchange.url);
      await alice.login('alice', 'a');
      await alice.ask('private/enable_cancel_on_disconnect', { scope: 'connection' });
      await alice.ask('private/disable_cancel_on_disconnect', { scope: 'connection' });
      await placeThrough(alice);
      await alice.close();
      await waitFor(() => exchange.connections.length === 1);
      expect(states()).to.deep.equal([
        ['open', undefined],
        ['open', undefined],
      ]);
    });

    it('starts switched on in later connections when it was set for the account', async () => {
      await alice.ask('private/enable_cancel_on_disconnect', { scope: 'account' });
      const later = await WireClient.open(exchange.url);
      await later.login('alice', 'a');
      await placeThrough(later);
      await later.close();
      await waitFor(() => exchange.journal.of('cancel-on-disconnect').length === 1);
      expect(states()).to.deep.equal([['cancelled', 'cancel_on_disconnect']]);
    });
  });
});
