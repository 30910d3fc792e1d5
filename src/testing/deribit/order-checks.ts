// What an order has to satisfy before it reaches the book, and the errors when it does not.
import type { Account } from './accounts.js';
import type { DeribitMarket } from './market.js';
import { type Direction, type OrderTerms, orderTypes, timesInForce } from './order.js';
import type { Parameters } from './parameters.js';
import { marginOf } from './portfolio.js';
import { invalidParameter, RpcError } from './rpc-error.js';

const longestLabel = 64;
const unsupportedTypes = ['stop_limit', 'stop_market', 'take_limit', 'take_market', 'trailing_stop'];

export function readTerms(params: Parameters, direction: Direction): OrderTerms {
  if (unsupportedTypes.includes(params.optionalText('type') ?? ''))
    throw new RpcError(10033, 'not_implemented');
  const type = params.choice('type', orderTypes, 'limit');
  const terms: OrderTerms = {
    direction,
    type,
    timeInForce: params.choice('time_in_force', timesInForce, 'good_til_cancelled'),
    label: params.optionalText('label', longestLabel) ?? '',
    postOnly: params.flag('post_only'),
    rejectPostOnly: params.flag('reject_post_only'),
    reduceOnly: params.flag('reduce_only'),
  };
  if (terms.postOnly && (type !== 'limit' || !terms.timeInForce.startsWith('good'))) {
    throw new RpcError(11055, 'post_only_not_allowed');
  }
  return terms;
}

export function checkValidity(params: Parameters, now: number): void {
  const until = params.optionalNumber('valid_until');
  if (until !== undefined && until < now) throw new RpcError(13888, 'timed_out');
}

/** `amount` or `contracts`, in lots. */
export function readSize(params: Parameters, market: DeribitMarket): number {
  const contracts = params.optionalNumber('contracts');
  const amount = params.optionalNumber('amount') ?? (contracts ?? 0) * market.instrument.contractSize;
  if (!params.has('amount') && contracts === undefined) throw invalidParameter('amount', 'value required');
  const lots = market.lotsOf(amount);
  if (lots === undefined) throw invalidParameter('amount', 'must be a multiple of the minimum order size');
  if (lots <= 0) throw invalidParameter('amount', 'must be greater than 0');
  return lots;
}

/** A reduce-only order is cut down to what the position leaves to reduce. */
export function readReducedLots(
  account: Account,
  market: DeribitMarket,
  terms: OrderTerms,
  lots: number,
): number {
  if (!terms.reduceOnly) return lots;
  const { size } = account.portfolio.position(market.instrument);
  const reducible = terms.direction === 'buy' ? -size : size;
  const most = Math.round(reducible / market.instrument.minTradeAmount);
  if (most <= 0) throw new RpcError(11030, 'other_reject reduce_only_order_would_increase_position');
  return Math.min(lots, most);
}

/** The limit in ticks, undefined for a market order; post-only orders are moved off the other side or refused. */
export function readPrice(
  params: Parameters,
  market: DeribitMarket,
  terms: OrderTerms,
  lots: number,
  owner: string,
): number | undefined {
  const side = terms.direction === 'buy' ? 'bid' : 'ask';
  const other = market.book.side(side === 'bid' ? 'ask' : 'bid').best;
  let limit = terms.type === 'limit' ? readTick(params, market) : undefined;
  if (terms.type === 'market_limit') limit = other?.tick;
  if (terms.postOnly && limit !== undefined && other !== undefined) {
    const isCrossing = side === 'bid' ? limit >= other.tick : limit <= other.tick;
    if (isCrossing && terms.rejectPostOnly) throw new RpcError(11054, 'post_only_reject');
    if (isCrossing) limit = side === 'bid' ? other.tick - 1 : other.tick + 1;
  }
  if (market.book.meetsOwn(side, limit, lots, owner)) throw new RpcError(10003, 'order_overlap');
  return limit;
}

function readTick(params: Parameters, market: DeribitMarket): number {
  const price = params.number('price');
  if (price <= 0) throw invalidParameter('price', 'must be greater than 0');
  const tick = market.tickOf(price);
  if (tick === undefined) throw invalidParameter('price', 'must conform to tick size');
  return tick;
}

/** Open orders, positions and the new order together must be covered, unless the order reduces a position. */
export function checkFunds(
  account: Account,
  market: DeribitMarket,
  terms: OrderTerms,
  lots: number,
  limitTick: number | undefined,
): void {
  const { instrument } = market;
  const { portfolio } = account;
  const { size } = portfolio.position(instrument);
  const amount = market.amountOf(lots);
  const sign = terms.direction === 'buy' ? 1 : -1;
  if (Math.sign(size) === -sign && amount <= Math.abs(size)) return;
  const currency = instrument.settlementCurrency;
  const price = limitTick === undefined ? market.markPrice : market.priceOf(limitTick);
  let bound = portfolio.margin(currency) + marginOf(instrument, amount, price);
  for (const order of account.openOrders()) {
    const other = order.market;
    if (other.instrument.settlementCurrency !== currency) continue;
    bound += marginOf(other.instrument, other.amountOf(order.openLots), other.priceOf(order.tick));
  }
  if (bound > (portfolio.balances[currency] ?? 0)) throw new RpcError(10009, 'not_enough_funds');
}
