// Programs of Debian that some tests need: where one is not installed, those tests say so and are skipped.
import { execFileSync } from 'node:child_process';

/** Skips the test, with the reason and the remedy in its title, where `program --version` does not run. */
export function needTool(context: Mocha.Context, program: string, debianPackage: string): void {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
  } catch {
    if (context.test !== undefined)
      context.test.title += ` (skipped: no ${program} here; apt-get install ${debianPackage})`;
    context.skip();
  }
}
