// Every way a connection can end and every way a call can fail: one closed list of codes, one error class.
// docs/errors.md explains each code to users; test/errors.test.ts keeps the two in step.

/**
 * Why a thread (and with it the connection) ended. `exitCode` is the thread's exit code where the thread can still choose one;
 * codes of our own start at 64 because Node uses 1 for a throw, for running out of memory and for `terminate()` alike.
 */
export const exits = {
  closed: { exitCode: 0, retryable: false, meaning: 'the application asked for the close' },
  'socket-closed': {
    exitCode: 64,
    retryable: true,
    meaning: 'the peer closed the WebSocket or dropped the TCP connection',
  },
  'network-error': {
    exitCode: 65,
    retryable: true,
    meaning: 'the connection failed below WebSocket: DNS, refused, reset, unreachable',
  },
  'connect-timeout': {
    exitCode: 66,
    retryable: true,
    meaning: 'the WebSocket handshake did not finish in time',
  },
  'handshake-refused': {
    exitCode: 67,
    retryable: true,
    meaning: 'the server answered the upgrade with an HTTP status instead',
  },
  'tls-error': {
    exitCode: 68,
    retryable: false,
    meaning: 'TLS could not be agreed on or the certificate was refused',
  },
  'proxy-error': {
    exitCode: 69,
    retryable: true,
    meaning: 'the proxy could not be reached or refused the tunnel',
  },
  'heartbeat-missed': { exitCode: 70, retryable: true, meaning: 'the peer stopped answering the heartbeat' },
  'login-refused': { exitCode: 71, retryable: false, meaning: 'the venue refused the credentials' },
  'protocol-error': {
    exitCode: 72,
    retryable: true,
    meaning: 'the peer broke the WebSocket or the venue protocol',
  },
  overflow: {
    exitCode: 73,
    retryable: true,
    meaning: 'a bounded queue was full and its policy is to end the connection',
  },
  'restore-failed': {
    exitCode: 74,
    retryable: true,
    meaning: 'a step of the restore pipeline failed or ran past its deadline',
  },
  'venue-refused': {
    exitCode: 75,
    retryable: false,
    meaning: 'the venue banned or blocked this account or address',
  },
  'invalid-exchange': {
    exitCode: 77,
    retryable: false,
    meaning: 'the exchange module could not be loaded in the thread',
  },
  stale: {
    exitCode: 78,
    retryable: true,
    meaning: 'a topic brought no data for longer than freshness allows, also after it was subscribed anew',
  },
  hang: {
    exitCode: 1,
    retryable: true,
    meaning: 'the thread stopped answering and was terminated by the watchdog',
  },
  'out-of-memory': { exitCode: 1, retryable: true, meaning: 'the thread reached its heap limit' },
  crash: {
    exitCode: 1,
    retryable: true,
    meaning: 'the thread ended by an uncaught error or an exit nobody asked for',
  },
  terminated: { exitCode: 1, retryable: true, meaning: 'terminate() was called' },
  'start-failed': { exitCode: 1, retryable: true, meaning: 'the thread did not start' },
} as const satisfies Record<string, { exitCode: number; retryable: boolean; meaning: string }>;

/** Why a connection ended. */
export type ExitReason = keyof typeof exits;

