// Frames kept in files: our own fixtures, and what others recorded from real exchanges. The recorded ones stand beside the project,
// not in it, so they can be missing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredFrame {
  /** File name without its ending. */
  readonly name: string;
  /** Without white space between tokens, as on the wire; numbers are as they were written. */
  readonly frame: string;
}

/** The frames of a folder, one JSON document a file, pretty-printed or not. */
export function storedFrames(folder: string): readonly StoredFrame[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ name: file.slice(0, -5), frame: compact(readFileSync(join(folder, file), 'utf8')) }));
}

/**
 * The recorded frames of one venue, or undefined where the folder is not there. `BULKHEAD_CAPTURED` names another folder.
 * A name that ends in `_request` is what a client sends, but for `test_request`, which servers send.
 */
export function capturedFrames(venue: string): readonly StoredFrame[] | undefined {
  try {
    const folder = join(process.env['BULKHEAD_CAPTURED'] ?? '../shared/data/captured', venue);
    return storedFrames(folder).filter(({ name }) => !/(?<!test)_request$/.test(name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function compact(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}
