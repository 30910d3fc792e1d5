// The metrics that OpenTelemetry gets, one table that names every one of them. Durations in seconds, as its conventions want.
import type { TelemetryName } from './channels.js';
import type { TelemetryMessages } from './messages.js';
import type { Listen, OpenTelemetryAttributes, OpenTelemetryMeter } from './open-telemetry.js';

interface Metric<Name extends TelemetryName = TelemetryName> {
  readonly name: string;
  readonly kind: 'counter' | 'histogram';
  readonly about: string;
  readonly channel: Name;
  /** Fields of the message that become attributes, beside adapter, exchange and socket. */
  readonly attributes: readonly (keyof TelemetryMessages[Name] & string)[];
  /** The value to count or record; undefined where the message has none. Default: 1. */
  read?(message: TelemetryMessages[Name]): number | undefined;
}

function metric<Name extends TelemetryName>(one: Metric<Name>): Metric {
  return one as unknown as Metric;
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

/** Every metric. docs/telemetry.md lists the same; a test compares. */
export const openTelemetryMetrics: readonly Metric[] = [
  metric({
    name: 'bulkhead.connections.opened',
    kind: 'counter',
    about: 'connections that were started',
    channel: 'connection',
    attributes: [],
    read: ({ event }) => (event === 'opening' ? 1 : undefined),
  }),
  metric({
    name: 'bulkhead.connections.ended',
    kind: 'counter',
    about: 'connections that ended, by reason',
    channel: 'connection',
    attributes: ['code'],
    read: ({ event }) => (event === 'exit' ? 1 : undefined),
  }),
  metric({
    name: 'bulkhead.restore.duration',
    kind: 'histogram',
    about: 'from the start of a thread to READY',
    channel: 'restored',
    attributes: [],
    read: ({ totalMs }) => seconds(totalMs),
  }),
  metric({
    name: 'bulkhead.down.duration',
    kind: 'histogram',
    about: 'from the death of a connection to READY',
    channel: 'restored',
    attributes: [],
    read: ({ downMs }) => seconds(downMs),
  }),
  metric({
    name: 'bulkhead.restore.step.duration',
    kind: 'histogram',
    about: 'steps of restores',
    channel: 'restore-step',
    attributes: ['step', 'outcome'],
    read: ({ ms }) => seconds(ms),
  }),
  metric({
    name: 'bulkhead.logins',
    kind: 'counter',
    about: 'logins, by outcome',
    channel: 'login',
    attributes: ['outcome'],
  }),
  metric({
    name: 'bulkhead.heartbeat.duration',
    kind: 'histogram',
    about: 'from a ping to its answer',
    channel: 'heartbeat',
    attributes: [],
    read: ({ ms }) => seconds(ms),
  }),
  metric({
    name: 'bulkhead.request.duration',
    kind: 'histogram',
    about: 'requests, by call and outcome',
    channel: 'request',
    attributes: ['call', 'outcome'],
    read: ({ ms }) => seconds(ms),
  }),
  metric({
    name: 'bulkhead.order.duration',
    kind: 'histogram',
    about: 'calls that change orders, by call and outcome',
    channel: 'order',
    attributes: ['call', 'outcome'],
    read: ({ ms }) => seconds(ms),
  }),
  metric({
    name: 'bulkhead.gaps',
    kind: 'counter',
    about: 'places where events can be missing, by reason',
    channel: 'gap',
    attributes: ['reason'],
  }),
  metric({
    name: 'bulkhead.overflows',
    kind: 'counter',
    about: 'bounded queues that were full, by effect',
    channel: 'overflow',
    attributes: ['effect'],
  }),
  metric({
    name: 'bulkhead.rate.wait.duration',
    kind: 'histogram',
    about: 'waits for a rate budget',
    channel: 'rate',
    attributes: ['what'],
    read: ({ event, ms }) => (event === 'released' ? seconds(ms) : undefined),
  }),
  metric({
    name: 'bulkhead.rotations',
    kind: 'counter',
    about: 'connections that were replaced without a pause',
    channel: 'rotation',
    attributes: [],
  }),
  metric({
    name: 'bulkhead.book.resyncs',
    kind: 'counter',
    about: 'order books that began anew',
    channel: 'book-resync',
    attributes: [],
  }),
];

const common = ['adapter', 'exchange', 'socket'];

export class MetricsBridge {
  readonly #meter: OpenTelemetryMeter;

  constructor(meter: OpenTelemetryMeter) {
    this.#meter = meter;
  }

  listen(listen: Listen): void {
    for (const one of openTelemetryMetrics) {
      const put = this.#instrument(one);
      listen(one.channel, (message) => {
        const value = one.read === undefined ? 1 : one.read(message as never);
        if (value !== undefined) put(value, attributesOf(message, [...common, ...one.attributes]));
      });
    }
  }

  #instrument({ name, kind, about }: Metric): (value: number, attributes: OpenTelemetryAttributes) => void {
    if (kind === 'counter') {
      const counter = this.#meter.createCounter(name, { description: about });
      return (value, attributes) => counter.add(value, attributes);
    }
    const histogram = this.#meter.createHistogram(name, { description: about, unit: 's' });
    return (value, attributes) => histogram.record(value, attributes);
  }
}

/** The fields of a message that are there, by their names with the library's prefix. */
export function attributesOf(message: object, names: readonly string[]): OpenTelemetryAttributes {
  const found = Object.entries(message).filter(([name]) => names.includes(name));
  return Object.fromEntries(found.map(([name, value]) => [`bulkhead.${name}`, value as string]));
}
