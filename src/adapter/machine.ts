// The adapter's state machine: step(state, config, input, environment) -> outputs. No clock, no randomness, no I/O.
// The exit of the thread is the only input that leads to another connect.
import { controlRead } from './answers.js';
import { backoffMs } from '../client/backoff.js';
import type { Exit } from '../client/exit.js';
import { BulkheadError } from '../errors.js';
import { adoptUnknown, endUnknown, makeCall, sendFailed } from './calls.js';
import type { Input, Output } from './messages.js';
import type { PendingRequest } from './requests.js';
import {
  askReconcile,
  checkStep,
  failStep,
  hookFinished,
  nextStep,
  refreshDue,
  refreshRefused,
  startRestore,
  stepTimedOut,
} from './restore.js';
import { safetyDue } from './safety.js';
import { type Environment, type MachineConfig, type MachineState, type Purpose, Turn } from './state.js';
import { noteProbation, probationDue } from './held-topics.js';
import { notePoison, topicRenewed, topicsChanged, topicsLost, topicsRefused } from './topics.js';
import {
  endHeld,
  frameHeld,
  frameReleased,
  isHostFailure,
  limitsRefused,
  notePaceOfExit,
} from './waiting.js';

/** Takes one input in, changes the state, and returns what is to be done, in order. */
export function step(
  state: MachineState,
  config: MachineConfig,
  input: Input,
  environment: Environment,
): readonly Output[] {
  const turn = new Turn(state, config, environment);
  take(turn, input);
  return turn.outputs;
}

function take(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'connect-requested':
      return connectRequested(turn, input.ticket);
    case 'close-requested':
      return closeRequested(turn);
    case 'reconnect-requested':
      return reconnectRequested(turn, input.why);
    case 'reconnect-permitted':
      turn.state.mayReconnect = input.isPermitted;
      return;
    case 'replacement-prepared':
      turn.state.isReplacing = true;
      turn.state.mayReconnect = false;
      return adoptUnknown(turn, input.unknown);
    case 'unknown-adopted':
      adoptUnknown(turn, input.unknown);
      return askReconcile(turn);
    case 'unknown-released':
      turn.state.unknown = [];
      return;
    case 'client-opened':
      if (turn.state.phase.name === 'connecting' && input.epoch === turn.state.epoch) nextStep(turn);
      return;
    case 'client-exited':
      return clientExited(turn, input.exit);
    case 'control-read':
      if (input.epoch === turn.state.epoch) controlRead(turn, input.message);
      return;
    case 'send-failed':
      return ownSendFailed(turn, input);
    case 'frame-held':
      if (input.epoch === turn.state.epoch) frameHeld(turn, input.id);
      return;
    case 'frame-released':
      if (input.epoch === turn.state.epoch) frameReleased(turn, input.id);
      return;
    case 'connect-granted':
      if (turn.state.phase.name === 'waiting') startClient(turn);
      return;
    case 'host-returned':
      if (turn.state.phase.name === 'waiting' && turn.state.waitsForHost) openClient(turn);
      return;
    case 'topic-silent':
      if (input.epoch === turn.state.epoch && turn.state.phase.name === 'ready') topicSilent(turn, input);
      return;
    case 'timer-fired':
      return timerFired(turn, input.timer);
    case 'hook-finished':
      if (input.epoch === turn.state.epoch) hookFinished(turn, input.hook, input.error);
      return;
    case 'topics-wanted':
      if (isOver(turn))
        return input.ticket === undefined ? undefined : turn.fail(input.ticket, closedError(turn));
      turn.state.topics.want(input.topics, input.ticket);
      return topicsChanged(turn);
    case 'topics-unwanted':
      turn.state.topics.unwant(input.topics, input.ticket);
      topicsChanged(turn);
      return checkStep(turn);
    case 'request-made':
      return makeCall(turn, input);
  }
}

function connectRequested(turn: Turn, ticket: number): void {
  const { phase, connectTickets } = turn.state;
  if (isOver(turn)) return turn.fail(ticket, closedError(turn));
  if (phase.name === 'ready') return turn.settle(ticket, undefined);
  connectTickets.push(ticket);
  if (phase.name === 'idle') openClient(turn);
}

