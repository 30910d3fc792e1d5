// Piscina as a maker of threads: one never-ending task per thread, its Worker known before the task runs.
// The only file that imports Piscina. Its maintainers advise against long tasks (piscina#154); each setting below answers a trap.
import { AsyncResource } from 'node:async_hooks';
import { MessageChannel, type MessagePort, type ResourceLimits, type Worker } from 'node:worker_threads';
import { Piscina, queueOptionsSymbol, type PiscinaTask } from 'piscina';
import type { ThreadReady, ThreadTask } from '../client/protocol.js';
import { BulkheadError } from '../errors.js';
import { stopMemoryReducer } from './memory-reducer.js';

export interface WorkerOptions {
  /** File URL of the module that the thread runs. */
  readonly workerUrl: string;
  /** Heap limits of the thread. */
  readonly resourceLimits?: ResourceLimits;
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
  /** Milliseconds from the start of the thread to its first message. */
  readonly startTimeoutMs: number;
}

/** A thread that has loaded its modules and waits for its first command. */
export interface Thread {
  readonly worker: Worker;
  /** The main thread's end of the thread's own channel. */
  readonly port: MessagePort;
  readonly threadId: number;
}

interface Start {
  readonly abort: AbortController;
  worker: Worker | undefined;
  assigned(worker: Worker): void;
  failed(error: BulkheadError): void;
}

type Candidates = Parameters<
  NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>
>[1];

/** See workers/entry.cts. */
const entryUrl = new URL('../../workers/entry.cjs', import.meta.url).href;

/** Channels and threads must not belong to the request in whose context somebody happened to need one. */
const neutral = new AsyncResource('bulkhead-ws.threads');

