// The part of docs/performance.md about published clients.
import type { Machine } from '../kit/machine.js';
import { shortNumber } from './plot.js';

export interface PeerRow {
  readonly id: string;
  readonly version: string;
  readonly dialect: string;
  readonly framesPerSecond: number | null;
  readonly mainMicroseconds: number | null;
  readonly recoveryMs: number | null;
  /** What it does more or less than this library. */
  readonly note: string;
}

export interface PeersFile {
  readonly machine: Machine;
  readonly peers: readonly PeerRow[];
}

export function peersSection({ machine, peers }: PeersFile): string {
  const cell = (value: number | null): string => (value === null ? '–' : shortNumber(value));
  const rows = peers.map(
    ({ id, version, dialect, framesPerSecond, mainMicroseconds, recoveryMs, note }) =>
      `| ${id} ${version} | ${dialect} | ${cell(framesPerSecond)} | ${cell(mainMicroseconds)} | ${cell(recoveryMs)} | ${note} |`,
  );
  return `## Peers

Published clients against the same load generator, with only their address changed; each in a process of its own. Frames per second reach the
user's handler; main-thread time is processor time per frame; recovery runs from the server dropping the connection to the next
subscription arriving at the server, with the peer's own default waits. Taken ${machine.takenAt.slice(0, 10)}, load average ${shortNumber(machine.load.before)}.

| client | speaks | frames/s to the handler | main-thread us per frame | kill to resubscribed, ms | what it does more or less |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}
