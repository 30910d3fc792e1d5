// `bulkhead demo`
import { type Command, Option } from 'commander';
import { run, seconds, wholeNumber } from '../run.js';

interface DemoFlags {
  readonly exchange: string;
  readonly adapters?: number;
  readonly seconds?: number;
  readonly chaos: boolean;
  readonly url?: string;
  readonly network?: 'test' | 'live';
  readonly json: boolean;
}

export function addDemo(program: Command): void {
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
      const { demo } = await import('../demo/demo.js');
      const { url, network, adapters, seconds: length, ...flags } = options;
      await run((signal) => demo({ ...flags, url, network, adapters, seconds: length, signal }));
    });
}
