// What goes into the adapter's state machine and what comes out of it. Inputs are facts that happened, outputs are orders to the
// runner; both are data, so a whole life can be played in a test without a thread, a socket or a clock.
import type { ErrorDetail, BulkheadError, ExitReason } from '../errors.js';
import type { ControlMessage } from '../client/protocol.js';
import type { Exit } from '../client/exit.js';
import type { HttpCall, Outgoing, RequestContext, RequestId, VenueError } from '../exchanges/exchange.js';
import type { Gap, Outcome } from '../market.js';
import type { Priority, RateLimit } from '../rate-budget.js';

/** Names a promise of the user's that an output will settle. */
export type Ticket = number;

/** A request whose fate matters after it is lost: an order, a cancel. Handed to `onReconcile` when the outcome is unknown. */
export interface RequestSubject {
  /** What kind of call it was: `order`, `cancel`, `cancel-all`, `edit`, or the method of a plain request. */
  readonly call: string;
  readonly clientOrderId?: string;
  readonly orderId?: string;
  readonly symbol?: string;
}

/** A request that may or may not have reached the venue. */
export interface UnknownRequest extends RequestSubject {
  readonly id: RequestId;
  readonly epoch: number;
  /** When it was made: milliseconds since the Unix epoch on this machine's clock. */
  readonly madeAtMs: number;
  /** Why its outcome is unknown. `venue`: the venue itself could not say. */
  readonly reason: 'exit' | 'timeout' | 'venue';
}

export type Hook = 'reconcile' | 'resume';

export type Timer = 'backoff' | 'step' | 'hold' | 'refresh' | 'safety' | 'requests' | 'probation';

export type Input =
  | { readonly type: 'connect-requested'; readonly ticket: Ticket }
  | { readonly type: 'close-requested' }
  | { readonly type: 'reconnect-requested'; readonly why: string }
  /** Whether the next exit leads to another connect. */
  | { readonly type: 'reconnect-permitted'; readonly isPermitted: boolean }
  /** This connection will replace another one, and takes its requests of unknown outcome over. */
  | { readonly type: 'replacement-prepared'; readonly unknown: readonly UnknownRequest[] }
  /** Requests of unknown outcome that another connection leaves behind. */
  | { readonly type: 'unknown-adopted'; readonly unknown: readonly UnknownRequest[] }
  /** The requests of unknown outcome are somebody else's from now on. */
  | { readonly type: 'unknown-released' }
  | { readonly type: 'client-opened'; readonly epoch: number }
  /** The thread is gone, its port is drained and its sends are settled. The only input that leads to a reconnect. */
  | { readonly type: 'client-exited'; readonly exit: Exit }
  | { readonly type: 'control-read'; readonly epoch: number; readonly message: ControlMessage }
  | {
      readonly type: 'send-failed';
      readonly epoch: number;
      readonly id: RequestId;
      readonly error: BulkheadError;
    }
  /** The rate budget makes a frame wait, and lets it go at last. */
  | { readonly type: 'frame-held'; readonly epoch: number; readonly id: RequestId }
  | { readonly type: 'frame-released'; readonly epoch: number; readonly id: RequestId }
  /** The turn of a connect that `environment.takeConnect` had made wait. */
  | { readonly type: 'connect-granted' }
  /** Another connection of this process got through to the host. */
  | { readonly type: 'host-returned' }
  /** A topic brought no data for too long; `isRenewed`: also after it was subscribed anew. */
  | {
      readonly type: 'topic-silent';
      readonly epoch: number;
      readonly topic: string;
      readonly silentMs: number;
      readonly isRenewed: boolean;
    }
  | { readonly type: 'timer-fired'; readonly timer: Timer }
  | {
      readonly type: 'hook-finished';
      readonly epoch: number;
      readonly hook: Hook;
      readonly error?: BulkheadError;
    }
  | { readonly type: 'topics-wanted'; readonly topics: readonly string[]; readonly ticket?: Ticket }
  | { readonly type: 'topics-unwanted'; readonly topics: readonly string[]; readonly ticket: Ticket }
  | {
      readonly type: 'request-made';
      readonly ticket: Ticket;
      readonly subject: RequestSubject;
      build(context: RequestContext): Outgoing;
      readonly timeoutMs: number;
      /** Milliseconds from now within which the frame must reach the socket; 0 for no such limit. */
      readonly sendBeforeMs: number;
      /** True for requests of the `onReconcile` and `onResume` hooks, which may talk before READY. */
      readonly duringRestore: boolean;
    };

/** What a user's promise is settled with. */
export type Settlement =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly outcome?: Exclude<Outcome, 'acknowledged'>;
      readonly error: BulkheadError;
    };

/** What the venue said to each topic of a subscribe. */
export interface SubscribeReport {
  readonly confirmed: readonly string[];
  readonly refused: readonly { readonly topic: string; readonly error: VenueError }[];
}

