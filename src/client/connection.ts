// One life of one connection, seen from the main thread: a thread of its own, its commands, and exactly one exit.
// The Worker's 'exit' event is the only thing that ends it; nothing is delivered after that.
import type { MessagePort, Worker } from 'node:worker_threads';
import { Batch } from '../batch/batch.js';
import { NameTable } from '../batch/name-table.js';
import { BulkheadError, type ErrorDetail, type ExitReason } from '../errors.js';
import type { HttpCall } from '../exchanges/exchange.js';
import type { Thread } from '../threads/worker-pool.js';
import { Counters } from './counters.js';
import { type Calls, handOver, PortEndpoint } from './endpoint.js';
import { type AskedEnd, type Exit, judgeExit } from './exit.js';
import { notSent, PendingSends } from './pending-sends.js';
import type {
  BatchRead,
  ClientEnding,
  ClientOpened,
  ConnectClient,
  ControlMessage,
  SendResult,
  WorkerCommands,
  WorkerEvents,
} from './protocol.js';
import { watchThread } from './watchdog.js';

export type { Exit } from './exit.js';

export interface ConnectionHandlers {
  /** A promise holds back the credit until it settles; of what is drained at the exit nobody waits for it. */
  batch(batch: Batch): void | Promise<void>;
  control(messages: readonly ControlMessage[]): void | Promise<void>;
  opened?(opened: ClientOpened): void;
  /** The thread wants to make an HTTP call. Left out: it may at once. */
  callWanted?(call: HttpCall): Promise<void>;
  calledTooOften?(retryAfterMs: number | undefined): void;
  /** Exactly once; all pending sends are settled by then and nothing else is called any more. */
  exit(exit: Exit): void;
}

export interface ConnectionOptions {
  readonly command: Omit<ConnectClient, 'counters'>;
  readonly threads: { spawn(): Promise<Thread> };
  readonly handlers: ConnectionHandlers;
  /** Milliseconds without progress of the thread after which it is terminated; 0 for never. Default 5000. */
  readonly hangTimeoutMs?: number;
}

/** Figures about all connections of the process that tests look at: both must stay 0. */
export const exitAudit = { framesAfterExit: 0, duplicateExits: 0 };

export const DEFAULT_HANG_TIMEOUT_MS = 5000;
/** How long a thread may take to end after it was asked to, before it is terminated. */
const END_GRACE_MS = 1000;
const MOST_PENDING_SENDS = 10_000;
const LEAST_PENDING_BYTES = 64 * 1024 * 1024;
const commandNames = ['connectClient', 'sendFrame', 'closeClient', 'endClient'] as const;

/** Starts the life. It ends by itself or by `close`, `end` or `terminate`; `handlers.exit` tells how, also when no thread starts. */
export function openConnection(options: ConnectionOptions): Connection {
  return new Connection(options);
}

