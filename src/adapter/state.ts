// What one adapter's state machine knows. Only machine.ts and the parts it is made of (restore, topics, calls) change it.
import type { Backoff } from '../client/backoff.js';
import type { BulkheadError } from '../errors.js';
import type { Exchange, HttpCall, RequestContext, Session, SetupRequest } from '../exchanges/exchange.js';
import { Ledger } from './ledger.js';
import type { Output, RequestSubject, StepName, Ticket, Timer, UnknownRequest } from './messages.js';
import { Requests } from './requests.js';
import { Probation } from './probation.js';
import { Suspects } from './suspects.js';

/** What the machine is told once. Times in ms. */
export interface MachineConfig {
  readonly exchange: Exchange;
  /** Undefined: no login. */
  readonly credentials: unknown;
  readonly network: 'live' | 'test';
  readonly cancelOnDisconnect: boolean;
  readonly cancelAllOnReconnect: boolean;
  readonly hasReconcileHook: boolean;
  readonly hasResumeHook: boolean;
  readonly backoff: Backoff;
  /** How long READY must hold before the backoff starts over. */
  readonly readyHoldMs: number;
  /** Connects in a row that may fail. */
  readonly maxAttempts: number;
  /** For the start of the thread and the handshake together; both have shorter deadlines of their own. */
  readonly connectTimeoutMs: number;
  readonly stepTimeoutMs: number;
  readonly hookTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Part of a session's life after which it is renewed. */
  readonly refreshAt: number;
}

/** Time and randomness are arguments. */
export interface Environment {
  /** Milliseconds on the machine's monotonic clock. */
  readonly now: number;
  /** Milliseconds since the Unix epoch. */
  readonly wallMs: number;
  /** 0 <= random < 1. */
  random(): number;
  nonce(): string;
  /**
   * Takes a connect from the host's budget. False: not now, and `connect-granted` will follow. Left out: no budget. One that replaces a
   * connection that lives lets those pass that have none.
   */
  takeConnect?(isReplacing: boolean): boolean;
  /** True where this connection is the one that asks what the account's limits are. */
  takeAskLimits?(): boolean;
  /** The number of the next life. All connections of one socket share the count, so that no two of them are ever taken for one. */
  nextEpoch(): number;
}

export type Phase =
  | { readonly name: 'idle' }
  | { readonly name: 'connecting' }
  | { readonly name: 'restoring'; readonly step: StepName }
  | { readonly name: 'ready'; readonly since: number }
  /** The thread was asked to end; `fatal` stops the adapter at its exit. */
  | { readonly name: 'ending'; readonly fatal: BulkheadError | undefined; readonly wasReady: boolean }
  | { readonly name: 'waiting'; readonly until: number }
  | { readonly name: 'closing' }
  | { readonly name: 'closed' }
  | { readonly name: 'failed'; readonly error: BulkheadError };

/** Why a request was made, which decides what its answer means. */
export type Purpose =
  | { readonly kind: 'instruments'; readonly rest: readonly HttpCall[] }
  | { readonly kind: 'clock'; readonly askedAtMs: number }
  | { readonly kind: 'login' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'limits'; readonly method: string }
  | { readonly kind: 'setup'; readonly request: SetupRequest; readonly rest: readonly SetupRequest[] }
  /** A switch with a timer, armed anew. */
  | { readonly kind: 'safety'; readonly request: SetupRequest; readonly rest: readonly SetupRequest[] }
  | { readonly kind: 'cancel-all' }
  | { readonly kind: 'subscribe'; readonly topics: readonly string[] }
  | { readonly kind: 'unsubscribe'; readonly topics: readonly string[] }
  | { readonly kind: 'call'; readonly ticket: Ticket; readonly subject: RequestSubject };

/** How far the restore of this epoch has come. */
export interface RestoreProgress {
  readonly startedAt: number;
  stepStartedAt: number;
  readonly steps: { readonly name: StepName; readonly ms: number }[];
  readonly remaining: StepName[];
  unknown: readonly UnknownRequest[];
  /** What the step `cancel-all` did. */
  cancelled?: { readonly orders: number | undefined };
}

