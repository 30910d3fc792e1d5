// Tells the diagnostics channels what happens to an adapter, its sockets and their connections.
import type { Connection, ConnectionHandlers } from '../client/connection.js';
import type { Exit } from '../client/exit.js';
import type { ControlMessage } from '../client/protocol.js';
import { monotonicNs } from '../clock.js';
import type { Gap } from '../market.js';
import { isHeard, publish } from '../telemetry/channels.js';
import type { RateMessage, RequestMessage, SocketOrigin, TelemetryOrigin } from '../telemetry/messages.js';
import type { TopicSilence } from './freshness.js';
import type { OpenConnection } from './link.js';
import type { Output, RequestSubject, RestoreReport, Settlement, Status } from './messages.js';
import type { RotationReport } from './rotation.js';

const orderCalls: ReadonlySet<string> = new Set(['order', 'edit', 'cancel', 'cancel-all']);

/** What belongs to no socket. */
export class AdapterTelemetry {
  readonly #origin: TelemetryOrigin;

  constructor(origin: TelemetryOrigin) {
    this.#origin = origin;
  }

  gap({ topic, reason, epoch, fromSequence, toSequence, dropped }: Gap): void {
    publish('gap', () => ({
      ...this.#origin,
      epoch,
      topic,
      reason,
      ...(fromSequence === undefined ? {} : { fromSequence }),
      ...(toSequence === undefined ? {} : { toSequence }),
      ...(dropped === undefined ? {} : { dropped }),
    }));
    if (reason !== 'overflow') return;
    publish('overflow', () => ({
      ...this.#origin,
      epoch,
      effect: 'gap',
      topic,
      ...(dropped === undefined ? {} : { dropped }),
    }));
  }

