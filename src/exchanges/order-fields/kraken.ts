// What an order on Kraken can say beyond the common fields, in Kraken's own words.
import type { JsonObject } from '../../market.js';
import type { FilledBy } from '../exchange.js';

/** What a price is given in: a price, a percentage of the reference price, or an offset to it. */
export type KrakenPriceUnit = 'static' | 'pct' | 'quote';

/** Fields of a new order and of an open one. */
interface Common {
  readonly limit_price_type?: KrakenPriceUnit;
  /** What the book shows of the amount of an iceberg order. */
  readonly display_qty?: number;
  /** RFC 3339, 0.5 to 60 s ahead: Kraken refuses the request when it comes later. */
  readonly deadline?: string;
}

type OwnWords = 'order_qty' | 'limit_price' | 'cl_ord_id' | 'post_only' | 'token';

/**
 * `extra` of an order on Kraken. Open to fields that Kraken adds.
 * @see https://docs.kraken.com/api/docs/websocket-v2/add_order
 */
export interface KrakenOrderFields
  extends Common,
    FilledBy<OwnWords | 'order_type' | 'side' | 'symbol' | 'time_in_force' | 'reduce_only'>,
    JsonObject {
  /** What sets off an order with a trigger. */
  readonly triggers?: {
    readonly price: number;
    readonly price_type?: KrakenPriceUnit;
    readonly reference?: 'index' | 'last';
  };
  /** The order that closes this one's position once it is filled. */
  readonly conditional?: {
    readonly order_type: string;
    readonly limit_price?: number;
    readonly limit_price_type?: KrakenPriceUnit;
    readonly trigger_price?: number;
    readonly trigger_price_type?: KrakenPriceUnit;
  };
  readonly margin?: boolean;
  /** RFC 3339: when the order comes to life. */
  readonly effective_time?: string;
  /** RFC 3339: when an order with time in force `GTD` ends. */
  readonly expire_time?: string;
  readonly fee_preference?: 'base' | 'quote';
  readonly no_mpp?: boolean;
  readonly stp_type?: 'cancel_newest' | 'cancel_oldest' | 'cancel_both';
  readonly sender_sub_id?: string;
}

/**
 * `extra` of a change of an order on Kraken. Open to fields that Kraken adds.
 * @see https://docs.kraken.com/api/docs/websocket-v2/amend_order
 */
export interface KrakenEditFields extends Common, FilledBy<OwnWords | 'order_id'>, JsonObject {
  readonly trigger_price?: number;
  readonly trigger_price_type?: KrakenPriceUnit;
}
