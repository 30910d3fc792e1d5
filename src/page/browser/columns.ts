// The columns of the table: what each shows, how it sorts, and what gives way first in a narrow window.
import type { PageRow } from '../messages.js';
import { ago, count, duration, reasons, UNKNOWN } from './format.js';
import { healthTone, stateInWords, toneOf } from './states.js';
import { element, setData, setText, setTitle } from './dom.js';

export interface Column {
  readonly key: string;
  readonly title: string;
  /** Explains the heading. */
  readonly hint: string;
  readonly isNumber: boolean;
  /** 1 stays longest; 4 needs a wide window. */
  readonly rank: 1 | 2 | 3 | 4;
  sortBy(row: PageRow): number | string;
  text(row: PageRow, nowMs: number): string;
  /** Where plain text is not enough. */
  build?(cell: HTMLElement): void;
  draw?(cell: HTMLElement, row: PageRow): void;
}

type Figure = 'epoch' | 'eventsPerSecond' | 'gaps' | 'exits';
type Delay = 'lagMs' | 'p50Ms' | 'p99Ms';

function figure(key: Figure, title: string, hint: string, rank: Column['rank']): Column {
  return {
    key,
    title,
    hint,
    rank,
    isNumber: true,
    sortBy: (row) => row[key],
    text: (row) => count(row[key]),
  };
}

function delay(key: Delay, title: string, hint: string, rank: Column['rank']): Column {
  return {
    key,
    title,
    hint,
    rank,
    isNumber: true,
    sortBy: (row) => row[key] ?? -1,
    text: (row) => duration(row[key]),
  };
}

export const columns: readonly Column[] = [
  {
    key: 'name',
    title: 'Adapter',
    hint: 'Name, and the exchange it is connected to',
    isNumber: false,
    rank: 1,
    sortBy: (row) => row.name,
    text: (row) => row.name,
    build: (cell) => cell.append(element('span', 'name'), element('span', 'exchange')),
    draw(cell, row) {
      setText(cell.firstChild!, row.name);
      // A name often says it already.
      setText(cell.lastChild!, row.name.includes(row.exchange) ? '' : row.exchange);
      setTitle(cell, `${row.name}, ${row.exchange}, ${row.topicsConfirmed} of ${row.topicsWanted} topics`);
    },
  },
  {
    key: 'state',
    title: 'State',
    hint: 'Where it stands, and the step of the restore',
    isNumber: false,
    rank: 1,
    sortBy: (row) => row.state,
    text: (row) => stateInWords(row.state, row.step),
    build: (cell) => cell.append(element('span', 'state')),
    draw(cell, row) {
      const badge = cell.firstChild as HTMLElement;
      setText(badge, stateInWords(row.state, row.step));
      setData(badge, 'tone', toneOf(row.state));
      setTitle(cell, row.failure ?? '');
    },
  },
  {
    key: 'health',
    title: 'Health',
    hint: '0 to 100; docs/operations.md says how it is made',
    isNumber: true,
    rank: 1,
    sortBy: (row) => row.health,
    text: (row) => String(row.health),
    build(cell) {
      const track = element('span', 'track');
      track.append(element('span', 'fill'));
      cell.append(element('span', 'figure'), track);
    },
    draw(cell, row) {
      setText(cell.firstChild!, String(row.health));
      const fill = cell.lastChild!.firstChild as HTMLElement;
      fill.style.transform = `scaleX(${row.health / 100})`;
      setData(fill, 'tone', healthTone(row.health));
    },
  },
  figure('eventsPerSecond', 'Events/s', 'Trades, quotes and book changes in the last second', 1),
  delay('lagMs', 'Lag', 'How old the oldest event is that the listeners are not done with', 2),
  delay('p50Ms', 'p50', 'Latency from the read in the thread to the listener: half were quicker', 3),
  delay('p99Ms', 'p99', 'Latency from the read in the thread to the listener: 99 of 100 were quicker', 2),
  figure('gaps', 'Gaps', 'Places where events can be missing', 2),
  figure('epoch', 'Epoch', 'Number of the connection: each life has its own', 3),
  figure('exits', 'Exits', 'Connections that ended', 1),
  {
    key: 'lastExit',
    title: 'Last exit',
    hint: 'Why the last connection ended, and how long ago',
    isNumber: false,
    rank: 3,
    sortBy: (row) => -(row.lastExit?.atMs ?? 0),
    text: ({ lastExit }, nowMs) =>
      lastExit === null ? UNKNOWN : `${lastExit.code} · ${ago(nowMs - lastExit.atMs)}`,
  },
  {
    key: 'exitReasons',
    title: 'Reasons',
    hint: 'All ends by reason',
    isNumber: false,
    rank: 4,
    sortBy: (row) => reasons(row.exitReasons),
    text: (row) => reasons(row.exitReasons),
    draw(cell, row) {
      const text = reasons(row.exitReasons);
      setText(cell, text);
      setTitle(cell, text);
    },
  },
];

/** Whether a row has every word of the filter somewhere. */
export function matches(row: PageRow, filter: string): boolean {
  if (filter === '') return true;
  const text = [row.name, row.exchange, stateInWords(row.state, row.step), reasons(row.exitReasons)]
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
