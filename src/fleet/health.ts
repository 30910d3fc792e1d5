// One number for "is it well": 0 to 100. Pure, and small enough to be done in one's head; docs/operations.md has it as a table.
import type { MemberState } from './snapshot.js';

/** How far back deaths and gaps count. */
export const HEALTH_WINDOW_MS = 300_000;

/** What an adapter's health is made of. */
export interface HealthSigns {
  readonly state: MemberState;
  /** Sockets with fewer READY connections than they should have, while the adapter is READY. */
  readonly thinSockets: number;
  /** Within the last five minutes. */
  readonly recentExits: number;
  readonly recentGaps: number;
  /** Within the window of the restart limit. */
  readonly recentRestarts: number;
  /** Age of the oldest event that the main thread is not done with. */
  readonly lagMs: number;
  /** Busy part of the busiest thread, 0 to 1. */
  readonly utilization: number;
}

const stateScores: Readonly<Record<MemberState, number>> = {
  ready: 100,
  restoring: 40,
  connecting: 30,
  ending: 20,
  waiting: 20,
  restarting: 10,
  idle: 0,
  closing: 0,
  closed: 0,
  failed: 0,
  'gave-up': 0,
};

/**
 * The state's score, less
 * - 10 for each lost connection within five minutes, 40 at most,
 * - 20 for each restart within the window of the restart limit, 40 at most,
 * - 2 for each gap within five minutes, 20 at most,
 * - 1 for each 50 ms of lag, 30 at most,
 * - 10 for each socket that is READY but lacks a connection it should have, 20 at most,
 * - up to 10 for a thread that is busy for more than 80 % of its time,
 *
 * and never below 0.
 */
export function healthOf(signs: HealthSigns): number {
  const lost =
    Math.min(40, 10 * signs.recentExits) +
    Math.min(40, 20 * signs.recentRestarts) +
    Math.min(20, 2 * signs.recentGaps) +
    Math.min(30, Math.floor(signs.lagMs / 50)) +
    Math.min(20, 10 * signs.thinSockets) +
    Math.min(10, Math.max(0, Math.round((signs.utilization - 0.8) * 50)));
  return Math.max(0, stateScores[signs.state] - lost);
}

/** The mean of its adapters, rounded down: one adapter that is down is always seen. 100 for a fleet without any. */
export function fleetHealth(healths: readonly number[]): number {
  if (healths.length === 0) return 100;
  return Math.floor(healths.reduce((sum, health) => sum + health, 0) / healths.length);
}
