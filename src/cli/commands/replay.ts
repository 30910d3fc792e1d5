// `bulkhead replay`
import { type Command, InvalidArgumentError } from 'commander';
import { run, wholeNumber } from '../run.js';

interface ReplayFlags {
  readonly speed: number | 'max';
  readonly port: number;
  readonly host: string;
  readonly name?: string;
  readonly hold: boolean;
  readonly json: boolean;
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('serve a recording as an exchange, for any client')
    .argument('<recording>', 'a file, or a folder with the files of one')
    .option('--speed <factor>', '1x, 10x, 0.5x, … or max: as fast as the client reads', speed, 1)
    .option('--port <n>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--name <adapter>', 'only the connections of the adapter with this name')
    .option('--hold', 'keep the last connection open and go on listening when all is played', false)
    .option('--json', 'print where it listens, and the end, as JSON lines', false)
    .addHelpText(
      'after',
      `
Subscriptions and logins are answered as they were in the recording; a login takes any key. It ends when all is played.

Examples:
  bulkhead replay btc.bulkrec --port 8080
  bulkhead replay recordings --speed max --port 8080 & bulkhead watch deribit trades.BTC-PERPETUAL.100ms --url ws://127.0.0.1:8080`,
    )
    .action(async (recording: string, options: ReplayFlags) => {
      const { serveReplay } = await import('../replay.js');
      await run((signal) => serveReplay({ recording, ...options, signal }));
    });
}

function speed(text: string): number | 'max' {
  if (text === 'max') return 'max';
  const factor = Number(text.replace(/x$/i, ''));
  if (factor > 0 && Number.isFinite(factor)) return factor;
  throw new InvalidArgumentError('must be a factor such as 1x or 10x, or max.');
}
