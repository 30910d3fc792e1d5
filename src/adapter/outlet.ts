// Where everything leaves the adapter: listeners, pulled batches, log lines and counts.
import type { Batch } from '../batch/batch.js';
import type { Exit } from '../client/exit.js';
import { Listeners } from '../client/listeners.js';
import type { ControlMessage } from '../client/protocol.js';
import type { Gap, PrivateEvent } from '../market.js';
import { BatchQueue } from './batch-queue.js';
import type { AdapterEvents, SocketStatus } from './events.js';
import type { TopicSilence } from './freshness.js';
import type { LatencyMeter } from './latency-meter.js';
import type { AdapterLog } from './log.js';
import type { RestoreReport } from './messages.js';
import type { RotationReport } from './rotation.js';
import type { AdapterTelemetry } from './telemetry.js';

export class Outlet {
  readonly listeners = new Listeners<AdapterEvents>();
  /** Events of all kinds that were handed on. */
  events = 0;
  gaps = 0;
  readonly #queues = new Set<BatchQueue>();
  readonly #log: AdapterLog;
  readonly #telemetry: AdapterTelemetry;
  readonly #meter: LatencyMeter | undefined;
  #isClosed = false;

  /** Latencies are taken where there is a meter. */
  constructor(log: AdapterLog, telemetry: AdapterTelemetry, meter?: LatencyMeter) {
    this.#telemetry = telemetry;
    this.#log = log;
    this.#meter = meter;
  }

  /** Market data. Returns a promise while a consumer wants the thread to hold back. */
  batch(batch: Batch): void | Promise<void> {
    const { listeners } = this;
    this.events += batch.length;
    this.#meter?.note(batch);
    for (const gap of batch.gaps) this.#gap(gap);
    const waits: (Promise<void> | undefined)[] = [];
    if (batch.has('trades')) waits.push(listeners.emit('trades', batch.trades));
    if (batch.has('quotes')) waits.push(listeners.emit('quotes', batch.quotes));
    if (batch.has('books')) waits.push(listeners.emit('books', batch.books));
    if (batch.has('messages')) waits.push(listeners.emit('messages', batch.messages));
    if (batch.has('frames')) waits.push(listeners.emit('frames', batch.frames));
    for (const queue of this.#queues) waits.push(queue.push(batch));
    const pending = waits.filter((wait) => wait !== undefined);
    if (pending.length === 0) return undefined;
    return pending.length === 1 ? pending[0] : Promise.all(pending).then(() => undefined);
  }

  /** Gaps that this side noticed, between two connections. Those who pull get them in the stream. */
  tellGaps(gaps: readonly Gap[]): void {
    for (const gap of gaps) this.#gap(gap);
    for (const queue of this.#queues) queue.pushGaps(gaps);
  }

  status(status: SocketStatus): void {
    this.#log.status(status);
    void this.listeners.emit('status', status);
  }

  exit(exit: Exit): void {
    this.#log.exit(exit);
    void this.listeners.emit('exit', exit);
  }

  restored(report: RestoreReport): void {
    this.#log.restored(report);
    void this.listeners.emit('restored', report);
  }

  silence(kind: 'stalled' | 'recovered', { topic, silentMs }: TopicSilence): void {
    this.#log.silence(kind, topic, silentMs);
    this.#telemetry.silence(kind, { topic, silentMs });
    void this.listeners.emit(kind, { topic, silentMs });
  }

  rotated(report: RotationReport): void {
    this.#log.rotated(report);
    this.#telemetry.rotated(report);
    void this.listeners.emit('rotated', report);
  }

  control(message: ControlMessage): void {
    switch (message.kind) {
      case 'private':
        return this.#private(message.event);
      case 'notice':
        return void this.listeners.emit('notice', message.notice);
      case 'problem':
        this.#log.problem(message.problem, message.sample);
        return void this.listeners.emit('problem', message.problem, message.sample);
      case 'log':
        return this.#log.fromThread(message);
      default:
    }
  }

  pull(): BatchQueue {
    const queue: BatchQueue = new BatchQueue(() => this.#queues.delete(queue));
    if (this.#isClosed) queue.end();
    else this.#queues.add(queue);
    return queue;
  }

  close(): void {
    this.#isClosed = true;
    for (const queue of this.#queues) queue.end();
  }

  #gap(gap: Gap): void {
    this.gaps += 1;
    this.#log.gap(gap);
    this.#telemetry.gap(gap);
    void this.listeners.emit('gap', gap);
  }

  #private(event: PrivateEvent): void {
    this.events += 1;
    const { listeners } = this;
    switch (event.kind) {
      case 'order':
        return void listeners.emit('order', event.order, event.topic);
      case 'fill':
        return void listeners.emit('fill', event.fill, event.topic);
      case 'position':
        return void listeners.emit('position', event.position, event.topic);
      case 'balance':
        return void listeners.emit('balance', event.balance, event.topic);
      case 'account':
        return void listeners.emit('account', event);
    }
  }
}
