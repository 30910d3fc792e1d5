// Requests on their way: sending them, matching answers, and giving each exactly one end.
import { BulkheadError } from '../errors.js';
import type { HttpCall, Outgoing, RequestId, VenueError } from '../exchanges/exchange.js';
import type { Input, UnknownRequest } from './messages.js';
import { priorityOf } from './priorities.js';
import type { PendingRequest } from './requests.js';
import { MAX_UNKNOWN, type Purpose, type Turn } from './state.js';

/** Sends a request and waits for its answer. False where its id is taken; then nothing is sent. */
export function ask(
  turn: Turn,
  outgoing: Outgoing,
  purpose: Purpose,
  timeoutMs: number,
  sendBeforeMs = 0,
): boolean {
  const { epoch } = turn.state;
  const { id, frame } = outgoing;
  if (!expectAnswer(turn, id, purpose, timeoutMs, sendBeforeMs)) return false;
  const isLogin = purpose.kind === 'login' || purpose.kind === 'refresh';
  const secrecy = isLogin ? ({ isSecret: true } as const) : {};
  turn.emit({
    type: 'send-frame',
    epoch,
    id,
    frame,
    sendBeforeMs,
    priority: priorityOf(purpose),
    ...secrecy,
    ...(purpose.kind === 'subscribe' ? { begins: purpose.topics } : {}),
  });
  return true;
}

/** The same over HTTP. */
export function fetchAnswer(turn: Turn, call: HttpCall, purpose: Purpose, timeoutMs: number): void {
  const id = turn.context().nextId();
  if (!expectAnswer(turn, id, purpose, timeoutMs)) return;
  turn.emit({ type: 'fetch', epoch: turn.state.epoch, id, call });
}

function expectAnswer(
  turn: Turn,
  id: RequestId,
  purpose: Purpose,
  timeoutMs: number,
  sendBeforeMs = 0,
): boolean {
  const { state, now, environment } = turn;
  const deadline = now + timeoutMs;
  const sendBefore = sendBeforeMs > 0 ? now + sendBeforeMs : Number.POSITIVE_INFINITY;
  const isAdded = state.requests.add({
    id,
    epoch: state.epoch,
    deadline,
    madeAtMs: environment.wallMs,
    purpose,
    timeoutMs,
    isHeld: false,
    heldDeadline: purpose.kind === 'call' ? Math.min(deadline, sendBefore) : Number.POSITIVE_INFINITY,
  });
  if (isAdded) lookAfter(turn, deadline);
  return isAdded;
}

/** Has the timer that looks after deadlines go off no later than this. */
export function lookAfter(turn: Turn, deadline: number): void {
  const { state } = turn;
  if (deadline >= state.requestsTimerAt) return;
  state.requestsTimerAt = deadline;
  turn.setTimer('requests', deadline);
}

/** A request of the user's. Nothing is sent before READY, and nothing is kept for later. */
export function makeCall(turn: Turn, input: Extract<Input, { type: 'request-made' }>): void {
  const { state, config } = turn;
  if (!mayTalk(turn, input.duringRestore)) {
    return turn.emit({
      type: 'settle',
      ticket: input.ticket,
      settlement: { ok: false, outcome: 'not-sent', error: notReady(turn) },
    });
  }
  const outgoing = build(turn, input);
  if (outgoing === undefined) return;
  const limit = config.exchange.maxRequestBytes;
  if (limit !== undefined && Buffer.byteLength(outgoing.frame) > limit) {
    return refuse(
      turn,
      input.ticket,
      new BulkheadError(
        'frame-too-large',
        `${input.subject.call}: the request is over the ${limit} bytes that ${config.exchange.name} accepts. Split it.`,
      ),
    );
  }
  const purpose: Purpose = { kind: 'call', ticket: input.ticket, subject: input.subject };
  if (ask(turn, outgoing, purpose, input.timeoutMs, input.sendBeforeMs)) return;
  refuse(
    turn,
    input.ticket,
    new BulkheadError(
      'duplicate-request-id',
      `${input.subject.call}: a request with id ${outgoing.id} is still pending. Use another id, or none.`,
      {
        exchange: state.phase.name === 'idle' ? '' : config.exchange.name,
      },
    ),
  );
}

/** What a send fails with when its connection has ended. It says nothing about the request. */
const ofDeadConnection: ReadonlySet<string> = new Set(['not-sent', 'unknown']);

/**
 * Ends a pending request whose frame did not reach the socket, or may not have. The adapter's own requests go down with their connection:
 * its exit follows, and a topic or a login is not refused because the connection died.
 */
