// Orders and other requests of the user's, on top of the state machine: every promise settles, and always with one of four outcomes.
import { randomBytes } from 'node:crypto';
import { BulkheadError } from '../errors.js';
import type { Exchange, OrderCalls, Outgoing, RequestContext, RequestId } from '../exchanges/exchange.js';
import type { Order, OrderReference, OrderRequest, Outcome, Position } from '../market.js';
import type { RequestSubject, Settlement } from './messages.js';

/** Options of a single call. */
export interface CallOptions {
  /** Milliseconds after which the outcome is `unknown`, default the adapter's requestTimeoutMs. */
  readonly timeoutMs?: number;
  /** Milliseconds from now within which the frame must reach the socket, checked in the thread right before the send; default: no limit. */
  readonly sendBeforeMs?: number;
  /** A request id of your own. It must not be pending. Default: the adapter's next number. */
  readonly id?: RequestId;
}

/** How a call that changes something ended. `value` is there when it was acknowledged, `error` when it was not. */
export type CallOutcome<Value> =
  | { readonly outcome: 'acknowledged'; readonly value: Value }
  | { readonly outcome: Exclude<Outcome, 'acknowledged'>; readonly error: BulkheadError };

/** How an order ended. Look an `unknown` one up by its client order id; never send it again. */
export type OrderOutcome =
  | { readonly outcome: 'acknowledged'; readonly clientOrderId: string; readonly order: Order | undefined }
  | {
      readonly outcome: Exclude<Outcome, 'acknowledged'>;
      readonly clientOrderId: string;
      readonly error: BulkheadError;
    };

/** Puts one request through the state machine. */
export type MakeRequest = (
  subject: RequestSubject,
  build: (context: RequestContext) => Outgoing,
  options: CallOptions,
) => Promise<Settlement>;

/** The calls an adapter offers, for one exchange. */
export class OrderDesk {
  readonly #exchange: Exchange;
  readonly #make: MakeRequest;
  #isHalted = false;

  constructor(exchange: Exchange, make: MakeRequest) {
    this.#exchange = exchange;
    this.#make = make;
  }

  /** New orders and changes end as `not-sent` from now on; cancels and questions go on. */
  halt(): void {
    this.#isHalted = true;
  }

  async request(
    method: string,
    params: Readonly<Record<string, unknown>>,
    options: CallOptions,
  ): Promise<unknown> {
    const { request } = this.#exchange;
    if (request === undefined) throw this.#unsupported('requests');
    if (typeof method !== 'string' || method === '')
      throw new TypeError('method must be a call of the venue');
    checkObject('params', params);
    const settlement = await this.#make(
      { call: method },
      (context) => request(method, params, context),
      options,
    );
    if (!settlement.ok) throw settlement.error;
    return settlement.value;
  }

  async sendOrder(order: OrderRequest, options: CallOptions): Promise<OrderOutcome> {
    const orders = this.#orders();
    checkObject('order', order);
    const clientOrderId =
      order.clientOrderId ?? freshClientOrderId(orders.madeOrderIdLength ?? orders.clientOrderIdLength);
    const complete = { ...order, clientOrderId };
    checkOrder(orders, complete);
    if (this.#isHalted) return { outcome: 'not-sent', clientOrderId, error: halted() };
    const subject = { call: 'order', clientOrderId, symbol: order.symbol };
    const settlement = await this.#make(subject, (context) => orders.place(complete, context), options);
    if (settlement.ok)
      return { outcome: 'acknowledged', clientOrderId, order: orders.readPlaced(settlement.value, complete) };
    return { outcome: settlement.outcome ?? 'not-sent', clientOrderId, error: settlement.error };
  }

  async editOrder(
    reference: OrderReference,
    changes: Partial<OrderRequest>,
    options: CallOptions,
  ): Promise<CallOutcome<Order | undefined>> {
    const orders = this.#orders();
    const { edit } = orders;
    if (edit === undefined) throw this.#unsupported('changing an order');
    checkReference(reference);
    checkObject('changes', changes);
    if (this.#isHalted) return { outcome: 'not-sent', error: halted() };
    const settlement = await this.#make(
      { call: 'edit', ...reference },
      (context) => edit(reference, changes, context),
      options,
    );
    return outcomeOf(settlement, (result) => orders.readPlaced(result));
  }

  async cancelOrder(
    reference: OrderReference,
    options: CallOptions,
  ): Promise<CallOutcome<Order | undefined>> {
    const orders = this.#orders();
    checkReference(reference);
    const subject = { call: 'cancel', ...reference };
    const settlement = await this.#make(subject, (context) => orders.cancel(reference, context), options);
    const problem = settlement.ok ? orders.cancelProblem?.(settlement.value) : undefined;
    if (problem !== undefined) {
      const text = `${this.#exchange.name} rejected cancel: ${problem.message} [${problem.code}]`;
      const error = new BulkheadError('request-rejected', text, { detail: { venueCode: problem.code } });
      return { outcome: 'rejected', error };
    }
    return outcomeOf(settlement, (result) => orders.readCancelled(result));
  }

  async cancelAll(
    filter: { readonly symbol?: string },
    options: CallOptions,
  ): Promise<CallOutcome<number | undefined>> {
    const orders = this.#orders();
    const { cancelAll } = orders;
    if (cancelAll === undefined) throw this.#unsupported('cancelling all orders');
    const settlement = await this.#make(
      { call: 'cancel-all', ...filter },
      (context) => cancelAll(filter, context),
      options,
    );
    return outcomeOf(settlement, (result) => orders.readCancelledAll?.(result));
  }

  async lookupOrder(reference: OrderReference): Promise<readonly Order[]> {
    const { lookup, readLookup } = this.#orders();
    if (lookup === undefined || readLookup === undefined) throw this.#unsupported('looking an order up');
    checkReference(reference);
    return readLookup(
      await this.#read({ call: 'lookup', ...reference }, (context) => lookup(reference, context)),
    );
  }

  async openOrders(filter: { readonly symbol?: string }): Promise<readonly Order[]> {
    const { openOrders, readOpenOrders } = this.#orders();
    if (openOrders === undefined || readOpenOrders === undefined)
      throw this.#unsupported('reading open orders');
    return readOpenOrders(
      await this.#read({ call: 'open-orders' }, (context) => openOrders(filter, context)),
    );
  }

  async positions(): Promise<readonly Position[]> {
    const { positions, readPositions } = this.#orders();
    if (positions === undefined || readPositions === undefined) throw this.#unsupported('reading positions');
    return readPositions(await this.#read({ call: 'positions' }, (context) => positions(context)));
  }

  async #read(subject: RequestSubject, build: (context: RequestContext) => Outgoing): Promise<unknown> {
    const settlement = await this.#make(subject, build, {});
    if (!settlement.ok) throw settlement.error;
    return settlement.value;
  }

  #orders(): OrderCalls {
    const { orders } = this.#exchange;
    if (orders === undefined) throw this.#unsupported('orders');
    return orders;
  }

  #unsupported(what: string): BulkheadError {
    const { name } = this.#exchange;
    return new BulkheadError(
      'unsupported',
      `${name} does not offer ${what} over its WebSocket; use its REST interface.`,
      {
        exchange: name,
      },
    );
  }
}

