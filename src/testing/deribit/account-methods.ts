// Private questions: open orders, one order, positions, own trades, the account summary, sub-accounts.
import { writeIdentity, writeSummary } from './account-summary.js';
import type { Account } from './accounts.js';
import { marketOf } from './market-methods.js';
import type { Methods, PrivateCall } from './method.js';
import type { Order } from './order.js';
import { isOfCurrency, orderOf } from './order-methods.js';
import { writePosition } from './portfolio.js';

function question(area: 'trade' | 'account' | 'wallet', run: (call: PrivateCall) => unknown) {
  return { cost: 'non-matching', right: `${area}:read` as const, run } as const;
}

export const accountMethods: Methods = {
  'private/get_open_orders': question('trade', (call) => openOrders(call, () => true)),
  'private/get_open_orders_by_instrument': question('trade', (call) => {
    const market = marketOf(call);
    return openOrders(call, (order) => order.market === market);
  }),
  'private/get_open_orders_by_currency': question('trade', (call) => {
    const currency = call.params.text('currency');
    return openOrders(call, (order) => isOfCurrency(order, currency));
  }),
  'private/get_open_orders_by_label': question('trade', (call) => {
    const currency = call.params.text('currency');
    const label = call.params.optionalText('label');
    return openOrders(
      call,
      (order) => isOfCurrency(order, currency) && (label === undefined || order.terms.label === label),
    );
  }),
  'private/get_order_state': question('trade', (call) => orderOf(call).toWire()),
  'private/get_order_state_by_label': question('trade', ({ params, caller }) => {
    const currency = params.text('currency');
    const label = params.text('label');
    return [...caller.orders.values()]
      .filter((order) => order.terms.label === label && isOfCurrency(order, currency))
      .map((order) => order.toWire());
  }),
  'private/get_positions': question('trade', getPositions),
  'private/get_position': question('trade', (call) => {
    const market = marketOf(call);
    return writePosition(call.caller.portfolio.position(market.instrument), market.markPrice);
  }),
  'private/get_user_trades_by_instrument': question('trade', (call) => {
    const { name } = marketOf(call).instrument;
    return userTrades(call, (trade) => trade['instrument_name'] === name);
  }),
  'private/get_user_trades_by_instrument_and_time': question('trade', (call) => {
    const { name } = marketOf(call).instrument;
    return userTrades(call, (trade) => trade['instrument_name'] === name);
  }),
  'private/get_user_trades_by_currency': question('trade', tradesByCurrency),
  'private/get_user_trades_by_currency_and_time': question('trade', tradesByCurrency),
  'private/get_user_trades_by_order': question('trade', (call) => {
    const order = orderOf(call);
    return call.caller.trades.filter((trade) => trade['order_id'] === order.id);
  }),
  'private/get_account_summary': question('account', ({ world, params, caller }) => {
    const summary = writeSummary(world, caller, params.text('currency').toUpperCase());
    return params.flag('extended') ? { ...summary, ...writeIdentity(caller) } : summary;
  }),
  'private/get_account_summaries': question('account', ({ world, caller }) => ({
    ...writeIdentity(caller),
    summaries: Object.keys(caller.portfolio.balances).map((currency) =>
      writeSummary(world, caller, currency),
    ),
  })),
  'private/get_subaccounts': question('account', ({ world, caller }) =>
    world.accounts
      .all()
      .filter((account) => isFamily(account, caller))
      .map(writeIdentity),
  ),
};

function isFamily(account: Account, caller: Account): boolean {
  return account === caller || account.mainClientId === caller.clientId;
}

function openOrders({ params, caller }: PrivateCall, isMeant: (order: Order) => boolean): unknown {
  const kind = params.optionalText('kind');
  return caller
    .openOrders()
    .filter(
      (order) =>
        isMeant(order) && (kind === undefined || kind === 'any' || order.market.instrument.kind === kind),
    )
    .map((order) => order.toWire());
}

function getPositions({ world, params, caller }: PrivateCall): unknown {
  const currency = params.optionalText('currency')?.toUpperCase() ?? 'ANY';
  return caller.portfolio
    .positions()
    .filter(({ instrument }) => currency === 'ANY' || instrument.settlementCurrency === currency)
    .flatMap((position) => {
      const market = world.markets.get(position.instrument.name);
      return market === undefined ? [] : [writePosition(position, market.markPrice)];
    });
}

type OwnTrade = Account['trades'][number];

function tradesByCurrency(call: PrivateCall): unknown {
  const currency = call.params.text('currency').toUpperCase();
  return userTrades(call, (trade) => trade['fee_currency'] === currency);
}

function userTrades({ params, caller }: PrivateCall, isMeant: (trade: OwnTrade) => boolean): unknown {
  const count = params.optionalNumber('count') ?? 10;
  const since = params.optionalNumber('start_timestamp') ?? 0;
  const until = params.optionalNumber('end_timestamp') ?? Number.POSITIVE_INFINITY;
  const found = caller.trades.filter((trade) => {
    const at = trade['timestamp'] as number;
    return isMeant(trade) && at >= since && at <= until;
  });
  const isFromStart = params.has('start_timestamp');
  const chosen = isFromStart ? found.slice(0, count) : found.slice(-count).reverse();
  return { trades: chosen, has_more: found.length > count };
}
