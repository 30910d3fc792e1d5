// The trade socket of the simulated Bybit. An answer says "accepted"; the matching comes after it and is told by the private topics.
import type { PaperSession, PaperWorld } from '../kit/paper/dialect.js';
import type { PaperMarket } from '../kit/paper/market.js';
import type { PaperOrder, PaperTerms } from '../kit/paper/trading.js';

type Parameters = Readonly<Record<string, unknown>>;

/** What an op ends with: a code of the venue, or data and what is to be done after the answer. */
export type OrderResult =
  | { readonly code: number; readonly message: string }
  | { readonly data: object; readonly later: () => void };

const wrong = (code: number, message: string): OrderResult => ({ code, message });
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const linkOf = ({ orderId, terms }: { orderId: string; terms: PaperTerms }) => ({
  orderId,
  orderLinkId: terms.clientOrderId,
});
const named = (order: PaperOrder) => linkOf({ orderId: order.id, terms: order.terms });

export function carryOut(
  world: PaperWorld,
  session: PaperSession,
  op: string,
  params: Parameters,
): OrderResult {
  const category = textOf(params['category']);
  const market = world.markets.find(
    ({ instrument }) => instrument.category === category && instrument.symbol === params['symbol'],
  );
  if (!/^(?:linear|spot|inverse|option)$/.test(category)) return wrong(10404, 'category is not correct');
  if (market === undefined) return wrong(10001, 'symbol invalid');
  switch (op) {
    case 'order.create':
      return create(world, session, market, params);
    case 'order.amend':
      return onOrder(world, session, params, (order) => amend(world, order, market, params));
    case 'order.cancel':
      return onOrder(world, session, params, (order) => {
        return { data: named(order), later: () => world.trading.cancel(order) };
      });
    default:
      return wrong(10404, 'op type is not found');
  }
}

function create(
  world: PaperWorld,
  session: PaperSession,
  market: PaperMarket,
  params: Parameters,
): OrderResult {
  const { trading, journal } = world;
  const terms = termsOf(market, params);
  if ('code' in terms) return terms;
  const { clientOrderId } = terms;
  const account = session.account ?? '';
  journal.record({
    kind: 'order-received',
    connection: session.connection.id,
    account,
    label: clientOrderId,
    instrument: market.instrument.symbol,
  });
  if (clientOrderId !== '' && trading.find(account, undefined, clientOrderId)?.state === 'open') {
    return wrong(110072, 'OrderLinkedID is duplicate');
  }
  const order = trading.accept(account, market, terms);
  return { data: named(order), later: () => trading.work(order) };
}

function termsOf(
  market: PaperMarket,
  params: Parameters,
): PaperTerms | { readonly code: number; readonly message: string } {
  const { side, orderType, price, qty } = params;
  const timeInForce = (params['timeInForce'] ??
    (orderType === 'Market' ? 'IOC' : 'GTC')) as PaperTerms['timeInForce'];
  const [tick, lots] = [market.tickOf(price), market.lotsOf(qty)];
  if (side !== 'Buy' && side !== 'Sell') return { code: 10001, message: 'Side invalid' };
  if (orderType !== 'Limit' && orderType !== 'Market') return { code: 10001, message: 'orderType invalid' };
  if (!['GTC', 'IOC', 'FOK', 'PostOnly'].includes(timeInForce))
    return { code: 10001, message: 'timeInForce invalid' };
  if (lots === undefined) return { code: 10001, message: 'Qty invalid' };
  if (orderType === 'Limit' && tick === undefined) return { code: 110003, message: 'price is invalid' };
  return {
    clientOrderId: textOf(params['orderLinkId']),
    side: side === 'Buy' ? 'buy' : 'sell',
    type: orderType === 'Limit' ? 'limit' : 'market',
    timeInForce: orderType === 'Market' ? 'IOC' : timeInForce,
    tick: orderType === 'Limit' ? tick : undefined,
    lots,
  };
}

function amend(world: PaperWorld, order: PaperOrder, market: PaperMarket, params: Parameters): OrderResult {
  const [tick, lots] = [market.tickOf(params['price']), market.lotsOf(params['qty'])];
  if (params['price'] !== undefined && tick === undefined) return wrong(110003, 'price is invalid');
  if (params['qty'] !== undefined && (lots === undefined || lots <= order.filledLots))
    return wrong(10001, 'Qty invalid');
  return { data: named(order), later: () => world.trading.amend(order, tick, lots) };
}

function onOrder(
  world: PaperWorld,
  session: PaperSession,
  params: Parameters,
  act: (order: PaperOrder) => OrderResult,
): OrderResult {
  const id = textOf(params['orderId']);
  const order = world.trading.find(
    session.account ?? '',
    id === '' ? undefined : id,
    textOf(params['orderLinkId']),
  );
  if (order === undefined || order.state !== 'open') {
    const [code, action] = params['category'] === 'spot' ? [170213, 'exist'] : [110001, 'exists or too late'];
    return wrong(code as number, `order not ${action}`);
  }
  return act(order);
}
