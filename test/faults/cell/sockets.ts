// This process's TCP connections to a port, as the kernel lists them: independent of what any part of the library believes.
import { existsSync, readFileSync } from 'node:fs';

const table = '/proc/self/net/tcp';
const ESTABLISHED = '01';

/** Undefined where the system has no such list. */
export function socketsTo(port: number): number | undefined {
  if (!existsSync(table)) return undefined;
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(wanted) === true && state === ESTABLISHED).length;
}
