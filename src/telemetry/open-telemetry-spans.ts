// The spans that OpenTelemetry gets: a restore with a child for each of its steps, and each request and order.
// What is told is over already, so spans are made with the times they had.
import type { ConnectionMessage, OrderMessage, RequestMessage, RestoreStepMessage } from './messages.js';
import type { Listen, OpenTelemetryApi, OpenTelemetrySpan, OpenTelemetryTracer } from './open-telemetry.js';
import { attributesOf } from './open-telemetry-metrics.js';

const OK = 1;
const ERROR = 2;
const connectionFields = ['adapter', 'exchange', 'socket', 'epoch'];
const requestFields = [...connectionFields, 'call', 'outcome', 'code', 'clientOrderId', 'orderId', 'symbol'];

type Place = Pick<ConnectionMessage, 'adapter' | 'socket' | 'epoch'>;

/** Milliseconds since the Unix epoch, finer than `Date.now()`. */
const nowMs = (): number => performance.timeOrigin + performance.now();
const keyOf = ({ adapter, socket, epoch }: Place): string => `${adapter}\0${socket}\0${epoch}`;

export class SpansBridge {
  readonly #tracer: OpenTelemetryTracer;
  readonly #api: OpenTelemetryApi;
  /** Restores that are on their way. Each ends with READY or with the exit of its connection, so they cannot pile up. */
  readonly #restores = new Map<string, OpenTelemetrySpan>();

  constructor(tracer: OpenTelemetryTracer, api: OpenTelemetryApi) {
    this.#tracer = tracer;
    this.#api = api;
  }

  listen(listen: Listen): void {
    listen('connection', (message) => {
      if (message.event === 'opening') this.#begin(message);
      if (message.event === 'exit') this.#finish(message, ERROR, message.code);
    });
    listen('restore-step', (message) => this.#step(message));
    listen('restored', (message) => this.#finish(message, OK));
    listen('request', (message) => this.#settled('bulkhead request', message));
    listen('order', (message) => this.#settled('bulkhead order', message));
  }

  /** Ends what is on its way. */
  end(): void {
    for (const span of this.#restores.values()) span.end();
    this.#restores.clear();
  }

  #begin(message: ConnectionMessage): void {
    const options = { attributes: attributesOf(message, connectionFields), root: true };
    this.#restores.set(keyOf(message), this.#tracer.startSpan('bulkhead restore', options));
  }

  #step(message: RestoreStepMessage): void {
    const parent = this.#restores.get(keyOf(message));
    if (parent === undefined) return;
    const endTime = nowMs();
    const context = this.#api.trace.setSpan(this.#api.ROOT_CONTEXT, parent) as never;
    const attributes = attributesOf(message, connectionFields);
    const options = { startTime: endTime - message.ms, attributes };
    const span = this.#tracer.startSpan(`bulkhead restore ${message.step}`, options, context);
    span.setStatus({ code: message.outcome === 'done' ? OK : ERROR });
    span.end(endTime);
  }

  #finish(place: Place, code: number, message?: string): void {
    const span = this.#restores.get(keyOf(place));
    if (span === undefined) return;
    this.#restores.delete(keyOf(place));
    span.setStatus(message === undefined ? { code } : { code, message });
    span.end(nowMs());
  }

  #settled(name: string, message: RequestMessage | OrderMessage): void {
    const endTime = nowMs();
    const attributes = attributesOf(message, requestFields);
    const span = this.#tracer.startSpan(name, { startTime: endTime - message.ms, attributes });
    span.setStatus({ code: message.outcome === 'acknowledged' ? OK : ERROR });
    span.end(endTime);
  }
}
