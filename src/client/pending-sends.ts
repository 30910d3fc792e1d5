// Sends whose outcome is not known yet. Numbered, so that after the death of the thread the shared counter tells which of them
// never reached the socket.
import { BulkheadError } from '../errors.js';

interface PendingSend {
  readonly bytes: number;
  resolve(): void;
  reject(error: BulkheadError): void;
}

export class PendingSends {
  readonly #sends = new Map<number, PendingSend>();
  #last = 0;
  #bytes = 0;

  get size(): number {
    return this.#sends.size;
  }

  /** Bytes on their way to the thread or in it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Numbers the next send. The promise is settled by `resolve`, `reject` or `settleAll`. */
  add(bytes: number): { readonly number: number; readonly settled: Promise<void> } {
    this.#last += 1;
    const number = this.#last;
    this.#bytes += bytes;
    const settled = new Promise<void>((resolve, reject) =>
      this.#sends.set(number, { bytes, resolve, reject }),
    );
    return { number, settled };
  }

  resolve(number: number): void {
    this.#take(number)?.resolve();
  }

  reject(number: number, error: BulkheadError): void {
    this.#take(number)?.reject(error);
  }

  /** The thread is gone: everything beyond `sendsStarted` never reached the socket, everything up to it may have. */
  settleAll(sendsStarted: number, cause: BulkheadError): void {
    for (const number of this.#sends.keys()) {
      this.reject(number, number > sendsStarted ? notSent(cause) : unknownFate(cause));
    }
  }

  #take(number: number): PendingSend | undefined {
    const send = this.#sends.get(number);
    if (send === undefined) return undefined;
    this.#sends.delete(number);
    this.#bytes -= send.bytes;
    return send;
  }
}

export function notSent(cause?: BulkheadError): BulkheadError {
  const why = cause === undefined ? 'the connection is not open' : cause.message;
  return new BulkheadError('not-sent', `the frame was not sent: ${why}`, { cause });
}

function unknownFate(cause: BulkheadError): BulkheadError {
  const text = `the frame may have been sent or not: ${cause.message}; look the outcome up before acting`;
  return new BulkheadError('unknown', text, { cause });
}
