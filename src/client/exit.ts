// Why a thread ended, judged from everything the main thread knows about it. Pure.
import {
  BulkheadError,
  type ErrorDetail,
  exits,
  type ExitReason,
  fromRecord,
  isErrorCode,
} from '../errors.js';
import type { ClientEnding } from './protocol.js';

/** How one connection ended. */
export interface Exit {
  /** Number of the life that ended. */
  readonly epoch: number;
  readonly code: ExitReason;
  /** The thread's exit code; -1 where no thread started. */
  readonly exitCode: number;
  /** What happened, in words. */
  readonly reason: string;
  readonly detail: ErrorDetail;
  /** Whether connecting again can help. */
  readonly retryable: boolean;
  /** Whether the connection had been open. */
  readonly wasReady: boolean;
  /** How many frames had been received. */
  readonly lastSequence: number;
  readonly error: BulkheadError;
}

/** What this side asked of the thread. */
export interface AskedEnd {
  readonly reason: ExitReason;
  readonly message: string;
  readonly detail: ErrorDetail;
}

export interface ExitEvidence {
  /** The thread's last words. */
  readonly ending: ClientEnding | undefined;
  /** What the Worker's 'error' event brought. */
  readonly workerError: (Error & { code?: string }) | undefined;
  readonly asked: AskedEnd | undefined;
  /** Why no thread came to life. */
  readonly startError: BulkheadError | undefined;
  readonly exitCode: number;
}

export type Verdict = Pick<Exit, 'code' | 'reason' | 'detail' | 'retryable' | 'error'>;

/** The last words count first, then what killed the thread, then what was asked of it. */
export function judgeExit(evidence: ExitEvidence): Verdict {
  const { ending, workerError, asked, startError, exitCode } = evidence;
  if (ending !== undefined) return byLastWords(ending);
  if (startError !== undefined) return byStart(startError, asked);
  if (workerError !== undefined) return byError(workerError);
  if (asked !== undefined) return verdict(asked.reason, asked.message, asked.detail);
  return verdict('crash', `the thread exited with code ${exitCode} and no word`, { exitCode });
}

function byLastWords({ reason, message, detail, retryable, error }: ClientEnding): Verdict {
  const cause = error === undefined ? undefined : fromRecord(error);
  const found = verdict(reason, message, detail, retryable, cause);
  // An error of our own says more than the reason: a missing package, not just a failed proxy.
  return error !== undefined && isErrorCode(error.code) && error.code !== 'crash'
    ? { ...found, error: cause! }
    : found;
}

function byStart(error: BulkheadError, asked: AskedEnd | undefined): Verdict {
  if (asked !== undefined) return verdict(asked.reason, asked.message, asked.detail);
  return { ...verdict('start-failed', error.message, error.detail, error.retryable, error), error };
}

function byError(error: Error & { code?: string }): Verdict {
  const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  const detail: ErrorDetail = error.code === undefined ? {} : { systemCode: error.code };
  const text = isMemory
    ? `the thread ran out of memory: ${error.message}; \`resourceLimits\` sets its heap`
    : `uncaught error in the thread: ${error.message}`;
  return verdict(isMemory ? 'out-of-memory' : 'crash', text, detail, undefined, error);
}

function verdict(
  code: ExitReason,
  reason: string,
  detail: ErrorDetail,
  retryable: boolean = exits[code].retryable,
  cause?: Error,
): Verdict {
  return {
    code,
    reason,
    detail,
    retryable,
    error: new BulkheadError(code, reason, { cause, detail, retryable }),
  };
}