function halted(): BulkheadError {
  return new BulkheadError('orders-halted', 'orders are halted: nothing new goes out. Cancels still do.');
}

/** Random, so that two bots on one account do not meet; lower-case letters and digits, which every venue accepts. */
export function freshClientOrderId(length: number): string {
  return `b${randomBytes(16).toString('hex')}`.slice(0, Math.min(length, 33));
}

function checkOrder(orders: OrderCalls, order: OrderRequest & { readonly clientOrderId: string }): void {
  if (typeof order.symbol !== 'string' || order.symbol === '')
    throw new TypeError('order.symbol must be an instrument of the venue');
  if (order.side !== 'buy' && order.side !== 'sell')
    throw new TypeError("order.side must be 'buy' or 'sell'");
  if (!isPositive(order.amount))
    throw new TypeError('order.amount must be a number above 0, or such a number as text');
  if (order.price !== undefined && !isPositive(order.price))
    throw new TypeError('order.price must be a number above 0, or such a number as text');
  if (typeof order.clientOrderId !== 'string' || order.clientOrderId === '')
    throw new TypeError('order.clientOrderId must be text that is not empty; leave it out for a fresh one');
  if (order.clientOrderId.length > orders.clientOrderIdLength) {
    throw new TypeError(`order.clientOrderId must have at most ${orders.clientOrderIdLength} characters`);
  }
  const problem = orders.validate?.(order);
  if (problem !== undefined) throw new TypeError(`order: ${problem}`);
}

function checkReference(reference: OrderReference): void {
  checkObject('the reference to the order', reference);
  if (reference.orderId === undefined && reference.clientOrderId === undefined) {
    throw new TypeError('the order must be named by orderId or clientOrderId');
  }
  for (const name of ['orderId', 'clientOrderId', 'symbol'] as const) {
    const value: unknown = reference[name];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new TypeError(`${name} of the order must be text that is not empty`);
  }
}

function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} must be an object`);
}

function isPositive(value: unknown): boolean {
  if (typeof value === 'string')
    return value.trim() !== '' && Number(value) > 0 && Number.isFinite(Number(value));
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function outcomeOf<Value>(settlement: Settlement, read: (result: unknown) => Value): CallOutcome<Value> {
  if (settlement.ok) return { outcome: 'acknowledged', value: read(settlement.value) };
  return { outcome: settlement.outcome ?? 'not-sent', error: settlement.error };
}
