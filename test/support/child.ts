// Runs a program in a process of its own and keeps what it prints.
import { execFile } from 'node:child_process';

export interface ChildResult {
  readonly exitCode: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never rejects: a program that fails or runs too long is a result as well. Colours are off. */
export function runNode(
  args: readonly string[],
  options: { readonly cwd?: URL; readonly timeoutMs?: number } = {},
): Promise<ChildResult> {
  const { cwd, timeoutMs = 25_000 } = options;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...args],
      {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
        ...(cwd === undefined ? {} : { cwd }),
      },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : (error.code ?? error.signal ?? null);
        resolve({ exitCode, stdout, stderr });
      },
    );
  });
}
