// The restore pipeline: connect, login, setup, safety switch, topics, reconcile, resume, READY. Strictly in this order; each step has
// a deadline, and a step that fails ends the connection instead of going on without it.
import { BulkheadError, type ExitReason } from '../errors.js';
import type { HttpCall, SetupRequest, VenueError } from '../exchanges/exchange.js';
import { askCancelAll, scheduleSafety } from './arming.js';
import { ask, describe, fetchAnswer } from './calls.js';
import { holdBack, watchProbation } from './held-topics.js';
import type { Hook, RestoreReport, StepName } from './messages.js';
import type { Purpose, Turn } from './state.js';
import { giveUpUnanswered, reconcileTopics, retryAfterLogin } from './topics.js';
import { askLimits } from './waiting.js';

/** Starts the pipeline of a new epoch with its first step, the connect. */
export function startRestore(turn: Turn): void {
  const { state, now, config } = turn;
  state.session = undefined;
  state.restore = {
    startedAt: now,
    stepStartedAt: now,
    steps: [],
    remaining: stepsOf(turn),
    unknown: [...state.unknown],
  };
  turn.setTimer('step', now + config.connectTimeoutMs);
}

/** Closes the current step and starts the next one. */
export function nextStep(turn: Turn): void {
  const { state, now } = turn;
  const { restore, phase } = state;
  // An answer can come while the thread is already ending; it must not bring the pipeline back to life.
  if (restore === undefined || (phase.name !== 'connecting' && phase.name !== 'restoring')) return;
  finishStep(turn);
  const step = restore.remaining.shift();
  restore.stepStartedAt = now;
  if (step === undefined) return becomeReady(turn);
  turn.enter({ name: 'restoring', step });
  turn.setTimer('step', now + timeoutOf(turn, step));
  startStep(turn, step);
}

/** Something was answered or changed: goes on if it completed the current step. */
export function checkStep(turn: Turn): void {
  const { phase, topics } = turn.state;
  if (phase.name === 'restoring' && phase.step === 'subscribe' && topics.unanswered.length === 0)
    nextStep(turn);
}

export function instrumentsAnswered(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'instruments' }>,
  result: unknown,
): void {
  const { state, config } = turn;
  const rows = config.exchange.instrumentIds?.read(result) ?? [];
  if (typeof rows === 'string') return failStep(turn, 'restore-failed', `instruments: ${rows}`);
  for (const [symbol, id] of rows) state.instrumentIds?.set(symbol, id);
  askInstruments(turn, purpose.rest);
}

/** The venue's clock, corrected by half of the way there and back. */
export function clockAnswered(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'clock' }>,
  result: unknown,
): void {
  const { state, config, environment } = turn;
  const venueMs = config.exchange.clock?.read(result);
  if (venueMs === undefined) return failStep(turn, 'restore-failed', 'the venue did not tell its time');
  state.clockOffsetMs = venueMs - (purpose.askedAtMs + environment.wallMs) / 2;
  nextStep(turn);
}

export function loginAnswered(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'login' | 'refresh' }>,
  result: unknown,
): void {
  const { state, config } = turn;
  const session = config.exchange.login?.read(result, config.credentials);
  if (session === undefined || typeof session === 'string') {
    return failStep(turn, 'restore-failed', `login: ${session ?? 'the exchange has no login'}`);
  }
  // A venue's HTTP interface may refuse with status 200.
  if ('code' in session) return loginRefused(turn, session);
  state.session = session;
  scheduleRefresh(turn);
  if (purpose.kind === 'login' && state.phase.name === 'restoring') nextStep(turn);
  else if (state.phase.name === 'ready') retryAfterLogin(turn);
}

/** A login that the venue refused: fatal where the credentials are wrong, worth a retry where the venue is in trouble. */
export function loginRefused(turn: Turn, error: VenueError): void {
  const { exchange } = turn.config;
  const errorClass = exchange.classify(error);
  const detail = { venueCode: error.code, errorClass };
  const said = `${exchange.name} refused the login: ${describe(error)}.`;
  // A login has nothing in it but the credentials and the rights asked for: said no to once, it is said no to again.
  if (errorClass === 'fatal-login' || errorClass === 'reject') {
    return failStep(
      turn,
      'login-refused',
      `${said} Check the key, its secret, its scope and the network it belongs to.`,
      detail,
    );
  }
  if (errorClass === 'banned') return failStep(turn, 'venue-refused', said, detail);
  failStep(turn, 'restore-failed', said, detail);
}

/** The token could not be renewed: log in anew on the same connection before giving the connection up. */
export function refreshRefused(turn: Turn): void {
  askLogin(turn);
}

/**
 * The venue refused something because the session is over, earlier than it had said. What was refused stays refused; the login that
 * follows, on the same connection, is for what comes next.
 */
