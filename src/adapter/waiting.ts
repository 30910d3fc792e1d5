// Requests and connects that the rate budget makes wait: what has not been sent is known not to have been sent.
import type { Exit } from '../client/exit.js';
import { BulkheadError } from '../errors.js';
import type { RequestId, VenueError } from '../exchanges/exchange.js';
import { ask, describe, lookAfter } from './calls.js';
import type { PendingRequest } from './requests.js';
import type { Purpose, Turn } from './state.js';

const DEFAULT_PAUSE_MS = 1_000;
/** Ends of a connect that say that the host, or the way to it, is down: they are over as soon as somebody else gets through. */
const hostFailures: ReadonlySet<string> = new Set(['network-error', 'connect-timeout', 'proxy-error']);

/** The budget makes a frame wait. Its deadlines go on for the user's own requests; the restore's begin when it goes out. */
export function frameHeld(turn: Turn, id: RequestId): void {
  const request = turn.state.requests.hold(id);
  if (request !== undefined) lookAfter(turn, request.heldDeadline);
}

export function frameReleased(turn: Turn, id: RequestId): void {
  const { state, now } = turn;
  const request = state.requests.release(id, now);
  if (request === undefined) return;
  lookAfter(turn, request.deadline);
  const { name } = state.phase;
  if (request.purpose.kind !== 'call' && name === 'restoring') turn.setTimer('step', request.deadline);
}

/** Ends a user's request that was never sent. */
export function endHeld(turn: Turn, request: PendingRequest<Purpose>, reason: 'exit' | 'timeout'): void {
  const { purpose, id } = request;
  turn.emit({ type: 'withdraw-frame', epoch: request.epoch, id });
  if (purpose.kind !== 'call') return;
  const { call } = purpose.subject;
  const error =
    reason === 'exit'
      ? new BulkheadError(
          'not-sent',
          `${call} waited for the rate budget when the connection ended; it was not sent.`,
        )
      : new BulkheadError(
          'rate-limited',
          `${call} was not sent: the rate budget did not let it through in time. Ask less often, or give it more time.`,
        );
  turn.emit({
    type: 'settle',
    ticket: purpose.ticket,
    settlement: { ok: false, outcome: 'not-sent', error },
  });
}

/** The venue refused something because it came too fast: the whole account holds its breath. */
export function notePace(turn: Turn, error: VenueError): void {
  const { exchange } = turn.config;
  if (exchange.classify(error) !== 'rate') return;
  turn.emit({ type: 'pause-budget', what: 'requests', ms: exchange.rates?.pauseMs ?? DEFAULT_PAUSE_MS });
}

/** The same where the venue said so by the way it ended the connection, or refused it. */
export function notePaceOfExit(turn: Turn, { detail }: Exit): void {
  const { exchange } = turn.config;
  const pauseMs = exchange.rates?.pauseMs ?? DEFAULT_PAUSE_MS;
  const { closeCode, closeReason, httpStatus, retryAfterMs } = detail;
  if (httpStatus === 429) {
    const ms = typeof retryAfterMs === 'number' ? retryAfterMs : pauseMs;
    turn.emit({ type: 'pause-budget', what: 'connects', ms });
  }
  if (typeof closeCode !== 'number') return;
  const meaning = exchange.classifyClose?.(closeCode, typeof closeReason === 'string' ? closeReason : '');
  if (meaning === 'rate') turn.emit({ type: 'pause-budget', what: 'requests', ms: pauseMs });
}

/** True where the wait after this exit may be cut short when another connection gets through to the host. */
export function isHostFailure({ code, detail }: Exit): boolean {
  if (detail['retryAfterMs'] !== undefined) return false;
  return hostFailures.has(code) || (code === 'handshake-refused' && Number(detail['httpStatus']) >= 500);
}

/** Asks once per account what its own limits are. READY does not wait for it. */
export function askLimits(turn: Turn): void {
  const { exchange, credentials, requestTimeoutMs } = turn.config;
  const { rates } = exchange;
  if (rates?.ask === undefined || credentials === undefined) return;
  if (turn.environment.takeAskLimits?.() !== true) return;
  const { method, id, frame } = rates.ask(turn.context());
  ask(turn, { id, frame }, { kind: 'limits', method }, requestTimeoutMs);
}

/** An answer that may tell the account's own limits. */
export function readLimits(turn: Turn, method: string, result: unknown): void {
  const limits = turn.config.exchange.rates?.readLimits?.(method, result);
  if (limits !== undefined && Object.keys(limits).length > 0) turn.emit({ type: 'resize-budget', limits });
}

/** The account's limits stay what they were taken for. */
export function limitsRefused(turn: Turn, error: VenueError | undefined): void {
  const why = error === undefined ? 'no answer' : describe(error);
  const problem = `the account's own rate limits are not known (${why}): the published ones are kept to`;
  turn.emit({ type: 'emit-control', message: { kind: 'problem', problem, sample: '' } });
}
