// The trading requests of the simulated Kraken. Each returns its results, one answer for each; a refusal is thrown in Kraken's words.
import type { Simulation } from '../kit/simulated-venue.js';
import type { SpotMarket } from '../kit/spot-market.js';
import type { KrakenAccount } from './accounts.js';
import type { KrakenTrading, Row } from './trading.js';

export class Refusal extends Error {}

export interface KrakenWorld {
  readonly simulation: Simulation;
  readonly markets: ReadonlyMap<string, SpotMarket>;
  readonly trading: KrakenTrading;
}

type Method = (world: KrakenWorld, account: KrakenAccount, params: Row) => readonly Row[];

/** Client order ids: a UUID with or without dashes, or up to 18 characters of one's own. */
const CLIENT_ID = /^(?:[0-9a-f]{32}|[0-9a-f-]{36}|[\x20-\x7e]{1,18})$/;

export const tradingMethods: Readonly<Record<string, Method>> = {
  add_order(world, account, params) {
    const market = world.markets.get(String(params['symbol']));
    if (market === undefined) throw new Refusal(`Currency pair not supported ${String(params['symbol'])}`);
    const { side, order_type: type, cl_ord_id: clientOrderId = '' } = params;
    if (side !== 'buy' && side !== 'sell') throw new Refusal('EGeneral:Invalid arguments:side');
    if (clientOrderId !== '' && !CLIENT_ID.test(String(clientOrderId))) {
      throw new Refusal('EGeneral:Invalid arguments:cl_ord_id');
    }
    const lots = market.lotsOf(Number(params['order_qty']));
    if (lots === undefined || lots < 1) throw new Refusal('EOrder:Order minimum not met');
    const tick = type === 'market' ? undefined : market.tickOf(Number(params['limit_price']));
    if (tick === undefined && type !== 'market') throw new Refusal('EOrder:Tick size check failed');
    const crosses = tick !== undefined && isCrossing(market, side, tick);
    if (params['post_only'] === true && crosses) throw new Refusal('EOrder:Post only order');
    const isImmediate = String(params['time_in_force']).toUpperCase() === 'IOC';
    const own = { account, market, side, tick, lots, isImmediate } as const;
    const order = world.trading.place({ ...own, type: String(type), clientOrderId: String(clientOrderId) });
    return [{ order_id: order.orderId, ...(clientOrderId === '' ? {} : { cl_ord_id: clientOrderId }) }];
  },
  amend_order(world, account, params) {
    const order = account.find(text(params['order_id']), text(params['cl_ord_id']));
    if (order === undefined || !account.openOrders.includes(order)) throw new Refusal('EOrder:Unknown order');
    const lots = order.market.lotsOf(Number(params['order_qty']));
    if (lots === undefined || lots <= order.filledLots) throw new Refusal('EOrder:Order minimum not met');
    world.trading.amend(order, lots);
    return [{ amend_id: `A${order.orderId.slice(1)}`, order_id: order.orderId }];
  },
  /** One answer for each order. */
  cancel_order(world, account, params) {
    const ids = [...listOf(params['order_id']).map((id) => account.find(id, undefined))];
    const clientIds = listOf(params['cl_ord_id']).map((id) => account.find(undefined, id));
    return [...ids, ...clientIds].map((order) => {
      if (order === undefined || !account.openOrders.includes(order))
        throw new Refusal('EOrder:Unknown order');
      world.trading.cancel(order, 'User requested');
      return { order_id: order.orderId };
    });
  },
  cancel_all(world, account) {
    const { openOrders } = account;
    for (const order of openOrders) world.trading.cancel(order, 'User requested');
    return [{ count: openOrders.length }];
  },
  /** One shot, for all orders of the account; 0 turns it off. */
  cancel_all_orders_after(world, account, params) {
    const { clock, journal } = world.simulation;
    const seconds = Number(params['timeout']);
    if (!(seconds >= 0 && seconds < 86_400)) throw new Refusal('EGeneral:Invalid arguments:timeout');
    clearTimeout(account.deadMan);
    const now = clock.milliseconds();
    const currentTime = new Date(now).toISOString();
    if (seconds === 0) return [{ currentTime, triggerTime: '0' }];
    account.deadMan = setTimeout(
      () => {
        const { openOrders } = account;
        journal.record({ kind: 'cancel-on-disconnect', connection: '', cancelled: openOrders.length });
        for (const order of openOrders) world.trading.cancel(order, 'Cancel all orders after');
      },
      clock.scale(seconds * 1000),
    );
    return [{ currentTime, triggerTime: new Date(now + seconds * 1000).toISOString() }];
  },
};

function isCrossing(market: SpotMarket, side: 'buy' | 'sell', tick: number): boolean {
  const best = (side === 'buy' ? market.book.asks : market.book.bids).best?.tick;
  return best !== undefined && (side === 'buy' ? tick >= best : tick <= best);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
