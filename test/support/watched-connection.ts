// A connection that writes down everything that happens to it, in order, for tests to look at.
import type { Batch } from '../../src/batch/batch.js';
import { type Connection, type ConnectionOptions, openConnection } from '../../src/client/connection.js';
import type { Exit } from '../../src/client/exit.js';
import { type ConnectionSettings, checkOptions, connectionEntries } from '../../src/client/options.js';
import type { ConnectClient, ControlMessage } from '../../src/client/protocol.js';
import { connectCommand, plainDelivery, threadOptions } from '../../src/client/settings.js';
import { faultyWorkerUrl } from '../../src/testing/thread-faults.js';
import { type Threads, threadsFor } from '../../src/threads/index.js';
import { withTimeout } from './wait-for.js';

export interface WatchedConnection {
  readonly connection: Connection;
  /** Texts of the frames, in the order they were delivered. */
  readonly frames: string[];
  readonly control: ControlMessage[];
  readonly exits: Exit[];
  readonly exited: Promise<Exit>;
}

export interface WatchedOptions extends ConnectionSettings {
  readonly command?: Partial<ConnectClient>;
  readonly threads?: Threads;
  readonly batch?: (batch: Batch) => void | Promise<void>;
}

/** The threads that can be broken from the outside. */
export function breakableThreads(options: ConnectionSettings = {}): Threads {
  return threadsFor(threadOptions({ workerUrl: faultyWorkerUrl, spares: 0, ...options }));
}

export function watchedConnection(url: string, options: WatchedOptions = {}): WatchedConnection {
  const { command, threads, batch, ...settings } = options;
  checkOptions(connectionEntries, settings);
  const frames: string[] = [];
  const control: ControlMessage[] = [];
  const exits: Exit[] = [];
  let exitHappened!: (exit: Exit) => void;
  const exited = new Promise<Exit>((resolve) => {
    exitHappened = resolve;
  });
  const handlers: ConnectionOptions['handlers'] = {
    batch(read) {
      for (let index = 0; index < read.frames.length; index += 1) frames.push(read.frames.text(index));
      return batch?.(read);
    },
    control: (messages) => void control.push(...messages),
    exit(exit) {
      exits.push(exit);
      exitHappened(exit);
    },
  };
  const connection = openConnection({
    command: { ...connectCommand(url, 1, settings, plainDelivery, 30), ...command },
    threads: threads ?? breakableThreads(settings),
    handlers,
    ...(settings.hangTimeoutMs === undefined ? {} : { hangTimeoutMs: settings.hangTimeoutMs }),
  });
  return { connection, frames, control, exits, exited: withTimeout(exited, 'the exit') };
}

/** Blocks this thread. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
