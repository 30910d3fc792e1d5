// A folder of its own for a test, gone at its end, and what tests read from recordings.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording, type RecordedEntry, type RecordedFrame } from '../../src/index.js';

export interface Folder extends Disposable {
  readonly path: string;
}

export function folder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'bulkhead-recording-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export async function entriesAt(path: string): Promise<RecordedEntry[]> {
  const entries: RecordedEntry[] = [];
  for await (const entry of await openRecording(path)) entries.push(entry);
  return entries;
}

export function textsOf(
  entries: readonly RecordedEntry[],
  direction: RecordedFrame['direction'] = 'received',
): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'frame' && entry.direction === direction ? [entry.data.toString()] : [],
  );
}
