// A simulated exchange without a venue: server, faults, journal, markets and orders. A venue is a class on top of it that says what
// all of that looks like on the wire.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Clock } from './clock.js';
import type { Connection } from './connection.js';
import { ExchangeServer, type ServerOptions, type Venue } from './exchange-server.js';
import type { Fault } from './fault.js';
import type { FloodOptions } from './flood.js';
import { FaultInjector } from './inject.js';
import { Journal, type JournalOptions } from './journal.js';
import { type InstrumentTerms, Market } from './matching/market.js';
import { type MarketChange, type PlacedOrder, Trading } from './matching/trading.js';
import { hashOf, Random } from './random.js';
import type { ConnectionView, ExchangeStats, SimulatedExchange } from './simulated-exchange.js';
import { TickerLoop } from './ticker-loop.js';
import { WireFrame } from './wire-frame.js';

/** What the user of any of these simulated exchanges can choose. */
export interface ShellOptions extends ServerOptions {
  /** Default: the venue's own few. */
  readonly instruments?: readonly InstrumentTerms[] | undefined;
  /** Same seed, same market. Default 1. */
  readonly seed?: number | undefined;
  /** Events per real second and market that somebody listens to. 0: a still market. Default 10. */
  readonly eventsPerSecond?: number | undefined;
  /** Factor on every duration of the venue's rules. Default 1. */
  readonly timeScale?: number | undefined;
  /** Wall clock in milliseconds. Default: the machine's. */
  readonly now?: (() => number) | undefined;
  readonly journal?: JournalOptions | undefined;
}

const LARGEST_BODY = 64 * 1024;

export abstract class ExchangeShell implements SimulatedExchange, Venue {
  abstract readonly name: string;
  abstract readonly paths: readonly string[];
  readonly journal: Journal;
  protected readonly clock: Clock;
  protected readonly server: ExchangeServer;
  protected readonly markets: ReadonlyMap<string, Market>;
  protected readonly trading: Trading;
  readonly #injector: FaultInjector;
  readonly #perSecond: number;
  readonly #listeners = new Map<string, Set<Connection>>();
  #loop: TickerLoop;

  protected constructor(options: ShellOptions, instruments: readonly InstrumentTerms[]) {
    const seed = options.seed ?? 1;
    this.#perSecond = options.eventsPerSecond ?? 10;
    if (!(this.#perSecond >= 0))
      throw new TypeError(`eventsPerSecond must be 0 or more, got ${this.#perSecond}`);
    this.clock = new Clock(options);
    this.journal = new Journal(() => this.clock.milliseconds(), options.journal);
    this.server = new ExchangeServer(options, this, {
      clock: this.clock,
      random: new Random(seed),
      journal: this.journal,
    });
    this.#injector = new FaultInjector(this.server, this);
    const terms = options.instruments ?? instruments;
    this.markets = new Map(
      terms.map((one) => [one.symbol, new Market(one, new Random(seed ^ hashOf(one.symbol)))]),
    );
    this.trading = new Trading(
      () => this.clock.milliseconds(),
      (change) => this.#changed(change),
    );
    this.#loop = new TickerLoop(this.#perSecond, () => this.#step());
  }

  /** The path that clients connect to when they need only one. */
  protected abstract readonly mainPath: string;

  get url(): string {
    return this.urlOf(this.mainPath);
  }

  /** The address of a socket of the venue, by its path. */
  urlOf(path: string): string {
    return `${this.server.isSecure ? 'wss' : 'ws'}://${this.server.authority}${path}`;
  }

  /** The base of the HTTP twin. */
  get httpUrl(): string {
    return `${this.server.isSecure ? 'https' : 'http'}://${this.server.authority}`;
  }

  get port(): number {
    return this.server.port;
  }

  get connections(): readonly ConnectionView[] {
    return this.server.connections.map(({ id, address, account, framesSent, framesReceived }) => {
      return { id, address, account, framesSent, framesReceived };
    });
  }

  /** Starts listening; for the venue's own `start`. */
  protected listen(): Promise<void> {
    return this.server.listen();
  }

  inject(fault: Fault): void {
    this.#injector.inject(fault);
  }

  stats(): ExchangeStats {
    const { connections } = this;
    const framesSent = connections.reduce((sum, connection) => sum + connection.framesSent, 0);
    return {
      connections,
      framesSent,
      journalEntries: this.journal.count,
      journalDropped: this.journal.dropped,
    };
  }

  orders(account: string): readonly Readonly<Record<string, unknown>>[] {
    return this.trading.ofAccount(account).map((order) => this.orderRow(order));
  }

  /** Lets a market do so many steps at once. */
  stepMarket(symbol: string, steps = 1): void {
    const market = this.markets.get(symbol);
    if (market === undefined) throw new TypeError(`instrument: "${symbol}" is not traded here`);
    for (let step = 0; step < steps; step++) this.trading.step(market);
  }

  /** Steps of every listened-to market at this rate; a step is a trade and a change of the book. */
  flood({ framesPerSecond, framesPerTopic = Number.POSITIVE_INFINITY }: FloodOptions): void {
    let left = framesPerTopic;
    this.#loop.stop();
    this.#loop = new TickerLoop(framesPerSecond, () => {
      if (left <= 0) return this.stopFlood();
      left -= 1;
      this.#step();
    });
    this.#tend();
  }

