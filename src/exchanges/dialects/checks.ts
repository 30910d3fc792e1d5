// Checks of what the user hands in that are the same for every venue. They return what is wrong in words, never the value itself.
import type { OrderReference, OrderRequest } from '../../market.js';

/** Says which of these credentials is not a non-empty string. */
export function missingText(credentials: unknown, names: readonly string[]): string | undefined {
  if (typeof credentials !== 'object' || credentials === null) {
    return `credentials must be an object with ${names.join(', ')}`;
  }
  const values = credentials as Readonly<Record<string, unknown>>;
  const missing = names.find((name) => typeof values[name] !== 'string' || values[name] === '');
  return missing === undefined ? undefined : `credentials.${missing} must be a non-empty string`;
}

export interface OrderRules {
  readonly clientOrderIdLength: number;
  /** What is said of an order of any other type, where the venue has limit orders only. */
  readonly limitOnly?: string;
  /** Types that need a price, beside `limit`. */
  readonly pricedTypes?: readonly string[];
  /** Names of the venue that the order's own fields fill, so `extra` must not. */
  readonly ownFields: RegExp;
  /** All that `extra` can hold, where the venue takes nothing else. */
  readonly extraFields?: readonly string[];
  /** By the common words for how long an order stays the venue's, where it takes no others; left out: any word goes on. */
  readonly timesInForce?: Readonly<Record<string, string>>;
  /** Whether the venue can carry a client order id, and how one must look: `letters and digits only`. */
  readonly clientOrderIds?: { readonly fits: (text: string) => boolean; readonly hint: string };
}

/** Checks an order's own fields before anything is sent. */
export function orderProblem(order: OrderRequest, rules: OrderRules): string | undefined {
  const { type = 'limit', clientOrderId } = order;
  if (rules.limitOnly !== undefined && (order.type ?? 'limit') !== 'limit') return rules.limitOnly;
  if (typeof order.symbol !== 'string' || order.symbol === '')
    return 'order.symbol must be a non-empty string';
  if (order.side !== 'buy' && order.side !== 'sell') return 'order.side must be buy or sell';
  if (!(isDecimal(order.amount) && Number(order.amount) > 0)) return 'order.amount must be above zero';
  const priced = type === 'limit' || rules.pricedTypes?.includes(type) === true;
  if (order.price === undefined ? priced : !isDecimal(order.price)) {
    return `order.price must be a finite number for an order of type ${type}`;
  }
  if (order.postOnly === true && type === 'market') return 'order.postOnly does not go with a market order';
  if (clientOrderId === '' || (clientOrderId?.length ?? 0) > rules.clientOrderIdLength) {
    return `order.clientOrderId must have 1 to ${rules.clientOrderIdLength} characters`;
  }
  if (clientOrderId !== undefined && rules.clientOrderIds?.fits(clientOrderId) === false)
    return `order.clientOrderId must be ${rules.clientOrderIds.hint}`;
  return timeProblem(order, rules) ?? extraProblem(order, rules);
}

function timeProblem({ timeInForce }: OrderRequest, { timesInForce }: OrderRules): string | undefined {
  if (timeInForce === undefined || timesInForce === undefined) return undefined;
  if (Object.hasOwn(timesInForce, timeInForce)) return undefined;
  return `order.timeInForce "${timeInForce}" is not among ${Object.keys(timesInForce).join(', ')}`;
}

function extraProblem(
  { extra = {} }: OrderRequest,
  { ownFields, extraFields }: OrderRules,
): string | undefined {
  const names = Object.keys(extra);
  const doubled = names.find((name) => ownFields.test(name));
  if (doubled !== undefined) return `order.extra.${doubled} has a field of its own in the order`;
  const unknown = names.find((name) => extraFields?.includes(name) === false);
  if (unknown === undefined) return undefined;
  return `order.extra.${unknown} is nothing that the venue knows: it takes ${extraFields?.join(', ')}`;
}

function isDecimal(value: unknown): boolean {
  if (typeof value === 'string') return /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(value);
  return Number.isFinite(value);
}

/** The text, where it is one. @throws TypeError: the caller named no order. */
export function neededText(text: string | undefined): string {
  if (text !== undefined && text !== '') return text;
  throw new TypeError('name the order by orderId, or by clientOrderId together with its symbol');
}

/**
 * The order that takes the place of another one, for venues that keep nothing of the old.
 * @throws TypeError: changes that leave out what every order says.
 */
export function replacement(reference: OrderReference, changes: Partial<OrderRequest>): OrderRequest {
  const { clientOrderId = reference.clientOrderId, symbol = reference.symbol } = changes;
  const { side, price, amount } = changes;
  if (side === undefined || price === undefined || amount === undefined || symbol === undefined) {
    throw new TypeError(
      'the venue replaces an order: give changes.side, changes.price, changes.amount and the symbol',
    );
  }
  const named = clientOrderId === undefined ? {} : { clientOrderId };
  return { ...changes, symbol, side, price, amount, ...named };
}

/** Numbers as venues want them that take decimal texts: as they were given, nothing rounded. */
export function decimalText(value: number | string | undefined): string | undefined {
  // Small numbers would be written as 1e-7, which no venue reads.
  if (typeof value === 'number' && Math.abs(value) < 1e-6) return value.toFixed(20).replace(/\.?0+$/, '');
  return value?.toString();
}

/** The abbreviations that most venues share; any other word is the venue's own. */
export function timeInForceCode(timeInForce: string | undefined): string | undefined {
  if (timeInForce === 'good-til-cancelled') return 'GTC';
  if (timeInForce === 'immediate-or-cancel') return 'IOC';
  return timeInForce === 'fill-or-kill' ? 'FOK' : timeInForce;
}