function closeRequested(turn: Turn): void {
  const { phase, epoch } = turn.state;
  if (phase.name === 'closing' || isOver(turn)) return;
  turn.clearTimers('backoff', 'step', 'hold', 'probation', 'refresh', 'safety');
  if (phase.name === 'idle' || phase.name === 'waiting') return endLife(turn, undefined);
  turn.enter({ name: 'closing' });
  turn.emit({ type: 'close-client', epoch });
}

/** Asks the thread to end; the reconnect follows from its exit like any other. */
function reconnectRequested(turn: Turn, why: string): void {
  const { name } = turn.state.phase;
  if (name === 'connecting' || name === 'restoring' || name === 'ready') failStep(turn, 'terminated', why);
}

/** Connects, or waits until the host's budget has a connect left. */
function openClient(turn: Turn): void {
  const { state, environment } = turn;
  state.waitsForHost = false;
  turn.clearTimers('backoff');
  if (environment.takeConnect?.(state.isReplacing) !== false) return startClient(turn);
  if (state.phase.name !== 'waiting') turn.enter({ name: 'waiting', until: turn.now });
}

function startClient(turn: Turn): void {
  const { state } = turn;
  state.epoch = turn.environment.nextEpoch();
  turn.enter({ name: 'connecting' });
  startRestore(turn);
  turn.emit({ type: 'open-client', epoch: state.epoch });
}

/** The one place that decides what follows a death. */
function clientExited(turn: Turn, exit: Exit): void {
  const { state } = turn;
  if (exit.epoch !== state.epoch || !hasClient(turn)) return;
  const { phase } = state;
  settleEpoch(turn, exit);
  if (phase.name === 'closing') return endLife(turn, undefined);
  if (phase.name === 'ending' && phase.fatal !== undefined) return endLife(turn, phase.fatal);
  if (!exit.retryable || !state.mayReconnect) return endLife(turn, exit.error);
  reconnect(turn, exit, phase.name === 'ready' || (phase.name === 'ending' && phase.wasReady));
}

/** Everything of the epoch that still waits gets its end before the next epoch starts. */
function settleEpoch(turn: Turn, exit: Exit): void {
  const { state } = turn;
  turn.clearTimers('step', 'hold', 'probation', 'refresh', 'safety', 'requests');
  state.requestsTimerAt = Number.POSITIVE_INFINITY;
  state.diedAt = turn.now;
  state.session = undefined;
  state.restore = undefined;
  for (const request of state.requests.takeAll()) {
    if (request.isHeld) endHeld(turn, request, 'exit');
    else endUnknown(turn, request, 'exit', exit.error);
  }
  notePaceOfExit(turn, exit);
  notePoison(turn, exit);
  noteProbation(turn, exit);
  topicsLost(turn);
}

function reconnect(turn: Turn, exit: Exit, wasReady: boolean): void {
  const { state, config, now, environment } = turn;
  const why = { reason: exit.code, message: exit.reason };
  state.attempt += 1;
  if (state.attempt > config.maxAttempts) {
    const text = `gave up after ${config.maxAttempts} attempts; the last one ended with ${exit.code}: ${exit.reason}`;
    return endLife(
      turn,
      new BulkheadError('gave-up', text, { cause: exit.error, exchange: config.exchange.name }),
    );
  }
  // A connection that had been good is worth an immediate try; everything after that waits longer and longer.
  const immediate = wasReady && state.attempt === 1;
  const asked = exit.detail['retryAfterMs'];
  const delayMs = immediate
    ? 0
    : Math.max(
        backoffMs(state.attempt, environment.random(), config.backoff),
        typeof asked === 'number' ? asked : 0,
      );
  state.waitsForHost = isHostFailure(exit);
  turn.enter({ name: 'waiting', until: now + delayMs }, { ...why, delayMs });
  if (delayMs === 0) return openClient(turn);
  turn.setTimer('backoff', now + delayMs);
}

