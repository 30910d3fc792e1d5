// The simulated Deribit as its user holds it: starts, is told what to do wrong, tells what it saw, closes.
import { Clock } from '../kit/clock.js';
import { ExchangeServer } from '../kit/exchange-server.js';
import type { Fault } from '../kit/fault.js';
import { Flood, type FloodOptions } from '../kit/flood.js';
import { FaultInjector } from '../kit/inject.js';
import { Journal } from '../kit/journal.js';
import { Random } from '../kit/random.js';
import type { SimulatedExchange, ConnectionView, ExchangeStats } from '../kit/simulated-exchange.js';
import { TickerLoop } from '../kit/ticker-loop.js';
import { floodSources } from './flood-sources.js';
import type { DeribitMarket } from './market.js';
import { type DeribitOptions, settingsOf } from './options.js';
import { DeribitVenue } from './venue.js';
import { World } from './world.js';

const connectionsPerAddress = 32;

/** Sizes to stand at prices of a book; 0 takes the level away. */
export interface BookEdit {
  readonly bids?: readonly (readonly [price: number, amount: number])[];
  readonly asks?: readonly (readonly [price: number, amount: number])[];
}

/** Deribit on loopback: a real WebSocket server that speaks its protocol, trades, and breaks on request. */
export class SimulatedDeribit implements SimulatedExchange {
  readonly name = 'deribit';
  readonly journal: Journal;
  readonly #world: World;
  readonly #server: ExchangeServer;
  readonly #injector: FaultInjector;
  readonly #loop: TickerLoop;
  #flood: Flood | undefined;

  /** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
  static async start(options: DeribitOptions = {}): Promise<SimulatedDeribit> {
    const exchange = new SimulatedDeribit(options);
    await exchange.#server.listen();
    return exchange;
  }

  private constructor(options: DeribitOptions) {
    const settings = settingsOf(options);
    const clock = new Clock(options);
    const random = new Random(settings.seed);
    this.journal = new Journal(() => clock.milliseconds(), options.journal);
    this.#world = new World({ clock, random, journal: this.journal, settings });
    const venue = new DeribitVenue(this.#world);
    const limit = options.connectionsPerAddress;
    const serverOptions = {
      ...options,
      connectionsPerAddress: limit === undefined ? connectionsPerAddress : limit,
    };
    this.#server = new ExchangeServer(serverOptions, venue, { clock, random, journal: this.journal });
    this.#world.faults = this.#server.faults;
    this.#injector = new FaultInjector(this.#server, venue);
    this.#loop = new TickerLoop(settings.eventsPerSecond, () => this.#step());
    this.#world.subscriptions.onActiveMarkets = () => this.#tend();
  }

  /** What a client connects to. */
  get url(): string {
    return `${this.#server.isSecure ? 'wss' : 'ws'}://${this.#server.authority}/ws/api/v2`;
  }

  /** The base of the HTTP twin. */
  get httpUrl(): string {
    return `${this.#server.isSecure ? 'https' : 'http'}://${this.#server.authority}/api/v2`;
  }

  get port(): number {
    return this.#server.port;
  }

  get connections(): readonly ConnectionView[] {
    return this.#server.connections.map(({ id, address, account, framesSent, framesReceived }) => ({
      id,
      address,
      account,
      framesSent,
      framesReceived,
    }));
  }

  /** Makes something go wrong. @throws TypeError where the fault names a connection that is not open. */
  inject(fault: Fault): void {
    this.#injector.inject(fault);
  }

  /** Every order of an account that is still known, oldest first, as the wire writes them. */
  orders(clientId: string): readonly Readonly<Record<string, unknown>>[] {
    const account = this.#world.accounts.byClientId(clientId);
    return [...(account?.orders.values() ?? [])].map((order) => order.toWire());
  }

  /** A trade of the market itself against the best price of the book. It may fill an account's order. */
  publishTrade(trade: {
    readonly instrument: string;
    readonly direction: 'buy' | 'sell';
    readonly amount: number;
  }): void {
    const market = this.#market(trade.instrument);
    const lots = market.lotsOf(trade.amount);
    if (lots === undefined || lots <= 0)
      throw new TypeError(`amount: ${trade.amount} is no multiple of the smallest`);
    this.#world.trading.trade(market, trade.direction === 'buy' ? 'bid' : 'ask', lots);
  }

  /** Sets what the market itself offers at prices; orders of accounts stay. */
  publishBookChange(instrument: string, edit: BookEdit): void {
    const market = this.#market(instrument);
    for (const [price, amount] of edit.bids ?? []) setLevel(market, 'bid', price, amount);
    for (const [price, amount] of edit.asks ?? []) setLevel(market, 'ask', price, amount);
    this.#world.trading.commit(market);
  }

  /** Sends any data on a channel that somebody subscribed to. */
  publish(channel: string, data: unknown): void {
    this.#world.subscriptions.publish(channel, data);
  }

  /** Lets the market of an instrument do so many steps at once. */
  stepMarket(instrument: string, steps = 1): void {
    const market = this.#market(instrument);
    for (let step = 0; step < steps; step++) this.#world.trading.step(market);
  }

  /** Floods book (not grouped), trades and quote channels. */
  flood(options: FloodOptions): void {
    this.stopFlood();
    this.#loop.stop();
    const sources = floodSources(this.#world, options.topics);
    this.#flood = new Flood(sources, options, () => {
      this.#flood = undefined;
      this.#tend();
    });
  }

  /** Ends a flood; without one it does nothing. */
  stopFlood(): void {
    this.#flood?.stop();
  }

  /** A summary that crosses process boundaries. */
  stats(): ExchangeStats {
    const connections = this.connections;
    return {
      connections,
      framesSent: connections.reduce((sum, { framesSent }) => sum + framesSent, 0),
      journalEntries: this.journal.count,
      journalDropped: this.journal.dropped,
    };
  }

  /** Ends every connection and stops listening; again does no harm. */
  async close(): Promise<void> {
    this.#injector.close();
    this.stopFlood();
    await this.#server.close();
    this.#loop.stop();
    this.#world.subscriptions.close();
  }

  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #market(instrument: string): DeribitMarket {
    const market = this.#world.markets.get(instrument);
    if (market === undefined) throw new TypeError(`instrument: "${instrument}" is not traded here`);
    return market;
  }

  #step(): void {
    for (const market of this.#world.subscriptions.activeMarkets()) this.#world.trading.step(market);
    for (const connection of this.#server.connections) {
      if (connection.bufferedBytes > this.#server.slowConsumerBytes)
        this.inject({ kind: 'slow-consumer', connection: connection.id });
    }
  }

  #tend(): void {
    if (this.#flood !== undefined) return;
    if (this.#world.subscriptions.activeMarkets().length > 0) this.#loop.start();
    else this.#loop.stop();
  }
}

function setLevel(market: DeribitMarket, side: 'bid' | 'ask', price: number, amount: number): void {
  const tick = market.tickOf(price);
  const lots = market.lotsOf(amount);
  if (tick === undefined || lots === undefined)
    throw new TypeError(`${price} x ${amount} is not on a tick or a lot`);
  const owned =
    market.book
      .side(side)
      .at(tick)
      ?.orders.filter((order) => order.owner === undefined) ?? [];
  for (const order of owned) market.book.withdraw(side, tick, order.id);
  if (lots > 0) market.book.rest(side, tick, { id: `p${tick}`, owner: undefined, lots });
}
