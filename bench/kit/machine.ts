// What the figures were taken on. Without it they mean nothing.
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Quietness } from './quiet.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Load average of the last minute before the first and after the last round. */
  readonly load: { readonly before: number; after: number };
  /** How undisturbed it was. Left out where nobody looked. */
  quietness?: Quietness;
  readonly takenAt: string;
  readonly quick: boolean;
}

const PACKAGES = ['ws', 'comlink', 'piscina'] as const;

export function describeMachine(quick: boolean): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    packages: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    load: { before: loadavg()[0]!, after: Number.NaN },
    takenAt: new Date().toISOString(),
    quick,
  };
}

function versionOf(name: string): string {
  const url = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}
