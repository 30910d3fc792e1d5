// `bulkhead doctor`
import type { Command } from 'commander';
import { run, wholeNumber } from '../run.js';
import { addVenueOptions, type VenueFlags } from '../venue-options.js';

interface DoctorFlags extends VenueFlags {
  readonly exchange: string;
  readonly timeoutMs: number;
  readonly json: boolean;
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description('check this machine and the way to a venue, and say what to do')
    .option('--exchange <name>', 'which exchange', 'deribit');
  addVenueOptions(command)
    .option('--timeout-ms <n>', 'longest wait for each answer of the network', wholeNumber(100, 60_000), 5000)
    .option('--json', 'print one JSON object for each check', false)
    .addHelpText(
      'after',
      `
Each check is ok, warn or fail. Exit code 1 where one has failed.

Examples:
  bulkhead doctor
  bulkhead doctor --exchange kraken --json
  bulkhead doctor --url ws://127.0.0.1:8080`,
    )
    .action(async (options: DoctorFlags) => {
      const { doctor } = await import('../doctor/doctor.js');
      await run((signal) => doctor({ ...options, signal }));
    });
}