/** The adapter's own end: by request, or because trying again cannot help. */
function endLife(turn: Turn, error: BulkheadError | undefined): void {
  const { state } = turn;
  turn.clearTimers('backoff', 'step', 'hold', 'probation', 'refresh', 'safety', 'requests');
  turn.emit({ type: 'withdraw-connect' });
  if (error === undefined) turn.enter({ name: 'closed' });
  else turn.enter({ name: 'failed', error }, { reason: error.code, message: error.message });
  const failure = error ?? closedError(turn);
  for (const ticket of [...state.connectTickets.splice(0), ...state.topics.takeWaiting()])
    turn.fail(ticket, failure);
}

function timerFired(turn: Turn, timer: Extract<Input, { type: 'timer-fired' }>['timer']): void {
  const { state } = turn;
  switch (timer) {
    case 'backoff':
      if (state.phase.name === 'waiting') openClient(turn);
      return;
    case 'step':
      return stepTimedOut(turn);
    case 'hold':
      if (state.phase.name === 'ready') state.attempt = 0;
      return;
    case 'probation':
      return probationDue(turn);
    case 'refresh':
      return refreshDue(turn);
    case 'safety':
      return safetyDue(turn);
    case 'requests':
      return requestsOverdue(turn);
  }
}

function requestsOverdue(turn: Turn): void {
  const { state, now } = turn;
  for (const request of state.requests.takeOverdue(now)) requestTimedOut(turn, request);
  const next = state.requests.nextDeadline;
  state.requestsTimerAt = next;
  if (Number.isFinite(next)) turn.setTimer('requests', next);
  checkStep(turn);
}

function requestTimedOut(turn: Turn, request: PendingRequest<Purpose>): void {
  const { purpose } = request;
  if (request.isHeld) return endHeld(turn, request, 'timeout');
  if (purpose.kind === 'call') return endUnknown(turn, request, 'timeout');
  if (purpose.kind === 'limits') return limitsRefused(turn, undefined);
  if (purpose.kind === 'subscribe' || purpose.kind === 'unsubscribe') {
    // During the restore the step's own deadline decides, which can tell silence from refusal.
    if (turn.state.phase.name === 'restoring') return stepTimedOut(turn);
    return topicsRefused(turn, purpose);
  }
  if (purpose.kind === 'refresh') return refreshRefused(turn);
  failStep(turn, 'restore-failed', `${nameOf(purpose)} was not answered in time`);
}

/** A silent topic is subscribed anew; where that did not help, the connection is not worth keeping. */
function topicSilent(turn: Turn, input: Extract<Input, { type: 'topic-silent' }>): void {
  const { topic, silentMs, isRenewed } = input;
  if (!isRenewed) return topicRenewed(turn, topic);
  const message = `${topic} brought no data for ${Math.round(silentMs)} ms, also after it was subscribed anew`;
  failStep(turn, 'stale', message, { topic });
}

function ownSendFailed(turn: Turn, input: Extract<Input, { type: 'send-failed' }>): void {
  if (input.epoch !== turn.state.epoch) return;
  const request = sendFailed(turn, input.id, input.error);
  if (request === undefined || !hasClient(turn)) return;
  const { purpose } = request;
  if (purpose.kind === 'limits') return limitsRefused(turn, undefined);
  if (purpose.kind === 'subscribe' || purpose.kind === 'unsubscribe') {
    topicsRefused(turn, purpose, { code: input.error.code, message: input.error.message });
    return checkStep(turn);
  }
  if (turn.state.phase.name === 'restoring' || turn.state.phase.name === 'ready') {
    failStep(turn, 'restore-failed', `${nameOf(purpose)} could not be sent: ${input.error.message}`);
  }
}

function nameOf(purpose: Purpose): string {
  return purpose.kind === 'setup' ? purpose.request.name : purpose.kind;
}

function hasClient(turn: Turn): boolean {
  return ['connecting', 'restoring', 'ready', 'ending', 'closing'].includes(turn.state.phase.name);
}

function isOver(turn: Turn): boolean {
  const { name } = turn.state.phase;
  return name === 'closed' || name === 'failed';
}

function closedError(turn: Turn): BulkheadError {
  const { phase } = turn.state;
  if (phase.name === 'failed') return phase.error;
  return new BulkheadError('closed', 'the adapter is closed. Create a new one to connect again.', {
    exchange: turn.config.exchange.name,
  });
}
