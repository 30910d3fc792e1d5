// One log line per transition, on a redacting child of the user's logger. Without a logger nothing is written.
import type { Exit } from '../client/exit.js';
import type { ControlMessage } from '../client/protocol.js';
import { childLogger, levelNumber, type Logger, writeLine } from '../logger.js';
import type { Gap } from '../market.js';
import type { SocketStatus } from './events.js';
import type { RestoreReport } from './messages.js';
import type { RotationReport } from './rotation.js';

export class AdapterLog {
  readonly #logger: Logger;

  constructor(logger: Logger | undefined, adapter: string) {
    this.#logger = childLogger(logger, { adapter });
  }

  /** The level below which a thread need not send lines. */
  get levelNumber(): number {
    return levelNumber(this.#logger);
  }

  status(status: SocketStatus): void {
    const level = status.state === 'failed' ? 'error' : 'info';
    this.#logger[level](status, `adapter is ${status.state}`);
  }

  exit({ epoch, code, exitCode, reason, detail }: Exit): void {
    const level = code === 'closed' ? 'info' : 'warn';
    this.#logger[level]({ epoch, code, exitCode, detail }, `connection ended: ${reason}`);
  }

  restored({ epoch, restored, failed, quarantined, unknown, steps, totalMs }: RestoreReport): void {
    const counts = { restored: restored.length, failed: failed.length, quarantined: quarantined.length };
    this.#logger.info({ epoch, ...counts, unknown: unknown.length, steps, totalMs }, 'restored');
  }

  rotated(report: RotationReport): void {
    this.#logger.info(report, 'connection replaced');
  }

  gap(gap: Gap): void {
    this.#logger.warn(gap, `gap in ${gap.topic}`);
  }

  silence(kind: 'stalled' | 'recovered', topic: string, silentMs: number): void {
    this.#logger[kind === 'stalled' ? 'warn' : 'info']({ topic, silentMs }, `${topic} has ${kind}`);
  }

  recordingProblem(message: string): void {
    this.#logger.error(message);
  }

  problem(problem: string, sample: string): void {
    this.#logger.warn({ sample }, problem);
  }

  fromThread({ level, message, fields }: Extract<ControlMessage, { kind: 'log' }>): void {
    writeLine(this.#logger, level, message, fields);
  }
}
