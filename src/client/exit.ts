// How one connection ended, as everybody above the thread sees it.
import type { BulkheadError, ErrorDetail, ExitReason } from '../errors.js';

/** The end of one connection. There is exactly one for each that was opened. */
export interface Exit {
  readonly epoch: number;
  readonly code: ExitReason;
  /** The thread's exit code; -1 where no thread came up. */
  readonly exitCode: number;
  /** What happened, in words. */
  readonly reason: string;
  /** Close code, HTTP status, system code … where there is one. */
  readonly detail: ErrorDetail;
  /** Whether trying again can help. */
  readonly retryable: boolean;
  /** Whether the connection had been open. */
  readonly wasReady: boolean;
  /** Frames that were received on it. */
  readonly lastSequence: number;
  readonly error: BulkheadError;
}
