// What the whole suite found, added up, and the table at its end.
import type { Senseless } from './cell/matrix.js';
import type { Findings } from './log/checker.js';
import { seed } from './options.js';

/** What every part of the suite can tell of one try. */
export interface Tried {
  readonly findings: Findings;
  readonly problems: readonly string[];
  readonly events: number;
  readonly orders: number;
  readonly exits: number;
  readonly downMs: number;
  readonly leakedThreads: number;
  readonly hung: boolean;
}

class Report {
  senseless: readonly Senseless[] = [];
  readonly #tries: Tried[] = [];
  readonly #lines: string[] = [];

  add(tried: Tried): void {
    this.#tries.push(tried);
  }

  /** A line of its own below the table. */
  note(line: string): void {
    this.#lines.push(line);
  }

  get text(): string {
    const tries = this.#tries;
    const sum = (read: (tried: Tried) => number): number =>
      tries.reduce((total, one) => total + read(one), 0);
    const rows: readonly (readonly [string, number])[] = [
      ['faults tried', tries.length],
      ['survived', tries.filter(({ problems }) => problems.length === 0).length],
      ['deaths of connections', sum(({ exits }) => exits)],
      ['frames sent', sum(({ events }) => events)],
      ['lost inside a reported gap', sum(({ findings }) => findings.reported)],
      ['lost unreported', sum(({ findings }) => findings.lost)],
      ['duplicates', sum(({ findings }) => findings.duplicated)],
      ['out of order or never sent', sum(({ findings }) => findings.invented)],
      ['orders sent', sum(({ orders }) => orders)],
      ['orders wrong', sum(({ findings }) => findings.wrongOrders)],
      ['hangs', tries.filter(({ hung }) => hung).length],
      ['leaked threads', sum(({ leakedThreads }) => leakedThreads)],
      ['longest from death to READY, ms', Math.round(Math.max(0, ...tries.map(({ downMs }) => downMs)))],
    ];
    const table = rows.map(
      ([name, value]) => `  ${name.padEnd(34)}${value.toLocaleString('en').padStart(12)}`,
    );
    const left = this.senseless.map(({ fault, moment, why }) => `  ${fault}, ${moment}: ${why}`);
    return [
      '',
      `  left out of the matrix (${left.length}):`,
      ...left,
      '',
      ...this.#lines.map((line) => `  ${line}`),
      '',
      `  seed ${seed}`,
      ...table,
      '',
    ].join('\n');
  }
}

export const report = new Report();