  stopFlood(): void {
    this.#loop.stop();
    this.#loop = new TickerLoop(this.#perSecond, () => this.#step());
    this.#tend();
  }

  async close(): Promise<void> {
    this.#injector.close();
    await this.server.close();
    this.#loop.stop();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What the venue says

  /** @internal */
  abstract onOpen(connection: Connection): void;
  /** @internal */
  abstract onText(connection: Connection, text: string): void;
  /** @internal */
  abstract announceStop(): void;
  /** A market changed: tells those who listen. */
  protected abstract onMarket(change: MarketChange): void;
  /** An order as the wire writes it. */
  protected abstract orderRow(order: PlacedOrder): Readonly<Record<string, unknown>>;
  /** The market that a topic is about. */
  protected abstract marketOf(topic: string): Market | undefined;
  /** Answers an HTTP call with status and JSON. */
  protected abstract http(
    path: string,
    query: URLSearchParams,
    body: string,
    headers: IncomingMessage['headers'],
  ): readonly [status: number, json: unknown];

  /** @internal */
  onBinary(connection: Connection): void {
    connection.close(1003, 'text only');
  }

  /** @internal */
  onEnd(connection: Connection): void {
    for (const topic of this.#listeners.keys()) this.unsubscribe(connection, topic);
  }

  /** @internal */
  onRequest(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
    });
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const [status, json] = this.http(
        url.pathname,
        url.searchParams,
        Buffer.concat(chunks).toString(),
        request.headers,
      );
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    });
  }

  /** Nothing here expires; a venue whose logins do says otherwise. */
  expireTokens(_account: string | undefined): void {}

  /** @internal */
  closeSlowConsumer(connection: Connection): void {
    connection.drop('rst');
  }

  /** Stops a topic without a word. */
  revokeTopic(topic: string, connection: Connection): void {
    this.unsubscribe(connection, topic);
  }

  /** @internal */
  sendMalformed(connection: Connection, text: string | undefined): void {
    connection.notify(text ?? '{"stream":"bt');
  }

  // What the venue calls

  protected subscribe(connection: Connection, topic: string): void {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners.add(connection));
    this.#tend();
  }

  protected unsubscribe(connection: Connection, topic: string): boolean {
    const listeners = this.#listeners.get(topic);
    const was = listeners?.delete(connection) ?? false;
    if (listeners?.size === 0) this.#listeners.delete(topic);
    this.#tend();
    return was;
  }

  protected isListening(connection: Connection, topic: string): boolean {
    return this.#listeners.get(topic)?.has(connection) ?? false;
  }

  /** Sends the same frame to everybody who listens; it is built only where somebody does. */
  protected publish(topic: string, message: () => unknown, sequence = 0): void {
    const listeners = this.#listeners.get(topic);
    if (listeners === undefined) return;
    const frame = new WireFrame(JSON.stringify(message()));
    for (const connection of listeners) connection.event(topic, frame, sequence);
  }

  /** True where a fault wants this topic refused. */
  protected refuses(connection: Connection, topic: string): boolean {
    return (
      this.server.faults.take('refuse-topic', connection.id, (fault) => fault.topic === topic) !== undefined
    );
  }

  #changed(change: MarketChange): void {
    for (const { order } of change.orders) {
      const { account, clientId: label, state, reason } = order;
      const entry = { kind: 'order', account, orderId: String(order.id), label, state } as const;
      this.journal.record(reason === undefined ? entry : { ...entry, reason });
    }
    this.onMarket(change);
  }

  #step(): void {
    for (const market of this.#active()) this.trading.step(market);
    for (const connection of this.server.connections) {
      if (connection.bufferedBytes > this.server.slowConsumerBytes)
        this.inject({ kind: 'slow-consumer', connection: connection.id });
    }
  }

  #active(): ReadonlySet<Market> {
    const markets = new Set<Market>();
    for (const topic of this.#listeners.keys()) {
      const market = this.marketOf(topic);
      if (market !== undefined) markets.add(market);
    }
    return markets;
  }

  #tend(): void {
    if (this.#active().size > 0) this.#loop.start();
    else this.#loop.stop();
  }
}
