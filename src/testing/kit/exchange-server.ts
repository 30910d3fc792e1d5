// The venue-independent half of a simulated exchange: listening, upgrades, connections, the HTTP twin, faults and their journal.
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Clock } from './clock.js';
import { Connection } from './connection.js';
import { refuseUpgrade } from './http-refusal.js';
import type { Journal } from './journal.js';
import { LastingFaults } from './lasting-faults.js';
import type { Random } from './random.js';

/** What every simulated exchange lets its user choose about the server. */
export interface ServerOptions {
  /** Default 0: a free port. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** PEM texts; with them the exchange speaks wss and https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Connections that one address may hold; one more is refused with 429. `null`: no limit. Default is the venue's. */
  readonly connectionsPerAddress?: number | null | undefined;
  /** Whether permessage-deflate is accepted when the client offers it. Default false. */
  readonly compression?: boolean | undefined;
  /** Unsent bytes at which a connection counts as too slow. Default 16 MiB. */
  readonly slowConsumerBytes?: number | undefined;
}

/** The venue-dependent half: what the server calls. */
export interface Venue {
  /** Paths on which an upgrade is accepted; any other is refused with 404. `/ws/*` stands for `/ws` and all below it. */
  readonly paths: readonly string[];
  onOpen(connection: Connection): void;
  onText(connection: Connection, text: string): void;
  onBinary(connection: Connection): void;
  /** Called once per connection, by whomever it was ended. */
  onEnd(connection: Connection): void;
  onRequest(request: IncomingMessage, response: ServerResponse): void;
  expireTokens(account: string | undefined): void;
  announceStop(): void;
  closeSlowConsumer(connection: Connection): void;
  revokeTopic(topic: string, connection: Connection): void;
  sendMalformed(connection: Connection, text: string | undefined): void;
}

export interface ServerParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
}

const defaultSlowConsumerBytes = 16 * 1024 * 1024;
const largestFrame = 1024 * 1024;

// closeTimeout is not in @types/ws 8.18 yet: how long the answer to a close frame is waited for.
const upgradeOptions = {
  noServer: true,
  clientTracking: false,
  maxPayload: largestFrame,
  autoPong: false,
  closeTimeout: 1000,
};

export class ExchangeServer {
  readonly faults = new LastingFaults();
  readonly parts: ServerParts;
  readonly slowConsumerBytes: number;
  readonly #options: ServerOptions;
  readonly #venue: Venue;
  readonly #http: Server;
  readonly #upgrades: WebSocketServer;
  readonly #connections = new Map<string, Connection>();
  /** By the peer's port: a TLS socket does not tell the TCP socket it runs on. */
  readonly #tcpSockets = new Map<string, Socket>();
  #port = 0;
  #lastId = 0;
  #closing: Promise<void> | undefined;
  #relisten: NodeJS.Timeout | undefined;

  constructor(options: ServerOptions, venue: Venue, parts: ServerParts) {
    this.#options = options;
    this.#venue = venue;
    this.parts = parts;
    this.slowConsumerBytes = options.slowConsumerBytes ?? defaultSlowConsumerBytes;
    this.#http = options.tls === undefined ? createHttpServer() : createHttpsServer({ ...options.tls });
    this.#upgrades = new WebSocketServer({
      ...upgradeOptions,
      perMessageDeflate: options.compression === true,
    });
    this.#http.on('connection', (socket) => this.#track(socket));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http.on('request', (request, response) => venue.onRequest(request, response));
  }

  get port(): number {
    return this.#port;
  }

  /** Host and port as they appear in a URL. */
  get authority(): string {
    return `${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  get isSecure(): boolean {
    return this.#options.tls !== undefined;
  }

  /** The open connections, oldest first. */
  get connections(): readonly Connection[] {
    return [...this.#connections.values()];
  }

  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(this.#port || (this.#options.port ?? 0), this.#options.host ?? '127.0.0.1', () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** Stops listening for a while: the operating system refuses new connections. */
  refuseConnections(forMs: number): void {
    if (this.#closing !== undefined) return;
    if (this.#http.listening) this.#http.close();
    clearTimeout(this.#relisten);
    this.#relisten = setTimeout(() => {
      this.listen().catch(() => this.refuseConnections(50));
    }, forMs);
  }

  /** Ends every connection and stops listening. Calling it again waits for the same end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#relisten);
    const closed = new Promise<void>((resolve) => {
      this.#http.close(() => resolve());
    });
    for (const connection of this.connections) connection.terminate();
    for (const socket of this.#tcpSockets.values()) socket.destroy();
    await closed;
  }

  #track(socket: Socket): void {
    const key = peerOf(socket);
    this.#tcpSockets.set(key, socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => this.#tcpSockets.delete(key));
  }

  #upgrade(request: IncomingMessage, duplex: Duplex, head: Buffer): void {
    const socket = duplex as Socket;
    const address = socket.remoteAddress ?? 'unknown';
    const refusal = this.#refusal(request, address);
    if (refusal !== undefined) {
      this.parts.journal.record({ kind: 'upgrade-refused', address, status: refusal.status });
      refuseUpgrade(socket, refusal.status, refusal.retryAfterSeconds);
      return;
    }
    this.#upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      this.#lastId += 1;
      const tcpSocket = this.#tcpSockets.get(peerOf(socket)) ?? socket;
      const { journal, random } = this.parts;
      const id = `c${this.#lastId}`;
      const connection = new Connection(
        {
          id,
          address,
          path: pathOf(request),
          query: new URL(request.url ?? '/', 'http://localhost').searchParams,
          webSocket,
          socket,
          tcpSocket,
          faults: this.faults,
          journal,
          random,
        },
        {
          onText: (from, text) => this.#venue.onText(from, text),
          onBinary: (from) => this.#venue.onBinary(from),
          onEnd: (ended) => {
            this.#connections.delete(ended.id);
            this.#venue.onEnd(ended);
          },
        },
      );
      this.#connections.set(id, connection);
      journal.record({ kind: 'connection-opened', connection: id, address });
      const deaf = this.faults.find('half-open', id);
      if (deaf !== undefined) connection.deafen(deaf.reading);
      this.#venue.onOpen(connection);
    });
  }

  #refusal(
    request: IncomingMessage,
    address: string,
  ): { readonly status: number; readonly retryAfterSeconds?: number } | undefined {
    const fault = this.faults.take('refuse-upgrade', undefined);
    if (fault !== undefined) return fault;
    if (!this.#venue.paths.some((path) => isUnder(path, pathOf(request)))) return { status: 404 };
    const limit = this.#options.connectionsPerAddress;
    if (limit === null || limit === undefined) return undefined;
    const held = this.connections.filter((connection) => connection.address === address).length;
    return held >= limit ? { status: 429 } : undefined;
  }
}

function isUnder(path: string, asked: string): boolean {
  if (!path.endsWith('/*')) return path === asked;
  const base = path.slice(0, -2);
  return asked === base || asked.startsWith(`${base}/`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}
