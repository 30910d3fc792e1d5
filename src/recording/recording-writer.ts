// Puts records into blocks and blocks into files: rotation, syncs, anchors, and what happens when the disk says no. Runs in the
// recorder's thread.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { monotonicNs } from '../clock.js';
import type { Anchor } from './block-layout.js';
import { partPath, stampOf } from './file-names.js';
import type { WriterSettings } from './protocol.js';
import { recordFlags, recordKinds, recordOf } from './record-layout.js';
import type { RecorderFigures } from './recorder-figures.js';
import { RecordingFile } from './recording-file.js';

const BLOCK_BYTES = 256 * 1024;
const ANCHOR_EVERY_NS = 60e9;
/** How long after a failed write the next file is tried. */
const RETRY_NS = 1e9;
const MOST_PARTS = 100_000;

export interface WriterEvents {
  file(path: string): void;
  problem(message: string): void;
}

/** Records that go into a block together. */
export interface Records {
  readonly bytes: Buffer;
  readonly records: number;
  /** Received and sent frames among them. */
  readonly frames: number;
  readonly firstNs: number;
  readonly lastNs: number;
}

export class RecordingWriter {
  readonly #settings: WriterSettings;
  readonly #figures: RecorderFigures;
  readonly #events: WriterEvents;
  readonly #recording: string;
  readonly #stamp: string;
  /** JSON of the lives that are open: repeated at the beginning of each file, so that a file can be read by itself. */
  readonly #lives = new Map<number, string>();
  #parts: Buffer[] = [];
  #bytes = 0;
  #records = 0;
  #frames = 0;
  #firstNs = 0;
  #lastNs = 0;
  #file: RecordingFile | undefined;
  #part = 0;
  #openedNs = 0;
  #anchoredNs = 0;
  #failedNs = Number.NEGATIVE_INFINITY;
  #isTold = false;
  #lost: { frames: number; fromNs: number; toNs: number } | undefined;

  constructor(settings: WriterSettings, figures: RecorderFigures, recording: string, events: WriterEvents) {
    this.#settings = settings;
    this.#figures = figures;
    this.#events = events;
    this.#recording = recording;
    this.#stamp = stampOf(Date.now(), process.pid);
  }

