// Promises about the calls beside placing and cancelling: amend, cancel all, look at open orders and positions. What a venue has not over
// the socket is a typed error.
import assert from 'node:assert/strict';
import { isBulkheadError } from '../../errors.js';
import type { OrderReference } from '../../market.js';
import { loadVenue } from '../../exchanges/index.js';
import type { OrderCallName, VenueProfile } from './profile.js';
import { type ContractPromise, promise } from './promises.js';
import { type ContractSimulator, onStage, type Stage } from './stage.js';
import { until } from './wait.js';

const CALLS: readonly OrderCallName[] = ['edit', 'cancelAll', 'lookup', 'openOrders', 'positions'];

export function orderCallPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const { orders } = profile;
  if (orders === undefined) return [];
  const { without = [] } = orders;
  const play = (act: (stage: Stage) => Promise<void>) => () => onStage(profile, simulator, act);
  const lacking = (call: OrderCallName) =>
    without.includes(call) ? 'the venue has it over REST only' : undefined;
  return [
    promise('an open order is amended', lacking('edit'), play(amended)),
    promise('all orders are cancelled at once', lacking('cancelAll'), play(allCancelled)),
    promise('open orders are told', lacking('openOrders'), play(openTold)),
    promise('a position is told once an order is filled', lacking('positions'), play(positionTold)),
    promise(
      'a call that the venue lacks over the socket is a typed `unsupported` error',
      without.length === 0 ? 'the venue has all of them' : undefined,
      play(unsupported),
    ),
    promise(
      'the calls that the exchange offers are all but those that the profile says it lacks',
      undefined,
      () => offered(profile),
    ),
  ];
}

async function amended(stage: Stage): Promise<void> {
  const { amend } = stage.profile.orders!;
  assert.ok(amend !== undefined, 'the profile says what to change (`orders.amend`)');
  const { adapter, record, reference } = await withOrder(stage);
  const changed = await adapter.editOrder(reference, amend);
  assert.equal(changed.outcome, 'acknowledged', `${changed.outcome}`);
  const wanted = Number(amend.amount);
  const isAmended = (order: { readonly amount: number; readonly state: string }) =>
    order.amount === wanted && order.state === 'open';
  if (stage.profile.privateTopics.length > 0)
    await until(() => record.orders.some(isAmended), `an event of the order with the amount ${wanted}`);
  else assert.ok((await adapter.openOrders()).some(isAmended), `no open order of ${wanted}`);
}

async function allCancelled(stage: Stage): Promise<void> {
  const { resting, cancelAll = {}, without = [] } = stage.profile.orders!;
  const { adapter } = await withOrder(stage);
  const second = await adapter.sendOrder(resting);
  assert.equal(second.outcome, 'acknowledged');
  const cancelled = await adapter.cancelAll(cancelAll);
  assert.equal(cancelled.outcome, 'acknowledged');
  if (cancelled.outcome === 'acknowledged' && cancelled.value !== undefined) assert.equal(cancelled.value, 2);
  if (!without.includes('openOrders')) assert.deepEqual(await adapter.openOrders(), []);
  const again = await adapter.cancelOrder({ clientOrderId: second.clientOrderId, symbol: resting.symbol });
  assert.equal(again.outcome, 'rejected', 'an order outlived the cancel of all');
}

async function openTold(stage: Stage): Promise<void> {
  const { adapter, reference } = await withOrder(stage);
  const [open, ...others] = await adapter.openOrders();
  assert.deepEqual(others, []);
  const { resting } = stage.profile.orders!;
  assert.equal(open?.clientOrderId, reference.clientOrderId);
  const { symbol, side, state, amount, filledAmount } = open!;
  const wanted = {
    symbol: resting.symbol,
    side: resting.side,
    state: 'open',
    amount: Number(resting.amount),
  };
  assert.deepEqual({ symbol, side, state, amount, filledAmount }, { ...wanted, filledAmount: 0 });
  await adapter.cancelOrder(reference);
  assert.deepEqual(await adapter.openOrders(), []);
}

async function positionTold(stage: Stage): Promise<void> {
  const { taking } = stage.profile.orders!;
  assert.ok(taking !== undefined, 'the profile names an order that is filled at once (`orders.taking`)');
  const { adapter } = stage.adapter({ topics: stage.topics });
  await adapter.connect();
  assert.deepEqual(await adapter.positions(), []);
  const placed = await adapter.sendOrder(taking);
  assert.equal(placed.outcome, 'acknowledged');
  const [position, ...others] = await adapter.positions();
  assert.deepEqual(others, []);
  assert.equal(position?.symbol, taking.symbol);
  const signed = (taking.side === 'buy' ? 1 : -1) * Number(taking.amount);
  assert.equal(position.amount, signed);
  assert.ok(position.averagePrice > 0, `the average price is ${position.averagePrice}`);
}

async function unsupported(stage: Stage): Promise<void> {
  const { without = [], resting } = stage.profile.orders!;
  const { adapter } = stage.adapter();
  await adapter.connect();
  const reference = { clientOrderId: 'nobodys', symbol: resting.symbol };
  const calls: Readonly<Record<OrderCallName, () => Promise<unknown>>> = {
    edit: () => adapter.editOrder(reference, { amount: 1 }),
    cancelAll: () => adapter.cancelAll(),
    lookup: () => adapter.lookupOrder(reference),
    openOrders: () => adapter.openOrders(),
    positions: () => adapter.positions(),
  };
  for (const call of without) {
    const error: unknown = await calls[call]().catch((reason: unknown) => reason);
    assert.ok(isBulkheadError(error), `${call} ended with ${JSON.stringify(error)}`);
    assert.equal(error.code, 'unsupported', call);
  }
}

/** So that neither the profile nor the page made of it can promise, or hide, what the exchange does not do. */
async function offered({ exchange, orders }: VenueProfile): Promise<void> {
  const venue = await loadVenue(exchange);
  const offers = Object.values(venue.sockets).find((socket) => socket.orders !== undefined)?.orders;
  const missing = CALLS.filter((call) => offers?.[call] === undefined);
  assert.deepEqual(
    missing,
    CALLS.filter((call) => orders?.without?.includes(call)),
  );
}

async function withOrder(stage: Stage) {
  const { resting } = stage.profile.orders!;
  const made = stage.adapter({ topics: stage.topics });
  await made.adapter.connect();
  const placed = await made.adapter.sendOrder(resting);
  assert.equal(placed.outcome, 'acknowledged');
  const orderId = placed.outcome === 'acknowledged' ? placed.order?.orderId : undefined;
  const name = { clientOrderId: placed.clientOrderId, symbol: resting.symbol };
  const reference: OrderReference = orderId === undefined ? name : { ...name, orderId };
  return { ...made, reference };
}
