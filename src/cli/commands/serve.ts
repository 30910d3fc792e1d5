// `bulkhead serve`
import { type Command, Option } from 'commander';
import { run, wholeNumber } from '../run.js';
import type { ServeFlags } from '../serve.js';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run a fleet of adapters and show it on a live page in the browser')
    .argument('[exchanges...]', 'an adapter for each of these exchanges, on one instrument')
    .option('--config <file>', 'the fleet of a configuration file, YAML or JSON')
    .option('--demo', 'a simulated exchange while one connection a second breaks', false)
    .option(
      '--adapters <n>',
      'with --demo: how many adapters on each exchange; default 8',
      wholeNumber(1, 1000),
    )
    .addOption(new Option('--network <network>', 'of the exchanges').choices(['test', 'live']))
    .option('--url <url>', 'use an exchange that runs at this address')
    .option('--port <n>', 'port to listen on; 0 takes a free one; default 9464', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on; default 127.0.0.1')
    .option('--allow-host <name...>', 'further names under which browsers may ask for the page')
    .option('--token-env <name>', 'environment variable with the token that browsers have to bring')
    .option('--control', 'let the page rotate, reconnect and stop adapters')
    .option('--json', 'print where it listens as JSON', false)
    .addHelpText(
      'after',
      `
Also served: /metrics (OpenMetrics), /snapshot.json, /history.json, /healthz.

Examples:
  bulkhead serve --demo
  bulkhead serve --demo --adapters 50 --control
  bulkhead serve deribit kraken --network live
  bulkhead serve --config fleet.yaml
  BULKHEAD_TOKEN=$(openssl rand -hex 16) bulkhead serve --config fleet.yaml --host 0.0.0.0 --token-env BULKHEAD_TOKEN`,
    )
    .action(async (exchanges: readonly string[], flags: ServeFlags) => {
      const { serve } = await import('../serve.js');
      await run((signal) => serve(exchanges, flags, signal));
    });
}
