// Runs the compiled command line as a user would: a process of its own, its output and its exit code.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const entry = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Called with everything written to stdout so far; a signal it returns is sent once. */
  readonly onOutput?: (stdout: string) => NodeJS.Signals | undefined;
}

export function bulkhead(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let isSignalled = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const signal = isSignalled ? undefined : options.onOutput?.(stdout);
    if (signal === undefined) return;
    isSignalled = true;
    child.kill(signal);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
