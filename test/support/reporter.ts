// Mocha's own summary, then a line for each test that failed, and one plain closing line that a script can read: `N passed, N failed`.
import Mocha from 'mocha';

export default class ClosingLine extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    for (const test of this.failures) {
      process.stdout.write(`FAILED: ${test.titlePath().join(' > ')}: ${firstLine(test.err?.message)}\n`);
    }
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    process.stdout.write(`\n${passes} passed, ${failures} failed${skipped}\n`);
  }
}

const firstLine = (message = ''): string => message.split('\n', 1)[0] ?? '';
