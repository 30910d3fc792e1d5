// One recorder for each place in the process: adapters that record to the same file or folder share its thread.
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type RecordOptions, recorderSettings } from './options.js';
import { Recorder } from './recorder.js';

/** Held by whoever records. */
export interface RecorderLease {
  readonly recorder: Recorder;
  /** The last one to let go closes the recording; resolves when all is written. Twice does no harm. */
  release(): Promise<void>;
}

interface Shared {
  readonly recorder: Recorder;
  readonly leases: Set<RecorderLease>;
}

const shared = new Map<string, Shared>();

/** @throws TypeError where others record to the same place in another way. */
export function acquireRecorder(options: RecordOptions): RecorderLease {
  const place = options.path ?? options.directory!;
  const where = options.path === undefined ? 'directory' : 'path';
  const settings = recorderSettings({ ...options, [where]: resolve(place) });
  const key = `${where}:${resolve(place)}`;
  const known = shared.get(key) ?? { recorder: new Recorder(settings), leases: new Set() };
  if (!isDeepStrictEqual(known.recorder.settings, settings)) {
    throw new TypeError(`options.record: ${place} is recorded to already, with other options`);
  }
  shared.set(key, known);
  const lease: RecorderLease = {
    recorder: known.recorder,
    release: async () => {
      if (!known.leases.delete(lease) || known.leases.size > 0) return;
      if (shared.get(key) === known) shared.delete(key);
      await known.recorder.close();
    },
  };
  known.leases.add(lease);
  // One that cannot begin must not be handed to the next who asks.
  known.recorder.started.catch(() => {
    if (shared.get(key) === known) shared.delete(key);
  });
  return lease;
}
