// How a thread ends: one reason, the lanes' last content, the last words, then process.exit. Also for the ends nobody asked for.
import type { ClientEnding, ConnectClient } from '../src/client/protocol.js';
import { type ErrorDetail, type ExitReason, exits, toRecord } from '../src/errors.js';

export interface EndingTasks {
  /** Posts what still waits in the thread, without waiting for credit. */
  drain(): void;
  /** Posts the last words. */
  bye(ending: ClientEnding): void;
}

export class Ending {
  readonly #tasks: EndingTasks;
  #ending: ClientEnding | undefined;

  constructor(tasks: EndingTasks) {
    this.#tasks = tasks;
    process.on('uncaughtExceptionMonitor', (error) => this.#crashed(error));
    // Runs for process.exit, a throw and an unhandled rejection; not for terminate() and running out of memory.
    process.on('exit', (code) => this.#leave(code));
  }

  /** Ends the thread. The first ending counts. */
  end(ending: ClientEnding): void {
    this.#ending ??= ending;
    process.exit(exits[this.#ending.reason].exitCode);
  }

  /** Ends the thread after the answer to the call that asked for it has been posted. */
  endSoon(ending: ClientEnding): void {
    this.#ending ??= ending;
    setImmediate(() => this.end(ending));
  }

  #crashed(error: unknown): void {
    const record = toRecord(error);
    this.#ending ??= ending(
      'crash',
      `uncaught error in the thread: ${record.message}`,
      {},
      { error: record },
    );
  }

  #leave(code: number): void {
    this.#tasks.drain();
    this.#tasks.bye(this.#ending ?? ending('crash', `process.exit(${code}) was called in the thread`));
  }
}

/** An ending in one line. */
export function ending(
  reason: ExitReason,
  message: string,
  detail: ErrorDetail = {},
  more: Pick<ClientEnding, 'retryable' | 'error'> = {},
): ClientEnding {
  return { reason, message, detail, ...more };
}

/** The address without what may be secret in it: user, password, query. */
export function addressOf({ url }: Pick<ConnectClient, 'url'>): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
