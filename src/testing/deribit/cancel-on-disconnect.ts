// The safety switch: orders of a lost connection are cancelled. Not after a logout.
// https://docs.deribit.com/articles/connection-management-best-practices
import type { Methods, PrivateCall } from './method.js';
import { invalidParameter } from './rpc-error.js';
import type { Session } from './session.js';
import type { World } from './world.js';

const scopes = ['connection', 'account'] as const;
const inactivityMs = 600_000;

export const cancelOnDisconnectMethods: Methods = {
  'private/enable_cancel_on_disconnect': {
    cost: 'non-matching',
    right: 'account:read_write',
    run: (call) => set(call, true),
  },
  'private/disable_cancel_on_disconnect': {
    cost: 'non-matching',
    right: 'account:read_write',
    run: (call) => set(call, false),
  },
  'private/get_cancel_on_disconnect': {
    cost: 'non-matching',
    right: 'account:read',
    run: ({ session, params, caller }) => {
      const scope = params.choice('scope', scopes, 'connection');
      const enabled = scope === 'account' ? caller.cancelsOnDisconnect : session.cancelsOnDisconnect;
      return { scope, enabled };
    },
  },
};

/** `account`: this connection and every later one of the account. */
function set({ session, params, caller }: PrivateCall, isOn: boolean): unknown {
  const scope = params.optionalText('scope') ?? 'connection';
  if (scope !== 'connection' && scope !== 'account') {
    throw invalidParameter('scope', `must be one of: ${scopes.join(', ')}`);
  }
  if (scope === 'account') caller.cancelsOnDisconnect = isOn;
  session.cancelsOnDisconnect = isOn;
  return 'ok';
}

/** To be called when a connection has ended, however it ended. */
export function cancelOrdersOf(world: World, session: Session): void {
  if (!session.cancelsOnDisconnect || session.hasLoggedOut) return;
  let cancelled = 0;
  for (const order of session.placedOrders) {
    if (!order.isOpen) continue;
    world.trading.cancel(order, 'cancel_on_disconnect');
    cancelled += 1;
  }
  world.journal.record({ kind: 'cancel-on-disconnect', connection: session.connection.id, cancelled });
}

/** Ends a connection that has the switch on and has been silent for ten of the venue's minutes. */
export function watchInactivity(world: World, session: Session): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    if (session.cancelsOnDisconnect) session.connection.drop('fin');
  };
  return () => {
    if (timer !== undefined) session.timers.delete(timer);
    clearTimeout(timer);
    timer = setTimeout(end, world.clock.scale(inactivityMs)).unref();
    session.timers.add(timer);
  };
}
