// Counts what happens to one adapter of a fleet, across all adapters that took its place, and tells the fleet's history.
import type { Adapter } from '../adapter/adapter.js';
import type { AdapterStats } from '../adapter/overview.js';
import type { SocketStatus } from '../adapter/events.js';
import type { RestoreReport } from '../adapter/messages.js';
import type { Exit } from '../client/exit.js';
import type { ExitReason } from '../errors.js';
import type { Gap } from '../market.js';
import { HEALTH_WINDOW_MS } from './health.js';
import type { Happening } from './history.js';
import { RecentCount } from './recent.js';
import type { ExitSnapshot, RestoreSnapshot } from './snapshot.js';

const summed = ['events', 'gaps', 'opens', 'exits'] as const;

/** Figures that go on when an adapter is replaced. */
export type Sums = Readonly<Record<(typeof summed)[number], number>>;

export class Tally {
  restores = 0;
  rotations = 0;
  lastExit: ExitSnapshot | null = null;
  lastRestore: RestoreSnapshot | null = null;
  readonly exitReasons: Partial<Record<ExitReason, number>> = {};
  readonly recentExits = new RecentCount(HEALTH_WINDOW_MS);
  readonly recentGaps = new RecentCount(HEALTH_WINDOW_MS);
  readonly #tell: (happening: Happening) => void;
  #past: Sums = { events: 0, gaps: 0, opens: 0, exits: 0 };

  constructor(tell: (happening: Happening) => void) {
    this.#tell = tell;
  }

  /** Listens to an adapter for the rest of its life. */
  follow(adapter: Adapter): void {
    adapter.on('status', (status) => this.#status(status));
    adapter.on('exit', (exit) => this.#exit(exit));
    adapter.on('restored', (report) => this.#restored(report));
    adapter.on('gap', (gap) => this.#gap(gap));
    adapter.on('rotated', ({ socket, epoch, previousEpoch, readyMs }) => {
      this.rotations += 1;
      const message = `connection ${previousEpoch} of ${socket} was replaced by ${epoch}`;
      this.#tell({ kind: 'rotated', level: 'info', socket, epoch, totalMs: readyMs, message });
    });
    adapter.on('stalled', ({ topic, silentMs }) => {
      const message = `${topic} has brought no data for ${Math.round(silentMs)} ms`;
      this.#tell({ kind: 'stalled', level: 'warn', topic, message });
    });
    adapter.on('recovered', ({ topic }) =>
      this.#tell({ kind: 'recovered', level: 'info', topic, message: `${topic} brings data again` }),
    );
    adapter.on('revoked', (topic, error) => {
      const message = `the venue took ${topic} away: ${error.message}`;
      this.#tell({ kind: 'revoked', level: 'warn', topic, reason: String(error.code), message });
    });
    adapter.on('problem', (problem) => this.#tell({ kind: 'problem', level: 'warn', message: problem }));
    adapter.on('notice', ({ kind, text }) =>
      this.#tell({ kind: 'notice', level: 'info', reason: kind, message: `notice of the venue: ${text}` }),
    );
  }

  /** Keeps the figures of an adapter that is gone. */
  keep(stats: AdapterStats): void {
    this.#past = this.sums(stats);
  }

  /** The figures of all adapters so far. */
  sums(stats: AdapterStats): Sums {
    return Object.fromEntries(summed.map((name) => [name, this.#past[name] + stats[name]])) as Sums;
  }

  #status({ socket, state, step, epoch, attempt, reason, message, delayMs }: SocketStatus): void {
    const place = step === undefined ? state : `${state}: ${step}`;
    this.#tell({
      kind: 'state',
      level: state === 'failed' ? 'error' : 'info',
      socket,
      epoch,
      state,
      attempt,
      ...(step === undefined ? {} : { step }),
      ...(reason === undefined ? {} : { reason }),
      ...(delayMs === undefined ? {} : { delayMs }),
      message: message === undefined ? `${socket} is ${place}` : `${socket} is ${place} (${message})`,
    });
  }

  #exit({ code, reason, exitCode, epoch }: Exit): void {
    this.exitReasons[code] = (this.exitReasons[code] ?? 0) + 1;
    this.lastExit = { code, reason, exitCode, epoch, atMs: Date.now() };
    if (code !== 'closed') this.recentExits.note(Date.now());
    const message = `connection ${epoch} ended: ${reason}`;
    const level = code === 'closed' ? 'info' : 'warn';
    this.#tell({ kind: 'exit', level, epoch, reason: code, exitCode, message });
  }

  #restored({ epoch, totalMs, downMs, steps, restored, failed, quarantined, unknown }: RestoreReport): void {
    this.restores += 1;
    this.lastRestore = {
      epoch,
      totalMs,
      downMs: downMs ?? null,
      steps,
      restored: restored.length,
      failed: failed.length,
      quarantined: quarantined.length,
      unknown: unknown.length,
      atMs: Date.now(),
    };
    const down = downMs === undefined ? {} : { downMs };
    const message = `connection ${epoch} is READY after ${Math.round(totalMs)} ms`;
    this.#tell({ kind: 'restored', level: 'info', epoch, totalMs, steps, ...down, message });
  }

  #gap({ topic, reason, epoch, dropped }: Gap): void {
    this.recentGaps.note(Date.now());
    const count = dropped === undefined ? '' : `, ${dropped} dropped`;
    const message = `gap in ${topic}: ${reason}${count}`;
    this.#tell({ kind: 'gap', level: 'warn', epoch, topic, reason, message });
  }
}
