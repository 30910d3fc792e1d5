// A live page of a made-up fleet on a free port, and plain HTTP requests to it, whose headers fetch() would not let one set.
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { FleetServer, type ServeOptions } from '../../src/fleet/server.js';
import type { PageMessage } from '../../src/page/messages.js';
import { type PageOptions, pageRoutes } from '../../src/page/routes.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';
import type { MadeUpFleet } from './snapshots.js';

/** As short as a test can bear; a page has 500. */
export const TICK_MS = 20;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export class PageStage {
  readonly fleet: MadeUpFleet;
  readonly server: FleetServer;
  readonly #before: ResourceCount;
  readonly #streams: Stream[] = [];

  static async open(
    fleet: MadeUpFleet,
    serve: ServeOptions = {},
    options: PageOptions = {},
  ): Promise<PageStage> {
    const before = await activeResources();
    const server = new FleetServer(await pageRoutes(fleet, { tickMs: TICK_MS, ...options }), serve);
    return new PageStage(fleet, await server.listen(), before);
  }

  private constructor(fleet: MadeUpFleet, server: FleetServer, before: ResourceCount) {
    this.fleet = fleet;
    this.server = server;
    this.#before = before;
  }

  get port(): number {
    return Number(new URL(this.server.url).port);
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const response = await this.#open(path, asked);
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) body += chunk as string;
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  }

  /** The bytes as they are, for what no client would send. */
  async askRaw(bytes: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1').setEncoding('utf8');
    socket.write(bytes);
    let text = '';
    for await (const chunk of socket) text += chunk as string;
    return text;
  }

  /** A page that looks. */
  async watch(headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
    const stream = new Stream(await this.#open('/page/events', { headers }));
    this.#streams.push(stream);
    return stream;
  }

  async close(): Promise<void> {
    await this.server.close();
    for (const stream of this.#streams) stream.leave();
    await expectNothingLeft(this.#before);
  }

  #open(path: string, { method = 'GET', headers = {}, body }: Asked): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      // Each on a connection of its own: a kept one would be found as a leak.
      const options = { host: '127.0.0.1', port: this.port, path, method, headers, agent: false };
      request(options, resolve).on('error', reject).end(body);
    });
  }
}

/** Server-sent events as they arrive. */
export class Stream {
  readonly status: number;
  readonly messages: PageMessage[] = [];
  isOver = false;
  readonly #response: IncomingMessage;

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        if (part.startsWith('data: ')) this.messages.push(JSON.parse(part.slice(6)) as PageMessage);
      }
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.isOver = true;
    });
  }

  /** The first message of this kind from now on. */
  async next(isMeant: (message: PageMessage) => boolean): Promise<PageMessage> {
    const seen = this.messages.length;
    const find = (): PageMessage | undefined => this.messages.slice(seen).find(isMeant);
    await waitFor(() => find() !== undefined, 'a message of the stream');
    return find()!;
  }

  async first(): Promise<PageMessage> {
    await waitFor(() => this.messages.length > 0, 'the first message of the stream');
    return this.messages[0]!;
  }

  /** Reads no more, but keeps the connection. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  leave(): void {
    this.#response.destroy();
  }
}
