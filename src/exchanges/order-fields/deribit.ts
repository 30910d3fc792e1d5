// What an order on Deribit can say beyond the common fields, in Deribit's own words.
import type { JsonObject } from '../../market.js';
import type { FilledBy } from '../exchange.js';

/** Fields of a new order and of an open one. */
interface Common {
  /** With `postOnly`: refuse the order where it would trade, rather than move its price. */
  readonly reject_post_only?: boolean;
  /** What the book shows of the amount: an iceberg order. */
  readonly display_amount?: number;
  readonly trigger_price?: number;
  /** How far a trailing order may fall back from the best price. */
  readonly trigger_offset?: number;
  /** Options: what the price is given in. */
  readonly advanced?: 'usd' | 'implv';
  /** Market-maker protection. */
  readonly mmp?: boolean;
  /** Milliseconds since the Unix epoch after which Deribit refuses the request (13888). */
  readonly valid_until?: number;
}

type OwnWords =
  | 'instrument_name'
  | 'amount'
  | 'contracts'
  | 'price'
  | 'label'
  | 'time_in_force'
  | 'post_only'
  | 'reduce_only'
  | 'access_token';

/**
 * `extra` of an order on Deribit. Open to fields that Deribit adds.
 * @see https://docs.deribit.com/api-reference/trading/private-buy
 */
export interface DeribitOrderFields extends Common, FilledBy<OwnWords | 'type'>, JsonObject {
  /** The price that sets off a trigger order. */
  readonly trigger?: 'index_price' | 'mark_price' | 'last_price';
  readonly linked_order_type?: 'one_triggers_other' | 'one_cancels_other' | 'one_triggers_one_cancels_other';
  readonly trigger_fill_condition?: 'first_hit' | 'complete_fill' | 'incremental';
  /** The orders that this one is linked to. */
  readonly otoco_config?: readonly JsonObject[];
}

/**
 * `extra` of a change of an order on Deribit. Open to fields that Deribit adds.
 * @see https://docs.deribit.com/api-reference/trading/private-edit
 */
export interface DeribitEditFields extends Common, FilledBy<OwnWords | 'order_id'>, JsonObject {}