  /** Makes the first file. @throws Error of the file system */
  open(): void {
    mkdirSync(this.#settings.directory ?? dirname(this.#settings.path!), { recursive: true });
    this.#openFile();
  }

  /** Remembers a life for the files to come; undefined: it has ended. */
  life(life: number, json: string | undefined): void {
    if (json === undefined) this.#lives.delete(life);
    else this.#lives.set(life, json);
  }

  add({ bytes, records, frames, firstNs, lastNs }: Records): void {
    if (this.#bytes > 0 && this.#bytes + bytes.length > BLOCK_BYTES) this.flush();
    if (this.#records === 0) this.#firstNs = firstNs;
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    this.#records += records;
    this.#frames += frames;
    this.#lastNs = lastNs;
  }

  mark(kind: keyof typeof recordKinds, life: number, atNs: number, json: string, isRedacted = false): void {
    const flags = isRedacted ? recordFlags.redacted : 0;
    const bytes = recordOf({ kind: recordKinds[kind], flags, life, atNs }, json);
    this.add({ bytes, records: 1, frames: 0, firstNs: atNs, lastNs: atNs });
  }

  /** Writes the block as it is; the kernel has it then. */
  flush(): void {
    if (this.#records === 0) return;
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#bytes);
    const block = { bytes, records: this.#records, firstNs: this.#firstNs, lastNs: this.#lastNs };
    const frames = this.#frames;
    this.#parts = [];
    this.#bytes = 0;
    this.#records = 0;
    this.#frames = 0;
    this.#attempt(
      () => {
        this.#file!.append(block);
        this.#figures.add('recordedFrames', frames);
        this.#figures.add('rawBytes', bytes.length);
      },
      { frames, fromNs: block.firstNs, toNs: block.lastNs },
    );
  }

  /** To be called every `syncMs`: nothing waits longer than that. */
  sync(): void {
    const now = monotonicNs();
    if (now - this.#anchoredNs > ANCHOR_EVERY_NS) this.#anchor();
    this.flush();
    this.#attempt(() => {
      if (this.#file?.sync() !== true) return;
      this.#figures.add('syncs', 1);
      this.#figures.set('lastSyncNs', now);
      this.#figures.set('syncedFrames', this.#figures.get('recordedFrames'));
    });
    if (this.#isFull(now)) this.#rotate();
  }

  close(): void {
    this.flush();
    const file = this.#file;
    this.#file = undefined;
    try {
      file?.close();
    } catch (error) {
      this.#failed(error);
    }
  }

  #isFull(now: number): boolean {
    if (this.#file === undefined) return false;
    const { maxFileBytes, rotateEveryMs } = this.#settings;
    return this.#file.size >= maxFileBytes || now - this.#openedNs >= rotateEveryMs * 1e6;
  }

  #rotate(): void {
    const old = this.#file;
    this.#file = undefined;
    try {
      old?.close();
    } catch (error) {
      this.#failed(error);
    }
    this.#attempt(() => undefined);
  }

  /** Does something with the file. What the disk refuses is counted, told, and tried with a new file a second later. */
  #attempt(
    work: () => void,
    costs?: { readonly frames: number; readonly fromNs: number; readonly toNs: number },
  ): void {
    const now = monotonicNs();
    try {
      if (this.#file === undefined) {
        if (now - this.#failedNs < RETRY_NS) return this.#lose(costs);
        this.#openFile();
      }
      const before = this.#file!.size;
      work();
      this.#isTold = false;
      this.#figures.add('writtenBytes', this.#file!.size - before);
      if (costs !== undefined && this.#file!.size >= this.#settings.maxFileBytes) this.#rotate();
    } catch (error) {
      this.#lose(costs);
      this.#abandon();
      this.#failed(error);
    }
  }

  /** A disk that stays full is told once, not every second. */
  #failed(error: unknown): void {
    this.#failedNs = monotonicNs();
    if (this.#isTold) return;
    this.#isTold = true;
    this.#events.problem(`the recording cannot be written: ${(error as Error).message}`);
  }

  #lose(
    costs: { readonly frames: number; readonly fromNs: number; readonly toNs: number } | undefined,
  ): void {
    if (costs === undefined || costs.frames === 0) return;
    this.#figures.lose(costs.frames);
    if (this.#lost === undefined) this.#lost = { ...costs };
    else {
      this.#lost.frames += costs.frames;
      this.#lost.toNs = costs.toNs;
    }
  }

  #abandon(): void {
    const file = this.#file;
    this.#file = undefined;
    try {
      file?.abandon();
    } catch {
      // The first error was told; that the descriptor is gone as well adds nothing.
    }
  }

  #openFile(): void {
    const anchor = anchorNow();
    while (this.#file === undefined) {
      this.#part += 1;
      this.#file = this.#create(anchor);
    }
    this.#openedNs = anchor.monotonicNs;
    this.#anchoredNs = anchor.monotonicNs;
    this.#figures.add('files', 1);
    this.#events.file(this.#file.path);
    this.#introduce(anchor.monotonicNs);
  }

  /** A name that is taken belongs to another recording: the next number is tried. */
  #create(anchor: Anchor): RecordingFile | undefined {
    const path = partPath(this.#settings, this.#stamp, this.#part);
    const { compression } = this.#settings;
    const [recording, part] = [this.#recording, this.#part];
    try {
      return new RecordingFile(path, {
        format: 1,
        recording,
        part,
        createdBy: 'bulkhead-ws',
        compression,
        anchor,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || this.#part >= MOST_PARTS) throw error;
      return undefined;
    }
  }

  /** Which lives go on in this file, and what was lost before it. */
  #introduce(atNs: number): void {
    const records = [...this.#lives].map(([life, json]) =>
      recordOf({ kind: recordKinds.open, flags: 0, life, atNs }, `{"isContinued":true,${json.slice(1)}`),
    );
    if (this.#lost !== undefined) {
      const gap = JSON.stringify({ reason: 'write-failed', ...this.#lost });
      records.push(recordOf({ kind: recordKinds.gap, flags: 0, life: 0, atNs }, gap));
      this.#lost = undefined;
    }
    if (records.length === 0) return;
    this.#file!.append({
      bytes: Buffer.concat(records),
      records: records.length,
      firstNs: atNs,
      lastNs: atNs,
    });
  }

  #anchor(): void {
    const anchor = anchorNow();
    this.#anchoredNs = anchor.monotonicNs;
    this.mark('anchor', 0, anchor.monotonicNs, JSON.stringify(anchor));
  }
}

function anchorNow(): Anchor {
  return { wallMs: Date.now(), monotonicNs: monotonicNs() };
}
