// `bulkhead export`: a recording, decoded again, as lines.
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { decoded, type DecodingCounts, type ExportedEvent } from '../recording/decoded.js';
import { csvColumns, csvRows, jsonLine } from '../recording/export-format.js';
import { openRecording } from '../recording/recording.js';
import { Lines, Progress } from './lines.js';

export interface ExportCommand {
  readonly recording: string;
  readonly format: 'jsonl' | 'csv';
  readonly kind: readonly string[];
  readonly output?: string;
  readonly signal: AbortSignal;
}

const kindNames: Readonly<Record<ExportedEvent['kind'], string>> = {
  trade: 'trades',
  quote: 'quotes',
  book: 'books',
  private: 'private',
  gap: 'gaps',
};

/** Resolves with the exit code. @throws BulkheadError */
export async function exportRecording({
  recording: path,
  format,
  kind,
  output,
  signal,
}: ExportCommand): Promise<number> {
  const recording = await openRecording(path);
  const file = output === undefined ? undefined : createWriteStream(output);
  const lines = new Lines(signal, file);
  const counts: DecodingCounts = { frames: 0, events: 0, undecodable: 0, withoutExchange: 0 };
  const progress = new Progress();
  if (format === 'csv') await lines.write(csvColumns.join(','));
  for await (const event of decoded(recording, counts)) {
    if (signal.aborted) break;
    progress.tell(() => `${counts.frames} frames, ${counts.events} events`);
    if (!kind.includes(kindNames[event.kind])) continue;
    if (format === 'jsonl') await lines.write(jsonLine(event));
    else for (const row of csvRows(event)) await lines.write(row);
  }
  progress.end();
  if (file !== undefined) {
    file.end();
    await finished(file);
  }
  tellOddities(recording.tornBytes, counts);
  return 0;
}

function tellOddities(tornBytes: number, { undecodable, withoutExchange }: DecodingCounts): void {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  if (tornBytes > 0) tell(`${tornBytes} bytes of a torn end were left out`);
  if (undecodable > 0) tell(`${undecodable} frames could not be understood`);
  if (withoutExchange > 0)
    tell(`${withoutExchange} frames of plain clients have no exchange and were left out`);
}
