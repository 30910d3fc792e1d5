// A small HTTP server beside a fleet: fixed routes, loopback by default, a token elsewhere. Whoever has more to show adds routes.
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a fleet is served. */
export interface ServeOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. Elsewhere a token is needed. */
  readonly host?: string;
  /**
   * What a request must bring: `Authorization: Bearer TOKEN`, the cookie `bulkhead_token`, or `?token=TOKEN`, which sets the cookie.
   * Must be given for any other host than a loopback address.
   */
  readonly token?: string;
  /** Other names under which the server may be asked for, beside its own: the Host header is checked, against DNS rebinding. */
  readonly allowedHosts?: readonly string[];
}

/** What answers one path. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, such as `/metrics`. */
  readonly path: string;
  /** Answers. What it throws becomes status 500. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): void | Promise<void>;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);
const COOKIE = 'bulkhead_token';

/** The HTTP server of a fleet. Ends with the fleet, or by `close`. */
export class FleetServer {
  readonly #server: Server;
  readonly #routes = new Map<string, Route>();
  readonly #options: ServeOptions;
  readonly #hosts: Set<string>;
  #closing: Promise<void> | undefined;

  /** @throws TypeError where a host that others can reach has no token. */
  constructor(routes: readonly Route[], options: ServeOptions = {}) {
    const { host = '127.0.0.1', token, allowedHosts = [] } = options;
    if (!loopback.has(host) && (token === undefined || token.length < 16)) {
      throw new TypeError(`serving on ${host} needs a token of at least 16 characters: others can reach it`);
    }
    this.#options = options;
    this.#hosts = new Set([...loopback, host, ...allowedHosts]);
    for (const route of routes) this.#routes.set(`${route.method} ${route.path}`, route);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Resolves when it listens; rejects where the port cannot be had. */
  async listen(): Promise<this> {
    const { port = 0, host = '127.0.0.1' } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    return this;
  }

  /** Where it listens, with a slash at the end. */
  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }

  /** Ends open streams as well. Twice does no harm. */
  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closing;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    const refusal = this.#refusal(request, response, url);
    if (refusal !== undefined) return reply(response, ...refusal);
    const route = this.#routes.get(`${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`);
    if (route === undefined) return reply(response, 404, 'there is nothing here\n');
    try {
      await route.handle(request, response, url);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else reply(response, 500, `${error instanceof Error ? error.message : String(error)}\n`);
    }
  }

  #refusal(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): readonly [status: number, text: string] | undefined {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    if (!this.#hosts.has(name)) return [421, 'this server is not known by that name\n'];
    const { token } = this.#options;
    if (token === undefined) return undefined;
    const asked = url.searchParams.get('token');
    if (asked !== null && isSame(asked, token)) {
      response.setHeader(
        'set-cookie',
        `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`,
      );
      return undefined;
    }
    if (isSame(tokenOf(request) ?? '', token)) return undefined;
    response.setHeader('www-authenticate', 'Bearer');
    return [401, 'a token is needed\n'];
  }
}

/** Answers with a text. */
export function reply(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer') return token;
  const cookie = headers.cookie?.split(/;\s*/).find((one) => one.startsWith(`${COOKIE}=`));
  return cookie === undefined ? undefined : decodeURIComponent(cookie.slice(COOKIE.length + 1));
}

/** Takes the same time whatever differs. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
