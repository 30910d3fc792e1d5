// `bulkhead-ws/testing`: simulated exchanges with fault switches, for the tests of bots and of this library.
export { type BybitOptions, startBybit } from './bybit/simulated-bybit.js';
export { type BinanceOptions, SimulatedBinance } from './binance/simulated-binance.js';
export { type BinanceUsdmOptions, SimulatedBinanceUsdm } from './binance-usdm/simulated-binance-usdm.js';
export type { BinanceAccountOptions } from './binance/keys.js';
export { type BitmexAccountOptions, type BitmexOptions, SimulatedBitmex } from './bitmex/simulated-bitmex.js';
export type { ChaosConditions, FlowConditions } from './chaos/conditions.js';
export type { Address } from './chaos/link.js';
export { ChaosProxy, type ChaosProxyOptions, type NetworkCounters } from './chaos-proxy.js';
export { describeExchange, type TestFunctions } from './contract/describe-exchange.js';
export type { FixtureFrame } from './contract/decoding.js';
export type { ContractPart, OrderCallName, VenueAccount, VenueProfile } from './contract/profile.js';
export type { ContractSimulator } from './contract/stage.js';
export { type CoinbaseOptions, SimulatedCoinbase } from './coinbase/simulated-coinbase.js';
export { type CoinbaseAccountOptions, coinbaseTestAccount } from './coinbase/tokens.js';
export { type AccountOptions, testAccount } from './deribit/accounts.js';
export { type BucketLimit, type CostClass, type CreditLimits, publishedLimits } from './deribit/credits.js';
export type { InstrumentOptions } from './deribit/instruments.js';
export type { DeribitOptions } from './deribit/options.js';
export { type BookEdit, SimulatedDeribit } from './deribit/simulated-deribit.js';
export { type HyperliquidOptions, SimulatedHyperliquid } from './hyperliquid/simulated-hyperliquid.js';
export type { ShellOptions } from './kit/exchange-shell.js';
export type { InstrumentTerms } from './kit/matching/market.js';
export type { ServerOptions } from './kit/exchange-server.js';
export type {
  DropManner,
  Fault,
  FaultKind,
  FaultSpan,
  FaultTarget,
  LastingFault,
  MomentaryFault,
} from './kit/fault.js';
export { type KrakenAccountOptions, krakenTestAccount } from './kraken/accounts.js';
export { type KrakenOptions, SimulatedKraken } from './kraken/simulated-kraken.js';
export type { Journal, JournalEntry, JournalEvent, JournalOptions } from './kit/journal.js';
export { type PaperAccount, paperAccount } from './kit/paper/dialect.js';
export type { PaperInstrument } from './kit/paper/market.js';
export type { PaperExchange, PaperOptions } from './kit/paper/paper-exchange.js';
export { venueProfiles } from './profiles.js';
export type { ConnectionView, ExchangeStats, SimulatedExchange } from './kit/simulated-exchange.js';
export { type OkxOptions, startOkx } from './okx/simulated-okx.js';
export { type Replay, replay, type ReplayOptions } from './replay/replay.js';
export { breakThread, faultyWorkerUrl, type ThreadFault } from './thread-faults.js';
export type { FloodOptions } from './kit/flood.js';
export { type SimulatedProcess, type SimulatedProcessOptions, startSimulatedProcess } from './process.js';
export { type SimulatorName, type SimulatorOptions, simulatorNames, startSimulator } from './simulators.js';
