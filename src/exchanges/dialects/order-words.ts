// Orders as the named parameters of a venue that takes amounts and prices as JSON numbers: a table says what each of our words is called.
import type { OrderReference, OrderRequest } from '../../market.js';
import { neededText, type OrderRules, orderProblem } from './checks.js';
import type { JsonObject } from './json-rpc.js';

type Word = Exclude<keyof OrderRequest, 'extra'>;
/** Any of the fields of an order; those that are undefined are not sent. */
type Fields = { readonly [Name in keyof OrderRequest]?: OrderRequest[Name] | undefined };

export interface OrderWords extends Omit<OrderRules, 'ownFields'> {
  /** Our words and the venue's names for them. What is not listed travels in another way. */
  readonly names: Readonly<Partial<Record<Word, string>>>;
  /** Names, separated by spaces, that every call fills beside these: `extra` must not. */
  readonly otherNames: string;
  /** The venue's word for how long an order stands. */
  readonly timeInForceOf: (word: string) => string | undefined;
}

/** How orders are written; `clientOrderIdLength` and `validate` are those of the venue's order calls. */
export interface OrderWriter {
  readonly clientOrderIdLength: number;
  readonly validate: (order: OrderRequest) => string | undefined;
  /** The venue's parameters of a new order, behind those of `extra`. */
  readonly placeParams: (order: Fields) => JsonObject;
  /** The venue's parameters for these fields alone, behind those of `extra`. */
  readonly paramsOf: (fields: Fields) => JsonObject;
}

export function orderWriter(words: OrderWords): OrderWriter {
  const { names, otherNames, timeInForceOf, ...limits } = words;
  const entries = Object.entries(names) as readonly (readonly [Word, string])[];
  const taken = [...Object.values(names), ...otherNames.split(' ')];
  const rules = { ...limits, ownFields: new RegExp(`^(?:${taken.join('|')})$`) };
  const wordValue = (fields: Fields, word: Word): unknown => {
    const value = fields[word];
    if (value === undefined) return undefined;
    if (word === 'amount' || word === 'price') return Number(value);
    return word === 'timeInForce' ? timeInForceOf(String(value)) : value;
  };
  const paramsOf = (fields: Fields): JsonObject => ({
    ...fields.extra,
    ...Object.fromEntries(entries.map(([word, name]) => [name, wordValue(fields, word)])),
  });
  return {
    clientOrderIdLength: words.clientOrderIdLength,
    validate: (order) => orderProblem(order, rules),
    placeParams: (order) => paramsOf({ ...order, type: order.type ?? 'limit' }),
    paramsOf,
  };
}

/** How a venue wants an order to be named: by its own id where that is known, else by the bot's. @throws TypeError where neither is given. */
export function orderNamer(orderIdName: string, clientOrderIdName: string) {
  return (
    { orderId, clientOrderId }: OrderReference,
    form: (id: string) => unknown = (id) => id,
  ): JsonObject =>
    orderId === undefined
      ? { [clientOrderIdName]: form(neededText(clientOrderId)) }
      : { [orderIdName]: form(orderId) };
}
