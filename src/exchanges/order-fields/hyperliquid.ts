// What an order on Hyperliquid can say beyond the common fields. Closed: what is sent is signed, and nothing else is passed on.

/** The kind of an order in Hyperliquid's words; prices are decimal texts. */
export type HyperliquidOrderKind =
  | { readonly limit: { readonly tif: 'Alo' | 'Ioc' | 'Gtc' } }
  | {
      readonly trigger: {
        readonly isMarket: boolean;
        readonly triggerPx: string;
        readonly tpsl: 'tp' | 'sl';
      };
    };

/**
 * `extra` of an order on Hyperliquid: these fields and no others.
 * @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint
 */
export type HyperliquidOrderFields = {
  /** Instead of what `timeInForce` and `postOnly` say: a trigger order, for example. */
  readonly t?: HyperliquidOrderKind;
  readonly grouping?: 'na' | 'normalTpsl' | 'positionTpsl';
  /** Address and fee of a builder, the fee in tenths of a basis point. */
  readonly builder?: { readonly b: string; readonly f: number };
  /** Milliseconds since the Unix epoch after which the order is refused; such an order costs five times as much of the rate limit. */
  readonly expiresAfter?: number;
};

/** `extra` of a change of an order on Hyperliquid. */
export type HyperliquidEditFields = Pick<HyperliquidOrderFields, 't'>;
