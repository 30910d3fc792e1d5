// Orders over the socket: part of the contract in exchange.ts.
import type { Order, OrderReference, OrderRequest, Position } from '../../market.js';
import type { Outgoing, RequestContext, VenueError } from './requests.js';

/** Orders over the socket: how each call is written and how its answer is read. */
export interface OrderCalls {
  /** Longest client order id, in characters. */
  readonly clientOrderIdLength: number;
  /** Length of the ids that the library makes where the bot gives none. Default: `clientOrderIdLength`, 33 at most. */
  readonly madeOrderIdLength?: number;
  /** Checks an order before anything is sent. Returns what is wrong with it, or undefined. */
  validate?(order: OrderRequest): string | undefined;
  /** Writes the call that places an order. The client order id must travel with it. */
  place(order: OrderRequest & { readonly clientOrderId: string }, context: RequestContext): Outgoing;
  /**
   * The order in the answer to `place` or `edit`, undefined where the answer does not carry it. `asked` is the order as it was sent, for
   * venues whose acknowledgement carries nothing but its id. Left out after an edit.
   */
  readPlaced(result: unknown, asked?: OrderRequest & { readonly clientOrderId: string }): Order | undefined;
  /** Writes the call that changes an open order. */
  edit?(reference: OrderReference, changes: Partial<OrderRequest>, context: RequestContext): Outgoing;
  /** Writes the call that cancels one order. */
  cancel(reference: OrderReference, context: RequestContext): Outgoing;
  /** Undefined where the acknowledgement does not carry the order. */
  readCancelled(result: unknown): Order | undefined;
  /** What a positive answer to `cancel` means where it says that nothing was cancelled: a count of 0 is a missing order. */
  cancelProblem?(result: unknown): VenueError | undefined;
  /** Writes the call that cancels all orders of the account or of one instrument. */
  cancelAll?(filter: { readonly symbol?: string }, context: RequestContext): Outgoing;
  /** How many orders a cancel-all hit, undefined where the venue does not say. */
  readCancelledAll?(result: unknown): number | undefined;
  /** Looks an order up by the bot's own id: the way out of an `unknown` outcome. */
  lookup?(reference: OrderReference, context: RequestContext): Outgoing;
  /** The orders in the answer to `lookup`; empty where the venue knows none. */
  readLookup?(result: unknown): readonly Order[];
  /**
   * True where a lookup by client order id that finds nothing proves that the venue has no such order and had none lately, whatever
   * became of it. Left out: it proves nothing.
   */
  readonly lookupIsFinal?: boolean;
  /** Writes the call that asks for the open orders. */
  openOrders?(filter: { readonly symbol?: string }, context: RequestContext): Outgoing;
  /** The orders in the answer to `openOrders`. */
  readOpenOrders?(result: unknown): readonly Order[];
  /** Writes the call that asks for the positions. */
  positions?(context: RequestContext): Outgoing;
  /** The positions in the answer to `positions`. */
  readPositions?(result: unknown): readonly Position[];
}
