// The moments in an adapter's life at which a fault can strike, and how each is recognised.
import type { Occasion } from '../host/messages.js';

export const moments = [
  'handshake',
  'login',
  'arming',
  'subscribing',
  'reconcile',
  'ready',
  'order in flight',
  'rotating',
  'closing',
] as const;
export type Moment = (typeof moments)[number];

export const loads = ['idle', 'busy'] as const;
export type Load = (typeof loads)[number];

interface MomentPlan {
  /** The exchange sees this when the moment has come. Left out: this side knows by itself. */
  readonly occasion?: Occasion;
  /** Whatever the exchange sends is held back from here on, so that the moment cannot pass before the fault has struck. */
  readonly isHeld?: boolean;
  /** The request that is under way. */
  readonly method?: string;
}

export const momentPlans: Readonly<Record<Moment, MomentPlan>> = {
  handshake: { occasion: { kind: 'connection-opened' }, isHeld: true },
  login: { occasion: { kind: 'request', method: '^public/auth$' }, method: 'public/auth' },
  arming: {
    occasion: { kind: 'request', method: '/enable_cancel_on_disconnect$' },
    method: 'private/enable_cancel_on_disconnect',
  },
  subscribing: { occasion: { kind: 'request', method: '/subscribe$' }, method: 'public/subscribe' },
  reconcile: { method: 'private/get_open_orders' },
  ready: { method: 'public/get_time' },
  'order in flight': {
    occasion: { kind: 'request', method: '^private/buy$', nth: 3 },
    method: 'private/buy',
  },
  rotating: {
    occasion: { kind: 'request', method: '/subscribe$' },
    method: 'public/subscribe',
  },
  closing: { occasion: { kind: 'connection-closed' }, isHeld: true },
};
