// `bulkhead replay`: a recording on a port until it is played.
import { openRecording } from '../recording/recording.js';
import { replay } from '../testing/replay/replay.js';
import { Progress } from './lines.js';
import { asked } from './run.js';

export interface ReplayCommand {
  readonly recording: string;
  readonly speed: number | 'max';
  readonly port: number;
  readonly host: string;
  readonly name?: string;
  readonly hold: boolean;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

const LOOK_MS = 250;
/** Clients get this long to answer the close frame. */
const GOODBYE_MS = 500;

/** Resolves with the exit code. @throws BulkheadError */
export async function serveReplay(options: ReplayCommand): Promise<number> {
  const { speed, port, host, name, hold, json, signal } = options;
  const recording = await openRecording(options.recording);
  if (recording.tornBytes > 0)
    process.stderr.write(`${recording.tornBytes} bytes of a torn end are left out\n`);
  const atEnd = hold ? 'hold' : 'close';
  await using played = await replay(recording, {
    speed,
    port,
    host,
    atEnd,
    ...(name === undefined ? {} : { name }),
  });
  const { url, exchange, connections, frames } = played;
  if (json) tell(JSON.stringify({ url, exchange, connections, frames, pid: process.pid }));
  else
    tell(
      `replay of ${exchange ?? 'a plain client'} on ${url}: ${connections} connections, ${frames} frames; Ctrl-C ends it`,
    );
  const progress = new Progress();
  const timer = setInterval(() => progress.tell(() => `${played.framesPlayed} of ${frames} frames`), LOOK_MS);
  await Promise.race([asked(signal), hold ? new Promise(() => undefined) : played.finished]);
  clearInterval(timer);
  progress.end();
  if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, GOODBYE_MS));
  if (json) tell(JSON.stringify({ framesPlayed: played.framesPlayed, isFinished: !signal.aborted }));
  return 0;
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