/** Failures of calls, beside the exit reasons, which are error codes as well. */
export const failures = {
  'not-sent': { retryable: true, meaning: 'the frame never reached the socket; it is safe to send it again' },
  unknown: {
    retryable: false,
    meaning: 'the frame may have reached the venue; look the outcome up before acting',
  },
  'not-ready': { retryable: true, meaning: 'the adapter is not READY, so nothing was sent' },
  'send-deadline-passed': {
    retryable: true,
    meaning: 'sendBeforeMs had passed in the thread, so nothing was sent',
  },
  'request-rejected': { retryable: false, meaning: 'the venue answered the request with an error' },
  'request-timeout': {
    retryable: false,
    meaning: 'the venue did not answer in time; the outcome is unknown',
  },
  'duplicate-request-id': { retryable: false, meaning: 'a request with this id is still pending' },
  'frame-too-large': {
    retryable: false,
    meaning: 'the frame is over the limit of the venue or of maxPayloadBytes',
  },
  'rate-limited': {
    retryable: true,
    meaning: 'the rate budget did not allow the request in time, so nothing was sent',
  },
  'queue-full': { retryable: true, meaning: 'too much is waiting to be sent' },
  unsupported: { retryable: false, meaning: 'the venue does not offer this over its WebSocket' },
  'gave-up': { retryable: false, meaning: 'maxAttempts connects failed in a row' },
  'invalid-config': { retryable: false, meaning: 'the configuration file of a fleet is wrong' },
  'too-many-restarts': {
    retryable: false,
    meaning: 'an adapter of a fleet failed more often than its restart limit allows and was given up',
  },
  'orders-halted': {
    retryable: false,
    meaning: 'orders were halted, as a fleet does before it stops, so nothing was sent',
  },
  'rotation-failed': {
    retryable: true,
    meaning: 'the connection that was to replace another one did not become READY; the old one goes on',
  },
  'start-timeout': { retryable: true, meaning: 'the thread did not report in time' },
  'missing-dependency': {
    retryable: false,
    meaning: 'an optional package that this option needs is not installed',
  },
  'recording-failed': {
    retryable: false,
    meaning: 'the recording could not be begun or opened',
  },
  'hook-failed': { retryable: true, meaning: 'onReconcile or onResume threw or ran past its deadline' },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

/** Every code that an error of this library can have. */
export type ErrorCode = ExitReason | keyof typeof failures;

/** Plain values that say more about an error: close code, HTTP status, venue code. Never a secret. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

/** What an error can carry beside its code and message. */
export interface ErrorOptions {
  readonly cause?: unknown;
  readonly detail?: ErrorDetail;
  /** Overrides the default of the code, for example a 503 at the handshake is worth a retry and a 401 is not. */
  readonly retryable?: boolean;
  readonly exchange?: string;
}

const brand = Symbol.for('bulkhead-ws.error');

/** The one error class of this library. Match on `code`; `message` says what happened, to what, and what to do. */
export class BulkheadError extends Error {
  override readonly name = 'BulkheadError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly detail: ErrorDetail;
  readonly exchange: string | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? defaultRetryable(code);
    this.detail = options.detail ?? {};
    this.exchange = options.exchange;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** True for errors of this library, also when two copies of the package are loaded. */
export function isBulkheadError(value: unknown): value is BulkheadError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** What an error looks like on its way through a port: structured clone and Comlink both drop class, `code` and own fields. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly detail: ErrorDetail;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

export function toRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error))
    return { name: 'Error', message: String(error), code: 'crash', retryable: true, detail: {} };
  const { code, retryable, detail } = error as Partial<BulkheadError>;
  return {
    name: error.name,
    message: error.message,
    code: typeof code === 'string' ? code : 'crash',
    retryable: retryable ?? true,
    detail: detail ?? {},
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined ? {} : { cause: toRecord(error.cause) }),
  };
}

/** The error that a record stood for. A system code (`ECONNRESET`) that is none of ours is kept as `detail.systemCode`. */
export function fromRecord(record: ErrorRecord): BulkheadError {
  const own = isErrorCode(record.code);
  const error = new BulkheadError(own ? (record.code as ErrorCode) : 'crash', record.message, {
    retryable: record.retryable,
    detail: own ? record.detail : { ...record.detail, systemCode: record.code },
    ...(record.cause === undefined ? {} : { cause: fromRecord(record.cause) }),
  });
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}

export function isExitReason(value: string): value is ExitReason {
  return Object.hasOwn(exits, value);
}

export function isErrorCode(value: string): value is ErrorCode {
  return isExitReason(value) || Object.hasOwn(failures, value);
}

function defaultRetryable(code: ErrorCode): boolean {
  return isExitReason(code) ? exits[code].retryable : failures[code].retryable;
}
