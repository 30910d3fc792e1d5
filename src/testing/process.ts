// A simulated exchange in a process of its own: its own core, its own event loop, so that load on one side is not load on the other.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Fault } from './kit/fault.js';
import type { FloodOptions } from './kit/flood.js';
import type { JournalEntry } from './kit/journal.js';
import type { ExchangeStats } from './kit/simulated-exchange.js';
import type { ProcessAnswers, ProcessCommand, ProcessReply, ProcessRequest } from './process-messages.js';
import type { SimulatorName, SimulatorOptions } from './simulators.js';

/** Which exchange, and its options as far as they are JSON. */
export type SimulatedProcessOptions<Name extends SimulatorName = SimulatorName> = {
  readonly [One in Name]: { readonly exchange: One } & Omit<SimulatorOptions[One], 'now' | 'journal'> & {
      readonly journal?: Omit<NonNullable<SimulatorOptions[One]['journal']>, 'onEntry'> | undefined;
    };
}[Name];

/** A simulated exchange in a child process. Its calls cross to the child, hence the promises. */
export interface SimulatedProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Rejects when the fault names a connection that is not open. */
  inject(fault: Fault): Promise<void>;
  /** A summary of the exchange. */
  stats(): Promise<ExchangeStats>;
  /** The journal entries still kept, or those after an index. */
  journal(afterIndex?: number): Promise<readonly JournalEntry[]>;
  /** Every order of an account that is still known, in the words of the venue. */
  orders(account: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Load on every listened-to topic, or some. */
  flood(options: FloodOptions): Promise<void>;
  /** Ends a flood; without one it does nothing. */
  stopFlood(): Promise<void>;
  /** Ends the exchange and its process; again does no harm. */
  close(): Promise<void>;
}

/** Starts a simulated exchange in a child process. The child ends by itself when this process does. */
export async function startSimulatedProcess(options: SimulatedProcessOptions): Promise<SimulatedProcess> {
  const { exchange, ...rest } = options;
  const line = new Line();
  try {
    const { url, port } = await line.ask<'start'>({ kind: 'start', exchange, options: rest });
    return handleOf(line, url, port);
  } catch (error) {
    await line.end();
    throw error;
  }
}

function handleOf(line: Line, url: string, port: number): SimulatedProcess {
  const close = async () => {
    // The child may be dead already; what counts is that it is gone.
    await line.ask<'close'>({ kind: 'close' }).catch(() => null);
    await line.end();
  };
  return {
    url,
    port,
    pid: line.pid,
    inject: async (fault) => void (await line.ask<'inject'>({ kind: 'inject', fault })),
    stats: () => line.ask<'stats'>({ kind: 'stats' }),
    journal: (afterIndex = 0) => line.ask<'journal'>({ kind: 'journal', afterIndex }),
    orders: (account) => line.ask<'orders'>({ kind: 'orders', account }),
    flood: async (options) => void (await line.ask<'flood'>({ kind: 'flood', options })),
    stopFlood: async () => void (await line.ask<'stop-flood'>({ kind: 'stop-flood' })),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Questions to the child and their answers; all that wait are rejected when it exits. */
class Line {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #isGone = false;

  constructor() {
    const entry = fileURLToPath(new URL('./process-entry.js', import.meta.url));
    // No flags of ours: an inspector port or a test runner's hook would be opened twice.
    this.#child = fork(entry, [], { execArgv: [], serialization: 'json' });
    this.#child.on('message', (message) => this.#settle(message as ProcessReply));
    this.#child.on('error', (error) => this.#fail(error));
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#isGone = true;
        this.#fail(new Error(`the process of the simulated exchange ended (${signal ?? code})`));
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  ask<K extends ProcessCommand['kind']>(
    command: Extract<ProcessCommand, { kind: K }>,
  ): Promise<ProcessAnswers[K]> {
    return new Promise((resolve, reject) => {
      if (this.#isGone || !this.#child.connected) {
        reject(new Error('the process of the simulated exchange has ended'));
        return;
      }
      this.#lastId += 1;
      const request: ProcessRequest = { id: this.#lastId, command };
      this.#waiting.set(request.id, { resolve: (value) => resolve(value as ProcessAnswers[K]), reject });
      this.#child.send(request);
    });
  }

  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  #settle(reply: ProcessReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new TypeError(reply.error));
    else waiting?.resolve(reply.value);
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
