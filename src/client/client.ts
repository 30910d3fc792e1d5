// The user's handle of a plain connection: frames in, frames out, one thread per life. With `reconnectOnError` it starts a new life
// after an exit; without, the first exit is the end.
import { monotonicNs } from '../clock.js';
import type { BulkheadError, ErrorDetail } from '../errors.js';
import { childLogger, levelNumber, type Logger, writeLine } from '../logger.js';
import { type Lease, type Threads, threadsFor } from '../threads/index.js';
import { type Backoff, backoffMs } from './backoff.js';
import { addressOf } from '../recording/address.js';
import type { RecordingStats } from '../recording/recorder.js';
import { acquireRecorder, type RecorderLease } from '../recording/recorders.js';
import type { Connection } from './connection.js';
import {
  clientEntries,
  type ClientEvents,
  type ClientExit,
  type ClientOptions,
  type ClientStats,
} from './client-options.js';
import { Consumers } from './consumers.js';
import type { ClientFrame } from './frame-stream.js';
import { type ConnectionSettings, checkOptions, checkUrl, defaults } from './options.js';
import { notSent } from './pending-sends.js';
import type { ControlMessage } from './protocol.js';
import { openRecorded } from './recorded-connection.js';
import { connectCommand, plainDelivery, threadOptions } from './settings.js';

/** Two lives' worth of bounds: one that was drained at its end, and the next. */
const STREAM_FACTOR = 2;

/** A plain WebSocket in a thread of its own, without an exchange: frames in, frames out. Made by `Client.connect`. */
export class Client implements AsyncDisposable {
  /** Resolves when the client has come to its final end; never rejects. */
  readonly exited: Promise<ClientExit>;
  readonly #url: string;
  readonly #options: ConnectionSettings;
  readonly #reconnects: boolean;
  readonly #backoff: Backoff;
  readonly #threads: Threads;
  readonly #lease: Lease;
  readonly #logger: Logger;
  readonly #consumers: Consumers;
  readonly #recording: RecorderLease | undefined;
  #connection: Connection;
  #epoch = 0;
  #failures = 0;
  #exits = 0;
  #everOpen = false;
  #isEnding = false;
  #lastExit: ClientExit | undefined;
  #retry: NodeJS.Timeout | undefined;
  #settleExited!: (exit: ClientExit) => void;
  #settleConnected!: { resolve(client: Client): void; reject(error: BulkheadError): void };
  /**
   * Opens a connection in a thread of its own. Resolves when it is open.
   * @throws TypeError where an option is wrong. @throws BulkheadError with the code of the exit where it cannot be opened.
   */
  static async connect(url: string | URL, options: ClientOptions = {}): Promise<Client> {
    const href = checkUrl(url);
    const checked = checkOptions(clientEntries, options) as ClientOptions;
    const recording = await beginRecording(checked);
    return new Promise((resolve, reject) => {
      const client = new Client(href, checked, recording);
      client.#settleConnected = { resolve, reject };
    });
  }

  private constructor(url: string, options: ClientOptions, recording: RecorderLease | undefined) {
    const { reconnectOnError, backoff, signal, record: _, ...settings } = options;
    this.#recording = recording;
    this.#url = url;
    this.#options = settings;
    this.#reconnects = reconnectOnError ?? false;
    this.#backoff = { ...defaults.backoff, ...backoff };
    this.#logger = childLogger(options.logger, { client: new URL(url).host });
    this.exited = new Promise((resolve) => {
      this.#settleExited = resolve;
    });
    this.#consumers = new Consumers(STREAM_FACTOR * (settings.market?.maxBytes ?? defaults.market.maxBytes));
    this.#threads = threadsFor(threadOptions(settings));
    this.#lease = this.#threads.acquire();
    this.#connection = this.#open();
    this.#obey(signal);
  }

  /** The thread of the current life; undefined while it starts. */
  get threadId(): number | undefined {
    return this.#connection.threadId;
  }

  /** Number of the current life: 1, 2, 3 … */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Sends a text or binary frame. Resolves when it is in the kernel's hands; that does not mean that the peer has it.
   * @throws BulkheadError `not-sent`: it never reached the socket. `unknown`: it may have; never resend without looking.
   * `send-deadline-passed`, `frame-too-large`, `queue-full`: not sent either.
   */
  send(frame: string | Uint8Array, options: { readonly sendBeforeMs?: number } = {}): Promise<void> {
    if (typeof frame !== 'string' && !(frame instanceof Uint8Array)) {
      throw new TypeError('frame must be a string or a Uint8Array');
    }
    const { sendBeforeMs } = options;
    if (sendBeforeMs !== undefined && !(sendBeforeMs > 0)) {
      throw new TypeError('options.sendBeforeMs must be a number of milliseconds above 0');
    }
    if (this.#isEnding) return Promise.reject(notSent(this.#lastExit?.error));
    const deadline = sendBeforeMs === undefined ? {} : { sendBeforeNs: monotonicNs() + sendBeforeMs * 1e6 };
    return this.#connection.send(frame, deadline);
  }

  /**
   * All frames from now on, and those that came before anybody read. A consumer that is slow holds the thread back, which then keeps
   * or drops frames as `market` says; a gap is told where some are missing. Ends at the client's final end.
   */
  frames(): AsyncIterableIterator<ClientFrame, undefined> {
    return this.#consumers.stream();
  }

  /** Listens to an event, see ClientEvents. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): this {
    this.#consumers.add(name, listener);
    return this;
  }

  /** Listens to the next event of a name, once. After a `batch` nothing waits for a reader any more, as after `off`. */
  once<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): this {
    this.#consumers.once(name, listener);
    return this;
  }

