// `bulkhead bench`: starts the repository's own benchmarks where they are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exitCodes } from './run.js';
import { UsageError } from './usage-error.js';

const entry = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

/** Resolves with the exit code of the benchmarks. @throws UsageError where there are none */
export async function bench(values: readonly string[], signal: AbortSignal): Promise<number> {
  if (!existsSync(entry)) {
    throw new UsageError(
      'the published package holds no benchmarks: clone the repository, then `npm ci && npm run bench -- --help`',
    );
  }
  const child = spawn(process.execPath, [entry, ...values], { stdio: 'inherit' });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? exitCodes.interrupted;
}
