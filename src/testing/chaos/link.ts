// One proxied connection: the accepted socket, the socket to the target, and a pump for each direction between them.
// An ignored connection is a link without a target.
import { connect, type Socket } from 'node:net';
import { type ChaosConditions, type Direction, flowOf } from './conditions.js';
import { Pump } from './pump.js';
import { seededRandom } from './seeded-random.js';

/** Where a TCP server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface LinkEvents {
  delivered(direction: Direction, bytes: number): void;
  dropped(direction: Direction, bytes: number): void;
  dialFailed(): void;
  /** Neither of its sockets is open any more. */
  closed(): void;
}

export class Link {
  readonly #client: Socket;
  readonly #target: Socket | undefined;
  readonly #pumps: Partial<Record<Direction, Pump>> = {};
  #isCut = false;

  /** `target` undefined: whatever arrives is read and dropped. */
  constructor(
    client: Socket,
    target: Address | undefined,
    weather: ChaosConditions,
    seed: number,
    events: LinkEvents,
  ) {
    this.#client = client;
    this.#target = target && connect({ ...target, allowHalfOpen: true });
    const sockets = this.#target ? [client, this.#target] : [client];
    for (const socket of sockets) this.#watch(socket, sockets, events);
    if (this.#target) this.#join(this.#target, weather, seed, events);
    else this.#ignore(events);
  }

  /** False once a cut has begun: what follows is only the sockets' farewell. */
  get isLive(): boolean {
    return !this.#isCut;
  }

  get heldBytes(): number {
    return (this.#pumps.up?.heldBytes ?? 0) + (this.#pumps.down?.heldBytes ?? 0);
  }

  set conditions(conditions: ChaosConditions) {
    if (this.#pumps.up) this.#pumps.up.flow = flowOf(conditions, 'up');
    if (this.#pumps.down) this.#pumps.down.flow = flowOf(conditions, 'down');
  }

  /** Ends both sides at once, whatever the conditions are and whatever is still held. */
  cut(kind: 'rst' | 'fin'): void {
    this.#isCut = true;
    this.#pumps.up?.stop();
    this.#pumps.down?.stop();
    for (const socket of [this.#client, this.#target]) {
      if (kind === 'rst') reset(socket);
      else socket?.resume().end();
    }
  }

  /** Leaves nothing behind, without manners. */
  destroy(): void {
    this.cut('rst');
    this.#client.destroy();
    this.#target?.destroy();
  }

  #watch(socket: Socket, sockets: readonly Socket[], events: LinkEvents): void {
    socket.setNoDelay(true);
    // Told again, and better, by the 'close' event that follows with hadError.
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!sockets.every((each) => each.closed)) return;
      this.#pumps.up?.stop();
      this.#pumps.down?.stop();
      events.closed();
    });
  }

  #join(target: Socket, weather: ChaosConditions, seed: number, events: LinkEvents): void {
    const dialFailed = () => events.dialFailed();
    target.once('error', dialFailed).once('connect', () => target.off('error', dialFailed));
    const pump = (direction: Direction, from: Socket, to: Socket, directionSeed: number) =>
      new Pump(from, to, flowOf(weather, direction), seededRandom(directionSeed), {
        delivered: (bytes) => events.delivered(direction, bytes),
        dropped: (bytes) => events.dropped(direction, bytes),
        reset: () => reset(to),
      });
    this.#pumps.up = pump('up', this.#client, target, seed);
    this.#pumps.down = pump('down', target, this.#client, seed + 1);
  }

  #ignore(events: LinkEvents): void {
    this.#client.on('data', (bytes) => events.dropped('up', bytes.length));
    this.#client.on('end', () => this.#client.end());
  }
}

function reset(socket: Socket | undefined): void {
  if (socket === undefined || socket.destroyed) return;
  // Before the handshake there is nothing to reset: resetAndDestroy() would wait for the connect first. While a FIN is on its way
  // libuv refuses to reset (uv_tcp_close_reset gives EINVAL), and Node then never closes the socket.
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}