  /** Takes a listener away. */
  off<Name extends keyof ClientEvents>(
    name: Name,
    listener: (...values: ClientEvents[Name]) => unknown,
  ): this {
    this.#consumers.remove(name, listener);
    return this;
  }

  /** Sends a close frame, waits for the peer's up to `closeTimeoutMs`, and ends the thread. Resolves at the end; twice is fine. */
  close(code = 1000, reason = ''): Promise<ClientExit> {
    this.#end(() => this.#connection.close(code, reason));
    return this.exited;
  }

  /** Ends the thread at once, without a word to the peer. Also the final end. */
  terminate(): Promise<ClientExit> {
    this.#end(() => this.#connection.terminate());
    return this.exited;
  }

  /** The same as `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Figures of the recording, with the option `record`; shared by all that record to the same place. */
  get recording(): RecordingStats | undefined {
    return this.#recording?.recorder.stats();
  }

  /** Figures of the current life. */
  stats(): ClientStats {
    const { counters, threadId, isOpen, pending } = this.#connection;
    return {
      epoch: this.#epoch,
      threadId,
      isOpen,
      exits: this.#exits,
      framesReceived: counters.get('framesReceived'),
      bytesReceived: counters.get('bytesReceived'),
      framesSent: counters.get('framesSent'),
      bytesSent: counters.get('bytesSent'),
      framesDropped: counters.get('framesDropped'),
      batches: counters.get('batchesPosted'),
      queuedEntries: counters.get('queuedEntries'),
      queuedBytes: counters.get('queuedBytes'),
      lagMs: counters.lagMs(monotonicNs()),
      lagPeakMs: counters.get('lagPeakMs'),
      pending,
      loopDelayMs: counters.get('loopDelayMs'),
      heapUsedBytes: counters.get('heapUsedBytes'),
    };
  }

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = (): void => void this.terminate();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void this.exited.then(() => signal.removeEventListener('abort', abort));
  }

  #open(): Connection {
    this.#epoch += 1;
    const epoch = this.#epoch;
    const address = addressOf(this.#url);
    return openRecorded({
      recording: this.#recording?.recorder.life({ name: 'client', epoch, address }),
      command: connectCommand(this.#url, epoch, this.#options, plainDelivery, levelNumber(this.#logger)),
      threads: this.#threads,
      hangTimeoutMs: this.#options.hangTimeoutMs ?? defaults.hangTimeoutMs,
      handlers: {
        batch: (batch) => this.#consumers.batch(batch, epoch),
        control: (messages) => this.#control(messages),
        opened: ({ threadId }) => this.#opened(threadId),
        exit: (exit) => this.#exit(exit),
      },
    });
  }

  #opened(threadId: number): void {
    const epoch = this.#epoch;
    this.#logger.info({ epoch, threadId }, 'connection open');
    this.#settleConnected.resolve(this);
    if (this.#everOpen) this.#consumers.tell('reconnected', { epoch, threadId });
    this.#everOpen = true;
    this.#failures = 0;
  }

  #control(messages: readonly ControlMessage[]): void {
    for (const message of messages) {
      if (message.kind === 'log') writeLine(this.#logger, message.level, message.message, message.fields);
      if (message.kind === 'problem') this.#logger.warn({ sample: message.sample }, message.problem);
    }
  }

  #exit(exit: ClientExit): void {
    this.#exits += 1;
    this.#lastExit = exit;
    const { code, epoch, reason, detail } = exit;
    this.#logger[code === 'closed' ? 'info' : 'warn'](
      { code, epoch, ...withoutClash(detail) },
      `connection ended: ${reason}`,
    );
    const isFinal = this.#isOver();
    this.#consumers.tell('exit', exit);
    if (isFinal) this.#finish(exit);
    else this.#retryLater(exit);
  }

  #isOver(): boolean {
    return this.#isEnding || !this.#reconnects || this.#lastExit?.retryable === false;
  }

  #retryLater(exit: ClientExit): void {
    if (exit.wasReady) this.#tellGap(exit);
    this.#failures += 1;
    const retryAfterMs = Number(exit.detail['retryAfterMs'] ?? 0);
    const waitMs = Math.max(retryAfterMs, backoffMs(this.#failures, Math.random(), this.#backoff));
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#connection = this.#open();
    }, waitMs);
  }

  #tellGap({ epoch }: ClientExit): void {
    this.#consumers.gap({ topic: '', reason: 'exit', epoch, noticedAtNs: monotonicNs() });
  }

  #end(ask: () => void): void {
    if (this.#lastExit !== undefined && this.#isOver()) return;
    this.#isEnding = true;
    if (this.#retry === undefined) {
      ask();
      return;
    }
    // Between two lives nothing runs that could exit: the last exit was the end.
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#finish(this.#lastExit!);
  }

  #finish(exit: ClientExit): void {
    this.#isEnding = true;
    this.#lease.release();
    this.#settleConnected.reject(exit.error);
    this.#consumers.finish();
    if (this.#recording === undefined) this.#settleExited(exit);
    else void this.#recording.release().then(() => this.#settleExited(exit));
  }
}

async function beginRecording({ record }: ClientOptions): Promise<RecorderLease | undefined> {
  if (record === undefined) return undefined;
  const lease = acquireRecorder(record);
  try {
    await lease.recorder.started;
    return lease;
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** A detail must not overwrite the fields of the line. */
function withoutClash(detail: ErrorDetail): { readonly detail?: ErrorDetail } {
  return Object.keys(detail).length === 0 ? {} : { detail };
}
