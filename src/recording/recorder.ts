// A recording as the main thread sees it: starts the recorder's thread, gives each connection a tap, tells how connections ended. No
// frame passes here.
import { randomBytes } from 'node:crypto';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { monotonicNs } from '../clock.js';
import { BulkheadError } from '../errors.js';
import type { HttpCall } from '../exchanges/exchange.js';
import type { HttpAnswer } from '../fetch-json.js';
import { carriesKeys, httpRecord, type HttpSubject } from './http-record.js';
import type { RecorderSettings } from './options.js';
import type { LifeSubject, RecorderCommand, RecorderEvent, RecorderTask, TapSettings } from './protocol.js';
import { RecorderFigures } from './recorder-figures.js';
import { knownValues } from './redaction.js';

const recorderUrl = new URL('../../workers/recorder.js', import.meta.url);

/** How a connection ended, as far as it is recorded. */
export interface RecordedEnd {
  readonly exit: Readonly<Record<string, unknown>>;
  readonly framesReceived: number;
  readonly framesSent: number;
}

/** One life of one connection in a recording. */
export interface LifeRecording {
  /** Goes to the connection's thread, with the port handed over. */
  readonly tap: TapSettings;
  /** Twice does no harm. */
  ended(end: RecordedEnd): void;
}

/** Figures of a recording. */
export interface RecordingStats {
  /** The files so far, in order. */
  readonly files: readonly string[];
  /** Frames that are in the files. */
  readonly recordedFrames: number;
  /** Frames that a loss of power would leave there too. */
  readonly syncedFrames: number;
  /** Frames that are not; each is part of a gap in the recording. */
  readonly lostFrames: number;
  /** Bytes that wait for the disk. */
  readonly queuedBytes: number;
  /** Bytes in the files, and before they were compressed. */
  readonly writtenBytes: number;
  readonly rawBytes: number;
  /** When the files were last synced to the disk: nanoseconds on the monotonic clock; 0: not yet. */
  readonly lastSyncNs: number;
}

export class Recorder {
  /** Resolves when the first file is there; rejects with `recording-failed` where it cannot be made. */
  readonly started: Promise<void>;
  readonly figures = new RecorderFigures();
  readonly settings: RecorderSettings;
  /** Called with what went wrong while the recording goes on. */
  readonly problemListeners = new Set<(message: string) => void>();
  readonly #worker: Worker;
  readonly #salt = randomBytes(16).toString('hex');
  readonly #files: string[] = [];
  readonly #exited: Promise<void>;
  #lives = 0;
  #isClosing = false;
  #settleStarted!: { resolve(): void; reject(error: Error): void };

  constructor(settings: RecorderSettings) {
    this.settings = settings;
    this.started = new Promise((resolve, reject) => {
      this.#settleStarted = { resolve, reject };
    });
    this.started.catch(() => undefined);
    const task: RecorderTask = { settings, figures: this.figures.buffer };
    this.#worker = new Worker(recorderUrl, { workerData: task, name: 'bulkhead-recorder', execArgv: [] });
    this.#worker.on('message', (event: RecorderEvent) => this.#heard(event));
    this.#worker.on('error', (error) => this.#failed(`the recorder's thread failed: ${error.message}`));
    this.#exited = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        if (!this.#isClosing) this.#failed(`the recorder's thread ended: nothing is recorded any more`);
        resolve();
      });
    });
    // It is there for connections; alone it keeps no process alive.
    this.#worker.unref();
  }

  stats(): RecordingStats {
    const { figures } = this;
    return {
      files: [...this.#files],
      recordedFrames: figures.get('recordedFrames'),
      syncedFrames: figures.get('syncedFrames'),
      lostFrames: figures.lostFrames,
      queuedBytes: figures.queuedBytes,
      writtenBytes: figures.get('writtenBytes'),
      rawBytes: figures.get('rawBytes'),
      lastSyncNs: figures.get('lastSyncNs'),
    };
  }

  /** A life to be recorded from now on. */
  life(subject: LifeSubject): LifeRecording {
    this.#lives += 1;
    const life = this.#lives;
    const { port1: port, port2 } = new MessageChannel();
    this.#tell({ type: 'life', life, port: port2 }, [port2]);
    const { maxQueueBytes } = this.settings;
    let isOver = false;
    return {
      tap: { port, life, subject, figures: this.figures.buffer, maxQueueBytes },
      ended: ({ exit, framesReceived, framesSent }) => {
        if (isOver) return;
        isOver = true;
        // Where no thread came to take it over, the port is still here.
        port.close();
        this.#tell({
          type: 'exit',
          life,
          atNs: monotonicNs(),
          exit: { ...subject, ...exit },
          framesReceived,
          framesSent,
        });
      },
    };
  }

  /** Something that consumers were told can be missing. */
  gap(gap: object, name: string): void {
    this.#tell({ type: 'gap', life: 0, atNs: monotonicNs(), gap: { ...gap, name } });
  }

  /** An HTTP call that the main thread has made. */
  called(call: HttpCall, answer: HttpAnswer, subject: HttpSubject): void {
    const record = httpRecord(call, answer, subject);
    this.#tell({ type: 'http', atNs: monotonicNs(), record, isKeyed: carriesKeys(call) });
  }

  /** Texts in these credentials or tokens are taken out wherever they stand. Only their hashes leave this thread. */
  know(secrets: unknown): void {
    const known = knownValues(secrets, this.#salt);
    if (known.length > 0) this.#tell({ type: 'secrets', salt: this.#salt, known });
  }

  /** Writes what is left and the index. Resolves when the thread is gone; twice does no harm. */
  close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#worker.ref();
      this.#tell({ type: 'close' });
    }
    return this.#exited;
  }

  #tell(command: RecorderCommand, transfers: MessagePort[] = []): void {
    this.#worker.postMessage(command, transfers);
  }

  #heard(event: RecorderEvent): void {
    if (event.type === 'file') {
      this.#files.push(event.path);
      this.#settleStarted.resolve();
    }
    if (event.type === 'problem') this.#failed(event.message);
  }

  #failed(message: string): void {
    const advice = 'look at the folder, its rights and the space on the disk';
    this.#settleStarted.reject(
      new BulkheadError('recording-failed', `the recording cannot be begun: ${message}; ${advice}`),
    );
    for (const listener of this.problemListeners) listener(message);
  }
}
