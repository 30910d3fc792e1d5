// What became of requests whose outcome is unknown: looked up at the venue by the bot's own order id, and judged with care.
import { BulkheadError, isBulkheadError } from '../errors.js';
import type { Exchange } from '../exchanges/exchange.js';
import type { Order, OrderReference } from '../market.js';
import type { UnknownRequest } from './messages.js';

/**
 * - `executed`: the venue has the order that was placed; or the order that was to be cancelled is not open any more.
 * - `not-found`: the venue does not know the order, and says so with authority (`lookupIsFinal` of its exchange).
 * - `undecided`: anything else: the lookup failed, the order to be cancelled is still open, an edit, or a call that is not about one
 * order. `orders` and `error` say what is known.
 */
export type Verdict = 'executed' | 'not-found' | 'undecided';

/** What the venue says of one request whose outcome was unknown. */
export interface Reconciled {
  readonly request: UnknownRequest;
  readonly verdict: Verdict;
  /** The orders that the venue has under this client order id. */
  readonly orders: readonly Order[];
  /** Why it is undecided, where the lookup failed. */
  readonly error?: BulkheadError;
}

/** Lookups at a time. */
const ABREAST = 8;
/** A frame of the connection that died can still be on its way into the venue: nothing that young is missing at the first look. */
const YOUNG_MS = 2_000;
const SECOND_LOOK_MS = 500;
const OPEN_STATES: ReadonlySet<string> = new Set(['open', 'untriggered']);

export interface Lookup {
  readonly exchange: Exchange;
  lookupOrder(reference: OrderReference): Promise<readonly Order[]>;
  pause(ms: number): Promise<unknown>;
}

/** One verdict for each request, in their order. Never throws: what cannot be looked up is undecided. */
export async function reconcileUnknown(
  lookup: Lookup,
  unknown: readonly UnknownRequest[],
): Promise<readonly Reconciled[]> {
  const verdicts: Reconciled[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < unknown.length) {
      const index = next;
      next += 1;
      verdicts[index] = await judge(lookup, unknown[index] as UnknownRequest);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  return verdicts;
}

async function judge(lookup: Lookup, request: UnknownRequest): Promise<Reconciled> {
  const { clientOrderId, orderId, symbol, call } = request;
  const isAboutOne = call === 'order' || call === 'cancel' || call === 'edit';
  if (!isAboutOne || (clientOrderId === undefined && orderId === undefined))
    return { request, verdict: 'undecided', orders: [] };
  const reference: OrderReference = {
    ...(orderId === undefined ? {} : { orderId }),
    ...(clientOrderId === undefined ? {} : { clientOrderId }),
    ...(symbol === undefined ? {} : { symbol }),
  };
  const found = await askTwice(lookup, reference, request);
  if (isBulkheadError(found)) return { request, verdict: 'undecided', orders: [], error: found };
  const isFinal = lookup.exchange.orders?.lookupIsFinal === true;
  return { request, verdict: verdictOf(call, found, isFinal), orders: found };
}

function verdictOf(call: string, orders: readonly Order[], isFinal: boolean): Verdict {
  if (orders.length === 0) return isFinal ? 'not-found' : 'undecided';
  if (call === 'order') return 'executed';
  // An edit leaves no trace that could be told from the order as it was before.
  return call === 'cancel' && !orders.some(({ state }) => OPEN_STATES.has(state)) ? 'executed' : 'undecided';
}

async function askTwice(
  lookup: Lookup,
  reference: OrderReference,
  { madeAtMs }: UnknownRequest,
): Promise<readonly Order[] | BulkheadError> {
  const found = await ask(lookup, reference);
  if (isBulkheadError(found) || found.length > 0 || Date.now() - madeAtMs > YOUNG_MS) return found;
  await lookup.pause(SECOND_LOOK_MS);
  return ask(lookup, reference);
}

/** A venue that says "no such order" says the same as one that answers with an empty list. */
async function ask(lookup: Lookup, reference: OrderReference): Promise<readonly Order[] | BulkheadError> {
  try {
    return await lookup.lookupOrder(reference);
  } catch (cause) {
    if (isBulkheadError(cause)) return cause.detail['errorClass'] === 'not-found' ? [] : cause;
    const text = `the order could not be looked up: ${cause instanceof Error ? cause.message : String(cause)}`;
    return new BulkheadError('unsupported', text, { cause });
  }
}
