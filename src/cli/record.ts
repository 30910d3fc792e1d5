// `bulkhead record`: an adapter that nobody listens to, recorded.
import { Adapter } from '../adapter/adapter.js';
import { EXTENSION } from '../recording/file-names.js';
import type { RecordOptions } from '../recording/options.js';
import type { RecordingStats } from '../recording/recorder.js';
import { Progress } from './lines.js';
import { asked, Ending, exitCodes } from './run.js';
import { adapterOptions, exchangeOf, type VenueFlags } from './venue-options.js';

export interface RecordCommand extends VenueFlags {
  readonly exchange: string;
  readonly topics: readonly string[];
  /** A file or a folder. */
  readonly to: string;
  readonly maxSize?: number;
  /** Seconds. */
  readonly rotate?: number;
  readonly syncMs?: number;
  readonly compression?: RecordOptions['compression'];
  readonly length?: number | undefined;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

const LOOK_MS = 250;

/** Resolves with the exit code. @throws UsageError, TypeError, BulkheadError */
export async function record(options: RecordCommand): Promise<number> {
  const { topics, length, signal, json } = options;
  const exchange = exchangeOf(options.exchange);
  const adapter = new Adapter(exchange, {
    ...adapterOptions(exchange, options),
    topics,
    record: placeOf(options),
  });
  const ending = new Ending(signal);
  const ends = ending.signal;
  const close = (): void => void adapter.close();
  ends.addEventListener('abort', close, { once: true });
  const progress = new Progress();
  const timer = setInterval(() => progress.tell(() => words(adapter.recording)), LOOK_MS);
  try {
    if (!ends.aborted) await adapter.connect();
    ending.after(length);
    await asked(ends);
  } catch (error) {
    if (!ends.aborted) throw error;
  } finally {
    clearInterval(timer);
    ending.come();
    await adapter.close();
    progress.end();
  }
  const { recording } = adapter;
  process.stdout.write(`${json ? JSON.stringify(recording ?? null) : words(recording)}\n`);
  return (recording?.lostFrames ?? 0) > 0 ? exitCodes.failed : exitCodes.done;
}

function placeOf({ to, maxSize, rotate, syncMs, compression }: RecordCommand): RecordOptions {
  return {
    ...(to.endsWith(EXTENSION) ? { path: to } : { directory: to }),
    ...(maxSize === undefined ? {} : { maxFileBytes: maxSize }),
    ...(rotate === undefined ? {} : { rotateEveryMs: rotate * 1000 }),
    ...(syncMs === undefined ? {} : { syncMs }),
    ...(compression === undefined ? {} : { compression }),
  };
}

function words(recording: RecordingStats | undefined): string {
  if (recording === undefined) return 'nothing recorded yet';
  const { recordedFrames, writtenBytes, lostFrames, files } = recording;
  const lost = lostFrames === 0 ? '' : `, ${lostFrames} frames LOST (the recording says where)`;
  return `${recordedFrames} frames, ${(writtenBytes / 1e6).toFixed(1)} MB in ${files.join(', ')}${lost}`;
}
