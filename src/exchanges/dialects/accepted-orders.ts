// Orders as calls whose answers say no more than that they were taken in: `{"do":"put","args":[{"item":"OAK","way":"in","size":"2"}]}` is
// answered with `{"made":{"no":"7"}}`. Amounts and prices are decimal texts, and each call names its instrument and its one order.
import type { OrderReference, OrderRequest, Side } from '../../market.js';
import type { OrderCalls, Outgoing, RequestContext } from '../exchange.js';
import { acceptedOrder } from './account-rows.js';
import { decimalText, type OrderRules, orderProblem } from './checks.js';
import { numberOf, valueAt } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';
import { orderNamer } from './order-words.js';

type Word = 'side' | 'type' | 'amount' | 'price' | 'reduceOnly' | 'clientOrderId';

export interface AcceptedOrderWords extends Omit<OrderRules, 'ownFields'> {
  /** Writes the call that does this with an order. */
  readonly call: (op: string, params: JsonObject, context: RequestContext) => Outgoing;
  readonly ops: Readonly<Record<'place' | 'edit' | 'cancel', string>>;
  /** What every call says of its instrument. @throws TypeError where `symbol` is missing and `extra` does not make up for it. */
  readonly instrumentOf: (
    symbol: string | undefined,
    extra: JsonObject,
    context: RequestContext,
  ) => JsonObject;
  /** The venue's name for its own id of an order. */
  readonly orderId: string;
  /** The venue's names for what a new order says. */
  readonly names: Readonly<Record<Word, string>>;
  /** Other names, separated by spaces, that the fields of an order fill: `extra` must not. */
  readonly otherNames: string;
  /** The venue's words for the sides, where they are other ones than ours. */
  readonly sides?: Readonly<Record<Side, string>>;
  /** The venue's word for the type of an order. */
  readonly typeOf: (order: OrderRequest) => string;
  /** What else a new order says, where `extra` does not say it otherwise. Members that are undefined are left out. */
  readonly termsOf: (order: OrderRequest) => JsonObject;
  /** The venue's names for a new amount and a new price. */
  readonly changes: Readonly<Record<'amount' | 'price', string>>;
  /** Where the answer to `place` has the venue's id of the order, and the time in milliseconds. */
  readonly placed: Readonly<Record<'orderId' | 'time', string>>;
}

type Written = 'clientOrderIdLength' | 'validate' | 'place' | 'edit' | 'cancel';
type Read = 'readPlaced' | 'readCancelled';

/** The calls about orders. What becomes of an order is told by a private topic. */
export function acceptedOrders(words: AcceptedOrderWords): Required<Pick<OrderCalls, Written | Read>> {
  const { call, ops, instrumentOf, termsOf, changes: changed, placed } = words;
  const [rules, sayOrder, named] = [rulesOf(words), orderWriter(words), referenceWriter(words)];
  const ownChanges = new Set([...takenNames(words), words.orderId, changed.amount, changed.price]);
  return {
    clientOrderIdLength: rules.clientOrderIdLength,
    validate: (order) => orderProblem(order, rules),
    place(order, context) {
      const { symbol, extra = {} } = order;
      const instrument = instrumentOf(symbol, extra, context);
      return call(ops.place, { ...instrument, ...sayOrder(order), ...termsOf(order), ...extra }, context);
    },
    readPlaced(result, asked) {
      if (asked === undefined || !isObject(result)) return undefined;
      const timeMs = numberOf(valueAt(result, placed.time));
      return acceptedOrder(valueAt(result, placed.orderId), asked, timeMs, result);
    },
    edit(reference, { amount, price, extra = {}, symbol = '' }, context) {
      checkExtra(extra, ownChanges);
      const order = named({ symbol, ...reference }, extra, context);
      const changes = { [changed.amount]: decimalText(amount), [changed.price]: decimalText(price) };
      return call(ops.edit, { ...order, ...changes, ...extra }, context);
    },
    cancel: (reference, context) => call(ops.cancel, named(reference, {}, context), context),
    readCancelled: () => undefined,
  };
}

function rulesOf(words: AcceptedOrderWords): OrderRules {
  return { ...words, ownFields: new RegExp(`^(?:${takenNames(words).join('|')})$`) };
}

function takenNames({ names, otherNames }: AcceptedOrderWords): readonly string[] {
  return [...Object.values(names), ...otherNames.split(' ')];
}

/** @throws TypeError for an `extra` that would change another order than the one that is named, or otherwise than the changes say. */
function checkExtra(extra: JsonObject, own: ReadonlySet<string>): void {
  const doubled = Object.keys(extra).find((name) => own.has(name));
  if (doubled !== undefined) throw new TypeError(`changes.extra.${doubled} has a field of its own`);
}

/** What a new order says in the venue's names. */
function orderWriter({ names, sides, typeOf }: AcceptedOrderWords) {
  return (order: OrderRequest): JsonObject => ({
    [names.side]: sides?.[order.side] ?? order.side,
    [names.type]: typeOf(order),
    [names.amount]: decimalText(order.amount),
    [names.price]: decimalText(order.price),
    [names.reduceOnly]: order.reduceOnly,
    [names.clientOrderId]: order.clientOrderId,
  });
}

/** How a call names its order. @throws TypeError where the caller named none. */
function referenceWriter({ instrumentOf, orderId, names }: AcceptedOrderWords) {
  const nameOf = orderNamer(orderId, names.clientOrderId);
  return (reference: OrderReference, extra: JsonObject, context: RequestContext): JsonObject => {
    const name = nameOf(reference);
    return { ...instrumentOf(reference.symbol, extra, context), ...name };
  };
}
