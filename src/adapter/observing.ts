// What a socket tells goes out through the adapter's outlet; its hooks are the user's.
import type { AdapterSettings } from './options.js';
import type { Outlet } from './outlet.js';
import type { SocketObserver } from './venue-socket.js';

/** The adapter itself looks at two things only: at the state of a socket, and whether one has changed. */
export function observerOf(
  outlet: Outlet,
  { onReconcile, onResume }: AdapterSettings,
  own: Pick<SocketObserver, 'status' | 'changed'>,
): SocketObserver {
  return {
    ...own,
    batch: (batch) => outlet.batch(batch),
    gaps: (gaps) => outlet.tellGaps(gaps),
    control: (message) => outlet.control(message),
    exited: (exit) => outlet.exit(exit),
    restored: (report) => outlet.restored(report),
    rotated: (report) => outlet.rotated(report),
    silence: (kind, silence) => outlet.silence(kind, silence),
    revoked: (topic, error) => void outlet.listeners.emit('revoked', topic, error),
    hook: (hook, unknown, session) =>
      hook === 'reconcile' ? onReconcile?.(unknown, session) : onResume?.(session),
  };
}
