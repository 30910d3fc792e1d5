// Carries a fault out: momentary ones at once, lasting ones by remembering them.
import type { Connection } from './connection.js';
import type { ExchangeServer, Venue } from './exchange-server.js';
import { type Fault, type FaultTarget, isLasting, type LastingFault, type MomentaryFault } from './fault.js';

export class FaultInjector {
  readonly #server: ExchangeServer;
  readonly #venue: Venue;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(server: ExchangeServer, venue: Venue) {
    this.#server = server;
    this.#venue = venue;
  }

  /** @throws TypeError when the fault names a connection that is not open. */
  inject(fault: Fault): void {
    this.#server.parts.journal.record({ kind: 'fault', fault });
    const target = this.#resolve(fault.connection);
    if (isLasting(fault)) this.#last(fault, target);
    else this.#strike(fault, target);
  }

  /** Forgets the timers of faults that have not ended. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** `newest` and `random` become the id they mean now. */
  #resolve(wanted: string | undefined): Connection | undefined {
    if (wanted === undefined) return undefined;
    const { connections } = this.#server;
    const found =
      wanted === 'newest'
        ? connections.at(-1)
        : wanted === 'random'
          ? this.#server.parts.random.pick(connections)
          : this.#server.connection(wanted);
    if (found === undefined) throw new TypeError(`fault.connection: no open connection "${wanted}"`);
    return found;
  }

  #last(fault: FaultTarget & LastingFault, target: Connection | undefined): void {
    const { faults } = this.#server;
    faults.add(target === undefined ? fault : { ...fault, connection: target.id });
    if (fault.kind !== 'half-open') return;
    for (const connection of this.#hit(target)) connection.deafen(fault.reading);
    if (fault.forMs !== undefined) this.#later(fault.forMs, () => this.#undeafen(target));
  }

  #strike(fault: MomentaryFault, target: Connection | undefined): void {
    switch (fault.kind) {
      case 'expire-tokens':
        this.#venue.expireTokens(fault.account);
        break;
      case 'planned-stop':
        this.#stop(fault.closeAfterMs);
        break;
      case 'refuse-connections':
        this.#server.refuseConnections(fault.forMs);
        break;
      case 'clock-skew':
        this.#server.parts.clock.skewMs = fault.ms;
        break;
      case 'clear':
        this.#server.faults.clear(target?.id);
        this.#undeafen(target);
        break;
      default:
        for (const connection of this.#hit(target)) this.#strikeOne(fault, connection);
    }
  }

  #strikeOne(fault: MomentaryFault, connection: Connection): void {
    switch (fault.kind) {
      case 'drop':
        connection.drop(fault.by);
        break;
      case 'close':
        connection.close(fault.code, fault.reason ?? '');
        break;
      case 'slow-consumer':
        this.#venue.closeSlowConsumer(connection);
        break;
      case 'malformed':
        this.#venue.sendMalformed(connection, fault.text);
        break;
      case 'revoke-topic':
        this.#venue.revokeTopic(fault.topic, connection);
        break;
      default:
        throw new TypeError(`fault.kind: unknown fault "${fault.kind}"`);
    }
  }

  #stop(closeAfterMs: number | undefined): void {
    this.#venue.announceStop();
    if (closeAfterMs === undefined) return;
    this.#later(closeAfterMs, () => {
      for (const connection of this.#server.connections) connection.drop('fin');
    });
  }

  #undeafen(target: Connection | undefined): void {
    for (const connection of this.#hit(target)) if (connection.isOpen) connection.undeafen();
  }

  #hit(target: Connection | undefined): readonly Connection[] {
    return target === undefined ? this.#server.connections : [target];
  }

  #later(afterMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, afterMs);
    this.#timers.add(timer);
  }
}
