// What the hooks of a restore may do before READY: ask and clean up, but not place orders.
import type { Order, OrderReference, Position } from '../market.js';
import type { UnknownRequest } from './messages.js';
import type { CallOptions, CallOutcome } from './order-desk.js';
import type { Reconciled } from './reconcile.js';

/** The venue, as the `onReconcile` and `onResume` hooks may use it. */
export interface RestoringSession {
  /** The life of the connection that is being restored. */
  readonly epoch: number;
  /** Any call the venue has. @throws BulkheadError as `adapter.request` does. */
  request(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<unknown>;
  /** The orders the venue knows under this client order id; empty where it knows none. */
  lookupOrder(reference: OrderReference): Promise<readonly Order[]>;
  /**
   * Looks up what became of requests whose outcome is unknown, those that `onReconcile` is given: by client order id, a few at a time.
   * Never throws and sends nothing but lookups; see `Reconciled` for what each verdict means.
   */
  reconcile(unknown: readonly UnknownRequest[]): Promise<readonly Reconciled[]>;
  /** The open orders of the account, or of one instrument. */
  openOrders(filter?: { readonly symbol?: string }): Promise<readonly Order[]>;
  /** The positions of the account. */
  positions(): Promise<readonly Position[]>;
  /** Cancels one order. Settles with one of the four outcomes. */
  cancelOrder(reference: OrderReference, options?: CallOptions): Promise<CallOutcome<Order | undefined>>;
  /** Cancels all orders of the account, or of one instrument. */
  cancelAll(
    filter?: { readonly symbol?: string },
    options?: CallOptions,
  ): Promise<CallOutcome<number | undefined>>;
}