  silence(event: 'stalled' | 'recovered', { topic, silentMs }: TopicSilence): void {
    publish('silence', () => ({ ...this.#origin, topic, event, silentMs }));
  }

  rotated(report: RotationReport): void {
    publish('rotation', () => ({ ...this.#origin, ...report }));
  }

  ofSocket(socket: string): SocketTelemetry {
    return new SocketTelemetry({ ...this.#origin, socket });
  }
}

/** What happens on one socket of an adapter. */
export class SocketTelemetry {
  readonly #origin: SocketOrigin;

  constructor(origin: SocketOrigin) {
    this.#origin = origin;
  }

  /** Opens connections, and tells of their lives. */
  opening(open: OpenConnection): OpenConnection {
    return (epoch, handlers) => {
      publish('connection', () => ({ ...this.#origin, epoch, event: 'opening' }));
      const startedAtNs = monotonicNs();
      const connection: Connection = open(
        epoch,
        this.#heard(handlers, epoch, () => connection, startedAtNs),
      );
      return connection;
    };
  }

  /** Tells what the state machine of one link puts out. */
  link(): (output: Output) => void {
    let last: Status | undefined;
    let lastAtNs = 0;
    return (output) => {
      if (output.type === 'emit-restored') return this.#restored(output.report);
      if (output.type !== 'emit-status') return;
      const nowNs = monotonicNs();
      if (last !== undefined) this.#stepEnded(last, output.status, (nowNs - lastAtNs) / 1e6);
      last = output.status;
      lastAtNs = nowNs;
      this.#transition(output.status);
    };
  }

  /** Passes the settlement on; it is looked at only where somebody listens. */
  settling(subject: RequestSubject, epoch: number, asked: Promise<Settlement>): Promise<Settlement> {
    const name = orderCalls.has(subject.call) ? 'order' : 'request';
    if (!isHeard(name)) return asked;
    const startedAtNs = monotonicNs();
    return asked.then((settlement) => {
      const ms = (monotonicNs() - startedAtNs) / 1e6;
      const outcome = settlement.ok ? 'acknowledged' : (settlement.outcome ?? 'not-sent');
      const code = settlement.ok ? {} : { code: settlement.error.code };
      const { call, ...reference } = subject;
      const common: RequestMessage = { ...this.#origin, epoch, call, outcome, ms, ...code };
      if (name === 'request') publish('request', () => common);
      else publish('order', () => ({ ...common, ...reference }));
      return settlement;
    });
  }

  resync(epoch: number, topic: string): void {
    publish('book-resync', () => ({ ...this.#origin, epoch, topic }));
  }

  rate(what: RateMessage['what'], event: RateMessage['event'], ms?: number): void {
    publish('rate', () => ({ ...this.#origin, what, event, ...(ms === undefined ? {} : { ms }) }));
  }

  #heard(
    handlers: ConnectionHandlers,
    epoch: number,
    connection: () => Connection,
    startedAtNs: number,
  ): ConnectionHandlers {
    return {
      ...handlers,
      opened: (opened) => {
        const { threadId, handshakeMs } = opened;
        publish('connection', () => ({ ...this.#origin, epoch, event: 'open', threadId, handshakeMs }));
        handlers.opened?.(opened);
      },
      control: (messages) => {
        if (isHeard('book-resync') || isHeard('heartbeat'))
          for (const message of messages) this.#control(message, epoch);
        return handlers.control(messages);
      },
      exit: (exit) => {
        this.#exited(exit, connection().threadId, (monotonicNs() - startedAtNs) / 1e6);
        handlers.exit(exit);
      },
    };
  }

  #control(message: ControlMessage, epoch: number): void {
    if (message.kind === 'resync') this.resync(epoch, message.topic);
    if (message.kind !== 'heartbeat') return;
    const { ms } = message;
    publish('heartbeat', () => ({
      ...this.#origin,
      epoch,
      event: 'answered',
      ...(ms > 0 ? { ms } : {}),
    }));
  }

  #exited(exit: Exit, threadId: number | undefined, aliveMs: number): void {
    const { epoch, code, exitCode, reason, retryable, lastSequence: frames } = exit;
    publish('connection', () => ({
      ...this.#origin,
      epoch,
      event: 'exit',
      ...(threadId === undefined ? {} : { threadId }),
      code,
      exitCode,
      reason,
      retryable,
      aliveMs,
      frames,
    }));
    if (code === 'heartbeat-missed')
      publish('heartbeat', () => ({ ...this.#origin, epoch, event: 'missed' }));
    if (code !== 'overflow') return;
    const { adapter, exchange } = this.#origin;
    publish('overflow', () => ({ adapter, exchange, epoch, effect: 'exit' }));
  }

  #transition({ epoch, state, step, attempt, reason, delayMs }: Status): void {
    publish('transition', () => ({
      ...this.#origin,
      epoch,
      state,
      attempt,
      ...(step === undefined ? {} : { step }),
      ...(reason === undefined ? {} : { reason }),
      ...(delayMs === undefined ? {} : { delayMs }),
    }));
  }

  #stepEnded(before: Status, after: Status, ms: number): void {
    const step = before.state === 'connecting' ? 'connect' : before.step;
    if (step === undefined) return;
    const isDone = after.epoch === before.epoch && (after.state === 'restoring' || after.state === 'ready');
    const { epoch } = before;
    publish('restore-step', () => ({
      ...this.#origin,
      epoch,
      step,
      outcome: isDone ? 'done' : 'failed',
      ms,
    }));
    if (step !== 'login') return;
    const failure = after.reason === 'login-refused' ? 'refused' : 'failed';
    publish('login', () => ({ ...this.#origin, epoch, outcome: isDone ? 'accepted' : failure, ms }));
  }

  #restored(report: RestoreReport): void {
    const { epoch, totalMs, downMs, restored, failed, quarantined, unknown } = report;
    publish('restored', () => ({
      ...this.#origin,
      epoch,
      totalMs,
      ...(downMs === undefined ? {} : { downMs }),
      restored: restored.length,
      failed: failed.length,
      quarantined: quarantined.length,
      unknown: unknown.length,
    }));
  }
}
