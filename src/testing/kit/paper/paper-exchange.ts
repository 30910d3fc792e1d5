// A simulated exchange in the words of a dialect: starts, is told what to do wrong, tells what it saw, closes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Clock } from '../clock.js';
import type { Connection } from '../connection.js';
import { ExchangeServer, type ServerOptions, type Venue } from '../exchange-server.js';
import type { Fault } from '../fault.js';
import type { FloodOptions } from '../flood.js';
import { FaultInjector } from '../inject.js';
import { Journal, type JournalOptions } from '../journal.js';
import { Random } from '../random.js';
import type { ConnectionView, ExchangeStats, SimulatedExchange } from '../simulated-exchange.js';
import { TickerLoop } from '../ticker-loop.js';
import { WireFrame } from '../wire-frame.js';
import {
  type PaperAccount,
  type PaperDialect,
  type PaperEvent,
  type PaperSession,
  type PaperWorld,
  paperAccount,
} from './dialect.js';
import { type PaperChange, type PaperInstrument, PaperMarket } from './market.js';
import { type PaperFill, type PaperListener, type PaperOrder, PaperTrading } from './trading.js';

export interface PaperOptions extends ServerOptions {
  /** Default: one account, `paperAccount`. */
  readonly accounts?: readonly PaperAccount[] | undefined;
  /** Default: the venue's own few. */
  readonly instruments?: readonly PaperInstrument[] | undefined;
  /** Same seed, same market. Default 1. */
  readonly seed?: number | undefined;
  /** Events per real second and instrument that somebody listens to. 0: a still market. Default 10. */
  readonly eventsPerSecond?: number | undefined;
  /** Factor on every duration of the venue's rules. Default 1. */
  readonly timeScale?: number | undefined;
  /** Wall clock in milliseconds. Default: the machine's. */
  readonly now?: (() => number) | undefined;
  readonly journal?: JournalOptions | undefined;
}

/** The simulated Bybit or OKX: one exchange in the words of two venues. */
export class PaperExchange implements SimulatedExchange, Venue, PaperListener {
  readonly name: string;
  readonly paths: readonly string[];
  readonly journal: Journal;
  readonly #world: PaperWorld;
  readonly #dialect: PaperDialect;
  readonly #server: ExchangeServer;
  readonly #injector: FaultInjector;
  readonly #loop: TickerLoop;
  readonly #sessions = new Map<Connection, PaperSession>();
  readonly #idleTimers = new Map<Connection, NodeJS.Timeout>();
  #flood: TickerLoop | undefined;
  #quietTimer: NodeJS.Timeout | undefined;
  readonly #lastSequences = new Map<PaperMarket, number>();
  #isStopping = false;

