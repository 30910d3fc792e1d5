// What each exchange of the registry is typed by: its credentials, and the fields of its own that an order can have there.
// Types alone, so that nothing is loaded with it.
import type { JsonObject } from '../market.js';
import type { BinanceCredentials, BinanceEditFields, BinanceOrderFields } from './binance.js';
import type { BinanceUsdmEditFields, BinanceUsdmOrderFields } from './binance-usdm.js';
import type { BitmexCredentials } from './bitmex.js';
import type { BybitCredentials, BybitEditFields, BybitOrderFields } from './bybit.js';
import type { CoinbaseCredentials } from './coinbase.js';
import type { DeribitCredentials, DeribitEditFields, DeribitOrderFields } from './deribit.js';
import type { HyperliquidCredentials, HyperliquidEditFields, HyperliquidOrderFields } from './hyperliquid.js';
import type { KrakenCredentials, KrakenEditFields, KrakenOrderFields } from './kraken.js';
import type { OkxCredentials, OkxEditFields, OkxOrderFields } from './okx.js';

/** What an exchange says about its types. */
export interface TypesOfVenue<
  Credentials,
  Order extends JsonObject = JsonObject,
  Edit extends JsonObject = JsonObject,
> {
  readonly credentials: Credentials;
  /** `extra` of a new order. */
  readonly order: Order;
  /** `extra` of a change of an order. */
  readonly edit: Edit;
}

/** The types of each built-in exchange, by its name. The registry does not compile where one is missing. */
export interface VenueTypes {
  readonly binance: TypesOfVenue<BinanceCredentials, BinanceOrderFields, BinanceEditFields>;
  readonly 'binance-usdm': TypesOfVenue<BinanceCredentials, BinanceUsdmOrderFields, BinanceUsdmEditFields>;
  /** Takes no orders over its WebSocket. */
  readonly bitmex: TypesOfVenue<BitmexCredentials>;
  readonly bybit: TypesOfVenue<BybitCredentials, BybitOrderFields, BybitEditFields>;
  /** Takes no orders over its WebSocket. */
  readonly coinbase: TypesOfVenue<CoinbaseCredentials>;
  readonly deribit: TypesOfVenue<DeribitCredentials, DeribitOrderFields, DeribitEditFields>;
  readonly hyperliquid: TypesOfVenue<HyperliquidCredentials, HyperliquidOrderFields, HyperliquidEditFields>;
  readonly kraken: TypesOfVenue<KrakenCredentials, KrakenOrderFields, KrakenEditFields>;
  readonly okx: TypesOfVenue<OkxCredentials, OkxOrderFields, OkxEditFields>;
}

/** The credentials of a built-in exchange; anything for one of the user's own. */
export type CredentialsOf<Name extends string> = Name extends keyof VenueTypes
  ? VenueTypes[Name]['credentials']
  : unknown;

/** `extra` of a new order on a built-in exchange; any fields for one of the user's own. */
export type OrderFieldsOf<Name extends string> = Name extends keyof VenueTypes
  ? VenueTypes[Name]['order']
  : JsonObject;

/** `extra` of a change of an order on a built-in exchange; any fields for one of the user's own. */
export type EditFieldsOf<Name extends string> = Name extends keyof VenueTypes
  ? VenueTypes[Name]['edit']
  : JsonObject;
