// Orders as signed actions: `{"type":"put","items":[{"n":4,"up":true,"c":"1.5","q":"2"}]}`. They name their instrument by number, have keys that
// are signed in one order, are replaced in full by an edit, and are named by the venue's number or by the bytes of the bot's own id.
import type { OrderRequest } from '../../market.js';
import type { OrderCalls, RequestContext } from '../exchange.js';
import { acceptedOrder } from './account-rows.js';
import type { ByteIds } from './byte-ids.js';
import { type OrderRules, orderProblem, replacement } from './checks.js';
import { decimalOf, idText, shortDecimalText } from './decimals.js';
import { objectOf } from './fields.js';
import type { InstrumentPlaces } from './instrument-places.js';
import { isObject, type JsonObject } from './json-rpc.js';
import { firstStatusOf, type Posts } from './posts.js';

/** What an order says on the wire. `terms` is how long it stands, or whatever else the venue lets stand there. */
type Word = 'instrument' | 'isBuy' | 'price' | 'amount' | 'reduceOnly' | 'terms' | 'clientOrderId';

/** How actions travel, and how instruments and orders are named. */
export interface ActionOrderParts {
  readonly posts: Pick<Posts, 'act'>;
  readonly instruments: Pick<InstrumentPlaces, 'numberOf'>;
  readonly clientIds: ByteIds;
}

export interface ActionOrderWords extends Pick<OrderRules, 'limitOnly' | 'extraFields'> {
  /** The venue takes prices and amounts with so many decimals. */
  readonly maxDecimals: number;
  /** The venue's keys of an order, signed in the order of this table. The one of the terms can be given by `extra`. */
  readonly keys: Readonly<Record<Word, string>>;
  /** Names, separated by spaces, that every action fills beside these: `extra` must not. */
  readonly otherNames: string;
  /** By the common words for how long an order stands the venue's, of which it takes no others; and that of one that is post-only. */
  readonly timesInForce: Readonly<Record<string, string>>;
  readonly postOnly: string;
  /** The terms of an order that stands so long. */
  readonly termsOf: (word: string | undefined) => unknown;
  /** The action that places an order. `extra.expiresAfter` is no part of it: it is when the venue refuses the action. */
  readonly place: (order: JsonObject, extra: JsonObject) => JsonObject;
  readonly edit: (name: number | string, order: JsonObject) => JsonObject;
  readonly cancel: (instrument: number, orderId: number) => JsonObject;
  readonly cancelByClientId: (instrument: number, clientOrderId: string) => JsonObject;
  /** What the answer says of an order that rests and of one that was filled at once: each an object, and the fields in it. */
  readonly placed: Readonly<
    Record<'resting' | 'filled' | 'orderId' | 'filledAmount' | 'averagePrice', string>
  >;
}

type Written = 'clientOrderIdLength' | 'madeOrderIdLength' | 'validate' | 'place' | 'edit' | 'cancel';
type Read = 'readPlaced' | 'readCancelled';

export function actionOrders(
  parts: ActionOrderParts,
  words: ActionOrderWords,
): Pick<OrderCalls, Written | Read> {
  const { posts, instruments, clientIds } = parts;
  const [wireOrder, rules] = [orderWriter(parts, words), rulesOf(clientIds, words)];
  return {
    clientOrderIdLength: rules.clientOrderIdLength,
    madeOrderIdLength: clientIds.bytes,
    validate: (order) => orderProblem(order, rules),
    place(order, context) {
      const extra = order.extra ?? {};
      const action = words.place(wireOrder(order, context), extra);
      return posts.act(context, action, extra['expiresAfter'] as number | undefined);
    },
    readPlaced: (result, asked) => asked && readPlaced(firstStatusOf(result), asked, words.placed),
    edit(reference, changes, context) {
      const order = wireOrder(replacement(reference, changes), context);
      return posts.act(context, words.edit(clientIds.nameOf(reference), order));
    },
    cancel(reference, context) {
      const [instrument, name] = [
        instruments.numberOf(reference.symbol, context),
        clientIds.nameOf(reference),
      ];
      if (typeof name === 'number') return posts.act(context, words.cancel(instrument, name));
      return posts.act(context, words.cancelByClientId(instrument, name));
    },
    readCancelled: () => undefined,
  };
}

function rulesOf(clientIds: ByteIds, { keys, otherNames, ...limits }: ActionOrderWords): OrderRules {
  const { terms: _isInExtra, ...own } = keys;
  const taken = [...Object.values(own), ...otherNames.split(' ')];
  return {
    ...limits,
    ownFields: new RegExp(`^(?:${taken.join('|')})$`),
    clientOrderIds: clientIds,
    clientOrderIdLength: clientIds.longest,
  };
}

function orderWriter({ instruments, clientIds }: ActionOrderParts, words: ActionOrderWords) {
  const { maxDecimals, keys, timesInForce, postOnly, termsOf } = words;
  const entries = Object.entries(keys) as readonly (readonly [Word, string])[];
  return (order: OrderRequest, context: RequestContext): JsonObject => {
    const { timeInForce = 'good-til-cancelled', clientOrderId } = order;
    const inForce = order.postOnly === true ? postOnly : timesInForce[timeInForce];
    const values: Readonly<Record<Word, unknown>> = {
      instrument: instruments.numberOf(order.symbol, context),
      isBuy: order.side === 'buy',
      price: shortDecimalText(order.price ?? Number.NaN, maxDecimals),
      amount: shortDecimalText(order.amount, maxDecimals),
      reduceOnly: order.reduceOnly ?? false,
      terms: order.extra?.[keys.terms] ?? termsOf(inForce),
      clientOrderId: clientOrderId === undefined ? undefined : clientIds.write(clientOrderId),
    };
    return Object.fromEntries(entries.map(([word, key]) => [key, values[word]]));
  };
}

/** Undefined where the venue did not say the order's number: of one that waits for its trigger. */
function readPlaced(
  status: unknown,
  asked: Parameters<typeof acceptedOrder>[1],
  names: ActionOrderWords['placed'],
) {
  if (!isObject(status)) return undefined;
  const { [names.resting]: resting, [names.filled]: filled } = status;
  const row = objectOf(filled ?? resting);
  const order = acceptedOrder(idText(row[names.orderId]), asked, Number.NaN, status, 'open');
  if (order === undefined || filled === undefined) return order;
  const filledAmount = decimalOf(row[names.filledAmount]);
  return { ...order, state: 'filled', filledAmount, averagePrice: decimalOf(row[names.averagePrice]) };
}