  constructor(
    options: PaperOptions,
    instruments: readonly PaperInstrument[],
    speak: (world: PaperWorld) => PaperDialect,
  ) {
    const { seed = 1, eventsPerSecond = 10 } = options;
    if (!(eventsPerSecond >= 0))
      throw new TypeError(`eventsPerSecond must be 0 or more, got ${eventsPerSecond}`);
    const clock = new Clock(options);
    const random = new Random(seed);
    this.journal = new Journal(() => clock.milliseconds(), options.journal);
    this.#world = {
      clock,
      random,
      journal: this.journal,
      faults: () => this.#server.faults,
      accounts: new Map((options.accounts ?? [paperAccount]).map((account) => [account.apiKey, account])),
      markets: (options.instruments ?? instruments).map((instrument) => new PaperMarket(instrument, seed)),
      trading: new PaperTrading(this, () => clock.milliseconds()),
      sessions: () => this.#sessions.values(),
      isStopping: () => this.#isStopping,
    };
    this.#dialect = speak(this.#world);
    this.name = this.#dialect.name;
    this.paths = this.#dialect.paths;
    this.#server = new ExchangeServer(options, this, { clock, random, journal: this.journal });
    this.#injector = new FaultInjector(this.#server, this);
    this.#loop = new TickerLoop(eventsPerSecond, () => this.#step());
  }

  /** Starts listening on a free port of this machine, or on the one that was asked for. */
  async listen(): Promise<this> {
    await this.#server.listen();
    this.#loop.start();
    const { quiet } = this.#dialect;
    if (quiet !== undefined) {
      this.#quietTimer = setInterval(() => this.#tellQuiet(), this.#world.clock.scale(quiet.everyMs));
    }
    return this;
  }

  /** Without a path: each socket of the venue has its own. */
  get url(): string {
    return `${this.#server.isSecure ? 'wss' : 'ws'}://${this.#server.authority}`;
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): readonly ConnectionView[] {
    return this.#server.connections.map(({ id, address, account, framesSent, framesReceived }) => {
      return { id, address, account, framesSent, framesReceived };
    });
  }

  inject(fault: Fault): void {
    this.#injector.inject(fault);
  }

  orders(account: string): readonly Readonly<Record<string, unknown>>[] {
    const own = [...this.#world.trading.orders.values()].filter((order) => order.account === account);
    return own.map((order) => this.#dialect.writeOrder(order));
  }

  /** Lets the market of an instrument do so many steps at once. */
  stepMarket(symbol: string, steps = 1): void {
    const market = this.#world.markets.find(({ instrument }) => instrument.symbol === symbol);
    if (market === undefined) throw new TypeError(`symbol: "${symbol}" is not traded here`);
    for (let step = 0; step < steps; step += 1) this.#world.trading.step(market);
  }

  /** Steps of the market at this rate: each is a change of the book and mostly a trade. Topics are not told apart. */
  flood({ framesPerSecond, framesPerTopic = Number.POSITIVE_INFINITY }: FloodOptions): void {
    if (!(framesPerSecond > 0))
      throw new TypeError(`framesPerSecond must be above 0, got ${framesPerSecond}`);
    this.stopFlood();
    let left = framesPerTopic;
    this.#flood = new TickerLoop(framesPerSecond, () => {
      if (left <= 0) return this.stopFlood();
      left -= 1;
      this.#step();
    });
    this.#flood.start();
  }

  stopFlood(): void {
    this.#flood?.stop();
    this.#flood = undefined;
  }

  stats(): ExchangeStats {
    const { connections, journal } = this;
    const framesSent = connections.reduce((sum, connection) => sum + connection.framesSent, 0);
    return { connections, framesSent, journalEntries: journal.count, journalDropped: journal.dropped };
  }

  /** Ends every connection and stops listening; again does no harm. */
  async close(): Promise<void> {
    this.#loop.stop();
    clearInterval(this.#quietTimer);
    this.stopFlood();
    this.#injector.close();
    await this.#server.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // What the server calls

  /** @internal */
  onOpen(connection: Connection): void {
    const session = { connection, account: undefined, topics: new Set<string>(), usedIds: new Set<string>() };
    this.#sessions.set(connection, session);
    this.#watch(session);
  }

  /** @internal */
  onText(connection: Connection, text: string): void {
    const session = this.#sessions.get(connection);
    if (session === undefined) return;
    this.#watch(session);
    this.#dialect.onText(session, text);
  }

  /** @internal */
  onBinary(connection: Connection): void {
    connection.close(1003, 'text only');
  }

  /** @internal */
  onEnd(connection: Connection): void {
    clearTimeout(this.#idleTimers.get(connection));
    this.#idleTimers.delete(connection);
    this.#sessions.delete(connection);
  }

  /** @internal */
  onRequest(request: IncomingMessage, response: ServerResponse): void {
    this.#dialect.onRequest(request, response);
  }

  /** Logins of these venues last as long as the socket. */
  expireTokens(): void {}

  /** @internal */
  announceStop(): void {
    this.#isStopping = true;
    for (const session of this.#sessions.values()) this.#dialect.announceStop(session);
  }

  /** @internal */
  closeSlowConsumer(connection: Connection): void {
    this.#dialect.closeSlowConsumer(connection);
  }

  /** @internal */
  revokeTopic(topic: string, connection: Connection): void {
    const session = this.#sessions.get(connection);
    if (session?.topics.delete(topic) === true) this.#dialect.onRevoked(session, topic);
  }

  /** @internal */
  sendMalformed(connection: Connection, text: string | undefined): void {
    connection.notify(text ?? this.#dialect.malformed);
  }

  // What trading calls

  /** @internal */
  onMarket(change: PaperChange): void {
    for (const session of this.#sessions.values()) {
      for (const topic of session.topics) {
        if (this.#dialect.marketOf(session, topic) !== change.market) continue;
        send(session, topic, this.#dialect.marketEvents(topic, change));
      }
    }
  }

  /** @internal */
  onOrder(order: PaperOrder): void {
    const { id: orderId, account, state, terms } = order;
    this.journal.record({ kind: 'order', account, orderId, label: terms.clientOrderId, state });
    this.#tellAccount(account, (topic) => this.#dialect.orderEvents(topic, order));
  }

  /** @internal */
  onFill(fill: PaperFill): void {
    this.#tellAccount(fill.order.account, (topic) => this.#dialect.fillEvents(topic, fill));
  }

  #tellAccount(account: string, events: (topic: string) => readonly PaperEvent[]): void {
    for (const session of this.#sessions.values()) {
      if (session.account !== account) continue;
      for (const topic of session.topics) send(session, topic, events(topic));
    }
  }

  #step(): void {
    const heard = new Set<PaperMarket>();
    for (const session of this.#sessions.values()) {
      for (const topic of session.topics) {
        const market = this.#dialect.marketOf(session, topic);
        if (market !== undefined) heard.add(market);
      }
      const { connection } = session;
      if (connection.bufferedBytes > this.#server.slowConsumerBytes) this.closeSlowConsumer(connection);
    }
    for (const market of heard) this.#world.trading.step(market);
  }

  #tellQuiet(): void {
    const atMs = this.#world.clock.milliseconds();
    const still = this.#world.markets.filter((market) => this.#lastSequences.get(market) === market.sequence);
    for (const market of this.#world.markets) this.#lastSequences.set(market, market.sequence);
    for (const session of this.#sessions.values()) {
      for (const topic of session.topics) {
        const market = this.#dialect.marketOf(session, topic);
        if (market === undefined || !still.includes(market)) continue;
        const event = this.#dialect.quiet?.event(topic, market, atMs);
        if (event !== undefined) send(session, topic, [event]);
      }
    }
  }

  #watch(session: PaperSession): void {
    const { connection } = session;
    clearTimeout(this.#idleTimers.get(connection));
    connection.eventsSinceLook = 0;
    const timer = setTimeout(() => {
      if (connection.eventsSinceLook > 0) this.#watch(session);
      else this.#dialect.onIdle(session);
    }, this.#world.clock.scale(this.#dialect.idleMs));
    this.#idleTimers.set(connection, timer);
  }
}

function send({ connection }: PaperSession, topic: string, events: readonly PaperEvent[]): void {
  for (const { text, sequence } of events) connection.event(topic, new WireFrame(text), sequence);
}
