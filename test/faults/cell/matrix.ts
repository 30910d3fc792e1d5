// The cells: fault x moment x load, without those that make no sense.
import { type FaultRow, faultTable } from './fault-table.js';
import { type Load, loads, type Moment, moments } from './moments.js';

export interface Cell {
  readonly fault: FaultRow;
  readonly moment: Moment;
  readonly load: Load;
  readonly seed: number;
}

export interface Senseless {
  readonly fault: string;
  readonly moment: Moment | Load;
  readonly why: string;
}

/** Under load only those moments differ from idle in which events or orders flow. */
const busyMoments: readonly Moment[] = ['subscribing', 'ready', 'order in flight', 'rotating'];

export function nameOf({ fault, moment, load }: Cell): string {
  return `${fault.name}, ${moment}, ${load}`;
}

/** Every cell has a seed of its own, made of the suite's. */
export function cellsOf(seed: number): readonly Cell[] {
  const cells: Cell[] = [];
  for (const load of loads) {
    for (const moment of moments) {
      if (load === 'busy' && !busyMoments.includes(moment)) continue;
      for (const fault of faultTable) {
        if (fault.senseless?.[moment] !== undefined || fault.senseless?.[load] !== undefined) continue;
        cells.push({ fault, moment, load, seed: seed * 1_000 + cells.length });
      }
    }
  }
  return cells;
}

export function senselessCells(): readonly Senseless[] {
  return faultTable.flatMap(({ name, senseless }) =>
    Object.entries(senseless ?? {}).map(([moment, why]) => ({ fault: name, moment: moment as Moment, why })),
  );
}