/** Requests of unknown outcome that are remembered for the reconcile hook; the oldest are dropped, and said so, beyond this. */
export const MAX_UNKNOWN = 10_000;

export class MachineState {
  phase: Phase = { name: 'idle' };
  /** Number of the last thread that was asked for; 0 before the first. */
  epoch = 0;
  attempt = 0;
  session: Session | undefined = undefined;
  /** Numbers of instruments, for venues whose orders need them; asked anew in each epoch. */
  instrumentIds: Map<string, number> | undefined = undefined;
  /** What the venue's clock is ahead of this machine's, in ms. */
  clockOffsetMs = 0;
  /** True while the wait for the next connect may be cut short by the host's return. */
  waitsForHost = false;
  /** When the safety switch is to be armed anew. */
  safetyAt = 0;
  restore: RestoreProgress | undefined = undefined;
  /** When the connection before this one died; undefined before the first death. */
  diedAt: number | undefined = undefined;
  /** Ids go on across epochs, so that an answer can never be taken for that of another life. */
  lastRequestId = 0;
  unknown: UnknownRequest[] = [];
  connectTickets: Ticket[] = [];
  /** False while the end of the connection is the end of this machine: before it replaces another one, and after it was replaced. */
  mayReconnect = true;
  /** True until the first READY of a connection that replaces another one in good order: nothing has to be reconciled then. */
  isReplacing = false;
  /** When the timer that looks after deadlines goes off; Infinity where none is set. */
  requestsTimerAt = Number.POSITIVE_INFINITY;
  readonly topics = new Ledger();
  readonly suspects = new Suspects();
  readonly probation = new Probation();
  /** When topics were last asked for. */
  subscribedAt = Number.NEGATIVE_INFINITY;
  readonly requests = new Requests<Purpose>();
}

/** One step's view of everything: what is known, what time it is, and what is to be done. */
export class Turn {
  readonly state: MachineState;
  readonly config: MachineConfig;
  readonly environment: Environment;
  readonly outputs: Output[] = [];

  constructor(state: MachineState, config: MachineConfig, environment: Environment) {
    this.state = state;
    this.config = config;
    this.environment = environment;
  }

  get now(): number {
    return this.environment.now;
  }

  emit(output: Output): void {
    this.outputs.push(output);
  }

  setTimer(timer: Timer, at: number): void {
    this.emit({ type: 'set-timer', timer, at });
  }

  clearTimers(...timers: readonly Timer[]): void {
    for (const timer of timers) this.emit({ type: 'clear-timer', timer });
  }

  settle(ticket: Ticket, value: unknown): void {
    this.emit({ type: 'settle', ticket, settlement: { ok: true, value } });
  }

  fail(ticket: Ticket, error: BulkheadError): void {
    this.emit({ type: 'settle', ticket, settlement: { ok: false, error } });
  }

  /** What the exchange's pure functions get instead of a clock, a counter and a random source. */
  context(): RequestContext {
    const { state, environment, config } = this;
    return {
      nextId: () => {
        // The user's own ids can be in the way.
        do state.lastRequestId += 1;
        while (state.requests.has(state.lastRequestId));
        return state.lastRequestId;
      },
      wallMs: environment.wallMs + state.clockOffsetMs,
      nonce: () => environment.nonce(),
      session: state.session,
      credentials: config.credentials,
      network: config.network,
      ...(state.instrumentIds === undefined ? {} : { instrumentIds: state.instrumentIds }),
    };
  }

  /** Moves to another phase and says so. */
  enter(
    phase: Phase,
    why: { reason?: BulkheadError['code']; message?: string; delayMs?: number } = {},
  ): void {
    this.state.phase = phase;
    this.emit({
      type: 'emit-status',
      status: {
        state: phase.name,
        epoch: this.state.epoch,
        attempt: this.state.attempt,
        ...(phase.name === 'restoring' ? { step: phase.step } : {}),
        ...why,
      },
    });
  }
}
