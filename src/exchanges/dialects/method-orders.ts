// Orders over JSON-RPC with a method for each thing to do, and another one where an order is named by the bot's own id:
// `orders.drop` with `{"id":"7"}`, `orders.drop_tagged` with `{"tag":"bot-1"}`.
import type { OrderReference, OrderRequest, Side } from '../../market.js';
import type { OrderCalls, Outgoing, RequestContext, VenueError } from '../exchange.js';
import type { AccountRows } from './account-rows.js';
import { neededText } from './checks.js';
import { valueAt } from './fields.js';
import { call, type JsonObject } from './json-rpc.js';
import { type OrderWords, orderWriter } from './order-words.js';

/** What is done to one order. */
export interface OneOrder {
  /** The method that takes the venue's id. */
  readonly byId: string;
  /** The method that takes the bot's. */
  readonly byClientId: string;
  /** What the latter wants to know of the symbol beside it. Left out: nothing. */
  readonly ofSymbol?: (symbol: string) => JsonObject;
}

/** What is done to all orders: those of the account, or those of one instrument. */
export interface AllOrders {
  readonly ofAccount: string;
  readonly ofSymbol: string;
}

export interface MethodOrderWords extends OrderWords {
  readonly venue: string;
  readonly names: OrderWords['names'] & { readonly clientOrderId: string; readonly symbol: string };
  /** The venue's name for its own id of an order. */
  readonly orderId: string;
  /** What a new order says where the bot leaves it out. */
  readonly defaults: Readonly<Partial<OrderRequest>>;
  readonly place: Readonly<Record<Side, string>>;
  /** Where the order stands in the answer to `place` or `edit`. */
  readonly placedAt: string;
  readonly edit: OneOrder;
  /** What every change of an order must say. */
  readonly neededChanges: readonly (keyof OrderRequest)[];
  /** Answered with the order or, by the bot's id, with how many there were. */
  readonly cancel: OneOrder;
  /** What it means that there were none. */
  readonly notFound: VenueError;
  /** Answered with how many there were. */
  readonly cancelAll: AllOrders;
  readonly lookup: OneOrder;
  /** As in the calls of an exchange. */
  readonly lookupIsFinal: boolean;
  readonly openOrders: AllOrders;
  readonly positions: { readonly method: string; readonly params: JsonObject };
}

/** The calls about orders. `rows` reads the orders and positions of their answers. */
export function methodOrders(words: MethodOrderWords, rows: AccountRows) {
  const { placeParams, paramsOf, ...checks } = orderWriter(words);
  const { place, defaults, lookupIsFinal, positions } = words;
  const one = oneOrderCalls(words);
  const all = allOrdersCalls(words);
  return {
    ...checks,
    place: (order, context) => call(context, place[order.side], placeParams(withDefaults(order, defaults))),
    edit(reference, changes, context) {
      checkChanges(changes, words);
      const { amount, price, timeInForce, postOnly, reduceOnly, extra } = changes;
      const params = paramsOf({ amount, price, timeInForce, postOnly, reduceOnly, extra });
      return one(context, words.edit, reference, params);
    },
    cancel: (reference, context) => one(context, words.cancel, reference),
    cancelAll: (filter, context) => all(context, words.cancelAll, filter),
    lookup: (reference, context) => one(context, words.lookup, reference),
    lookupIsFinal,
    openOrders: (filter, context) => all(context, words.openOrders, filter),
    positions: (context) => call(context, positions.method, positions.params),
    ...answerReaders(words, rows),
  } satisfies OrderCalls;
}

function answerReaders({ placedAt, notFound }: MethodOrderWords, rows: AccountRows) {
  return {
    readPlaced: (result: unknown) => rows.order(valueAt(result, placedAt)),
    readCancelled: rows.order,
    cancelProblem: (result: unknown) => (result === 0 ? notFound : undefined),
    readCancelledAll: (result: unknown) => (typeof result === 'number' ? result : undefined),
    readLookup: rows.orders,
    readOpenOrders: rows.orders,
    readPositions: rows.positions,
  };
}

function allOrdersCalls({ names }: MethodOrderWords) {
  return (
    context: RequestContext,
    { ofAccount, ofSymbol }: AllOrders,
    { symbol }: { readonly symbol?: string },
  ): Outgoing =>
    symbol === undefined ? call(context, ofAccount) : call(context, ofSymbol, { [names.symbol]: symbol });
}

/** Writes calls about one order. @throws TypeError where the caller named none. */
function oneOrderCalls({ names, orderId: idName }: MethodOrderWords) {
  return (
    context: RequestContext,
    { byId, byClientId, ofSymbol }: OneOrder,
    { orderId, clientOrderId, symbol }: OrderReference,
    params: JsonObject = {},
  ): Outgoing => {
    if (orderId !== undefined) return call(context, byId, { ...params, [idName]: orderId });
    const named = { [names.clientOrderId]: neededText(clientOrderId), ...ofSymbol?.(neededText(symbol)) };
    return call(context, byClientId, { ...params, ...named });
  };
}

function withDefaults(order: OrderRequest, defaults: Readonly<Partial<OrderRequest>>): OrderRequest {
  const names = Object.keys(defaults) as readonly (keyof OrderRequest)[];
  return { ...order, ...Object.fromEntries(names.map((name) => [name, order[name] ?? defaults[name]])) };
}

/** @throws TypeError for changes that leave out what the venue wants to be told. */
function checkChanges(changes: Partial<OrderRequest>, { venue, neededChanges }: MethodOrderWords): void {
  if (neededChanges.every((name) => changes[name] !== undefined)) return;
  const needed = neededChanges.map((name) => `changes.${name}`).join(' and ');
  throw new TypeError(`a ${venue} order is edited with ${needed} given`);
}
