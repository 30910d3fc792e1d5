// What a plain client can be told, what it tells, and its figures.
import * as v from 'valibot';
import type { Batch } from '../batch/batch.js';
import type { Gap } from '../market.js';
import type { Backoff } from './backoff.js';
import type { Exit } from './exit.js';
import { recordEntry, type RecordOptions } from '../recording/options.js';
import { type ConnectionSettings, connectionEntries } from './options.js';

/** Options of a plain client. */
export interface ClientOptions extends ConnectionSettings {
  /**
   * Whether a new thread with a new connection is started after an exit that is worth a retry. Default false. Frames can be missing
   * in between: a gap is told each time, by event and in `frames()`. Nothing is ever sent again by itself.
   */
  readonly reconnectOnError?: boolean;
  /** Waits between the attempts of `reconnectOnError`: a random part of `baseMs`, doubled with each failure up to `capMs`. */
  readonly backoff?: Partial<Backoff>;
  /** Ends the client as `terminate()` does, also while it still connects. */
  readonly signal?: AbortSignal;
  /** Records every frame in both directions, by a thread of its own. Default: nothing is recorded. See docs/recording.md. */
  readonly record?: RecordOptions;
}

/** How a client ended. `code` says why, from the closed list of exits; `error` is the same as an error. */
export type ClientExit = Exit;

/** What `on` can listen to. */
export interface ClientEvents {
  /** Frames as they crossed. A listener that returns a promise slows the stream down until it settles. */
  batch: [batch: Batch];
  /** A life ended. */
  exit: [exit: ClientExit];
  /** A new life's connection is open. */
  reconnected: [life: { readonly epoch: number; readonly threadId: number }];
  /** Frames can be missing. */
  gap: [gap: Gap];
}

/** Figures of the current life, and of all lives where it says so. */
export interface ClientStats {
  readonly epoch: number;
  readonly threadId: number | undefined;
  readonly isOpen: boolean;
  /** Lives that have ended. */
  readonly exits: number;
  readonly framesReceived: number;
  readonly bytesReceived: number;
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly framesDropped: number;
  readonly batches: number;
  /** Frames that wait in the thread. */
  readonly queuedEntries: number;
  readonly queuedBytes: number;
  /** How old the oldest frame is that your code is not done with, in ms; 0 where none waits. */
  readonly lagMs: number;
  /** The most that the thread has seen in the last 10 to 20 s, also while your code blocked the main thread. */
  readonly lagPeakMs: number;
  /** Sends and calls without an answer. */
  readonly pending: number;
  /** Milliseconds that the thread's event loop was late at its last look. */
  readonly loopDelayMs: number;
  readonly heapUsedBytes: number;
}

export const clientEntries = {
  ...connectionEntries,
  reconnectOnError: v.optional(v.boolean('true or false')),
  record: recordEntry,
  signal: v.optional(v.instance(AbortSignal, 'an AbortSignal')),
  backoff: v.optional(
    v.strictObject(
      {
        baseMs: v.optional(v.pipe(v.number('a number of ms'), v.minValue(1, 'at least 1'))),
        capMs: v.optional(v.pipe(v.number('a number of ms'), v.minValue(1, 'at least 1'))),
      },
      'an object',
    ),
  ),
};
