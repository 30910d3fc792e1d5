// One log line per transition, on a pino child of the user's logger. Without a logger nothing is written.
import type { Logger } from 'pino';
import type { Exit } from '../client/exit.js';
import type { ControlMessage } from '../client/protocol.js';
import type { Gap } from '../market.js';
import type { RestoreReport, Status } from './messages.js';

export class AdapterLog {
  readonly #logger: Logger | undefined;

  constructor(logger: Logger | undefined, name: string) {
    this.#logger = logger?.child({ adapter: name });
  }

  /** pino's number of the level below which nothing needs to be sent; Infinity without a logger. */
  get levelNumber(): number {
    return this.#logger?.levels.values[this.#logger.level] ?? Number.POSITIVE_INFINITY;
  }

  status(status: Status): void {
    const level = status.state === 'failed' ? 'error' : 'info';
    this.#logger?.[level]({ ...status }, `adapter is ${status.state}`);
  }

  exit(exit: Exit): void {
    const { epoch, code, exitCode, reason, detail } = exit;
    const level = code === 'closed' ? 'info' : 'warn';
    this.#logger?.[level]({ epoch, code, exitCode, detail }, `connection ended: ${reason}`);
  }

  restored(report: RestoreReport): void {
    const { epoch, restored, failed, quarantined, unknown, steps, totalMs } = report;
    const counts = { restored: restored.length, failed: failed.length, quarantined: quarantined.length };
    this.#logger?.info({ epoch, ...counts, unknown: unknown.length, steps, totalMs }, 'restored');
  }

  gap(gap: Gap): void {
    this.#logger?.warn({ ...gap }, `gap in ${gap.topic}`);
  }

  problem(problem: string, sample: string): void {
    this.#logger?.warn({ sample }, problem);
  }

  fromThread(message: Extract<ControlMessage, { kind: 'log' }>): void {
    const level = this.#logger?.levels.labels[message.level] ?? 'info';
    this.#logger?.[level as 'info'](message.fields, message.message);
  }
}
