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
   * What a request must bring: `Authorization: Bearer TOKEN`, or once `?token=TOKEN`, which sets a cookie.
   * Must be given for any other host than a loopback address.
   */
  readonly token?: string;
  /** Other names under which the server may be asked for, beside its own: the Host header is checked, against DNS rebinding. */
  readonly allowedHosts?: readonly string[];
  /**
   * Lets the live page rotate, reconnect and stop adapters. Default false: it only looks. On loopback every user of the machine can open
   * the page; with `control` give a `token` there as well unless the machine is yours alone.
   */
  readonly control?: boolean;
}

/** What answers one path. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** The whole path, such as `/metrics`. */
  readonly path: string;
  /** Answers, when Host and token have been checked. What it throws becomes status 500. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): void | Promise<void>;
  /** Called when the server is closed: ends what the route has started. */
  close?(): void;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);
/** What a bot's server is asked for fits in far less; whoever opens more connections means no good. */
const MOST_CONNECTIONS = 256;
const LONGEST_REQUEST_MS = 10_000;

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
    this.#hosts = new Set([...loopback, host, ...allowedHosts].map((name) => name.toLowerCase()));
    for (const route of routes) this.#routes.set(`${route.method} ${route.path}`, route);
    this.#server = createServer({ requestTimeout: LONGEST_REQUEST_MS }, (request, response) => {
      void this.#answer(request, response);
    });
    this.#server.maxConnections = MOST_CONNECTIONS;
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
      for (const route of this.#routes.values()) route.close?.();
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closing;
  }

  /** Never rejects: what goes wrong with one request must not reach the bot. */
  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headersOfAll)) response.setHeader(name, value);
    try {
      const url = urlOf(request);
      if (url === undefined) return reply(response, 400, 'this is no address\n');
      const refusal = this.#refusal(request, response, url);
      if (refusal !== undefined) return reply(response, ...refusal);
      if (url.searchParams.has('token') && wantsPage(request)) return forgetToken(response, url);
      const route = this.#routes.get(`${request.method === 'HEAD' ? 'GET' : request.method} ${url.pathname}`);
      if (route === undefined) return reply(response, 404, 'there is nothing here\n');
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
    if (!this.#isAskedFor(request)) return [421, 'this server is not known by that name\n'];
    const { token } = this.#options;
    if (token === undefined) return undefined;
    const cookie = cookieName(request);
    const asked = url.searchParams.get('token');
    if (asked !== null && isSame(asked, token)) {
      // Lax, because Strict would be left out when a link in a chat leads here; what acts checks more than the cookie.
      const value = encodeURIComponent(token);
      response.setHeader('set-cookie', `${cookie}=${value}; HttpOnly; SameSite=Lax; Path=/`);
      return undefined;
    }
    if (isSame(tokenOf(request, cookie) ?? '', token)) return undefined;
    response.setHeader('www-authenticate', 'Bearer');
    return [401, 'a token is needed: open this page once with ?token=…\n'];
  }

  /** The address it was reached at cannot be a name that was bent to point here, so it needs no list. */
  #isAskedFor({ headers, socket }: IncomingMessage): boolean {
    const host = (headers.host ?? '').toLowerCase();
    const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
    return this.#hosts.has(name) || name === socket.localAddress?.replace(/^::ffff:/, '');
  }
}

/** Nothing is kept, guessed, framed or read by another origin, and no address goes out in a Referer. */
const headersOfAll = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
} as const;

function urlOf({ url = '/' }: IncomingMessage): URL | undefined {
  const text = `http://server${url}`;
  return url.startsWith('/') && URL.canParse(text) ? new URL(text) : undefined;
}

function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

/** The cookie has it now: out of the address bar and the browser's history. */
function forgetToken(response: ServerResponse, { pathname }: URL): void {
  // Never two slashes: that would be another host.
  response.writeHead(303, { location: pathname.replace(/^\/+/, '/') }).end();
}

/** Cookies do not know ports: two fleets of one machine need two names. */
function cookieName({ socket }: IncomingMessage): string {
  return `bulkhead_token_${socket.localPort}`;
}

/** Answers with a text. */
export function reply(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text);
}

function tokenOf({ headers }: IncomingMessage, cookieName: string): string | undefined {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'bearer') return token;
  const cookie = headers.cookie?.split(/;\s*/).find((one) => one.startsWith(`${cookieName}=`));
  if (cookie === undefined) return undefined;
  try {
    return decodeURIComponent(cookie.slice(cookieName.length + 1));
  } catch {
    // Somebody else's cookie: none.
    return undefined;
  }
}

/** Compares secrets: takes the same time whatever differs. */
export function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
