// What a user may set for a recording.
import * as v from 'valibot';
import type { Compression, WriterSettings } from './protocol.js';

/** Where and how frames are recorded. Exactly one of `path` and `directory` is given. */
export interface RecordOptions {
  /** The file. One that is there already is not touched: the next free number is put before the extension. */
  readonly path?: string;
  /** A folder for files named by time and process. It is made where it is missing. */
  readonly directory?: string;
  /** Size at which the next file is begun. Default 1 GiB. */
  readonly maxFileBytes?: number;
  /** Milliseconds after which the next file is begun. Default: by size only. */
  readonly rotateEveryMs?: number;
  /**
   * Milliseconds between syncs to the disk: what a loss of power can cost. The death of the process costs no more than that either.
   * Default 250.
   */
  readonly syncMs?: number;
  /** Bytes that may wait for the disk, over all connections of the recording; beyond them frames are left out, with a gap. Default 64 MiB. */
  readonly maxQueueBytes?: number;
  /** Default `brotli` (quality 1). */
  readonly compression?: Compression;
  /** Names of JSON members whose values are secret, beside those that are known (tokens, signatures, keys, …). */
  readonly redactKeys?: readonly string[];
}

const MIB = 1024 * 1024;

export const recordDefaults = {
  maxFileBytes: 1024 * MIB,
  rotateEveryMs: Number.POSITIVE_INFINITY,
  syncMs: 250,
  maxQueueBytes: 64 * MIB,
  compression: 'brotli',
} as const;

const text = v.pipe(v.string('a string'), v.nonEmpty('a string that is not empty'));

function from(least: number, most: number, unit: string) {
  const words = `a whole number of ${unit} from ${least} to ${most}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(most, words));
}

/** The check of the option `record`. */
export const recordEntry = v.optional(
  v.pipe(
    v.strictObject(
      {
        path: v.optional(text),
        directory: v.optional(text),
        maxFileBytes: v.optional(from(MIB, 1024 * 1024 * MIB, 'bytes')),
        rotateEveryMs: v.optional(from(1000, 2 ** 31 - 1, 'milliseconds')),
        syncMs: v.optional(from(10, 60_000, 'milliseconds')),
        maxQueueBytes: v.optional(from(MIB, 1024 * MIB, 'bytes')),
        compression: v.optional(v.picklist(['brotli', 'deflate', 'none'], `'brotli', 'deflate' or 'none'`)),
        redactKeys: v.optional(v.array(text, 'an array of strings')),
      },
      'an object with path or directory',
    ),
    v.check(
      ({ path, directory }) => (path === undefined) !== (directory === undefined),
      'an object with either path or directory',
    ),
  ),
);

export interface RecorderSettings extends WriterSettings {
  readonly maxQueueBytes: number;
}

/** Checked options with the defaults filled in. */
export function recorderSettings(options: RecordOptions): RecorderSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...recordDefaults, redactKeys: [], ...given };
}
