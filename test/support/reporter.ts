// Mocha's own summary, then one plain closing line that a script can read: `N passed, N failed`.
import Mocha from 'mocha';

export default class ClosingLine extends Mocha.reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    process.stdout.write(`\n${passes} passed, ${failures} failed${skipped}\n`);
  }
}
