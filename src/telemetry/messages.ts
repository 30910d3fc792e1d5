// What the diagnostics channels carry. Plain data; never a secret, and no market data. All durations in ms.

/** Who tells. */
export interface TelemetryOrigin {
  readonly adapter: string;
  readonly exchange: string;
}

/** Who tells, and on which of the venue's sockets. */
export interface SocketOrigin extends TelemetryOrigin {
  readonly socket: string;
}

/** A connection began, opened or ended. */
export interface ConnectionMessage extends SocketOrigin {
  readonly epoch: number;
  readonly event: 'opening' | 'open' | 'exit';
  readonly threadId?: number;
  readonly handshakeMs?: number;
  readonly code?: string;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly retryable?: boolean;
  readonly aliveMs?: number;
  readonly frames?: number;
}

/** A connection's state changed. */
export interface TransitionMessage extends SocketOrigin {
  readonly epoch: number;
  readonly state: string;
  readonly step?: string;
  readonly attempt: number;
  readonly reason?: string;
  readonly delayMs?: number;
}

/** A step of a restore ended. */
export interface RestoreStepMessage extends SocketOrigin {
  readonly epoch: number;
  readonly step: string;
  readonly outcome: 'done' | 'failed';
  readonly ms: number;
}

/** A login ended. */
export interface LoginMessage extends SocketOrigin {
  readonly epoch: number;
  readonly outcome: 'accepted' | 'refused' | 'failed';
  readonly ms: number;
}

/** A restore reached READY. */
export interface RestoredMessage extends SocketOrigin {
  readonly epoch: number;
  readonly totalMs: number;
  readonly downMs?: number;
  readonly restored: number;
  readonly failed: number;
  readonly quarantined: number;
  readonly unknown: number;
}

/** A sign of life. */
export interface HeartbeatMessage extends SocketOrigin {
  readonly epoch: number;
  readonly event: 'answered' | 'missed';
  readonly ms?: number;
}

/** A request of the bot's was settled. */
export interface RequestMessage extends SocketOrigin {
  readonly epoch: number;
  readonly call: string;
  readonly outcome: 'acknowledged' | 'rejected' | 'not-sent' | 'unknown';
  readonly ms: number;
  readonly code?: string;
}

/** A call that changes orders was settled. */
export interface OrderMessage extends RequestMessage {
  readonly clientOrderId?: string;
  readonly orderId?: string;
  readonly symbol?: string;
}

/** Events of a topic can be missing. */
export interface GapMessage extends TelemetryOrigin {
  readonly epoch: number;
  readonly topic: string;
  readonly reason: string;
  readonly fromSequence?: number;
  readonly toSequence?: number;
  readonly dropped?: number;
}

/** A bounded queue was full. */
export interface OverflowMessage extends TelemetryOrigin {
  readonly epoch: number;
  readonly effect: 'gap' | 'exit';
  readonly topic?: string;
  readonly dropped?: number;
}

/** A rate budget made somebody wait. */
export interface RateMessage extends SocketOrigin {
  readonly what: 'requests' | 'connects';
  readonly event: 'held' | 'released' | 'refused' | 'paused';
  readonly ms?: number;
}

/** A connection was replaced. */
export interface RotationMessage extends SocketOrigin {
  readonly epoch: number;
  readonly previousEpoch: number;
  readonly readyMs: number;
  readonly overlapMs: number;
  readonly duplicatesDropped: number;
  readonly unanswered: number;
  readonly isTakeover: boolean;
  readonly openOrders: string;
}

/** An order book has a hole and begins anew. */
export interface BookResyncMessage extends SocketOrigin {
  readonly epoch: number;
  readonly topic: string;
}

/** A topic went silent, or is back. */
export interface SilenceMessage extends TelemetryOrigin {
  readonly topic: string;
  readonly event: 'stalled' | 'recovered';
  readonly silentMs: number;
}

/** A fleet did something. */
export interface FleetMessage {
  readonly fleet: string;
  readonly event: 'added' | 'replaced' | 'removed' | 'restarting' | 'gave-up' | 'state';
  readonly adapter?: string;
  readonly reason?: string;
  readonly delayMs?: number;
  readonly state?: string;
}

/** By channel. */
export interface TelemetryMessages {
  connection: ConnectionMessage;
  transition: TransitionMessage;
  'restore-step': RestoreStepMessage;
  login: LoginMessage;
  restored: RestoredMessage;
  heartbeat: HeartbeatMessage;
  request: RequestMessage;
  order: OrderMessage;
  gap: GapMessage;
  overflow: OverflowMessage;
  rate: RateMessage;
  rotation: RotationMessage;
  'book-resync': BookResyncMessage;
  silence: SilenceMessage;
  fleet: FleetMessage;
}
