// How commands run and end: Ctrl-C and a reader that goes away end them in good order, and what went wrong gets one line.
import { CommanderError, InvalidArgumentError } from 'commander';
import { isBulkheadError } from '../errors.js';
import { UsageError } from './usage-error.js';

/** What the exit codes of the program mean; the README tells users. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Runs a command until it is done, Ctrl-C comes or nobody reads its output; a second Ctrl-C does not wait for a clean end. */
export async function run(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort();
  };
  // A reader that went away (`| head`) is no failure of ours, and no reason to leave a connection without a goodbye.
  const ignored = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort();
  };
  process.stdout.on('error', ignored);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    process.exitCode = await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/** An end that comes with the signal, or is brought about by hand or by a clock. */
export class Ending {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal) {
    if (signal.aborted) this.come();
    signal.addEventListener('abort', () => this.come(), { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Comes after so many seconds. Not AbortSignal.any() of AbortSignal.timeout(): on Node 20 that was collected before it fired.
   */
  after(seconds: number | undefined): void {
    if (seconds === undefined || this.signal.aborted) return;
    this.#timer = setTimeout(() => this.come(), seconds * 1000);
  }

  come(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }
}

/** Resolves at the end that was asked for. */
export function asked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Says what went wrong, on standard error, and sets the exit code. */
export function fail(error: unknown): void {
  // Help and version end this way too, and commander has said what was wrong by itself.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return;
  }
  process.stderr.write(`bulkhead: ${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

/** What a user can do something about gets a line; only a mistake of this program gets a stack. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (isBulkheadError(error)) return `${error.code}: ${error.message}`;
  if (error instanceof TypeError) return error.message;
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code === undefined ? (error.stack ?? error.message) : error.message;
}

export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`);
  };
}

export function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('must be a number of seconds above 0.');
}

/** `64M`, `1G`, `500000` */
export function byteSize(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)i?B?$/i.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError('must be a size such as 64M or 1G.');
  return Math.round(Number(digits) * 1024 ** ' KMG'.indexOf(unit.toUpperCase() || ' '));
}
