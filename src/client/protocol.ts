// Everything that crosses the port between the main thread and one connection's thread. Commands are VerbNoun and go to the
// worker, events are NounVerbed and come from it. Only plain data: functions, URLs and class instances do not survive the way.
import type { ErrorDetail, ErrorRecord, ExitReason } from '../errors.js';
import type { Gap, PrivateEvent } from '../market.js';
import type { BookChoice } from '../book-delivery.js';
import type { HttpCall, RequestId, VenueError, VenueNotice } from '../exchanges/exchange.js';
import type { TapSettings } from '../recording/protocol.js';

/** What crosses for a topic. `events`: decoded columns. `messages`: the text of market frames. `frames`: every frame's bytes. */
export type Delivery = 'events' | 'messages' | 'frames';

/**
 * What to do when the market lane is full. `gap`: the oldest is dropped, with a gap in the stream. `conflate`: only the latest of each
 * topic is kept. `exit`: the connection ends. `pause`: the socket is read more slowly, so that the venue waits and nothing is lost; a
 * venue may not put up with that, and beyond twice the bounds it is `gap`.
 */
export type OverflowPolicy = 'gap' | 'conflate' | 'exit' | 'pause';

export interface QueueBounds {
  /** Bytes that may wait in the thread for the main thread. */
  readonly maxBytes: number;
  /** Events or frames that may wait in the thread for the main thread. */
  readonly maxEntries: number;
  readonly policy: OverflowPolicy;
}

/** TLS of the connection. Certificates and keys are PEM texts; what is left out is as in Node. */
export interface TlsSettings {
  readonly ca?: string | readonly string[];
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** How the thread keeps the connection alive and notices that it is dead. Times in ms. */
export type HeartbeatSettings =
  | { readonly type: 'disabled' }
  /** WebSocket ping with a payload of its own each interval; no pong within the timeout ends the connection. */
  | { readonly type: 'standard'; readonly intervalMs: number; readonly timeoutMs: number }
  /** The `heartbeat` of an exchange: a built-in one's name or a module's URL. */
  | {
      readonly type: 'exchange';
      readonly exchange: string;
      readonly intervalMs?: number;
      readonly silenceMs?: number;
    };

/** How one connection is made. Validated on the main thread; the thread trusts it. */
export interface ConnectClient extends BookChoice {
  readonly url: string;
  readonly epoch: number;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly handshakeTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly tls: TlsSettings;
  /** `http:`, `https:`, `socks:`, `socks4:` or `socks5:` URL. */
  readonly proxy?: string;
  readonly perMessageDeflate: boolean;
  readonly maxPayloadBytes: number;
  readonly heartbeat: HeartbeatSettings;
  /** Name of a built-in exchange or URL of a module whose default export is one. Without it every frame crosses as bytes. */
  readonly exchange?: string;
  /** Scheme and host for the exchange's HTTP calls. */
  readonly restUrl?: string;
  readonly delivery: Delivery;
  /** Topics whose delivery differs. */
  readonly topicDelivery: Readonly<Record<string, Delivery>>;
  /** Topics of which only the latest event matters: older ones are replaced before they cross. */
  readonly conflate: readonly string[];
  readonly market: QueueBounds;
  /** Bytes and entries of the control lane that may be on their way; beyond them the connection ends with `overflow`. */
  readonly control: { readonly maxBytes: number; readonly maxEntries: number };
  /** The shared counters, see counters.ts. */
  readonly counters: SharedArrayBuffer;
  /** How often the thread shows that it lives, in ms; 0 for never. */
  readonly progressIntervalMs: number;
  /** pino level number below which the thread sends no log lines. */
  readonly logLevel: number;
  /** Whether the thread takes its own processor time with each sign of life. Default false. */
  readonly measure?: boolean;
  /** Whether each sign of life of the peer is told. Default false. */
  readonly tellHeartbeats?: boolean;
  /** Where frames are recorded; left out: nowhere. Its port is handed over. */
  readonly record?: TapSettings;
}

export interface ClientOpened {
  readonly protocol: string;
  readonly threadId: number;
  /** Milliseconds the handshake took. */
  readonly handshakeMs: number;
}

/** How a send ended, told by the thread. `late`: the deadline had passed, so it was not sent. */
export type SendResult =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'not-sent' | 'unknown' | 'send-deadline-passed' | 'frame-too-large' | 'queue-full';
      readonly message: string;
    };

