// The words every exchange shares: what a trade, a quote, a book change, an order and a gap are. Shapes only, no code.

/** An object out of JSON, in the venue's own words. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Side of the aggressor of a trade, or of an order. */
export type Side = 'buy' | 'sell';

/** Fields that every market event has. */
export interface MarketEvent {
  /** The topic it came by, in the venue's own words, for example `trades.BTC-PERPETUAL.100ms`. */
  readonly topic: string;
  /** The instrument, in the venue's own words. */
  readonly symbol: string;
  /** When the venue says it happened: milliseconds since the Unix epoch on the venue's clock, NaN where the venue does not say. */
  readonly exchangeTimeMs: number;
  /** When the thread read the frame: nanoseconds on this machine's monotonic clock (`process.hrtime`), the same in every thread. */
  readonly receivedAtNs: number;
}

export interface Trade extends MarketEvent {
  /** The venue's id of the trade, exact. */
  readonly id: string;
  /** The venue's counter of trades, NaN where it has none. */
  readonly sequence: number;
  /** Side of the aggressor. */
  readonly side: Side;
  /** In the instrument's quote currency. */
  readonly price: number;
  /** In the venue's unit for the instrument: base currency, contracts, or quote currency on inverse contracts. */
  readonly amount: number;
  /** The price as the venue wrote it, where the venue sends decimal strings. */
  readonly priceText?: string;
  /** The amount as the venue wrote it, where the venue sends decimal strings. */
  readonly amountText?: string;
}

/** Best bid and ask. A side that is empty has price NaN and amount 0. */
export interface Quote extends MarketEvent {
  readonly sequence: number;
  readonly bidPrice: number;
  readonly bidAmount: number;
  readonly askPrice: number;
  readonly askAmount: number;
}

/** One price of an order book; amount 0 removes the price. Texts are there where the venue sends decimal strings. */
export interface BookLevel {
  readonly price: number;
  readonly amount: number;
  readonly priceText?: string;
  readonly amountText?: string;
}

/**
 * A whole order book (`snapshot`) or what changed in it (`change`). With the option `books: { depth }` every update is a snapshot of the
 * best levels, each side from its best price on.
 */
export interface BookUpdate extends MarketEvent {
  /** `snapshot`: replaces all that was known. `change`: is applied to the update before it; never there where books are told whole. */
  readonly type: 'snapshot' | 'change';
  /** The venue's number of this update, NaN where it has none. */
  readonly sequence: number;
  /** The number this update follows, NaN where the venue does not say or for a snapshot. */
  readonly previousSequence: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** A frame of a topic that the library does not decode, or that was asked for undecoded. */
export interface Message {
  readonly topic: string;
  readonly receivedAtNs: number;
  /** The frame's text. */
  readonly text: string;
  /** The frame's JSON, parsed on first use. @throws SyntaxError where the frame is not JSON. */
  json(): unknown;
}

/** Why events of a topic can be missing. */
export type GapReason = 'exit' | 'overflow' | 'sequence' | 'resubscribed' | 'revoked' | 'stale';

/** A place in a topic's stream where events can be missing. What is not told by one of these was not lost. */
export interface Gap {
  readonly topic: string;
  readonly reason: GapReason;
  /** The life of the connection the gap was noticed in. */
  readonly epoch: number;
  /** Last sequence seen before the gap, where the venue numbers its events. */
  readonly fromSequence?: number;
  /** First sequence seen after the gap, where known already. */
  readonly toSequence?: number;
  /** Frames known to have been dropped, where the library dropped them itself. */
  readonly dropped?: number;
  /** When it was noticed: nanoseconds on this machine's monotonic clock. */
  readonly noticedAtNs: number;
}

/** Kind of an order; a venue may have others, in its own words. */
export type OrderType = 'limit' | 'market' | (string & {});
/** How long an order stands; a venue may have others, in its own words. */
export type TimeInForce =
  | 'good-til-cancelled'
  | 'immediate-or-cancel'
  | 'fill-or-kill'
  | 'good-til-day'
  | (string & {});

/** An order to place. `extra` goes to the venue untouched; its type is the venue's own where the venue is known (see `OrderFieldsOf`). */
export interface OrderRequest<Extra extends JsonObject = JsonObject> {
  readonly symbol: string;
  readonly side: Side;
  /** In the venue's unit for the instrument. */
  readonly amount: number | string;
  readonly type?: OrderType;
  /** In the instrument's quote currency; needed for limit orders. */
  readonly price?: number | string;
  readonly timeInForce?: TimeInForce;
  readonly postOnly?: boolean;
  readonly reduceOnly?: boolean;
  /** The bot's own id of the order. The library makes one where it is left out: without it a doubtful order cannot be looked up. */
  readonly clientOrderId?: string;
  /** The venue's own parameters, in the venue's own words. */
  readonly extra?: Extra;
}

/** How an order is named: by the venue's id or by the bot's own. */
export interface OrderReference {
  readonly orderId?: string;
  readonly clientOrderId?: string;
  readonly symbol?: string;
}

/** Where an order stands; a venue may have others, in its own words. */
export type OrderState = 'open' | 'filled' | 'cancelled' | 'rejected' | 'untriggered' | (string & {});

/** An order as the venue reports it. `raw` is the venue's own object. */
export interface Order {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly state: OrderState;
  /** NaN for orders without a limit price. */
  readonly price: number;
  readonly amount: number;
  readonly filledAmount: number;
  /** NaN while nothing is filled. */
  readonly averagePrice: number;
  /** Milliseconds since the Unix epoch on the venue's clock. */
  readonly updatedAtMs: number;
  /** Why it was cancelled, in the venue's words. */
  readonly cancelReason?: string;
  readonly raw: JsonObject;
}

/** A fill of the bot's own order. */
export interface Fill {
  readonly tradeId: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly amount: number;
  readonly fee: number;
  readonly feeCurrency: string;
  readonly liquidity: 'maker' | 'taker' | 'unknown';
  /** Milliseconds since the Unix epoch on the venue's clock. */
  readonly exchangeTimeMs: number;
  readonly raw: JsonObject;
}

/** A position of the bot's own account. `amount` is negative for a short position. */
export interface Position {
  readonly symbol: string;
  readonly amount: number;
  readonly averagePrice: number;
  readonly raw: JsonObject;
}

/** A balance of the bot's own account. */
export interface Balance {
  readonly currency: string;
  readonly total: number;
  readonly available: number;
  readonly raw: JsonObject;
}

/** What a private topic brings. Never dropped: it travels in the control lane. */
export type PrivateEvent =
  | { readonly kind: 'order'; readonly topic: string; readonly order: Order }
  | { readonly kind: 'fill'; readonly topic: string; readonly fill: Fill }
  | { readonly kind: 'position'; readonly topic: string; readonly position: Position }
  | { readonly kind: 'balance'; readonly topic: string; readonly balance: Balance }
  /** What has no common form: an object of the venue's or a list of them. */
  | { readonly kind: 'account'; readonly topic: string; readonly raw: unknown };

/**
 * How a request that changes something ended.
 * - `acknowledged`: the venue said yes.
 * - `rejected`: the venue said no.
 * - `not-sent`: proved never to have reached the socket; safe to send again.
 * - `unknown`: it may have reached the venue. Never resend; look it up.
 */
export type Outcome = 'acknowledged' | 'rejected' | 'not-sent' | 'unknown';
