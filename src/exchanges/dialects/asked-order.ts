// An order right after a venue took it that answers with nothing but its id: what was asked for, under that id.
import type { JsonObject, Order, OrderRequest } from '../../market.js';
import { numberOf } from './fields.js';

/** State `pending`: the venue took the order in; what became of it follows on a private topic. */
export function orderAsAsked(
  asked: OrderRequest & { readonly clientOrderId: string },
  orderId: string,
  raw: JsonObject,
): Order {
  const { clientOrderId, symbol, side, type = 'limit', price, amount } = asked;
  return {
    orderId,
    clientOrderId,
    symbol,
    side,
    type,
    state: 'pending',
    price: numberOf(price),
    amount: numberOf(amount),
    filledAmount: 0,
    averagePrice: Number.NaN,
    updatedAtMs: Number.NaN,
    raw,
  };
}
