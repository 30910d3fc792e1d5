// From the diagnostics channels into the bot's own OpenTelemetry SDK: metrics, and spans of restores and requests.
// The package is an optional peer; of its types only the shapes that are used are named, so that nobody needs it to compile.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { BulkheadError } from '../errors.js';
import { CHANNEL_PREFIX, type TelemetryName } from './channels.js';
import type { TelemetryMessages } from './messages.js';
import { MetricsBridge } from './open-telemetry-metrics.js';
import { SpansBridge } from './open-telemetry-spans.js';

/** Labels of a value. */
export type OpenTelemetryAttributes = Record<string, string | number | boolean>;

/** What is used of a Meter of `@opentelemetry/api`. */
export interface OpenTelemetryMeter {
  /** Makes a counter. */
  createCounter(name: string, options?: { description?: string; unit?: string }): OpenTelemetryCounter;
  /** Makes a histogram. */
  createHistogram(name: string, options?: { description?: string; unit?: string }): OpenTelemetryHistogram;
}

/** What is used of a Counter. */
export interface OpenTelemetryCounter {
  /** Adds to it. */
  add(value: number, attributes?: OpenTelemetryAttributes): void;
}

/** What is used of a Histogram. */
export interface OpenTelemetryHistogram {
  /** Counts a value. */
  record(value: number, attributes?: OpenTelemetryAttributes): void;
}

/** What is used of a Span. */
export interface OpenTelemetrySpan {
  /** Says how it ended: 1 well, 2 with an error. */
  setStatus(status: { code: number; message?: string }): unknown;
  /** Ends it. Milliseconds since the Unix epoch. */
  end(endTime?: number): void;
}

/** What is used of a Tracer. */
export interface OpenTelemetryTracer {
  /** Starts a span; a context names its parent. */
  startSpan(
    name: string,
    options?: { startTime?: number; attributes?: OpenTelemetryAttributes; root?: boolean },
    context?: never,
  ): OpenTelemetrySpan;
}

/** Where metrics and spans go. Default: the global meter and tracer of `@opentelemetry/api`, by the name `bulkhead-ws`. */
export interface OpenTelemetryOptions {
  /** `false`: no metrics. */
  readonly meter?: OpenTelemetryMeter | false;
  /** `false`: no spans. */
  readonly tracer?: OpenTelemetryTracer | false;
}

/** The parts of the package that are called. */
export interface OpenTelemetryApi {
  readonly metrics: { getMeter(name: string): OpenTelemetryMeter };
  readonly trace: {
    getTracer(name: string): OpenTelemetryTracer;
    setSpan(context: unknown, span: OpenTelemetrySpan): unknown;
  };
  readonly ROOT_CONTEXT: unknown;
}

export type Listen = <Name extends TelemetryName>(
  name: Name,
  listener: (message: TelemetryMessages[Name]) => void,
) => void;

const NAME = 'bulkhead-ws';

/**
 * Connects all adapters of the process with OpenTelemetry. Call it before adapters connect, or their current connections are missed.
 * Returns what disconnects it again.
 *
 * Metrics: see docs/telemetry.md. Spans: `bulkhead restore` with a child for each step, `bulkhead request`, `bulkhead order`.
 * @throws BulkheadError `missing-dependency` where `@opentelemetry/api` is not installed.
 */
export async function bridgeToOpenTelemetry(options: OpenTelemetryOptions = {}): Promise<() => void> {
  const api = await loadApi();
  const { meter = api.metrics.getMeter(NAME), tracer = api.trace.getTracer(NAME) } = options;
  const stops: (() => void)[] = [];
  const listen: Listen = (name, listener) => {
    const channel = CHANNEL_PREFIX + name;
    const heard = (message: unknown): void => listener(message as never);
    subscribe(channel, heard);
    stops.push(() => unsubscribe(channel, heard));
  };
  if (meter !== false) new MetricsBridge(meter).listen(listen);
  if (tracer !== false) {
    const spans = new SpansBridge(tracer, api);
    spans.listen(listen);
    stops.push(() => spans.end());
  }
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

async function loadApi(): Promise<OpenTelemetryApi> {
  try {
    return (await import('@opentelemetry/api')) as unknown as OpenTelemetryApi;
  } catch (cause) {
    const text = 'bridgeToOpenTelemetry needs the package @opentelemetry/api: npm install @opentelemetry/api';
    throw new BulkheadError('missing-dependency', text, { cause });
  }
}
