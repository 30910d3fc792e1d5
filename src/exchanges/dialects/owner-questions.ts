// Questions about the orders and positions of an address, which anybody may ask: `{"type":"openItems","who":"0x…"}`. They are asked about the
// account that is traded for, never about the wallet that signs for it.
import type { OrderCalls, Outgoing, RequestContext } from '../exchange.js';
import type { AccountRows } from './account-rows.js';
import type { ByteIds } from './byte-ids.js';
import { rowsOf, valueAt } from './fields.js';
import type { JsonObject } from './json-rpc.js';
import type { Posts } from './posts.js';
import { ownerOf } from './wallets.js';

/** How questions travel, how rows are read and how orders are named. */
export interface OwnerQuestionParts {
  readonly posts: Pick<Posts, 'ask'>;
  readonly rows: Pick<AccountRows, 'orders' | 'positions'>;
  readonly clientIds: Pick<ByteIds, 'nameOf'>;
}

export interface OwnerQuestionWords {
  /** The venue's name, for who asks for what it does not tell. */
  readonly venue: string;
  /** The parameters that hold the address, and the number or the bytes of an order. */
  readonly keys: { readonly owner: string; readonly order: string };
  /** The type of each question, and where its answer holds the order, or the list of what holds a position each. */
  readonly lookup: { readonly type: string; readonly order: string };
  readonly openOrders: { readonly type: string };
  readonly positions: { readonly type: string; readonly list: string; readonly position: string };
}

type OwnerCalls = Pick<
  OrderCalls,
  'lookup' | 'readLookup' | 'openOrders' | 'readOpenOrders' | 'positions' | 'readPositions'
>;

export function ownerQuestions(
  { posts, rows, clientIds }: OwnerQuestionParts,
  { venue, keys, lookup, openOrders, positions }: OwnerQuestionWords,
): Required<OwnerCalls> {
  const ask = (context: RequestContext, type: string, more: JsonObject = {}): Outgoing =>
    posts.ask(context, type, { [keys.owner]: ownerOf(context), ...more });
  return {
    lookup: (reference, context) => ask(context, lookup.type, { [keys.order]: clientIds.nameOf(reference) }),
    readLookup: (result) => rows.orders(valueAt(result, lookup.order)),
    openOrders({ symbol }, context) {
      if (symbol !== undefined)
        throw new TypeError(`${venue} tells all open orders at once: leave filter.symbol out`);
      return ask(context, openOrders.type);
    },
    readOpenOrders: rows.orders,
    positions: (context) => ask(context, positions.type),
    readPositions: (result) =>
      rowsOf(valueAt(result, positions.list)).flatMap((row) =>
        rows.positions(valueAt(row, positions.position)),
      ),
  };
}
