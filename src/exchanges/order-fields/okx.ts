// What an order on OKX can say beyond the common fields, in OKX's own words.
import type { JsonObject } from '../../market.js';
import type { FilledBy } from '../exchange.js';

/** Fields of a new order and of an open one. */
interface Common {
  /** OKX's number of the instrument. Default: out of the table that is fetched at each restore. */
  readonly instIdCode?: number;
  /** 1: the price may be moved to the limit that OKX sets for the instrument. */
  readonly pxAmendType?: '0' | '1';
}

/**
 * `extra` of an order on OKX. Open to fields that OKX adds.
 * @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-place-order
 */
export interface OkxOrderFields
  extends Common,
    FilledBy<'instId' | 'side' | 'ordType' | 'px' | 'sz' | 'clOrdId' | 'reduceOnly'>,
    JsonObject {
  /** How the order is margined. The library's default is `cash` on spot and `cross` elsewhere. */
  readonly tdMode?: 'cash' | 'cross' | 'isolated' | 'spot_isolated';
  /** Currency of the margin. */
  readonly ccy?: string;
  readonly tag?: string;
  /** Needed in long/short mode. */
  readonly posSide?: 'net' | 'long' | 'short';
  /** What the amount of a market order on spot counts in. The library's default is `base_ccy`, as everywhere else. */
  readonly tgtCcy?: 'base_ccy' | 'quote_ccy';
  /** True: a market order that the balance does not cover is refused, not made smaller. */
  readonly banAmend?: boolean;
  readonly tradeQuoteCcy?: string;
  readonly stpMode?: 'cancel_maker' | 'cancel_taker' | 'cancel_both';
  /** Take-profit and stop-loss orders that come to life with the fill. */
  readonly attachAlgoOrds?: readonly JsonObject[];
}

/**
 * `extra` of a change of an order on OKX. Open to fields that OKX adds.
 * @see https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-amend-order
 */
export interface OkxEditFields
  extends Common,
    FilledBy<'instId' | 'ordId' | 'clOrdId' | 'newSz' | 'newPx'>,
    JsonObject {
  /** True: the order is cancelled where it cannot be changed. */
  readonly cxlOnFail?: boolean;
  /** The bot's own id of the change, told in the topic `orders`. */
  readonly reqId?: string;
  /** Options: the new price in US dollars. */
  readonly newPxUsd?: string;
  /** Options: the new price as implied volatility. */
  readonly newPxVol?: string;
}
