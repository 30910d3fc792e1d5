// `bulkhead watch`
import type { Command } from 'commander';
import { run, seconds, wholeNumber } from '../run.js';
import { addVenueOptions, type VenueFlags } from '../venue-options.js';

interface WatchFlags extends VenueFlags {
  readonly count?: number;
  readonly seconds?: number;
  readonly depth?: number;
  readonly json: boolean;
}

export function addWatch(program: Command): void {
  const command = program
    .command('watch')
    .description('print what topics bring, one line for each event')
    .argument('<exchange>', 'which exchange: deribit, binance, …, or the file: URL of a module')
    .argument('<topics...>', "the venue's own topics, or trades:SYMBOL, quotes:SYMBOL, book:SYMBOL");
  addVenueOptions(command)
    .option('--count <n>', 'end after this many events', wholeNumber(1, 2 ** 31))
    .option('--seconds <n>', 'end so long after it is connected; default: until Ctrl-C', seconds)
    .option(
      '--depth <n>',
      'print whole books of so many levels a side, where these changed; default: changes',
      wholeNumber(1, 10_000),
    )
    .option('--json', 'print one JSON object a line', false)
    .addHelpText(
      'after',
      `
What happens to the connection is told on standard error. Keys for private topics come from the environment, e.g. DERIBIT_CLIENT_ID and
DERIBIT_CLIENT_SECRET.

Examples:
  bulkhead watch deribit trades.BTC-PERPETUAL.100ms
  bulkhead watch kraken trades:BTC/USD --json | jq .price
  bulkhead watch okx book:BTC-USDT --depth 3
  bulkhead watch deribit book.BTC-PERPETUAL.100ms --url ws://127.0.0.1:8080 | head -5`,
    )
    .action(async (exchange: string, topics: readonly string[], options: WatchFlags) => {
      const { watch } = await import('../watch.js');
      const { seconds: length, ...flags } = options;
      await run((signal) => watch({ exchange, topics, length, ...flags, signal }));
    });
}
