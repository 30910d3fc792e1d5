// What all simulated venues are made of besides what they say: clock, journal, server, faults, the loop that moves the markets.
import { Clock } from './clock.js';
import { ExchangeServer, type ServerOptions, type Venue } from './exchange-server.js';
import type { Fault } from './fault.js';
import type { FloodOptions } from './flood.js';
import { FaultInjector } from './inject.js';
import { Journal, type JournalOptions } from './journal.js';
import { LastingFaults } from './lasting-faults.js';
import { Random } from './random.js';
import type { ConnectionView, ExchangeStats, SimulatedExchange } from './simulated-exchange.js';
import { TickerLoop } from './ticker-loop.js';

export interface SimulationOptions extends ServerOptions {
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

export interface Simulation {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly seed: number;
  /** The lasting faults; empty until the server exists. */
  faults: LastingFaults;
}

/** A venue whose markets move by steps. */
export interface SteppingVenue extends Venue {
  /** One event on every market that somebody listens to. */
  step(): void;
  /** Ends its own timers. */
  close(): void;
}

export abstract class SimulatedVenue<Own extends SteppingVenue> implements SimulatedExchange {
  abstract readonly name: string;
  readonly journal: Journal;
  protected readonly venue: Own;
  protected readonly server: ExchangeServer;
  readonly #injector: FaultInjector;
  readonly #loop: TickerLoop;
  #flood: TickerLoop | undefined;

  protected constructor(options: SimulationOptions, makeVenue: (simulation: Simulation) => Own) {
    const { seed = 1, eventsPerSecond = 10 } = options;
    if (!(eventsPerSecond >= 0)) {
      throw new TypeError(`eventsPerSecond must be 0 or more, got ${eventsPerSecond}`);
    }
    const clock = new Clock(options);
    const random = new Random(seed);
    this.journal = new Journal(() => clock.milliseconds(), options.journal);
    const simulation = { clock, random, journal: this.journal, seed, faults: new LastingFaults() };
    this.venue = makeVenue(simulation);
    this.server = new ExchangeServer(options, this.venue, simulation);
    simulation.faults = this.server.faults;
    this.#injector = new FaultInjector(this.server, this.venue);
    this.#loop = new TickerLoop(eventsPerSecond, () => this.#step());
  }

  protected async listen(): Promise<void> {
    await this.server.listen();
    this.#loop.start();
  }

  /** What a client connects to; an adapter's `url`. */
  get url(): string {
    return `${this.server.isSecure ? 'wss' : 'ws'}://${this.server.authority}`;
  }

  get port(): number {
    return this.server.port;
  }

  get connections(): readonly ConnectionView[] {
    return this.server.connections.map(({ id, address, account, framesSent, framesReceived }) => {
      return { id, address, account, framesSent, framesReceived };
    });
  }

  inject(fault: Fault): void {
    this.#injector.inject(fault);
  }

  abstract orders(account: string): readonly Readonly<Record<string, unknown>>[];

  /** Moves all markets that somebody listens to so often; each step sends about one frame to each topic. */
  flood({ framesPerSecond, framesPerTopic = Number.POSITIVE_INFINITY }: FloodOptions): void {
    this.stopFlood();
    if (!(framesPerSecond > 0))
      throw new TypeError(`framesPerSecond must be above 0, got ${framesPerSecond}`);
    this.#loop.stop();
    let left = framesPerTopic;
    this.#flood = new TickerLoop(framesPerSecond, () => {
      left -= 1;
      if (left < 0) this.stopFlood();
      else this.#step();
    });
    this.#flood.start();
  }

  stopFlood(): void {
    if (this.#flood === undefined) return;
    this.#flood.stop();
    this.#flood = undefined;
    this.#loop.start();
  }

  stats(): ExchangeStats {
    const { connections } = this;
    return {
      connections,
      framesSent: connections.reduce((sum, { framesSent }) => sum + framesSent, 0),
      journalEntries: this.journal.count,
      journalDropped: this.journal.dropped,
    };
  }

  /** Ends every connection and stops listening; again does no harm. */
  async close(): Promise<void> {
    this.stopFlood();
    this.#loop.stop();
    this.#injector.close();
    this.venue.close();
    await this.server.close();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #step(): void {
    this.venue.step();
    for (const { id, bufferedBytes } of this.server.connections) {
      if (bufferedBytes > this.server.slowConsumerBytes)
        this.inject({ kind: 'slow-consumer', connection: id });
    }
  }
}
