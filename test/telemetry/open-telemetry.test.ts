// The bridge, with the real SDKs of OpenTelemetry.
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { bridgeToOpenTelemetry } from '../../src/index.js';
import { openTelemetryMetrics } from '../../src/telemetry/open-telemetry-metrics.js';
import { BOOK, order, Stage, TRADES } from '../adapter/stage.js';
import { waitFor } from '../support/wait-for.js';

describe('the bridge to OpenTelemetry', () => {
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  let stage: Stage;
  let stop: () => void;
  before(async () => {
    stop = await bridgeToOpenTelemetry({
      meter: meters.getMeter('bulkhead-ws'),
      tracer: tracers.getTracer('bulkhead-ws'),
    });
  });
  after(async () => {
    stop();
    await meters.shutdown();
    await tracers.shutdown();
  });
  beforeEach(async () => {
    spans.reset();
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  it('makes a span of each restore, with a child for each step, and of each order', async () => {
    const { adapter } = await stage.connected({ name: 'traced', topics: [TRADES] });
    const { clientOrderId } = await adapter.sendOrder(order);
    const finished = await waitFor(() => {
      const all = spans.getFinishedSpans();
      return all.some(({ name }) => name === 'bulkhead order') ? all : undefined;
    }, 'the span of the order');
    const restore = finished.find(({ name }) => name === 'bulkhead restore');
    expect(restore?.attributes).to.deep.equal({
      'bulkhead.adapter': 'traced',
      'bulkhead.exchange': 'deribit',
      'bulkhead.socket': 'main',
      'bulkhead.epoch': 1,
    });
    const children = finished.filter(
      ({ parentSpanContext }) => parentSpanContext?.spanId === restore?.spanContext().spanId,
    );
    expect(children.map(({ name }) => name)).to.deep.equal([
      'bulkhead restore connect',
      'bulkhead restore login',
      'bulkhead restore subscribe',
    ]);
    const sent = finished.find(({ name }) => name === 'bulkhead order');
    expect(sent?.attributes).to.include({
      'bulkhead.call': 'order',
      'bulkhead.clientOrderId': clientOrderId,
      'bulkhead.outcome': 'acknowledged',
    });
    expect(sent?.status.code).to.equal(1);
  });

  it('ends the span of a restore that failed as an error', async () => {
    const life = stage.life({ credentials: { clientId: 'test-client', clientSecret: 'no' } });
    await life.adapter.connect().catch(() => undefined);
    const [restore] = spans.getFinishedSpans().filter(({ name }) => name === 'bulkhead restore');
    expect(restore?.status).to.deep.equal({ code: 2, message: 'login-refused' });
  });

  it('records every metric of its table', async () => {
    const heartbeat = { type: 'standard', intervalMs: 50 };
    const life = await stage.connected({
      name: 'counted',
      topics: [TRADES, BOOK],
      connection: { heartbeat, market: { maxEntries: 30 } },
      rateBudget: 'counted',
    });
    const { adapter } = life;
    // At once, before the venue has told that it allows more than its published limits.
    await Promise.all(Array.from({ length: 200 }, () => adapter.request('public/get_time')));
    await life.flowing();
    adapter.terminate();
    await life.ready(2);
    await adapter.sendOrder(order);
    stage.venue.inject({ kind: 'gap', topic: BOOK });
    await waitFor(() => life.gaps.some(({ reason }) => reason === 'sequence'), 'the gap in the book');
    adapter.on('trades', () => new Promise((resolve) => setTimeout(resolve, 500)));
    await waitFor(() => life.gaps.some(({ reason }) => reason === 'overflow'), 'the overflow');
    await adapter.rotate();
    await reader.forceFlush();
    const told =
      metrics
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    expect(told.map(({ descriptor }) => descriptor.name)).to.have.members(
      openTelemetryMetrics.map(({ name }) => name),
    );
    const orders = told.find(({ descriptor }) => descriptor.name === 'bulkhead.order.duration');
    expect(orders?.dataPointType).to.equal(DataPointType.HISTOGRAM);
    expect(orders?.descriptor.unit).to.equal('s');
  });
});
