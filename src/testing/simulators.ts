// The simulated exchanges by name: one line per venue.
import { type BybitOptions, startBybit } from './bybit/simulated-bybit.js';
import { type BinanceUsdmOptions, SimulatedBinanceUsdm } from './binance-usdm/simulated-binance-usdm.js';
import { type BinanceOptions, SimulatedBinance } from './binance/simulated-binance.js';
import { type BitmexOptions, SimulatedBitmex } from './bitmex/simulated-bitmex.js';
import type { DeribitOptions } from './deribit/options.js';
import { SimulatedDeribit } from './deribit/simulated-deribit.js';
import { type HyperliquidOptions, SimulatedHyperliquid } from './hyperliquid/simulated-hyperliquid.js';
import { type CoinbaseOptions, SimulatedCoinbase } from './coinbase/simulated-coinbase.js';
import { type KrakenOptions, SimulatedKraken } from './kraken/simulated-kraken.js';
import type { SimulatedExchange } from './kit/simulated-exchange.js';
import { type OkxOptions, startOkx } from './okx/simulated-okx.js';

/** The options that each simulated exchange takes. */
export interface SimulatorOptions {
  readonly bybit: BybitOptions;
  readonly deribit: DeribitOptions;
  readonly okx: OkxOptions;
  readonly binance: BinanceOptions;
  readonly 'binance-usdm': BinanceUsdmOptions;
  readonly bitmex: BitmexOptions;
  readonly hyperliquid: HyperliquidOptions;
  readonly coinbase: CoinbaseOptions;
  readonly kraken: KrakenOptions;
}

/** The names of the simulated exchanges. */
export type SimulatorName = keyof SimulatorOptions;

const simulators: {
  readonly [Name in SimulatorName]: (options: SimulatorOptions[Name]) => Promise<SimulatedExchange>;
} = {
  bybit: startBybit,
  deribit: (options) => SimulatedDeribit.start(options),
  okx: startOkx,
  binance: (options) => SimulatedBinance.start(options),
  'binance-usdm': (options) => SimulatedBinanceUsdm.start(options),
  bitmex: (options) => SimulatedBitmex.start(options),
  hyperliquid: (options) => SimulatedHyperliquid.start(options),
  coinbase: (options) => SimulatedCoinbase.start(options),
  kraken: (options) => SimulatedKraken.start(options),
};

/** The names of the simulated exchanges. */
export const simulatorNames = Object.keys(simulators) as readonly SimulatorName[];

/** @throws TypeError when no simulated exchange has the name. */
export function startSimulator<Name extends SimulatorName>(
  name: Name,
  options: SimulatorOptions[Name],
): Promise<SimulatedExchange> {
  if (!Object.hasOwn(simulators, name)) {
    throw new TypeError(`exchange: no simulated exchange "${name}"; there are: ${simulatorNames.join(', ')}`);
  }
  return simulators[name](options);
}

export function isSimulatorName(name: string): name is SimulatorName {
  return Object.hasOwn(simulators, name);
}
