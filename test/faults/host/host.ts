// The tests' end of a host process.
import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import type {
  Deed,
  HostCommand,
  HostReply,
  Occasion,
  StagePlan,
  StagePorts,
  StageSummary,
} from './messages.js';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Host {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, () => void>();
  readonly #exited: Promise<void>;
  #lastId = 0;

  constructor(program: Pick<ForkOptions, 'execPath' | 'execArgv'> = { execArgv: [] }) {
    this.#child = fork(new URL('./entry.js', import.meta.url), [], program);
    this.#child.on('message', (message) => this.#read(message as HostReply));
    this.#child.on('error', () => {});
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        for (const { reject } of this.#waiting.values())
          reject(new Error(`the host ended (${signal ?? code})`));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Resolves when the process is gone, however it went. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  open(stage: string, plan: StagePlan): Promise<StagePorts> {
    return this.#ask({ kind: 'open', stage, plan }) as Promise<StagePorts>;
  }

  async act(stage: string, ...deeds: readonly Deed[]): Promise<void> {
    await this.#ask({ kind: 'act', stage, deeds });
  }

  async arm(stage: string, on: Occasion, ...deeds: readonly Deed[]): Promise<void> {
    await this.#ask({ kind: 'arm', stage, on, deeds });
  }

  /** Called when a deed of the stage says so. */
  onTold(stage: string, listener: () => void): void {
    this.#listeners.set(stage, listener);
  }

  summary(stage: string): Promise<StageSummary> {
    return this.#ask({ kind: 'summary', stage }) as Promise<StageSummary>;
  }

  async closeStage(stage: string): Promise<void> {
    this.#listeners.delete(stage);
    await this.#ask({ kind: 'close', stage });
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  #ask(command: HostCommand): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(new Error('the host has ended'));
      this.#lastId += 1;
      const id = this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, command });
    });
  }

  #read(reply: HostReply): void {
    if ('told' in reply) return this.#listeners.get(reply.told)?.();
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.value);
  }
}
