// Orders that must not outlive the bot: a switch with a timer is armed again and again, and old orders are cancelled before READY.
import type { SetupRequest, VenueError } from '../exchanges/exchange.js';
import { ask, describe } from './calls.js';
import { scheduleSafety } from './arming.js';
import { failStep, nextStep } from './restore.js';
import type { Purpose, Turn } from './state.js';

type Refresh = Extract<Purpose, { kind: 'safety' }>;

export function safetyDue(turn: Turn): void {
  const { state, config, now } = turn;
  const { name } = state.phase;
  const { safetySwitch } = config.exchange;
  if ((name !== 'ready' && name !== 'restoring') || safetySwitch === undefined) return;
  if (now - state.safetyAt > (safetySwitch.refreshEveryMs ?? 0)) sayLate(turn, now - state.safetyAt);
  // An arming that is still unanswered has a deadline of its own.
  if (!state.requests.some(({ kind }) => kind === 'safety')) askNext(turn, safetySwitch.arm(turn.context()));
  scheduleSafety(turn);
}

export function safetyAnswered(turn: Turn, purpose: Refresh, result: unknown): void {
  const problem = purpose.request.check(result);
  if (problem !== undefined) return failStep(turn, 'restore-failed', `${purpose.request.name}: ${problem}`);
  askNext(turn, purpose.rest);
}

export function safetyRefused(turn: Turn, purpose: Refresh, error: VenueError): void {
  failStep(turn, 'restore-failed', `${purpose.request.name}: ${describe(error)}`, { venueCode: error.code });
}

export function allCancelled(turn: Turn, result: unknown): void {
  const { restore } = turn.state;
  const count = turn.config.exchange.orders?.readCancelledAll?.(result);
  if (restore !== undefined) restore.cancelled = { orders: count };
  nextStep(turn);
}

export function cancelAllRefused(turn: Turn, error: VenueError): void {
  failStep(turn, 'restore-failed', `cancelling the orders of the connection before: ${describe(error)}`, {
    venueCode: error.code,
  });
}

function askNext(turn: Turn, requests: readonly SetupRequest[]): void {
  const [request, ...rest] = requests;
  if (request === undefined) return;
  ask(turn, request, { kind: 'safety', request, rest }, turn.config.stepTimeoutMs);
}

function sayLate(turn: Turn, lateMs: number): void {
  const late = Math.round(lateMs);
  const problem = `the main thread was late by ${late} ms to refresh the dead-man's switch: the venue may have cancelled the orders`;
  turn.emit({ type: 'emit-control', message: { kind: 'problem', problem, sample: '' } });
}
