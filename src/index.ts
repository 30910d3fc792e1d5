// The public names, listed one by one.
export { Adapter } from './adapter/adapter.js';
export type { AdapterEventName, AdapterEvents, SocketStatus } from './adapter/events.js';
export type { FreshnessOptions, TopicSilence } from './adapter/freshness.js';
export type {
  RequestSubject,
  RestoreReport,
  StateName,
  Status,
  StepName,
  SubscribeReport,
  UnknownRequest,
} from './adapter/messages.js';
export type { AdapterOptions } from './adapter/options.js';
export type { CallOptions, CallOutcome, OrderOutcome } from './adapter/order-desk.js';
export type { AdapterStats, SocketView } from './adapter/overview.js';
export type { Latencies } from './adapter/latency-meter.js';
export type { AdapterVitals, SocketVitals, ThreadVitals } from './adapter/vitals.js';
export type { Reconciled, Verdict } from './adapter/reconcile.js';
export type { RestoringSession } from './adapter/restoring-session.js';
export type { RotationReport } from './adapter/rotation.js';
export type { RotationOptions } from './adapter/rotation-schedule.js';
export { Batch, type BatchEvent, type BatchKind } from './batch/batch.js';
export type { BookBatch } from './batch/book-batch.js';
export type { EventBatch } from './batch/event-batch.js';
export type { Frame, FrameBatch } from './batch/frame-batch.js';
export type { MessageBatch } from './batch/message-batch.js';
export type { NameTable } from './batch/name-table.js';
export type { QuoteBatch } from './batch/quote-batch.js';
export type { SymbolBatch } from './batch/symbol-batch.js';
export type { TradeBatch } from './batch/trade-batch.js';
export type { SequenceRule } from './book-integrity.js';
export type { BookSide } from './book-side.js';
export type { Backoff } from './client/backoff.js';
export type { BookDelivery } from './book-delivery.js';
export { Client } from './client/client.js';
export type { ClientEvents, ClientExit, ClientOptions, ClientStats } from './client/client-options.js';
export type { Exit } from './client/exit.js';
export type { ClientFrame } from './client/frame-stream.js';
export type { ConnectionSettings, HeartbeatOptions } from './client/options.js';
export type { Delivery, OverflowPolicy, TlsSettings } from './client/protocol.js';
export {
  BulkheadError,
  type ErrorCode,
  type ErrorDetail,
  type ErrorOptions,
  type ExitReason,
  exits,
  failures,
  isBulkheadError,
} from './errors.js';
export type {
  BinanceCredentials,
  BinanceEditFields,
  BinanceOrderFields,
  BinanceSelfTradePrevention,
} from './exchanges/binance.js';
export type { BinanceUsdmEditFields, BinanceUsdmOrderFields } from './exchanges/binance-usdm.js';
export type { BitmexCredentials } from './exchanges/bitmex.js';
export type {
  BybitCredentials,
  BybitEditFields,
  BybitOrderFields,
  BybitTriggerBy,
} from './exchanges/bybit.js';
export type { CoinbaseCredentials } from './exchanges/coinbase.js';
export type { DeribitCredentials, DeribitEditFields, DeribitOrderFields } from './exchanges/deribit.js';
export * from './exchanges/exchange.js';
export type {
  HyperliquidCredentials,
  HyperliquidEditFields,
  HyperliquidOrderFields,
  HyperliquidOrderKind,
} from './exchanges/hyperliquid.js';
export { type ExchangeName, exchangeNames } from './exchanges/index.js';
export type {
  KrakenCredentials,
  KrakenEditFields,
  KrakenOrderFields,
  KrakenPriceUnit,
} from './exchanges/kraken.js';
export type { OkxCredentials, OkxEditFields, OkxOrderFields } from './exchanges/okx.js';
export type {
  CredentialsOf,
  EditFieldsOf,
  OrderFieldsOf,
  TypesOfVenue,
  VenueTypes,
} from './exchanges/venue-types.js';
export { type FleetConfig, readFleetConfig } from './fleet/config-file.js';
export type { FleetEvents } from './fleet/events.js';
export { Fleet } from './fleet/fleet.js';
export type { StartReport } from './fleet/start-report.js';
export { openMetrics } from './fleet/metrics.js';
export type { FleetServer, Route, ServeOptions } from './fleet/server.js';
export type { Transition, TransitionKind } from './fleet/history.js';
export type { RestartLimit } from './fleet/intensity.js';
export type { FleetAdapter, FleetOptions } from './fleet/options.js';
export type { Router } from './fleet/router.js';
export type {
  AdapterSnapshot,
  ExitSnapshot,
  FleetSnapshot,
  FleetState,
  LatencySnapshot,
  MemberState,
  RestoreSnapshot,
  SocketSnapshot,
  ThreadSnapshot,
} from './fleet/snapshot.js';
export type { StopOptions, StopReport } from './fleet/stopping.js';
export type * from './market.js';
export type {
  EntryBase,
  RecordedEntry,
  RecordedExit,
  RecordedFrame,
  RecordedGap,
  RecordedHttpCall,
  RecordedOpen,
} from './recording/entries.js';
export { decoded, type DecodingCounts, type ExportedEvent } from './recording/decoded.js';
export type { DecodedEvent, ExportedLevel } from './recording/event-sink.js';
export type { Anchor, FileHeader } from './recording/block-layout.js';
export type { RecordOptions } from './recording/options.js';
export type { HttpSubject } from './recording/http-record.js';
export type { Compression, LifeSubject } from './recording/protocol.js';
export type { RecordingStats } from './recording/recorder.js';
export {
  openRecording,
  type OpenRecordingOptions,
  type Recording,
  type RecordingPart,
} from './recording/recording.js';
export { type BookView, OrderBook, type OrderBookOptions } from './order-book.js';
export type { Cost } from './rate-budget.js';
export { type ChannelDescription, telemetryChannels, type TelemetryName } from './telemetry/channels.js';
export type { Histogram, Percentiles } from './telemetry/histogram.js';
export type * from './telemetry/messages.js';
export type { MetricsFormat } from './telemetry/open-metrics.js';
export {
  bridgeToOpenTelemetry,
  type OpenTelemetryAttributes,
  type OpenTelemetryCounter,
  type OpenTelemetryHistogram,
  type OpenTelemetryMeter,
  type OpenTelemetryOptions,
  type OpenTelemetrySpan,
  type OpenTelemetryTracer,
} from './telemetry/open-telemetry.js';
export type { BucketLimit, RateLimit, WindowLimit } from './rate-limits.js';
