// A TCP proxy that makes a network bad on purpose: slow, lossy, cut, silent. It stands between an adapter and a server, knows nothing
// of WebSocket, and works the same in front of a simulated exchange and in front of a real one.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ChaosConditions, checkConditions } from './chaos/conditions.js';
import { type Address, Link, type LinkEvents } from './chaos/link.js';

export type { ChaosConditions, FlowConditions } from './chaos/conditions.js';
export type { Address } from './chaos/link.js';

/** Options of a chaos proxy. */
export interface ChaosProxyOptions {
  /** Where connections are forwarded to. */
  readonly target: Address;
  /** Port on 127.0.0.1, default 0: any free one. */
  readonly port?: number;
  /** Repeats the same jitter; default 1. */
  readonly seed?: number;
  readonly conditions?: ChaosConditions;
  /** Connections open at once; further ones are closed at the accept and counted as refused. Default 1024. */
  readonly maxConnections?: number;
}

/** What went through, since the start. */
export interface NetworkCounters {
  /** Bytes handed on towards the target. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Bytes that a black hole, a cut or an ignored connection swallowed. */
  readonly droppedUp: number;
  readonly droppedDown: number;
  /** Connections accepted, whatever happened to them then. */
  readonly accepted: number;
  readonly refused: number;
  readonly ignored: number;
  /** Connections that could not be forwarded because the target did not take them. */
  readonly dialsFailed: number;
  /** Connections ended by `cut`. */
  readonly cuts: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A listening proxy. `await ChaosProxy.start({ target })`, then `set` the weather and `cut` at will. */
export class ChaosProxy {
  readonly #server: Server;
  readonly #seed: number;
  readonly #links = new Set<Link>();
  readonly #counters: Writable<NetworkCounters>;
  #target: Address;
  #conditions: ChaosConditions;
  #closed: Promise<void> | undefined;
  #allLinksGone: (() => void) | undefined;

  /** Starts listening on 127.0.0.1. */
  static async start(options: ChaosProxyOptions): Promise<ChaosProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.maxConnections = options.maxConnections ?? 1024;
    const proxy = new ChaosProxy(server, options);
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  private constructor(server: Server, options: ChaosProxyOptions) {
    this.#server = server;
    this.#target = options.target;
    this.#seed = options.seed ?? 1;
    this.#conditions = options.conditions ?? {};
    checkConditions(this.#conditions);
    this.#counters = noTraffic();
    server.on('connection', (socket) => this.#accept(socket));
    server.on('drop', () => this.#count('refused', 1));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** The proxy's address as a WebSocket URL. */
  url(path = '/', scheme: 'ws' | 'wss' = 'ws'): string {
    return `${scheme}://127.0.0.1:${this.port}${path}`;
  }

  /** Connections of which a side is still open. */
  get connections(): number {
    return this.#links.size;
  }

  /** Bytes that are on their way now, both directions of all connections together. */
  get bytesHeld(): number {
    return [...this.#links].reduce((total, link) => total + link.heldBytes, 0);
  }

  /** What went through since the start. */
  network(): NetworkCounters {
    return { ...this.#counters };
  }

  /** Replaces the conditions, for connections that are open too. `set({})` is fair weather. */
  set(conditions: ChaosConditions): void {
    checkConditions(conditions);
    this.#conditions = conditions;
    for (const link of this.#links) link.conditions = conditions;
  }

  /** Forwards new connections to another address; open ones stay where they are. */
  retarget(target: Address): void {
    this.#target = target;
  }

  /**
   * Ends connections towards both sides at once: by a reset, or by a FIN as a polite middlebox does. Bytes still held are lost.
   * Returns how many it ended.
   */
  cut(kind: 'rst' | 'fin', which: 'all' | 'newest' | 'oldest' = 'all'): number {
    const live = [...this.#links].filter((link) => link.isLive);
    const chosen = which === 'all' ? live : which === 'newest' ? live.slice(-1) : live.slice(0, 1);
    for (const link of chosen) link.cut(kind);
    this.#counters.cuts += chosen.length;
    return chosen.length;
  }

  /** Stops listening and resets what is open. Resolves once no socket is left; calling it twice is fine. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const gone = new Promise<void>((resolve) => {
      this.#allLinksGone = resolve;
    });
    for (const link of this.#links) link.destroy();
    if (this.#links.size > 0) await gone;
    await stopped;
  }

  #accept(socket: Socket): void {
    this.#counters.accepted++;
    const accept = this.#conditions.accept ?? 'forward';
    if (accept === 'refuse') {
      this.#counters.refused++;
      socket.on('error', () => {}).resetAndDestroy();
      return;
    }
    if (accept === 'ignore') this.#counters.ignored++;
    const seed = Math.imul(this.#seed, 0x10001) + this.#counters.accepted * 2;
    const events: LinkEvents = {
      delivered: (direction, bytes) => this.#count(direction === 'up' ? 'bytesUp' : 'bytesDown', bytes),
      dropped: (direction, bytes) => this.#count(direction === 'up' ? 'droppedUp' : 'droppedDown', bytes),
      dialFailed: () => this.#count('dialsFailed', 1),
      closed: () => this.#forget(link),
    };
    const link = new Link(
      socket,
      accept === 'ignore' ? undefined : this.#target,
      this.#conditions,
      seed,
      events,
    );
    this.#links.add(link);
  }

  #count(counter: keyof NetworkCounters, by: number): void {
    this.#counters[counter] += by;
  }

  #forget(link: Link): void {
    this.#links.delete(link);
    if (this.#links.size === 0) this.#allLinksGone?.();
  }
}

function noTraffic(): NetworkCounters {
  return {
    bytesUp: 0,
    bytesDown: 0,
    droppedUp: 0,
    droppedDown: 0,
    accepted: 0,
    refused: 0,
    ignored: 0,
    dialsFailed: 0,
    cuts: 0,
  };
}
