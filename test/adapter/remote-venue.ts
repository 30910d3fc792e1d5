// The tests' end of a simulated Deribit that runs in a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { DeribitOptions, Fault, JournalEntry, JournalEvent } from '../../src/testing/index.js';
import type { VenueAnswer, VenueCommand } from './exchange-process.js';

export class RemoteVenue {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #last = 0;

  static async start(options: DeribitOptions = {}): Promise<RemoteVenue> {
    const script = new URL('./exchange-process.js', import.meta.url);
    const child = fork(script, [JSON.stringify(options)], { execArgv: [] });
    const [first] = (await once(child, 'message')) as [VenueAnswer];
    return new RemoteVenue(child, String(first.result));
  }

  private constructor(child: ChildProcess, url: string) {
    this.url = url;
    this.#process = child;
    child.on('message', ({ number, result }: VenueAnswer) => {
      this.#waiting.get(number)?.(result);
      this.#waiting.delete(number);
    });
  }

  /** `afterMs` is counted in the other process, so that a fault can strike while this one is blocked. */
  inject(fault: Fault, afterMs = 0): Promise<unknown> {
    return this.#ask({ what: 'inject', fault, afterMs });
  }

  async journal<Kind extends JournalEvent['kind']>(
    ...kinds: readonly Kind[]
  ): Promise<readonly Extract<JournalEntry, { kind: Kind }>[]> {
    return (await this.#ask({ what: 'journal', kinds })) as Extract<JournalEntry, { kind: Kind }>[];
  }

  async orders(clientId: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#ask({ what: 'orders', clientId })) as Readonly<Record<string, unknown>>[];
  }

  async close(): Promise<void> {
    const exited = once(this.#process, 'exit');
    this.#process.disconnect();
    await exited;
  }

  #ask(command: VenueCommand): Promise<unknown> {
    this.#last += 1;
    const number = this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(number, resolve);
      this.#process.send({ number, command });
    });
  }
}