export class WorkerPool {
  readonly #options: WorkerOptions;
  readonly #piscina: Piscina;
  /** Starts whose task has no Worker yet, oldest first. */
  readonly #queued = new Set<Start>();
  readonly #assigned = new WeakSet<Worker>();
  #bootError: Error | undefined;
  #isClosed = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    stopMemoryReducer();
    this.#piscina = neutral.runInAsyncScope(() => this.#makePiscina());
    // Without a listener a thread that fails to start would be an uncaught exception of the application.
    this.#piscina.on('error', (error: Error) => {
      this.#bootError = error;
    });
    this.#piscina.on('workerDestroy', () => queueMicrotask(() => this.#failLeftOver()));
  }

  /** Threads that run, those that still start included. */
  get size(): number {
    return this.#piscina.threads.length;
  }

  /** @throws BulkheadError `start-failed` or `start-timeout` */
  start(rehearse?: readonly string[]): Promise<Thread> {
    if (this.#isClosed) return Promise.reject(new BulkheadError('start-failed', 'the thread pool is closed'));
    return neutral.runInAsyncScope(() => this.#run(rehearse));
  }

  async destroy(): Promise<void> {
    this.#isClosed = true;
    await this.#piscina.destroy();
  }

  #makePiscina(): Piscina {
    const { resourceLimits, env, execArgv } = this.#options;
    return new Piscina({
      filename: entryUrl,
      // 'sync' stops the event loop of a thread whenever no task is pending.
      atomics: 'disabled',
      minThreads: 0,
      // Beyond the maximum tasks would queue in silence.
      maxThreads: Number.POSITIVE_INFINITY,
      idleTimeout: Number.POSITIVE_INFINITY,
      concurrentTasksPerWorker: 1,
      recordTiming: false,
      loadBalancer: (task, workers) => this.#choose(task, workers),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
      ...(env === undefined ? {} : { env: { ...env } }),
      ...(execArgv === undefined ? {} : { execArgv: [...execArgv] }),
    });
  }

  #run(rehearse: readonly string[] | undefined): Promise<Thread> {
    const { port1, port2 } = new MessageChannel();
    const started = new Promise<Thread>((resolve, reject) => {
      const start: Start = this.#beginStart(port1, resolve, reject);
      const { workerUrl } = this.#options;
      const task: ThreadTask = { port: port2, workerUrl, ...(rehearse === undefined ? {} : { rehearse }) };
      const tagged = Object.assign(task, { [queueOptionsSymbol]: start });
      // How the task ends is told by the Worker's events; its promise settles before or after them, so it tells nothing.
      this.#piscina
        .run(tagged, { transferList: [port2], signal: start.abort.signal })
        .catch((error: Error) => {
          start.failed(this.#startFailed(error));
          // A module that does not load settles the task and leaves its thread alive.
          void start.worker?.terminate();
        });
    });
    started.catch(() => port1.close());
    return started;
  }

  #beginStart(
    port: MessagePort,
    resolve: (thread: Thread) => void,
    reject: (error: BulkheadError) => void,
  ): Start {
    const late = setTimeout(() => this.#late(start), this.#options.startTimeoutMs);
    const exited = (): void => start.failed(this.#startFailed(undefined));
    const errored = (error: Error): void => start.failed(this.#startFailed(error));
    const settle = (): void => {
      clearTimeout(late);
      this.#queued.delete(start);
      port.off('message', ready);
      start.worker?.off('exit', exited).off('error', errored);
    };
    const ready = (message: ThreadReady): void => {
      if (message.type !== 'thread-ready' || start.worker === undefined) return;
      settle();
      resolve({ worker: start.worker, port, threadId: message.threadId });
    };
    const start: Start = {
      abort: new AbortController(),
      worker: undefined,
      assigned: (worker) => {
        start.worker = worker.on('exit', exited).on('error', errored);
        this.#queued.delete(start);
        this.#assigned.add(worker);
      },
      failed: (error) => {
        settle();
        reject(error);
      },
    };
    port.on('message', ready);
    this.#queued.add(start);
    return start;
  }

  /** Piscina asks which thread a task goes to: the first one without a task. `null` makes it start another. */
  #choose(task: PiscinaTask, workers: Candidates): Candidates[number] | null {
    const start = (task as unknown as Record<symbol, Start>)[queueOptionsSymbol]!;
    const free = workers.find((one) => one.currentUsage === 0 && !one.destroyed && !one.terminating);
    const worker = free && this.#piscina.threads.find(({ threadId }) => threadId === free.id);
    if (free === undefined || worker === undefined || worker.threadId === -1) return null;
    start.assigned(worker);
    return free;
  }

  /**
   * A thread that dies while it starts leaves its task in Piscina's queue for ever, and with it in the queue Piscina would start
   * threads without end once another one is ready. So a task is taken out for every thread that is missing.
   */
  #failLeftOver(): void {
    const free = this.#piscina.threads.filter((worker) => !this.#assigned.has(worker)).length;
    for (const start of [...this.#queued].slice(0, Math.max(0, this.#queued.size - free))) {
      start.failed(this.#startFailed(this.#bootError));
      start.abort.abort();
    }
  }

  #late(start: Start): void {
    const { workerUrl, startTimeoutMs } = this.#options;
    const text = `the thread of ${workerUrl} did not report within startTimeoutMs (${startTimeoutMs} ms)`;
    const isQueued = this.#queued.has(start);
    start.failed(new BulkheadError('start-timeout', text, { detail: { startTimeoutMs } }));
    // Aborting a task that runs terminates its thread. One that waits has a thread that is stuck in its start: the oldest.
    start.abort.abort();
    if (isQueued) void this.#piscina.threads.find((worker) => !this.#assigned.has(worker))?.terminate();
  }

  #startFailed(cause: Error | undefined): BulkheadError {
    const why = cause === undefined ? 'it exited before it reported' : cause.message;
    const text = `the thread of ${this.#options.workerUrl} did not start: ${why}`;
    return new BulkheadError('start-failed', text, { cause });
  }
}
