// The simulated Deribit as the server sees it: what happens when connections come, speak and go, and when faults strike.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connection } from '../kit/connection.js';
import type { Venue } from '../kit/exchange-server.js';
import { cancelOrdersOf, watchInactivity } from './cancel-on-disconnect.js';
import { dispatch } from './dispatch.js';
import { answerHttp } from './http.js';
import { Session } from './session.js';
import type { World } from './world.js';

export class DeribitVenue implements Venue {
  readonly paths = ['/ws/api/v2', '/ws/api/v2/'];
  readonly #world: World;
  readonly #noteActivity = new Map<Connection, () => void>();

  constructor(world: World) {
    this.#world = world;
  }

  onOpen(connection: Connection): void {
    const session = new Session(connection);
    this.#world.sessions.set(connection, session);
    this.#noteActivity.set(connection, watchInactivity(this.#world, session));
    this.#dropUnlessUsed(session);
  }

  onText(connection: Connection, text: string): void {
    const session = this.#world.sessions.get(connection);
    if (session === undefined) return;
    session.isUsed = true;
    dispatch(this.#world, session, text);
    // After it: the request may be the one that switched cancel-on-disconnect on, or the one that ended the connection.
    if (session.cancelsOnDisconnect && connection.isOpen) this.#noteActivity.get(connection)?.();
  }

  /** The venue speaks text only; RFC 6455 has a code for that. */
  onBinary(connection: Connection): void {
    connection.close(1003, 'text only');
  }

  onEnd(connection: Connection): void {
    const session = this.#world.sessions.get(connection);
    if (session === undefined) return;
    this.#world.sessions.delete(connection);
    this.#noteActivity.delete(connection);
    session.heartbeat?.stop();
    for (const timer of session.timers) clearTimeout(timer);
    this.#world.subscriptions.unsubscribe(session, [...session.channels.keys()]);
    this.#world.tokens.killConnection(connection.id);
    cancelOrdersOf(this.#world, session);
  }

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    answerHttp(this.#world, request, response);
  }

  expireTokens(account: string | undefined): void {
    this.#world.tokens.expireAll(account);
  }

  announceStop(): void {
    this.#world.subscriptions.publish('platform_state', { maintenance: true });
  }

  closeSlowConsumer(connection: Connection): void {
    connection.close(1008, 'connection_too_slow');
  }

  revokeTopic(topic: string, connection: Connection): void {
    this.#world.subscriptions.revoke(connection, topic);
  }

  sendMalformed(connection: Connection, text: string | undefined): void {
    connection.notify(text ?? '{"jsonrpc":"2.0","method":"subscription","params":{"channel":"tra');
  }

  #dropUnlessUsed(session: Session): void {
    const { clock, settings } = this.#world;
    const timer = setTimeout(
      () => {
        if (!session.isUsed) session.connection.drop('fin');
      },
      clock.scale(settings.unusedSocketSeconds * 1000),
    );
    session.timers.add(timer);
  }
}
