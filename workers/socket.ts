// The one WebSocket of a thread; the only place that knows `ws`. It opens once, never redials, and tells how it ended once.
import { performance } from 'node:perf_hooks';
import { WebSocket, type RawData } from 'ws';
import type { ClientEnding, ConnectClient } from '../src/client/protocol.js';
import type { Exchange } from '../src/exchanges/exchange.js';
import { addressOf, ending } from './ending.js';
import { brokenFrame, closedByPeer, connectFailure, floodOfPings, refusedUpgrade } from './failures.js';
import type { Tunnel } from './proxy-agent.js';

export interface SocketEvents {
  opened(protocol: string, handshakeMs: number): void;
  /** `data` is a view of a buffer that is used again: copy before the next frame. */
  frame(data: Buffer, isBinary: boolean): void;
  pong(payload: Buffer): void;
  ended(ending: ClientEnding): void;
}

export interface SocketOptions {
  readonly command: ConnectClient;
  readonly exchange: Exchange | undefined;
  readonly tunnel: Tunnel | undefined;
  readonly events: SocketEvents;
}

export class Socket {
  readonly #webSocket: WebSocket;
  readonly #options: SocketOptions;
  readonly #startedMs = performance.now();
  readonly #deadline: NodeJS.Timeout;
  #closing: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: SocketOptions) {
    this.#options = options;
    const { command, tunnel } = options;
    this.#webSocket = new WebSocket(command.url, [...command.protocols], {
      ...command.tls,
      ...(command.tls.ca === undefined ? {} : { ca: [command.tls.ca].flat() }),
      headers: command.headers,
      ...(tunnel === undefined ? {} : { agent: tunnel.agent }),
      perMessageDeflate: command.perMessageDeflate && { serverNoContextTakeover: true },
      maxPayload: command.perMessageDeflate
        ? deflatedBytes(command.maxPayloadBytes)
        : command.maxPayloadBytes,
    });
    this.#deadline = setTimeout(() => this.#late(), command.handshakeTimeoutMs);
    this.#listen();
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN;
  }

  /** Bytes that were sent but are not in the kernel yet. */
  get bufferedBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(frame: string | Uint8Array, sent: (error?: Error) => void): void {
    this.#webSocket.send(frame, { binary: typeof frame !== 'string' }, sent);
  }

  ping(payload: Buffer): void {
    if (this.isOpen) this.#webSocket.ping(payload);
  }

  /** Stops reading. What was read already still comes; neither pings nor the peer's end are noticed meanwhile. */
  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }

  /** Sends a close frame and waits for the peer's up to the close timeout. */
  close(code: number, reason: string): void {
    if (this.#closing !== undefined) return;
    const asked = ending('closed', 'the application asked for the close');
    if (!this.isOpen) {
      this.#end(asked);
      return;
    }
    this.#closing = setTimeout(() => this.#end(asked), this.#options.command.closeTimeoutMs);
    this.#webSocket.close(code, reason);
  }

  /** Drops the connection without a word to anybody. */
  drop(): void {
    this.#ended = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#closing);
    this.#webSocket.terminate();
  }

  #listen(): void {
    const { command, events, exchange } = this.#options;
    const address = addressOf(command);
    const socket = this.#webSocket;
    socket.on('open', () => {
      clearTimeout(this.#deadline);
      events.opened(socket.protocol, performance.now() - this.#startedMs);
    });
    socket.on('message', (data: RawData, isBinary) => this.#message(data as Buffer, isBinary));
    socket.on('pong', (payload) => events.pong(payload));
    socket.on('ping', () => this.#pinged());
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.#end(refusedUpgrade(response.statusCode ?? 0, response.headers, address, Date.now()));
    });
    socket.on('error', (error) => this.#end(this.#failure(error, address)));
    socket.on('close', (code, reason) => this.#end(closedByPeer(code, reason.toString(), exchange)));
  }

  #message(data: Buffer, isBinary: boolean): void {
    const { command, events } = this.#options;
    if (data.byteLength <= command.maxPayloadBytes) events.frame(data, isBinary);
    else this.#end(brokenFrame(tooLarge(data.byteLength), command.maxPayloadBytes));
  }

  /** ws answers pings by itself. Where too many answers wait it drops the connection without an error, right before it tells of the ping. */
  #pinged(): void {
    if (this.#closing === undefined && !this.isOpen) this.#end(floodOfPings());
  }

  #failure(error: Error, address: string): ClientEnding {
    const isOpened =
      this.#webSocket.protocol !== undefined && this.#webSocket.readyState !== WebSocket.CONNECTING;
    const isFrame = (error as { code?: string }).code?.startsWith('WS_ERR_') === true;
    if (isOpened && isFrame) return brokenFrame(error, this.#options.command.maxPayloadBytes);
    return connectFailure(error, address);
  }

  #late(): void {
    const { command } = this.#options;
    const { handshakeTimeoutMs } = command;
    const text = `the handshake with ${addressOf(command)} took longer than handshakeTimeoutMs (${handshakeTimeoutMs} ms)`;
    this.#end(ending('connect-timeout', text, { handshakeTimeoutMs }));
  }

  #end(found: ClientEnding): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    const { tunnel, events } = this.#options;
    if (this.#closing !== undefined) {
      clearTimeout(this.#closing);
      events.ended(ending('closed', 'the application asked for the close'));
    } else {
      events.ended(tunnel?.failure() ?? found);
    }
  }
}

/** ws holds the compressed size against its limit as well, and what does not compress grows. The bound is zlib's own. */
function deflatedBytes(bytes: number): number {
  return bytes + (bytes >> 12) + (bytes >> 14) + (bytes >> 25) + 64;
}

function tooLarge(bytes: number): Error & { code: string } {
  return Object.assign(new Error(`it has ${bytes} bytes`), { code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
}
