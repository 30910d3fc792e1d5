#!/usr/bin/env node
// `bulkhead`: the command line. Each command's code is loaded when it is asked for, so that --help is quick.
import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addBench } from './commands/bench.js';
import { addDemo } from './commands/demo.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addRecord } from './commands/record.js';
import { addReplay } from './commands/replay.js';
import { addServe } from './commands/serve.js';
import { addSimulate } from './commands/simulate.js';
import { addWatch } from './commands/watch.js';
import { fail } from './run.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { readonly version: string };

const program = new Command('bulkhead')
  .description('Exchange WebSocket adapters: one thread per connection, restored after every death.')
  .version(version)
  .showHelpAfterError('(try --help)')
  .addHelpText(
    'after',
    '\nExit codes: 0 done, 1 something failed, 2 wrong usage, 130 ended by a second Ctrl-C.',
  )
  // Before the commands are added: they take it over.
  .exitOverride();

const commands = [
  addDemo,
  addWatch,
  addSimulate,
  addRecord,
  addReplay,
  addExport,
  addServe,
  addDoctor,
  addBench,
];
for (const add of commands) add(program);

// Where no command listens to its output any more, a reader that went away is no failure either.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}
