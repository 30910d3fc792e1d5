// The recorder's thread: takes batches from the connections' threads, over a port for each, and writes them. The main thread only tells
// it which connections there are and how they ended.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { randomBytes } from 'node:crypto';
import { BatchCleaner } from '../src/recording/batch-cleaner.js';
import { cleanHttpRecord } from '../src/recording/http-record.js';
import type { RecorderCommand, RecorderEvent, RecorderTask } from '../src/recording/protocol.js';
import { RecorderFigures } from '../src/recording/recorder-figures.js';
import { RecordingWriter } from '../src/recording/recording-writer.js';
import { Redaction } from '../src/recording/redaction.js';

type Call = Extract<RecorderCommand, { type: 'http' }>;
type Exit = Extract<RecorderCommand, { type: 'exit' }>;

/** How long the end waits for connections that are still there. */
const CLOSE_GRACE_MS = 2000;

interface Life {
  readonly number: number;
  readonly cleaner: BatchCleaner;
  /** Frames that were recorded or are part of a gap. */
  frames: number;
  isPortOpen: boolean;
  exit: Exit | undefined;
}

class RecorderThread {
  readonly #main: MessagePort;
  readonly #figures: RecorderFigures;
  readonly #redaction: Redaction;
  readonly #writer: RecordingWriter;
  readonly #lives = new Map<number, Life>();
  #isClosing = false;

  constructor({ settings, figures }: RecorderTask, main: MessagePort) {
    this.#main = main;
    this.#figures = new RecorderFigures(figures);
    this.#redaction = new Redaction({ keys: settings.redactKeys });
    this.#writer = new RecordingWriter(settings, this.#figures, randomBytes(8).toString('hex'), {
      file: (path) => this.#tell({ type: 'file', path }),
      problem: (message) => this.#tell({ type: 'problem', message, isFatal: false }),
    });
    main.on('message', (command: RecorderCommand) => this.#obey(command));
    try {
      this.#writer.open();
    } catch (error) {
      this.#tell({ type: 'problem', message: (error as Error).message, isFatal: true });
      main.close();
      return;
    }
    setInterval(() => this.#writer.sync(), settings.syncMs);
  }

  #obey(command: RecorderCommand): void {
    switch (command.type) {
      case 'life':
        return this.#begin(command.life, command.port);
      case 'exit':
        return this.#exited(command);
      case 'http':
        return this.#called(command);
      case 'gap': {
        const { life, atNs, gap } = command;
        return this.#writer.mark('gap', life, atNs, JSON.stringify(gap));
      }
      case 'secrets':
        return this.#redaction.know(command.salt, command.known);
      case 'close':
        this.#isClosing = true;
        setTimeout(() => this.#end(), CLOSE_GRACE_MS);
        return this.#settle();
    }
  }

  #begin(number: number, port: MessagePort): void {
    const cleaner = new BatchCleaner(this.#redaction);
    const life: Life = { number, cleaner, frames: 0, isPortOpen: true, exit: undefined };
    this.#lives.set(number, life);
    port.on('message', (batch: Uint8Array) => this.#take(life, batch));
    // What the thread posted comes before this, also when it was terminated.
    port.on('close', () => {
      life.isPortOpen = false;
      this.#finish(life);
    });
  }

  #take(life: Life, batch: Uint8Array): void {
    // A token that a frame in here holds was told on the other port before the frame was sent.
    this.#hearMain();
    const cleaned = life.cleaner.clean(Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength));
    life.frames += cleaned.frames + cleaned.lost;
    if (cleaned.opened !== undefined) this.#writer.life(life.number, cleaned.opened);
    this.#writer.add(cleaned);
    this.#figures.unqueue(batch.byteLength);
  }

  #hearMain(): void {
    for (let entry = receiveMessageOnPort(this.#main); entry; entry = receiveMessageOnPort(this.#main)) {
      this.#obey(entry.message as RecorderCommand);
    }
  }

  #called({ atNs, record, isKeyed }: Call): void {
    const clean = cleanHttpRecord(this.#redaction, record, isKeyed);
    const isRedacted = clean.body !== record.body || clean.path !== record.path;
    this.#writer.mark('http', 0, atNs, JSON.stringify(clean), isRedacted);
  }

  #exited(exit: Exit): void {
    const life = this.#lives.get(exit.life);
    if (life === undefined) return;
    life.exit = exit;
    this.#finish(life);
  }

  #finish(life: Life): void {
    const { number, exit, isPortOpen } = life;
    if (isPortOpen || exit === undefined) return;
    this.#lives.delete(number);
    this.#writer.life(number, undefined);
    const frames = exit.framesReceived + exit.framesSent - life.frames;
    if (frames > 0) {
      this.#figures.lose(frames);
      this.#writer.mark('gap', number, exit.atNs, JSON.stringify({ reason: 'thread-ended', frames }));
    }
    this.#writer.mark('exit', number, exit.atNs, JSON.stringify(exit.exit));
    this.#settle();
  }

  #settle(): void {
    if (this.#isClosing && this.#lives.size === 0) this.#end();
  }

  #end(): void {
    this.#writer.close();
    this.#tell({ type: 'closed' });
    this.#main.close();
    process.exit(0);
  }

  #tell(event: RecorderEvent): void {
    this.#main.postMessage(event);
  }
}

if (parentPort !== null) new RecorderThread(workerData as RecorderTask, parentPort);