export class Connection {
  readonly epoch: number;
  /** Resolves when the socket is open; rejects with the exit's error when it never was. */
  readonly opened: Promise<ClientOpened>;
  readonly counters = new Counters();
  readonly #options: ConnectionOptions;
  readonly #names = new NameTable();
  readonly #sends = new PendingSends();
  #settleOpened!: { resolve(opened: ClientOpened): void; reject(error: BulkheadError): void };
  #thread: Thread | undefined;
  #endpoint: PortEndpoint | undefined;
  #calls: Calls<WorkerCommands> | undefined;
  #isOpen = false;
  #asked: AskedEnd | undefined;
  #ending: ClientEnding | undefined;
  #workerError: Error | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #exit: Exit | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.epoch = options.command.epoch;
    this.opened = new Promise((resolve, reject) => {
      this.#settleOpened = { resolve, reject };
    });
    // Whoever does not look at `opened` hears of the failure through `handlers.exit`.
    this.opened.catch(() => undefined);
    options.threads.spawn().then(
      (thread) => this.#attach(thread),
      (error: BulkheadError) => this.#exited(-1, error),
    );
  }

  /** The thread's id, also after its end; undefined before it has started. */
  get threadId(): number | undefined {
    return this.#thread?.threadId;
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#exit === undefined;
  }

  /** Sends and calls that have no answer yet. */
  get pending(): number {
    return this.#sends.size + (this.#endpoint?.pending ?? 0);
  }

  /**
   * Resolves when the frame is in the kernel's hands.
   * @throws BulkheadError `not-sent`, `unknown`, `send-deadline-passed`, `frame-too-large`, `queue-full`
   */
  send(
    frame: string | Uint8Array,
    options: {
      readonly sendBeforeNs?: number;
      readonly isSecret?: boolean;
      /** Topics that the frame subscribes. */
      readonly begins?: readonly string[] | undefined;
    } = {},
  ): Promise<void> {
    const bytes = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.byteLength;
    const refusal = this.#refuseSend(bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { number, settled } = this.#sends.add(bytes);
    // A view would be cloned with the whole buffer behind it, so an exact copy is made and handed over.
    const copy = typeof frame === 'string' ? frame : handOverCopy(frame);
    const { sendBeforeNs = 0, isSecret = false, begins } = options;
    this.#calls!.sendFrame(number, copy, sendBeforeNs, isSecret, begins).then(
      (result) => this.#sendSettled(number, result),
      // The thread died; the exit settles all sends with what the counter proves.
      (error: Error) =>
        this.#sends.reject(number, new BulkheadError('unknown', error.message, { cause: error })),
    );
    return settled;
  }

  /** Sends a close frame, waits for the peer's, then the thread exits with code 0. */
  close(code = 1000, reason = ''): void {
    if (this.#asked !== undefined || this.#exit !== undefined) return;
    this.#ask({ reason: 'closed', message: 'the application asked for the close', detail: {} });
    if (this.#calls === undefined) return;
    this.#calls.closeClient(code, reason).catch(ignoreDeath);
    this.#terminateAfter(this.#options.command.closeTimeoutMs + END_GRACE_MS);
  }

  /** Ends the thread with a reason that this side found. */
  end(reason: ExitReason, message: string, detail: ErrorDetail = {}): void {
    if (this.#asked !== undefined || this.#exit !== undefined) return;
    this.#ask({ reason, message, detail });
    if (this.#calls === undefined) return;
    this.#calls.endClient(reason, message, detail).catch(ignoreDeath);
    this.#terminateAfter(END_GRACE_MS);
  }

  /** Ends the thread at once, without a word to the peer. */
  terminate(reason: 'terminated' | 'hang' = 'terminated'): void {
    if (this.#exit !== undefined) return;
    const message =
      reason === 'hang' ? 'the thread showed no progress and was terminated' : 'terminate() was called';
    this.#asked ??= { reason, message, detail: {} };
    void this.#thread?.worker.terminate();
  }

  #ask(asked: AskedEnd): void {
    this.#asked = asked;
  }

  #terminateAfter(ms: number): void {
    this.#deadline = setTimeout(() => void this.#thread?.worker.terminate(), ms);
  }

  #attach(thread: Thread): void {
    const { worker, port } = thread;
    this.#thread = thread;
    worker.on('error', (error) => {
      this.#workerError = error;
    });
    worker.once('exit', (exitCode) => this.#exited(exitCode));
    if (this.#asked === undefined) this.#connect(port);
    else this.#letGo(port, worker);
  }

  #connect(port: MessagePort): void {
    this.#endpoint = new PortEndpoint(port);
    this.#calls = this.#endpoint.join<WorkerCommands>(this.#events(), commandNames);
    this.#watch();
    const command: ConnectClient = { ...this.#options.command, counters: this.counters.buffer };
    const { record } = command;
    this.#calls.connectClient(record === undefined ? command : handOver(command, [record.port])).then(
      (opened) => this.#hasOpened(opened),
      // Either the thread died, which its exit tells, or the command made it throw, which nobody else would tell.
      (error: Error) => this.end('crash', `the thread cannot connect: ${error.message}`),
    );
  }

  /** The end was asked for before the thread was there: a thread whose port closes exits by itself. */
  #letGo(port: MessagePort, worker: Worker): void {
    if (this.#asked?.reason === 'terminated') void worker.terminate();
    port.close();
  }

  #watch(): void {
    const hangTimeoutMs = this.#options.hangTimeoutMs ?? DEFAULT_HANG_TIMEOUT_MS;
    if (hangTimeoutMs === 0 || this.#options.command.progressIntervalMs === 0) return;
    this.#unwatch = watchThread(this.counters, hangTimeoutMs, () => this.terminate('hang'));
  }

  #events(): WorkerEvents {
    return {
      batchRead: (read) => this.#batchRead(read),
      controlRead: (messages) => this.#controlRead(messages),
      clientEnding: (ending) => {
        this.#ending ??= ending;
      },
      callWanted: async (call) => this.#options.handlers.callWanted?.(call),
      calledTooOften: (retryAfterMs) => this.#options.handlers.calledTooOften?.(retryAfterMs),
    };
  }

  #batchRead(read: BatchRead): void {
    if (this.#isLate()) return;
    this.#handOn(() => this.#options.handlers.batch(new Batch(read, this.#names)), this.#giveCredit);
  }

  readonly #giveCredit = (): void => {
    if (this.counters.addBatchRead()) this.#endpoint?.tell('creditGiven');
  };

  #controlRead(messages: readonly ControlMessage[]): void {
    if (this.#isLate()) return;
    this.#handOn(
      () => this.#options.handlers.control(messages),
      () => this.counters.addControlRead(),
    );
  }

  #handOn(give: () => void | Promise<void>, done: () => void): void {
    let wait: void | Promise<void>;
    try {
      wait = give();
    } catch (error) {
      wait = undefined;
      // Nobody waits for an answer that could bring it.
      process.nextTick(() => {
        throw error;
      });
    }
    if (wait === undefined) done();
    else wait.then(done, done);
  }

  #isLate(): boolean {
    if (this.#exit !== undefined) exitAudit.framesAfterExit += 1;
    return this.#exit !== undefined;
  }

  #hasOpened(opened: ClientOpened): void {
    if (this.#exit !== undefined) return;
    this.#isOpen = true;
    this.#settleOpened.resolve(opened);
    this.#options.handlers.opened?.(opened);
  }

  #refuseSend(bytes: number): BulkheadError | undefined {
    if (!this.isOpen) return notSent(this.#exit?.error);
    const { maxPayloadBytes } = this.#options.command;
    if (bytes > maxPayloadBytes) {
      const text = `the frame has ${bytes} bytes, \`maxPayloadBytes\` is ${maxPayloadBytes}`;
      return new BulkheadError('frame-too-large', text, { detail: { bytes, maxPayloadBytes } });
    }
    const isFull =
      this.#sends.size > 0 && this.#sends.bytes + bytes > Math.max(LEAST_PENDING_BYTES, maxPayloadBytes);
    if (!isFull && this.#sends.size < MOST_PENDING_SENDS) return undefined;
    const text = `${this.#sends.size} frames with ${this.#sends.bytes} bytes wait to be sent; await send() before the next`;
    return new BulkheadError('queue-full', text);
  }

  #sendSettled(number: number, result: SendResult): void {
    if (result.ok) this.#sends.resolve(number);
    else this.#sends.reject(number, new BulkheadError(result.code, result.message));
  }

  #exited(exitCode: number, startError?: BulkheadError): void {
    if (this.#exit !== undefined) {
      exitAudit.duplicateExits += 1;
      return;
    }
    clearTimeout(this.#deadline);
    this.#unwatch?.();
    // The thread's port has a queue of its own, which 'exit' overtakes: all of it belongs before the end.
    this.#endpoint?.drain();
    const exit = this.#judge(exitCode, startError);
    this.#exit = exit;
    this.#sends.settleAll(this.counters.sendsStarted, exit.error);
    this.#settleOpened.reject(exit.error);
    this.#endpoint?.die(exit.error);
    // One turn later everybody who awaited a send has heard of its fate.
    setImmediate(() => this.#options.handlers.exit(exit));
  }

  #judge(exitCode: number, startError: BulkheadError | undefined): Exit {
    const verdict = judgeExit({
      ending: this.#ending,
      workerError: this.#workerError,
      asked: this.#asked,
      startError,
      exitCode,
    });
    const wasReady = this.counters.get('openedAtNs') > 0;
    const lastSequence = this.counters.get('framesReceived');
    return { epoch: this.epoch, exitCode, wasReady, lastSequence, ...verdict };
  }
}

function handOverCopy(frame: Uint8Array): Uint8Array {
  const copy = new Uint8Array(frame);
  return handOver(copy, [copy.buffer]);
}

/** For calls that only ask for an end: the death of the thread is the answer. */
function ignoreDeath(): void {}
