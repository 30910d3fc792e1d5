// What an order on Binance can say beyond the common fields, in Binance's own words: spot and USD-M futures.
import type { JsonObject } from '../../market.js';
import type { FilledBy } from '../exchange.js';

/** Fields that every signed call of Binance has. */
interface Signed extends FilledBy<'apiKey' | 'signature' | 'timestamp'> {
  /** Milliseconds for which the request is good; Binance's default is 5000. */
  readonly recvWindow?: number;
}

type SpotWords = 'symbol' | 'side' | 'type' | 'timeInForce' | 'price' | 'quantity' | 'newClientOrderId';

/**
 * `extra` of an order on Binance's spot market. Open to fields that Binance adds.
 * @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/trading-requests
 */
export interface BinanceOrderFields extends Signed, FilledBy<SpotWords>, JsonObject {
  /** How much the answer tells. The library's default is `RESULT`; an `ACK` brings no order. */
  readonly newOrderRespType?: 'ACK' | 'RESULT' | 'FULL';
  /** The trigger of stop-loss and take-profit orders. */
  readonly stopPrice?: string;
  /** The trigger of a trailing order, in basis points. */
  readonly trailingDelta?: number;
  /** What the book shows of the amount. */
  readonly icebergQty?: string;
  readonly strategyId?: number;
  /** 1,000,000 or more. */
  readonly strategyType?: number;
  readonly selfTradePreventionMode?: BinanceSelfTradePrevention;
}

/** `extra` of a smaller amount of an order on Binance's spot market (`order.amend.keepPriority`). */
export interface BinanceEditFields
  extends Signed,
    FilledBy<'symbol' | 'orderId' | 'origClientOrderId' | 'newQty'>,
    JsonObject {
  /** The client order id that the order has from then on. */
  readonly newClientOrderId?: string;
}

/**
 * `extra` of an order on Binance's USD-M futures. Open to fields that Binance adds.
 * @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/websocket-api
 */
export interface BinanceUsdmOrderFields extends Signed, FilledBy<SpotWords | 'reduceOnly'>, JsonObject {
  /** Needed in hedge mode, where `reduceOnly` must be left out. */
  readonly positionSide?: 'BOTH' | 'LONG' | 'SHORT';
  /** How much the answer tells. The library's default is `RESULT`. */
  readonly newOrderRespType?: 'ACK' | 'RESULT';
  readonly selfTradePreventionMode?: BinanceSelfTradePrevention;
  /** Milliseconds since the Unix epoch at which an order with time in force `GTD` ends. */
  readonly goodTillDate?: number;
}

/** `extra` of a change of an order on Binance's USD-M futures (`order.modify`). */
export interface BinanceUsdmEditFields
  extends Signed,
    FilledBy<'symbol' | 'orderId' | 'origClientOrderId' | 'side' | 'price' | 'quantity'>,
    JsonObject {}

/** What happens to an order that would trade with another one of the same account; Binance may have other words. */
export type BinanceSelfTradePrevention =
  | 'NONE'
  | 'EXPIRE_TAKER'
  | 'EXPIRE_MAKER'
  | 'EXPIRE_BOTH'
  | (string & {});
