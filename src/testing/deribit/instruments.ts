// What can be traded. An instrument's specification follows from its name unless the user gives it.
import { hashOf } from '../kit/random.js';

export type InstrumentKind = 'future' | 'option' | 'spot';

/** An instrument of the simulated exchange. */
export interface InstrumentOptions {
  readonly name: string;
  readonly tickSize?: number | undefined;
  readonly minTradeAmount?: number | undefined;
  readonly contractSize?: number | undefined;
  /** Where the market starts. */
  readonly price?: number | undefined;
}

export interface Instrument {
  readonly name: string;
  readonly id: number;
  readonly kind: InstrumentKind;
  readonly isPerpetual: boolean;
  readonly isLinear: boolean;
  readonly baseCurrency: string;
  readonly quoteCurrency: string;
  readonly settlementCurrency: string;
  readonly indexName: string;
  readonly tickSize: number;
  readonly minTradeAmount: number;
  readonly contractSize: number;
  readonly price: number;
}

export const defaultInstruments: readonly string[] = [
  'BTC-PERPETUAL',
  'ETH-PERPETUAL',
  'BTC_USDC-PERPETUAL',
  'ETH_USDC-PERPETUAL',
  'SOL_USDC-PERPETUAL',
  'BTC-25DEC26',
];

interface Asset {
  readonly price: number;
  readonly tickSize: number;
  /** Smallest amount on inverse (in USD) and linear (in the coin) instruments. */
  readonly inverse: number;
  readonly linear: number;
}

const assets: Readonly<Record<string, Asset>> = {
  BTC: { price: 92_000, tickSize: 0.5, inverse: 10, linear: 0.0001 },
  ETH: { price: 3000, tickSize: 0.05, inverse: 1, linear: 0.001 },
  SOL: { price: 140, tickSize: 0.01, inverse: 1, linear: 0.1 },
};

function assetOf(base: string): Asset {
  return assets[base] ?? { price: 1 + (hashOf(base) % 500), tickSize: 0.01, inverse: 1, linear: 0.01 };
}

const shape = /^([A-Z0-9]+)(?:_([A-Z]+))?(?:-(PERPETUAL|\d{1,2}[A-Z]{3}\d{2}))?$/;

/** @throws TypeError when the name is not that of a perpetual, a dated future or a spot pair. */
export function createInstrument(given: string | InstrumentOptions, index: number): Instrument {
  const options: InstrumentOptions = typeof given === 'string' ? { name: given } : given;
  const match = shape.exec(options.name);
  const base = match?.[1];
  const quote = match?.[2];
  const expiry = match?.[3];
  if (base === undefined || (quote === undefined && expiry === undefined)) {
    throw new TypeError(
      `instruments[${index}]: "${options.name}" is no perpetual, dated future or spot pair`,
    );
  }
  const asset = assetOf(base);
  const minTradeAmount = options.minTradeAmount ?? (quote === undefined ? asset.inverse : asset.linear);
  return {
    name: options.name,
    id: 210_000 + index,
    kind: expiry === undefined ? 'spot' : 'future',
    isPerpetual: expiry === 'PERPETUAL',
    isLinear: quote !== undefined,
    baseCurrency: base,
    quoteCurrency: quote ?? 'USD',
    settlementCurrency: quote ?? base,
    indexName: `${base}_${quote ?? 'usd'}`.toLowerCase(),
    tickSize: options.tickSize ?? asset.tickSize,
    minTradeAmount,
    contractSize: options.contractSize ?? minTradeAmount,
    price: options.price ?? asset.price,
  };
}

const firstCreation = 1_534_167_754_000;
const neverExpires = 32_503_708_800_000;

/** As `public/get_instruments` lists it. */
export function writeInstrument(instrument: Instrument): Readonly<Record<string, unknown>> {
  return {
    instrument_name: instrument.name,
    instrument_id: instrument.id,
    kind: instrument.kind,
    instrument_type: instrument.isLinear ? 'linear' : 'reversed',
    base_currency: instrument.baseCurrency,
    counter_currency: instrument.quoteCurrency,
    quote_currency: instrument.quoteCurrency,
    settlement_currency: instrument.settlementCurrency,
    ...(instrument.kind === 'future'
      ? {
          settlement_period: instrument.isPerpetual ? 'perpetual' : 'month',
          future_type: instrument.isLinear ? 'linear' : 'reversed',
        }
      : {}),
    price_index: instrument.indexName,
    tick_size: instrument.tickSize,
    tick_size_steps: [],
    min_trade_amount: instrument.minTradeAmount,
    contract_size: instrument.contractSize,
    maker_commission: 0,
    taker_commission: 0.0005,
    max_leverage: 50,
    is_active: true,
    state: 'open',
    rfq: false,
    creation_timestamp: firstCreation,
    expiration_timestamp: neverExpires,
    block_trade_min_trade_amount: 25_000,
    block_trade_tick_size: 0.01,
    block_trade_commission: 0.00025,
    max_liquidation_commission: 0.0075,
  };
}
