// `bulkhead bench`
import type { Command } from 'commander';
import { run } from '../run.js';

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('run the benchmarks of a clone of the repository')
    .argument('[arguments...]', 'names and options of `npm run bench`, after --')
    .addHelpText(
      'after',
      '\nThe published package does not hold the benchmarks: clone the repository and build it.\n\nExamples:\n  bulkhead bench -- --help\n  bulkhead bench -- record/frames --quick',
    )
    .action(async (values: readonly string[]) => {
      const { bench } = await import('../bench.js');
      await run((signal) => bench(values, signal));
    });
}
