// A WebSocket server on loopback that echoes, says what it is told to, and can misbehave on the TCP level.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions as TlsServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';

export interface EchoServer {
  readonly url: string;
  readonly port: number;
  /** Open connections, oldest first. */
  readonly peers: WebSocket[];
  /** Upgrade requests so far. */
  readonly requests: IncomingMessage[];
  /** The TCP sockets of the open connections. */
  readonly sockets: Set<Socket>;
  close(): Promise<void>;
}

export interface EchoServerOptions extends Omit<ServerOptions, 'server' | 'port' | 'host'> {
  /** Called for each connection, before echoing begins. */
  readonly greet?: (peer: WebSocket) => void;
  /** False: frames are read and not sent back. */
  readonly echo?: boolean;
  /** Answers upgrades with this status instead. */
  readonly refuse?: { readonly status: number; readonly headers?: Readonly<Record<string, string>> };
  /** True: upgrades are never answered. */
  readonly hang?: boolean;
  readonly tls?: TlsServerOptions;
}

export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const { greet, echo = true, refuse, hang, tls, ...serverOptions } = options;
  const http: Server = tls === undefined ? createServer() : createTlsServer(tls);
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: 64 << 20, ...serverOptions });
  const peers: WebSocket[] = [];
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  http.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  http.on('tlsClientError', () => undefined);
  http.on('upgrade', (request, socket: Socket, head) => {
    requests.push(request);
    if (hang) return;
    if (refuse !== undefined) {
      const headers = Object.entries(refuse.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `HTTP/1.1 ${refuse.status} No\r\ncontent-length: 0\r\n${headers.join('')}connection: close\r\n\r\n`,
      );
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (peer) => webSockets.emit('connection', peer, request));
  });
  webSockets.on('connection', (peer) => {
    peers.push(peer);
    peer.on('error', () => undefined).on('close', () => peers.splice(peers.indexOf(peer), 1));
    if (echo) peer.on('message', (data, isBinary) => peer.send(data as Buffer, { binary: isBinary }));
    greet?.(peer);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'ws' : 'wss'}://127.0.0.1:${port}/`,
    port,
    peers,
    requests,
    sockets,
    async close() {
      for (const peer of peers) peer.terminate();
      for (const socket of sockets) socket.destroy();
      if (!http.listening) return;
      http.close();
      await once(http, 'close');
    },
  };
}
