// Names of the files of a recording: sorted by name they are sorted by time.
import { basename, dirname, extname, join } from 'node:path';
import type { WriterSettings } from './protocol.js';

/** The end of the name of every recording. */
export const EXTENSION = '.bulkrec';

/** The name of a part. `path` names the first part itself; later ones carry their number. */
export function partPath(
  settings: Pick<WriterSettings, 'path' | 'directory'>,
  stamp: string,
  part: number,
): string {
  const { path, directory } = settings;
  if (path !== undefined && part === 1) return path;
  const number = String(part).padStart(4, '0');
  if (path === undefined) return join(directory ?? '.', `bulkhead-${stamp}.${number}${EXTENSION}`);
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}.${number}${extension}`);
}

/** `20261122T155000Z-4711`: when and by which process. */
export function stampOf(wallMs: number, pid: number): string {
  const time = new Date(wallMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${pid}`;
}
