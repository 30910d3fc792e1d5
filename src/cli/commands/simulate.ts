// `bulkhead simulate`
import type { Command } from 'commander';
import { asked, run, wholeNumber } from '../run.js';
import { UsageError } from '../usage-error.js';

interface SimulateFlags {
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly timeScale: number;
  readonly json: boolean;
}

export function addSimulate(program: Command): void {
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
      const { simulate } = await import('../simulate.js');
      const { isSimulatorName, simulatorNames } = await import('../../testing/simulators.js');
      if (!isSimulatorName(exchange)) {
        throw new UsageError(`there is no simulated ${exchange}: use one of ${simulatorNames.join(', ')}`);
      }
      await run(async (signal) => {
        const simulated = await simulate({ exchange, ...options });
        await asked(signal);
        await simulated.close();
        return 0;
      });
    });
}
