// What the exchange keeps per connection: the login, the heartbeat, the safety switch, the orders that came through it.
import type { Connection } from '../kit/connection.js';
import type { Heartbeat } from './heartbeat.js';
import type { Order } from './order.js';
import type { Token } from './tokens.js';

const forgetEvery = 1000;

export class Session {
  readonly connection: Connection;
  login: Token | undefined;
  heartbeat: Heartbeat | undefined;
  /** True once anything was asked: an unused socket is dropped. */
  isUsed = false;
  cancelsOnDisconnect = false;
  /** The orders placed through this connection; closed ones are forgotten now and then. */
  placedOrders: Order[] = [];
  /** A logout ends the connection without cancelling orders. */
  hasLoggedOut = false;
  /** Channels of this connection, with the label that private notifications carry. */
  readonly channels = new Map<string, string | undefined>();
  /** Timers that end with the connection. */
  readonly timers = new Set<NodeJS.Timeout>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  placed(order: Order): void {
    this.placedOrders.push(order);
    if (this.placedOrders.length % forgetEvery === 0) {
      this.placedOrders = this.placedOrders.filter((one) => one.isOpen);
    }
  }
}
