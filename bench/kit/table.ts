// Results as a table for the terminal.
import type { Result } from './benchmark.js';

export function tableOf(results: readonly Result[]): string {
  const lines = results.flatMap((result) => {
    const { name, unit, value, baselines, ratios, met } = result;
    const head = `\n${name}  ${number(value)} ${unit}${verdict(met['value'])}`;
    const rows = Object.keys(baselines).map(
      (id) =>
        `    ${id.padEnd(16)}${number(baselines[id]!).padStart(12)}  x ${number(ratios[id]!)}${verdict(met[id])}`,
    );
    return [head, ...rows];
  });
  return `${lines.join('\n')}\n`;
}

export function number(value: number | null): string {
  if (value === null) return '-';
  return Math.abs(value) >= 10_000 ? Math.round(value).toLocaleString('en-US') : String(value);
}

function verdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? '  (target met)' : '  (TARGET MISSED)';
}