/** The steps of a restore, in their order; those that do not apply are left out. */
export type StepName =
  | 'connect'
  | 'instruments'
  | 'clock'
  | 'login'
  | 'setup'
  | 'safety'
  | 'cancel-all'
  | 'subscribe'
  | 'reconcile'
  | 'resume';

/** What a restore did. `restored` + `failed` + `quarantined` are all the topics that are wanted. */
export interface RestoreReport {
  readonly epoch: number;
  readonly restored: readonly string[];
  /** Refused by the venue, or not acknowledged in time; tried again at the next restore. */
  readonly failed: readonly { readonly topic: string; readonly error: VenueError }[];
  /** Refused so often that they are not tried any more, until they are subscribed again. */
  readonly quarantined: readonly string[];
  /** Requests whose outcome was unknown when the restore began. */
  readonly unknown: readonly UnknownRequest[];
  /** With `cancelAllOnReconnect`, after a connection that was lost: how many orders were cancelled, undefined where the venue does not say. */
  readonly cancelled?: { readonly orders: number | undefined };
  readonly steps: readonly { readonly name: StepName; readonly ms: number }[];
  /** Milliseconds from the start of the thread to READY. */
  readonly totalMs: number;
  /** Milliseconds from the death of the connection before to READY; undefined at the first connect. */
  readonly downMs?: number;
}

/** Where a socket of an adapter stands. Only in `ready` anything of the bot's is sent. `closed` and `failed` are final. */
export type StateName =
  | 'idle'
  | 'connecting'
  | 'restoring'
  | 'ready'
  | 'ending'
  | 'waiting'
  | 'closing'
  | 'closed'
  | 'failed';

/** A transition of the adapter. */
export interface Status {
  readonly state: StateName;
  readonly epoch: number;
  /** Connects in a row that did not lead to a READY that held. */
  readonly attempt: number;
  /** The step of the restore, in state `restoring`. */
  readonly step?: StepName;
  /** Why: the exit that led here, or the error that ended it. */
  readonly reason?: ExitReason | BulkheadError['code'];
  readonly message?: string;
  readonly detail?: ErrorDetail;
  /** Milliseconds until the next connect, in state `waiting`. */
  readonly delayMs?: number;
}

export type Output =
  | { readonly type: 'open-client'; readonly epoch: number }
  | {
      readonly type: 'send-frame';
      readonly epoch: number;
      readonly id: RequestId;
      readonly frame: string;
      readonly sendBeforeMs: number;
      readonly priority: Priority;
      /** A login: never to be shown or stored as it is. */
      readonly isSecret?: true;
      /** Topics that it subscribes: their books begin anew. */
      readonly begins?: readonly string[];
    }
  /** A frame that waits for the rate budget and is not wanted any more. */
  | { readonly type: 'withdraw-frame'; readonly epoch: number; readonly id: RequestId }
  | { readonly type: 'withdraw-connect' }
  /** The venue said "too fast": `requests` of the account, or `connects` to the host. */
  | { readonly type: 'pause-budget'; readonly what: 'requests' | 'connects'; readonly ms: number }
  /** The venue told the account's own limits. */
  | { readonly type: 'resize-budget'; readonly limits: Readonly<Record<string, RateLimit>> }
  /** This connection is READY: others that wait for the same host need wait no longer. */
  | { readonly type: 'tell-host-return' }
  /** An HTTP call whose answer comes back as the reply or refusal of request `id`. */
  | { readonly type: 'fetch'; readonly epoch: number; readonly id: RequestId; readonly call: HttpCall }
  | { readonly type: 'close-client'; readonly epoch: number }
  | {
      readonly type: 'end-client';
      readonly epoch: number;
      readonly reason: ExitReason;
      readonly message: string;
      readonly detail: ErrorDetail;
    }
  /** `at`: milliseconds on the clock that `now` is read from. */
  | { readonly type: 'set-timer'; readonly timer: Timer; readonly at: number }
  | { readonly type: 'clear-timer'; readonly timer: Timer }
  | {
      readonly type: 'call-hook';
      readonly epoch: number;
      readonly hook: Hook;
      readonly unknown: readonly UnknownRequest[];
    }
  | { readonly type: 'settle'; readonly ticket: Ticket; readonly settlement: Settlement }
  | { readonly type: 'emit-status'; readonly status: Status }
  | {
      readonly type: 'emit-gaps';
      readonly reason: Gap['reason'];
      readonly epoch: number;
      readonly topics: readonly string[];
    }
  | { readonly type: 'emit-restored'; readonly report: RestoreReport }
  | { readonly type: 'emit-revoked'; readonly topic: string; readonly error: VenueError }
  | { readonly type: 'emit-control'; readonly message: ControlMessage };