export function sendFailed(
  turn: Turn,
  id: RequestId,
  error: BulkheadError,
): PendingRequest<Purpose> | undefined {
  const { requests } = turn.state;
  const isOwn = requests.get(id)?.purpose.kind !== 'call';
  if (isOwn && ofDeadConnection.has(error.code)) return undefined;
  const request = requests.take(id);
  if (request?.purpose.kind !== 'call') return request;
  if (error.code === 'unknown') endUnknown(turn, request, 'exit', error);
  else
    turn.emit({
      type: 'settle',
      ticket: request.purpose.ticket,
      settlement: { ok: false, outcome: 'not-sent', error },
    });
  return undefined;
}

/** Ends a request of the user's that the venue said no to, or cannot say how it ended. */
export function callRefused(turn: Turn, request: PendingRequest<Purpose>, error: VenueError): void {
  const { exchange } = turn.config;
  const { purpose } = request;
  if (purpose.kind !== 'call') return;
  if (exchange.classify(error) === 'unknown') {
    return endUnknown(turn, request, 'venue', new Error(`${exchange.name}: ${describe(error)}`));
  }
  const text = `${exchange.name} rejected ${purpose.subject.call}: ${describe(error)}`;
  const failure = new BulkheadError('request-rejected', text, {
    detail: { venueCode: error.code, errorClass: exchange.classify(error) },
    exchange: exchange.name,
  });
  turn.emit({
    type: 'settle',
    ticket: purpose.ticket,
    settlement: { ok: false, outcome: 'rejected', error: failure },
  });
}

const unknownBecause: Readonly<Record<UnknownRequest['reason'], string>> = {
  exit: 'was on its way when the connection ended',
  timeout: 'was not answered in time',
  venue: 'was answered by an error that leaves open whether it was done',
};

/** Ends a request that may have reached the venue, and remembers it for the reconcile hook. */
export function endUnknown(
  turn: Turn,
  request: PendingRequest<Purpose>,
  reason: UnknownRequest['reason'],
  cause?: Error,
): void {
  if (request.purpose.kind !== 'call') return;
  const { subject, ticket } = request.purpose;
  const { state } = turn;
  state.unknown.push({
    ...subject,
    id: request.id,
    epoch: request.epoch,
    madeAtMs: request.madeAtMs,
    reason,
  });
  if (state.unknown.length > MAX_UNKNOWN) state.unknown.shift();
  const code = reason === 'timeout' ? 'request-timeout' : 'unknown';
  const error = new BulkheadError(
    code,
    `${subject.call} ${unknownBecause[reason]}; it may have been executed. Do not send it again, look it up.`,
    {
      ...(cause === undefined ? {} : { cause }),
      exchange: turn.config.exchange.name,
    },
  );
  turn.emit({ type: 'settle', ticket, settlement: { ok: false, outcome: 'unknown', error } });
}

/** Remembers what another connection left behind, for the next reconcile. */
export function adoptUnknown(turn: Turn, unknown: readonly UnknownRequest[]): void {
  const { state } = turn;
  state.unknown = [...state.unknown, ...unknown].slice(-MAX_UNKNOWN);
}

/** An answer that came after its request was given up on: the outcome is known after all. */
export function forgetUnknown(turn: Turn, id: RequestId): void {
  const { state } = turn;
  if (state.unknown.length === 0) return;
  state.unknown = state.unknown.filter((request) => String(request.id) !== String(id));
}

/** The venue's words for an error. */
export function describe(error: VenueError): string {
  const reason = error.reason === undefined ? '' : ` (${error.reason})`;
  return `${error.message} [${error.code}]${reason}`;
}

function mayTalk(turn: Turn, duringRestore: boolean): boolean {
  const { phase } = turn.state;
  if (phase.name === 'ready') return true;
  return (
    duringRestore && phase.name === 'restoring' && (phase.step === 'reconcile' || phase.step === 'resume')
  );
}

function notReady(turn: Turn): BulkheadError {
  const { name } = turn.state.phase;
  const text = `the adapter is ${name}, not READY: nothing was sent. Wait for the status event 'ready' and decide anew.`;
  return new BulkheadError('not-ready', text, { exchange: turn.config.exchange.name });
}

/** The exchange's own function may find the arguments unusable; that is the caller's mistake and ends here. */
function build(turn: Turn, input: Extract<Input, { type: 'request-made' }>): Outgoing | undefined {
  try {
    return input.build(turn.context());
  } catch (error) {
    const text = `${input.subject.call}: ${error instanceof Error ? error.message : String(error)}`;
    refuse(turn, input.ticket, new BulkheadError('unsupported', text, { cause: error }));
    return undefined;
  }
}

function refuse(turn: Turn, ticket: number, error: BulkheadError): void {
  turn.emit({ type: 'settle', ticket, settlement: { ok: false, outcome: 'not-sent', error } });
}