/** What the main thread can ask of the worker, through Comlink. */
export interface WorkerCommands {
  /** Resolves when the socket is open. A connect that fails never answers: the thread exits and says why. */
  connectClient(command: ConnectClient): Promise<ClientOpened> | ClientOpened;
  /**
   * Sends are numbered by the caller, 1, 2, 3 …; the thread writes the number into the counters right before `ws.send`.
   * `sendBeforeNs`: monotonic clock, 0 for no deadline. `isSecret`: a login, of which a recording keeps only the form. `begins`: topics
   * that the frame subscribes, whose books begin anew with it.
   */
  sendFrame(
    number: number,
    frame: string | Uint8Array,
    sendBeforeNs: number,
    isSecret: boolean,
    begins?: readonly string[],
  ): Promise<SendResult> | SendResult;
  /** A batch was read while the thread waited for it. Without an answer. */
  creditGiven(): void;
  /** Sends a close frame, waits for the peer's up to the close timeout, then exits with code 0. */
  closeClient(code: number, reason: string): void;
  /** Ends the thread with this reason: the main thread judged the connection lost. */
  endClient(reason: ExitReason, message: string, detail: ErrorDetail): void;
}

/** One message of the control lane. */
export type ControlMessage =
  | {
      readonly kind: 'reply';
      readonly id: RequestId;
      readonly result: unknown;
      readonly receivedAtNs: number;
    }
  | {
      readonly kind: 'refusal';
      readonly id: RequestId | undefined;
      readonly error: VenueError;
      readonly receivedAtNs: number;
    }
  | { readonly kind: 'confirmed'; readonly topic: string }
  | { readonly kind: 'refused'; readonly topic: string; readonly error: VenueError }
  /** All topics that the connection has, told by venues that answer every change with the whole list. */
  | { readonly kind: 'subscribed'; readonly topics: readonly string[] }
  | { readonly kind: 'revoked'; readonly topic: string; readonly error: VenueError }
  /** The topic's order book has a gap and only a new subscription brings its snapshot. */
  | { readonly kind: 'resync'; readonly topic: string }
  | { readonly kind: 'private'; readonly event: PrivateEvent; readonly receivedAtNs: number }
  | { readonly kind: 'notice'; readonly notice: VenueNotice }
  /** A frame that could not be understood. `sample` is its beginning. */
  | { readonly kind: 'problem'; readonly problem: string; readonly sample: string }
  /** The peer showed that it lives. `ms`: since the ping that it answers, 0 where there was none. Only where `tellHeartbeats` asks. */
  | { readonly kind: 'heartbeat'; readonly ms: number }
  | { readonly kind: 'log'; readonly level: number; readonly message: string; readonly fields: ErrorDetail };

/** A batch of the market lane: one transferred buffer (see batch/layout.ts) and what does not fit into columns. */
export interface BatchRead {
  readonly buffer: ArrayBuffer;
  /** Topics and symbols that the thread met for the first time; their index is their place in all names of the epoch so far. */
  readonly names: readonly string[];
  readonly gaps: readonly Gap[];
}

/** The last words of a thread. */
export interface ClientEnding {
  readonly reason: ExitReason;
  readonly message: string;
  readonly detail: ErrorDetail;
  readonly retryable?: boolean;
  readonly error?: ErrorRecord;
}

/** What the worker tells the main thread, through Comlink. */
export interface WorkerEvents {
  /** Without an answer: that a batch was read is counted in shared memory, see Counters. */
  batchRead(batch: BatchRead): void;
  /** Likewise. */
  controlRead(messages: readonly ControlMessage[]): void;
  clientEnding(ending: ClientEnding): void;
  /** Resolves when the rate budget lets the thread make this HTTP call. */
  callWanted(call: HttpCall): Promise<void>;
  /** A call was refused because it came too fast. `retryAfterMs`: how long the venue asks to be left alone. */
  calledTooOften(retryAfterMs: number | undefined): void;
}

/** First message of a thread on its port, outside Comlink: its modules are loaded and it waits for `connectClient`. */
export interface ThreadReady {
  readonly type: 'thread-ready';
  readonly threadId: number;
}

/** Second message of a spare thread, outside Comlink as well: it has rehearsed. `problem`: why the rehearsal did not work out. */
export interface ThreadRehearsed {
  readonly type: 'thread-rehearsed';
  readonly problem?: string;
}

/** What Piscina hands to the thread's task. */
export interface ThreadTask {
  readonly port: import('node:worker_threads').MessagePort;
  /** File URL of the module that serves the task. */
  readonly workerUrl: string;
  /** Set for spares: exchanges (as in ConnectClient) whose frames are rehearsed; may be empty. */
  readonly rehearse?: readonly string[];
}
