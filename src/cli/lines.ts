// Standard output as lines: waits where the reader is slower, stays silent where it is gone.
import { once } from 'node:events';
import type { Writable } from 'node:stream';

export class Lines {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal, stream: Writable = process.stdout) {
    this.#signal = signal;
    this.#stream = stream;
  }

  /** Resolves when the reader is ready for more. */
  async write(line: string): Promise<void> {
    if (this.#signal.aborted || this.#stream.write(`${line}\n`)) return;
    await once(this.#stream, 'drain', { signal: this.#signal }).catch(() => undefined);
  }
}

/** News of long work for people, on standard error: one line, drawn over on a terminal, every few seconds elsewhere. */
export class Progress {
  readonly #isTerminal = process.stderr.isTTY === true;
  #toldAt = performance.now();
  #isOpen = false;

  /** `words` is called only when it is time to tell. */
  tell(words: () => string): void {
    const now = performance.now();
    if (now - this.#toldAt < (this.#isTerminal ? 250 : 5000)) return;
    this.#toldAt = now;
    this.#isOpen = this.#isTerminal;
    process.stderr.write(this.#isTerminal ? `\r\u001b[2K${words()}` : `${words()}\n`);
  }

  end(): void {
    if (this.#isOpen) process.stderr.write('\r\u001b[2K');
    this.#isOpen = false;
  }
}
