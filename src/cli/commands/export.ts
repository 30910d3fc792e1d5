// `bulkhead export`
import { type Command, InvalidArgumentError, Option } from 'commander';
import { run } from '../run.js';

interface ExportFlags {
  readonly format: 'jsonl' | 'csv';
  readonly kind: readonly string[];
  readonly output?: string;
}

export const exportKinds = ['trades', 'quotes', 'books', 'private', 'gaps'] as const;

export function addExport(program: Command): void {
  program
    .command('export')
    .description('write the events of a recording, decoded, as JSON lines or CSV')
    .argument('<recording>', 'a file, or a folder with the files of one')
    .addOption(new Option('--format <format>').choices(['jsonl', 'csv']).default('jsonl'))
    .option('--kind <kinds>', `which events: ${exportKinds.join(', ')}; several with commas`, kinds, [
      ...exportKinds,
    ])
    .option('--output <file>', 'default: standard output')
    .addHelpText(
      'after',
      `
Books are one row for each price in CSV. Gaps stand where events can be missing.

Examples:
  bulkhead export btc.bulkrec --kind trades | jq .price
  bulkhead export recordings --format csv --kind trades,quotes --output day.csv`,
    )
    .action(async (recording: string, options: ExportFlags) => {
      const { exportRecording } = await import('../export.js');
      await run((signal) => exportRecording({ recording, ...options, signal }));
    });
}

function kinds(text: string): readonly string[] {
  const found = text.split(',').map((kind) => kind.trim());
  const wrong = found.find((kind) => !(exportKinds as readonly string[]).includes(kind));
  if (wrong === undefined) return found;
  throw new InvalidArgumentError(`must be of ${exportKinds.join(', ')}.`);
}
