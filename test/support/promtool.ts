// Debian's promtool, where it is installed: the tests that need it say so and are skipped where it is not.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { needTool } from './debian-tool.js';

const run = promisify(execFile);

/** Skips the test, with the reason in its title, where there is no promtool. */
export function needPromtool(context: Mocha.Context): void {
  needTool(context, 'promtool', 'prometheus');
}

/** What it said; rejects where it found something wrong. */
export async function promtool(args: readonly string[], input = ''): Promise<string> {
  const running = run('promtool', [...args]);
  running.child.stdin?.end(input);
  const { stdout, stderr } = await running;
  return stdout + stderr;
}
