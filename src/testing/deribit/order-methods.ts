// Placing, changing and cancelling orders. https://docs.deribit.com/articles/order-management
import type { Account } from './accounts.js';
import {
  checkFunds,
  checkValidity,
  readPrice,
  readReducedLots,
  readSize,
  readTerms,
} from './order-checks.js';
import type { Direction, Order } from './order.js';
import { marketOf } from './market-methods.js';
import type { Methods, PrivateCall } from './method.js';
import { alreadyClosed, invalidParameter, notOpenOrder, orderNotFound, RpcError } from './rpc-error.js';
import type { OrderOutcome } from './trading.js';

const canTrade = 'trade:read_write';
const kindsOfOrders = ['any', 'future', 'option', 'spot'] as const;

function matching(run: (call: PrivateCall) => unknown) {
  return { cost: 'matching', right: canTrade, run } as const;
}

export const orderMethods: Methods = {
  'private/buy': matching((call) => place(call, 'buy')),
  'private/sell': matching((call) => place(call, 'sell')),
  'private/edit': matching((call) => edit(call, orderOf(call))),
  'private/edit_by_label': matching((call) => edit(call, orderByLabel(call))),
  'private/cancel': matching(cancel),
  'private/cancel_by_label': matching((call) => {
    const label = call.params.text('label');
    const currency = call.params.optionalText('currency');
    return cancelThose(call, (order) => order.terms.label === label && isOfCurrency(order, currency));
  }),
  'private/cancel_all': matching((call) => cancelThose(call, () => true)),
  'private/cancel_all_by_instrument': matching((call) => {
    const market = marketOf(call);
    return cancelThose(call, (order) => order.market === market);
  }),
  'private/cancel_all_by_currency': matching((call) => {
    const currency = call.params.text('currency');
    return cancelThose(call, (order) => isOfCurrency(order, currency));
  }),
  'private/cancel_all_by_kind_or_type': matching((call) => {
    const kind = call.params.choice('kind', kindsOfOrders, 'any');
    return cancelThose(call, (order) => kind === 'any' || order.market.instrument.kind === kind);
  }),
};

function place(call: PrivateCall, direction: Direction): unknown {
  const { world, session, params, caller: account } = call;
  const terms = readTerms(params, direction);
  const name = params.text('instrument_name');
  const received = { connection: session.connection.id, account: account.clientId, label: terms.label };
  world.journal.record({ kind: 'order-received', ...received, instrument: name });
  const market = world.markets.get(name);
  if (market === undefined) throw new RpcError(10020, 'invalid_or_unsupported_instrument');
  checkValidity(params, world.clock.milliseconds());
  const lots = readReducedLots(account, market, terms, readSize(params, market));
  const limitTick = readPrice(params, market, terms, lots, account.clientId);
  checkFunds(account, market, terms, lots, limitTick);
  const outcome = world.trading.place({ account, market, terms, limitTick, lots });
  session.placed(outcome.order);
  return write(outcome);
}

function edit(call: PrivateCall, order: Order): unknown {
  const { world, params } = call;
  checkValidity(params, world.clock.milliseconds());
  if (!order.isOpen) throw alreadyClosed();
  const { market } = order;
  const hasSize = params.has('amount') || params.has('contracts');
  const lots = hasSize ? readSize(params, market) : order.lots;
  if (lots <= order.filledLots) throw invalidParameter('amount', 'must be more than what is filled');
  const postOnly = params.flag('post_only', order.terms.postOnly);
  const terms = { ...order.terms, postOnly, rejectPostOnly: params.flag('reject_post_only') };
  const price = params.has('price')
    ? readPrice(params, market, terms, lots - order.filledLots, order.account.clientId)
    : order.tick;
  return write(world.trading.edit(order, price ?? order.tick, lots));
}

function cancel(call: PrivateCall): unknown {
  const order = orderOf(call);
  if (!order.isOpen) throw notOpenOrder();
  call.world.trading.cancel(order, 'user_request');
  return order.toWire();
}

/** The number of orders cancelled, or with `detailed` their execution reports. */
function cancelThose(call: PrivateCall, isMeant: (order: Order) => boolean): unknown {
  const { world, params, caller } = call;
  const orders = caller.openOrders().filter(isMeant);
  for (const order of orders) world.trading.cancel(order, 'user_request');
  return params.flag('detailed') ? reports(orders) : orders.length;
}

function reports(orders: readonly Order[]): unknown {
  const markets = new Set(orders.map((order) => order.market));
  return [...markets].map((market) => ({
    type: 'limit',
    instrument_name: market.instrument.name,
    currency: market.instrument.settlementCurrency,
    result: orders.filter((order) => order.market === market).map((order) => order.toWire()),
  }));
}

/** The order that `order_id` names. */
export function orderOf({ world, params, caller }: PrivateCall): Order {
  const id = params.text('order_id');
  const order = caller.orders.get(id);
  if (order !== undefined) return order;
  const isForeign = world.accounts.all().some((account: Account) => account.orders.has(id));
  throw isForeign ? new RpcError(10029, 'not_owner_of_order') : orderNotFound();
}

function orderByLabel(call: PrivateCall): Order {
  const label = call.params.text('label');
  const market = marketOf(call);
  const found = call.caller
    .openOrders()
    .filter((order) => order.terms.label === label && order.market === market);
  const [order] = found;
  if (order === undefined) throw orderNotFound();
  if (found.length > 1) throw new RpcError(13032, 'non_unique_order_label');
  return order;
}

export function isOfCurrency(order: Order, currency: string | undefined): boolean {
  if (currency === undefined || currency.toLowerCase() === 'any') return true;
  return order.market.instrument.settlementCurrency === currency.toUpperCase();
}

function write({ order, trades }: OrderOutcome): unknown {
  return { order: order.toWire(), trades };
}
