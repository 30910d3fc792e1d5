// What an order on Bybit can say beyond the common fields, in Bybit's own words.
import type { JsonObject } from '../../market.js';
import type { FilledBy } from '../exchange.js';

/** The price that a trigger looks at. */
export type BybitTriggerBy = 'LastPrice' | 'IndexPrice' | 'MarkPrice';

/** Fields of a new order and of an open one. Numbers are decimal texts. */
interface Common {
  readonly triggerPrice?: string;
  readonly triggerBy?: BybitTriggerBy;
  /** Options: the implied volatility instead of the price. */
  readonly orderIv?: string;
  readonly takeProfit?: string;
  readonly stopLoss?: string;
  readonly tpTriggerBy?: BybitTriggerBy;
  readonly slTriggerBy?: BybitTriggerBy;
  /** Whether take-profit and stop-loss are for the whole position. */
  readonly tpslMode?: 'Full' | 'Partial';
  readonly tpLimitPrice?: string;
  readonly slLimitPrice?: string;
}

type OwnWords = 'symbol' | 'category' | 'qty' | 'price' | 'orderLinkId';

/**
 * `extra` of an order on Bybit. Open to fields that Bybit adds.
 * @see https://bybit-exchange.github.io/docs/v5/order/create-order
 */
export interface BybitOrderFields
  extends Common,
    FilledBy<OwnWords | 'side' | 'orderType' | 'timeInForce' | 'reduceOnly'>,
    JsonObject {
  /** Spot: 1 borrows. */
  readonly isLeverage?: 0 | 1;
  /** What the amount of a market order on spot counts in. The library's default is `baseCoin`, as everywhere else. */
  readonly marketUnit?: 'baseCoin' | 'quoteCoin';
  /** 1: triggered when the price rises to `triggerPrice`, 2: when it falls to it. */
  readonly triggerDirection?: 1 | 2;
  /** Spot: what kind of order it is. */
  readonly orderFilter?: 'Order' | 'tpslOrder' | 'StopOrder';
  /** 0 in one-way mode; in hedge mode 1 for the long, 2 for the short side. */
  readonly positionIdx?: 0 | 1 | 2;
  readonly closeOnTrigger?: boolean;
  readonly tpOrderType?: 'Market' | 'Limit';
  readonly slOrderType?: 'Market' | 'Limit';
  readonly smpType?: 'None' | 'CancelMaker' | 'CancelTaker' | 'CancelBoth';
  /** Options: market-maker protection. */
  readonly mmp?: boolean;
}

/**
 * `extra` of a change of an order on Bybit. Open to fields that Bybit adds.
 * @see https://bybit-exchange.github.io/docs/v5/order/amend-order
 */
export interface BybitEditFields extends Common, FilledBy<OwnWords | 'orderId'>, JsonObject {}
