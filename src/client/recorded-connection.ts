// A connection whose frames go to a recorder as well: it gets a tap, and the recorder hears of its end.
import type { LifeRecording } from '../recording/recorder.js';
import { type Connection, type ConnectionOptions, openConnection } from './connection.js';
import type { Exit } from './exit.js';

/** Opens a connection. Without `recording` it is `openConnection` and nothing else. */
export function openRecorded(
  options: ConnectionOptions & { readonly recording: LifeRecording | undefined },
): Connection {
  const { recording, ...plain } = options;
  if (recording === undefined) return openConnection(plain);
  const { command, handlers } = plain;
  const connection: Connection = openConnection({
    ...plain,
    command: { ...command, record: recording.tap },
    handlers: {
      ...handlers,
      exit: (exit) => {
        recording.ended({
          exit: shown(exit),
          framesReceived: connection.counters.get('framesReceived'),
          framesSent: connection.counters.get('framesSent'),
        });
        handlers.exit(exit);
      },
    },
  });
  return connection;
}

function shown({ code, exitCode, reason, wasReady, retryable }: Exit): Readonly<Record<string, unknown>> {
  return { code, exitCode, reason, wasReady, retryable };
}
