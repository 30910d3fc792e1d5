// The handle of a load generator in the process that measures.
import type { ChildProcess } from 'node:child_process';
import { firstMessage, startChild } from '../kit/child.js';
import type { LoadOptions, LoadOrder, LoadStarted, LoadStats, Resubscribed } from './messages.js';

export class Load {
  readonly url: string;
  readonly #child: ChildProcess;

  static async start(options: LoadOptions = {}): Promise<Load> {
    const child = startChild('../load/main.js', options);
    const { url } = await firstMessage<LoadStarted>(child);
    return new Load(child, url);
  }

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  stats(): Promise<LoadStats> {
    this.#child.send({ order: 'stats' } satisfies LoadOrder);
    return firstMessage<LoadStats>(this.#child);
  }

  /** Drops all connections without a word. Resolves with the milliseconds until the next subscription. */
  async drop(): Promise<number> {
    this.#child.send({ order: 'drop' } satisfies LoadOrder);
    return (await firstMessage<Resubscribed>(this.#child)).resubscribedMs;
  }

  setRate(rate: number): void {
    this.#child.send({ order: 'rate', rate } satisfies LoadOrder);
  }

  stop(): void {
    this.#child.kill();
  }
}
