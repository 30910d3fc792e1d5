// What the restore starts for the safety of orders; how it goes on is in safety.ts.
import { ask } from './calls.js';
import type { Turn } from './state.js';

/**
 * Sets the timer of the next arming. It runs on the bot's own thread on purpose: where that hangs, nobody refreshes the switch, and the
 * venue cancels the orders of a bot that cannot look after them.
 */
export function scheduleSafety(turn: Turn): void {
  const { safetySwitch } = turn.config.exchange;
  if (!turn.config.cancelOnDisconnect || safetySwitch?.kind !== 'timer') return;
  const everyMs = safetySwitch.refreshEveryMs;
  if (everyMs === undefined) return;
  turn.state.safetyAt = turn.now + everyMs;
  turn.setTimer('safety', turn.state.safetyAt);
}

/** Step `cancel-all`: what an earlier connection left behind goes before anything else happens. False where there is no such call. */
export function askCancelAll(turn: Turn): boolean {
  const { exchange, stepTimeoutMs } = turn.config;
  const request = exchange.orders?.cancelAll?.({}, turn.context());
  return request !== undefined && ask(turn, request, { kind: 'cancel-all' }, stepTimeoutMs);
}
