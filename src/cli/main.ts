#!/usr/bin/env node
// `bulkhead`: the command line. Each command's code is loaded when it is asked for, so that --help is quick.
import { createRequire } from 'node:module';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isBulkheadError } from '../errors.js';
import { addServe } from './commands/serve.js';
import { UsageError } from './usage-error.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { readonly version: string };

const program = new Command('bulkhead')
  .description('Exchange WebSocket adapters: one thread per connection, restored after every death.')
  .version(version)
  .showHelpAfterError('(try --help)');

program
  .command('demo')
  .description('run many adapters on simulated exchanges while one connection a second breaks')
  .option('--exchange <name>', 'which exchange, or all of them at once', 'deribit')
  .option(
    '--adapters <n>',
    'how many adapters on each exchange; default: 8, with all 1',
    wholeNumber(1, 1000),
  )
  .option('--seconds <n>', 'how long; default: until Ctrl-C', seconds)
  .option('--no-chaos', 'break nothing')
  .option('--url <url>', 'use a venue that runs at this address instead of a simulated one')
  .addOption(
    new Option(
      '--network <network>',
      'use the real venue; keys come from the environment, e.g. DERIBIT_CLIENT_ID and DERIBIT_CLIENT_SECRET',
    ).choices(['test', 'live']),
  )
  .option('--json', 'print one JSON object at the end and nothing else on stdout', false)
  .addHelpText(
    'after',
    '\nExamples:\n  bulkhead demo\n  bulkhead demo --adapters 32 --seconds 60\n  bulkhead demo --exchange all --seconds 20\n  bulkhead demo --network test --no-chaos',
  )
  .action(async (options: DemoFlags) => {
    const { demo } = await import('./demo/demo.js');
    const { url, network, adapters, seconds: length, ...flags } = options;
    await run((signal) => demo({ ...flags, url, network, adapters, seconds: length, signal }));
  });

program
  .command('simulate')
  .description('run a simulated exchange')
  .argument('<exchange>', 'which exchange: deribit, binance, …')
  .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 0)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--seed <n>', 'same seed, same market', wholeNumber(0, 2 ** 31), 1)
  .option(
    '--events-per-second <n>',
    'trades and book changes a second and instrument',
    wholeNumber(0, 100_000),
    10,
  )
  .option('--time-scale <factor>', "factor on the durations of the venue's rules", Number, 1)
  .option('--json', 'print where it listens as JSON', false)
  .addHelpText(
    'after',
    '\nExamples:\n  bulkhead simulate deribit --port 8080\n  bulkhead simulate deribit --events-per-second 1000 --json',
  )
  .action(async (exchange: string, options: SimulateFlags) => {
    const { simulate } = await import('./simulate.js');
    const { isSimulatorName, simulatorNames } = await import('../testing/simulators.js');
    if (!isSimulatorName(exchange)) {
      throw new UsageError(`there is no simulated ${exchange}: use one of ${simulatorNames.join(', ')}`);
    }
    await run(async (signal) => {
      const simulated = await simulate({ exchange, ...options });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await simulated.close();
      return 0;
    });
  });

addServe(program);

interface DemoFlags {
  readonly exchange: string;
  readonly adapters?: number;
  readonly seconds?: number;
  readonly chaos: boolean;
  readonly url?: string;
  readonly network?: 'test' | 'live';
  readonly json: boolean;
}

interface SimulateFlags {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly timeScale: number;
  readonly json: boolean;
}

/** Runs a command that ends by itself or by Ctrl-C; a second Ctrl-C does not wait for a clean end. */
async function run(work: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    process.exitCode = await work(controller.signal);
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`must be a whole number from ${least} to ${most}.`);
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('must be a number of seconds above 0.');
}

/** What a user can do something about gets a line; only a mistake of this program gets a stack. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (isBulkheadError(error)) return `${error.code}: ${error.message}`;
  if (error instanceof TypeError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// A reader that went away (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`bulkhead: ${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
