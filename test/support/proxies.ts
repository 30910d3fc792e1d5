// The two kinds of proxy a bot can be behind, as small loopback servers that can also misbehave: HTTP CONNECT and SOCKS5.
// They count what they were asked for, so that a test can prove that nothing went around them.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface ProxyOptions {
  /** What clients must show; left out: everybody is let in. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /**
   * `forward` (default); `refuse`: says no to each tunnel; `challenge`: finds all credentials wrong; `close`: closes when asked for
   * a tunnel; `hang`: reads the request and never answers.
   */
  readonly mode?: ProxyMode;
}

export type ProxyMode = 'forward' | 'refuse' | 'challenge' | 'close' | 'hang';

export interface TestProxy {
  /** Without credentials: `http://127.0.0.1:8080`, `socks5h://127.0.0.1:1080`. */
  readonly url: string;
  readonly port: number;
  /** The same with credentials in it. */
  urlFor(user: string, password: string): string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Tunnels opened so far. */
  readonly tunnels: number;
  /** Hosts and ports asked for, `exchange.example:443`, in order. */
  readonly targets: readonly string[];
  mode: ProxyMode;
  /** Resets what is open and stops listening. Twice is fine. */
  close(): Promise<void>;
}

/** One step of a proxy dialogue: takes what has arrived, returns how many bytes it understood, or 0 to wait for more. */
type Dialogue = (proxy: LoopbackProxy, socket: Socket) => (received: Buffer) => number;

