// `bulkhead record`
import { type Command, Option } from 'commander';
import { byteSize, run, seconds, wholeNumber } from '../run.js';
import { addVenueOptions, type VenueFlags } from '../venue-options.js';

interface RecordFlags extends VenueFlags {
  readonly to: string;
  readonly maxSize?: number;
  readonly rotate?: number;
  readonly syncMs?: number;
  readonly compression?: 'brotli' | 'deflate' | 'none';
  readonly seconds?: number;
  readonly json: boolean;
}

export function addRecord(program: Command): void {
  const command = program
    .command('record')
    .description('record every frame of topics, in both directions, until Ctrl-C')
    .argument('<exchange>', 'which exchange: deribit, binance, …, or the file: URL of a module')
    .argument('<topics...>', "the venue's own topics, or trades:SYMBOL, quotes:SYMBOL, book:SYMBOL");
  addVenueOptions(command)
    .option('--to <place>', 'a file (*.bulkrec) or a folder', 'recordings')
    .option('--max-size <size>', 'begin the next file at this size; default: 1G', byteSize)
    .option('--rotate <seconds>', 'begin the next file after this long; default: by size only', seconds)
    .option('--sync-ms <n>', 'milliseconds between syncs to the disk; default: 250', wholeNumber(10, 60_000))
    .addOption(new Option('--compression <kind>', 'default: brotli').choices(['brotli', 'deflate', 'none']))
    .option('--seconds <n>', 'how long, from the moment it is connected; default: until Ctrl-C', seconds)
    .option('--json', 'print one JSON object at the end', false)
    .addHelpText(
      'after',
      `
Tokens, signatures and logins are taken out. Exit code 1 where frames are missing in the recording.

Examples:
  bulkhead record deribit trades.BTC-PERPETUAL.100ms book.BTC-PERPETUAL.100ms
  bulkhead record kraken book:BTC/USD --to btc.bulkrec --seconds 3600
  bulkhead record deribit ticker.BTC-PERPETUAL.100ms --to /var/lib/bot --rotate 3600 --max-size 500M`,
    )
    .action(async (exchange: string, topics: readonly string[], options: RecordFlags) => {
      const { record } = await import('../record.js');
      const { seconds: length, ...flags } = options;
      await run((signal) => record({ exchange, topics, length, ...flags, signal }));
    });
}