export function sessionLost(turn: Turn): void {
  const { phase, requests, session } = turn.state;
  if (phase.name !== 'ready' || session === undefined) return;
  if (requests.some(({ kind }) => kind === 'login' || kind === 'refresh')) return;
  askLogin(turn);
}

export function setupAnswered(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'setup' }>,
  result: unknown,
): void {
  const problem = purpose.request.check(result);
  if (problem !== undefined) return failStep(turn, 'restore-failed', `${purpose.request.name}: ${problem}`);
  askSetup(turn, purpose.rest);
}

export function setupRefused(
  turn: Turn,
  purpose: Extract<Purpose, { kind: 'setup' }>,
  error: VenueError,
): void {
  const detail = { venueCode: error.code, errorClass: turn.config.exchange.classify(error) };
  failStep(turn, 'restore-failed', `${purpose.request.name}: ${describe(error)}`, detail);
}

/** The current step ran past its deadline. */
export function stepTimedOut(turn: Turn): void {
  const { phase, topics, requests } = turn.state;
  if (phase.name === 'connecting')
    return failStep(turn, 'connect-timeout', 'the connection did not open in time');
  if (phase.name !== 'restoring') return;
  // What waits for the rate budget has not been asked yet: the step's time begins when it is.
  if (requests.hasPatient) return turn.setTimer('step', turn.now + timeoutOf(turn, phase.step));
  // Some topics without an answer do not sink the others; no answer at all means that nobody is listening.
  if (phase.step === 'subscribe' && topics.confirmed.length > 0) {
    giveUpUnanswered(turn);
    return checkStep(turn);
  }
  failStep(turn, 'restore-failed', `${phase.step} was not answered within ${timeoutOf(turn, phase.step)} ms`);
}

export function hookFinished(turn: Turn, hook: Hook, error: BulkheadError | undefined): void {
  const { phase } = turn.state;
  if (phase.name !== 'restoring' || phase.step !== hook) return;
  if (error !== undefined) return failStep(turn, 'restore-failed', error.message);
  if (hook === 'reconcile') forgetReconciled(turn);
  nextStep(turn);
}

/** Renews the session before it expires. */
export function refreshDue(turn: Turn): void {
  const { state, config } = turn;
  const { login } = config.exchange;
  if (state.phase.name !== 'ready' || login === undefined || state.session === undefined) return;
  if (login.refresh === undefined) return askLogin(turn);
  ask(
    turn,
    login.refresh(state.session, config.credentials, turn.context()),
    { kind: 'refresh' },
    config.stepTimeoutMs,
  );
}

/** Ends the connection because the restore (or the session) cannot go on; what follows is decided at the thread's exit. */
export function failStep(
  turn: Turn,
  reason: ExitReason,
  message: string,
  detail: Record<string, string> = {},
): void {
  const { state } = turn;
  if (state.phase.name === 'ending' || state.phase.name === 'closing') return;
  const wasReady = state.phase.name === 'ready';
  const fatal = reason === 'login-refused' || reason === 'venue-refused';
  const error = new BulkheadError(reason, message, { detail, exchange: turn.config.exchange.name });
  turn.clearTimers('step', 'hold', 'probation', 'refresh', 'safety');
  turn.enter({ name: 'ending', fatal: fatal ? error : undefined, wasReady }, { reason, message });
  turn.emit({ type: 'end-client', epoch: state.epoch, reason, message, detail });
}

/** Requests of unknown outcome came to light while the restore was on its way: READY waits for the hook that looks after them. */
export function askReconcile(turn: Turn): void {
  const { restore, phase, unknown } = turn.state;
  if (restore === undefined || !turn.config.hasReconcileHook) return;
  const isLate = phase.name === 'restoring' && (phase.step === 'reconcile' || phase.step === 'resume');
  if (isLate) return;
  restore.unknown = [...unknown];
  if (restore.remaining.includes('reconcile')) return;
  restore.remaining.splice(restore.remaining.indexOf('subscribe') + 1, 0, 'reconcile');
}

function stepsOf(turn: Turn): StepName[] {
  const { exchange, credentials, cancelOnDisconnect, hasResumeHook } = turn.config;
  const { isReplacing, unknown, diedAt } = turn.state;
  const hasReconcileHook = turn.config.hasReconcileHook && (!isReplacing || unknown.length > 0);
  const cancelsAll = turn.config.cancelAllOnReconnect && !isReplacing && diedAt !== undefined;
  const { login } = exchange;
  const loggedIn = login !== undefined && credentials !== undefined;
  const asksLogin = loggedIn && (login.request !== undefined || login.fetch !== undefined);
  return [
    ...(credentials !== undefined && exchange.instrumentIds !== undefined ? (['instruments'] as const) : []),
    ...(loggedIn && exchange.clock !== undefined ? (['clock'] as const) : []),
    ...(asksLogin ? (['login'] as const) : []),
    ...(exchange.setup === undefined ? [] : (['setup'] as const)),
    ...(cancelOnDisconnect ? (['safety'] as const) : []),
    ...(cancelsAll ? (['cancel-all'] as const) : []),
    'subscribe',
    ...(hasReconcileHook ? (['reconcile'] as const) : []),
    ...(hasResumeHook ? (['resume'] as const) : []),
  ];
}