class LoopbackProxy implements TestProxy {
  readonly targets: string[] = [];
  readonly credentials: ProxyOptions['credentials'];
  mode: ProxyMode;
  connections = 0;
  tunnels = 0;
  readonly #scheme: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(scheme: string, options: ProxyOptions, dialogue: Dialogue) {
    this.#scheme = scheme;
    this.mode = options.mode ?? 'forward';
    this.credentials = options.credentials;
    this.#server = createServer((socket) => {
      this.connections++;
      this.#keep(socket);
      converse(socket, dialogue(this, socket));
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  urlFor(user: string, password: string): string {
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `${this.#scheme}://${login}@127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  isWelcome(user: string | undefined, password: string | undefined): boolean {
    if (this.mode === 'challenge') return false;
    return !this.credentials || (user === this.credentials.user && password === this.credentials.password);
  }

  /** Joins the client with a target; `answer` is called with undefined once it is there, or with what kept it away. */
  tunnel(client: Socket, host: string, port: number, answer: (error?: Error) => void): void {
    const target = this.#keep(connect({ host, port }));
    target.once('error', answer);
    target.once('connect', () => {
      this.tunnels++;
      target.off('error', answer);
      answer();
      client.pipe(target).pipe(client);
    });
    client.once('close', () => target.destroy());
    target.once('close', () => client.destroySoon());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

/** Feeds a dialogue with what arrives until the dialogue hands the socket over to a tunnel. */
function converse(socket: Socket, understand: (received: Buffer) => number): void {
  let received = Buffer.alloc(0);
  const onData = (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    for (let taken = understand(received); taken > 0; taken = understand(received)) {
      received = received.subarray(taken);
      if (!tunnelling.has(socket)) continue;
      socket.off('data', onData).pause();
      if (received.length > 0) socket.unshift(received);
      return;
    }
  };
  socket.on('data', onData);
}

/** Sockets whose dialogue is over. */
const tunnelling = new WeakSet<Socket>();

/** True where the mode says that the proxy does not forward; it has then done what the mode says. */
function misbehaves(proxy: LoopbackProxy, socket: Socket, refusal: string | Buffer): boolean {
  if (proxy.mode === 'refuse') socket.end(refusal);
  if (proxy.mode === 'close') socket.destroy();
  return proxy.mode === 'refuse' || proxy.mode === 'close' || proxy.mode === 'hang';
}

/** An HTTP proxy that knows CONNECT only, with basic authentication where credentials are set. */
export function startConnectProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  return new LoopbackProxy('http', options, connectDialogue).listen();
}

const connectDialogue: Dialogue = (proxy, socket) => (received) => {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = received.toString('latin1', 0, end);
  const [, host, port] = /^CONNECT \[?([^\s\]]+?)\]?:(\d+) HTTP\/1\.[01]/.exec(head) ?? [];
  if (host === undefined) socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n');
  else answerConnect(proxy, socket, head, host, Number(port));
  return end + 4;
};

function answerConnect(proxy: LoopbackProxy, socket: Socket, head: string, host: string, port: number): void {
  proxy.targets.push(`${host}:${port}`);
  if (misbehaves(proxy, socket, 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')) return;
  const basic = /^proxy-authorization: *basic +(\S+)/im.exec(head)?.[1] ?? '';
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  if (!proxy.isWelcome(user, password)) {
    const challenge = 'Proxy-Authenticate: Basic realm="test"\r\nContent-Length: 0\r\nConnection: close';
    socket.end(`HTTP/1.1 407 Proxy Authentication Required\r\n${challenge}\r\n\r\n`);
    return;
  }
  tunnelling.add(socket);
  proxy.tunnel(socket, host, port, (error) => {
    if (error) socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    else socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  });
}

/** A SOCKS5 proxy (RFC 1928) that knows the connect command, with user and password (RFC 1929) where credentials are set. */
export function startSocksProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  return new LoopbackProxy('socks5h', options, socksDialogue).listen();
}

const socksDialogue: Dialogue = (proxy, socket) => {
  const wantsLogin = proxy.credentials !== undefined || proxy.mode === 'challenge';
  let step: 'greeting' | 'login' | 'request' | 'over' = 'greeting';
  return (received) => {
    if (step === 'over' || received.length < 2) return 0;
    if (step === 'greeting') {
      if (received.length < 2 + received[1]!) return 0;
      const offered = received.subarray(2, 2 + received[1]!);
      const method = wantsLogin ? 2 : 0;
      step = wantsLogin ? 'login' : 'request';
      if (offered.includes(method)) socket.write(Buffer.of(5, method));
      else socket.end(Buffer.of(5, 0xff));
      return 2 + received[1]!;
    }
    if (step === 'login') {
      const login = readSocksLogin(received);
      if (login === undefined) return 0;
      step = 'request';
      if (proxy.isWelcome(login.user, login.password)) socket.write(Buffer.of(1, 0));
      else socket.end(Buffer.of(1, 1));
      return login.length;
    }
    const request = readSocksRequest(received);
    if (request === undefined) return 0;
    step = 'over';
    answerSocks(proxy, socket, request.host, request.port);
    return request.length;
  };
};

function readSocksLogin(bytes: Buffer): { user: string; password: string; length: number } | undefined {
  const userEnd = 2 + bytes[1]!;
  const length = userEnd + 1 + (bytes[userEnd] ?? 0);
  if (bytes.length <= userEnd || bytes.length < length) return undefined;
  return {
    user: bytes.toString('utf8', 2, userEnd),
    password: bytes.toString('utf8', userEnd + 1, length),
    length,
  };
}

function readSocksRequest(bytes: Buffer): { host: string; port: number; length: number } | undefined {
  if (bytes.length < 5) return undefined;
  const [start, end] = bytes[3] === 3 ? [5, 5 + bytes[4]!] : [4, bytes[3] === 4 ? 20 : 8];
  if (bytes.length < end + 2) return undefined;
  const address = bytes.subarray(start, end);
  return { host: socksHost(bytes[3]!, address), port: bytes.readUInt16BE(end), length: end + 2 };
}

function socksHost(kind: number, address: Buffer): string {
  if (kind === 3) return address.toString('latin1');
  if (kind === 1) return address.join('.');
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(group * 2).toString(16)).join(':');
}

/** Reply codes: 0 granted, 2 not allowed by the rules, 5 refused by the target. */
const socksReply = (code: number) => Buffer.of(5, code, 0, 1, 0, 0, 0, 0, 0, 0);

function answerSocks(proxy: LoopbackProxy, socket: Socket, host: string, port: number): void {
  proxy.targets.push(`${host}:${port}`);
  if (misbehaves(proxy, socket, socksReply(2))) return;
  tunnelling.add(socket);
  proxy.tunnel(socket, host, port, (error) => {
    if (error) socket.end(socksReply(5));
    else socket.write(socksReply(0));
  });
}
