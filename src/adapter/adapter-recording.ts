// An adapter's part in a recording: begins it before the first connect, adds the gaps that consumers are told, lets go at the close.
import type { Exchange } from '../exchanges/exchange.js';
import type { Gap } from '../market.js';
import type { Recorder } from '../recording/recorder.js';
import { acquireRecorder } from '../recording/recorders.js';
import type { AdapterLog } from './log.js';
import type { AdapterSettings } from './options.js';

export interface AdapterRecording {
  readonly recorder: Recorder;
  gap(gap: Gap): void;
  /** Resolves when all is written, where nobody else records to the same place. */
  release(): Promise<void>;
}

/** The same exchange, whose logins tell what must not be stored: venues put tokens into topics and names of streams. */
export function tellingSecrets(exchange: Exchange, recorder: () => Recorder | undefined): Exchange {
  const { login } = exchange;
  if (login === undefined) return exchange;
  const read: typeof login.read = (result, credentials) => {
    const session = login.read(result, credentials);
    if (typeof session === 'object' && 'secrets' in session) recorder()?.know(session.secrets);
    return session;
  };
  return { ...exchange, login: { ...login, read } };
}

/** Undefined without the option. @throws BulkheadError `recording-failed` @throws TypeError */
export async function beginRecording(
  { record, credentials }: AdapterSettings,
  name: string,
  log: AdapterLog,
): Promise<AdapterRecording | undefined> {
  if (record === undefined) return undefined;
  const lease = acquireRecorder(record);
  const { recorder } = lease;
  const problem = (message: string): void => log.recordingProblem(message);
  recorder.problemListeners.add(problem);
  const release = async (): Promise<void> => {
    recorder.problemListeners.delete(problem);
    await lease.release();
  };
  try {
    recorder.know(credentials);
    await recorder.started;
  } catch (error) {
    await release();
    throw error;
  }
  return { recorder, release, gap: (gap) => recorder.gap(gap, name) };
}