function startStep(turn: Turn, step: StepName): void {
  const { exchange } = turn.config;
  const { epoch, restore } = turn.state;
  switch (step) {
    case 'connect':
      return;
    case 'instruments':
      turn.state.instrumentIds = new Map();
      return askInstruments(turn, exchange.instrumentIds?.fetch(turn.context()) ?? []);
    case 'clock':
      return askClock(turn);
    case 'login':
      return askLogin(turn);
    case 'setup':
      return askSetup(turn, exchange.setup?.(turn.context()) ?? []);
    case 'safety':
      scheduleSafety(turn);
      return askSetup(turn, exchange.safetySwitch?.arm(turn.context()) ?? []);
    case 'cancel-all':
      return askCancelAll(turn) ? undefined : nextStep(turn);
    case 'subscribe':
      holdBack(turn);
      reconcileTopics(turn);
      return checkStep(turn);
    case 'reconcile':
    case 'resume':
      return turn.emit({ type: 'call-hook', epoch, hook: step, unknown: restore?.unknown ?? [] });
  }
}

function askInstruments(turn: Turn, calls: readonly HttpCall[]): void {
  const [call, ...rest] = calls;
  if (call === undefined) return nextStep(turn);
  fetchAnswer(turn, call, { kind: 'instruments', rest }, turn.config.stepTimeoutMs);
}

function askClock(turn: Turn): void {
  const { clock } = turn.config.exchange;
  if (clock === undefined) return nextStep(turn);
  const purpose = { kind: 'clock', askedAtMs: turn.environment.wallMs } as const;
  ask(turn, clock.request(turn.context()), purpose, turn.config.stepTimeoutMs);
}

function askLogin(turn: Turn): void {
  const { exchange, credentials, stepTimeoutMs } = turn.config;
  const { login } = exchange;
  if (login?.request !== undefined) {
    ask(turn, login.request(credentials, turn.context()), { kind: 'login' }, stepTimeoutMs);
  } else if (login?.fetch !== undefined) {
    fetchAnswer(turn, login.fetch(credentials, turn.context()), { kind: 'login' }, stepTimeoutMs);
  }
}

function askSetup(turn: Turn, requests: readonly SetupRequest[]): void {
  const [request, ...rest] = requests;
  if (request === undefined) return nextStep(turn);
  ask(turn, request, { kind: 'setup', request, rest }, turn.config.stepTimeoutMs);
}

function finishStep(turn: Turn): void {
  const { phase, restore } = turn.state;
  if (restore === undefined) return;
  const name = phase.name === 'restoring' ? phase.step : 'connect';
  restore.steps.push({ name, ms: turn.now - restore.stepStartedAt });
}

function becomeReady(turn: Turn): void {
  const { state, now, config } = turn;
  const report = reportOf(turn);
  state.restore = undefined;
  state.isReplacing = false;
  state.mayReconnect = true;
  turn.clearTimers('step');
  turn.setTimer('hold', now + config.readyHoldMs);
  watchProbation(turn);
  turn.enter({ name: 'ready', since: now });
  turn.emit({ type: 'emit-restored', report });
  for (const ticket of state.connectTickets.splice(0)) turn.settle(ticket, report);
  turn.emit({ type: 'tell-host-return' });
  askLimits(turn);
}

function reportOf(turn: Turn): RestoreReport {
  const { state, now } = turn;
  const { topics, restore } = state;
  return {
    epoch: state.epoch,
    restored: topics.confirmed,
    failed: topics.refused,
    quarantined: topics.quarantined,
    unknown: restore?.unknown ?? [],
    steps: restore?.steps ?? [],
    totalMs: now - (restore?.startedAt ?? now),
    ...(restore?.cancelled === undefined ? {} : { cancelled: restore.cancelled }),
    ...(state.diedAt === undefined ? {} : { downMs: now - state.diedAt }),
  };
}

/** What the hook was shown is its business from now on. */
function forgetReconciled(turn: Turn): void {
  const shown = new Set(turn.state.restore?.unknown ?? []);
  turn.state.unknown = turn.state.unknown.filter((request) => !shown.has(request));
}

function scheduleRefresh(turn: Turn): void {
  const { session } = turn.state;
  if (session === undefined || !Number.isFinite(session.lifetimeMs)) return;
  turn.setTimer('refresh', turn.now + session.lifetimeMs * turn.config.refreshAt);
}

function timeoutOf(turn: Turn, step: StepName): number {
  return step === 'reconcile' || step === 'resume' ? turn.config.hookTimeoutMs : turn.config.stepTimeoutMs;
}
