// Everything the methods of the simulated Deribit work on, put together once per exchange.
import type { Clock } from '../kit/clock.js';
import type { Connection } from '../kit/connection.js';
import type { Journal } from '../kit/journal.js';
import type { LastingFaults } from '../kit/lasting-faults.js';
import { hashOf, Random } from '../kit/random.js';
import { Accounts } from './accounts.js';
import { Envelope } from './envelope.js';
import { createInstrument } from './instruments.js';
import { DeribitMarket, type SharedCounters } from './market.js';
import type { DeribitSettings } from './options.js';
import type { Session } from './session.js';
import { Subscriptions } from './subscriptions.js';
import { Tokens } from './tokens.js';
import { Trading } from './trading.js';

export interface WorldParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly settings: DeribitSettings;
}

export class World {
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly settings: DeribitSettings;
  readonly envelope: Envelope;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly markets: ReadonlyMap<string, DeribitMarket>;
  readonly subscriptions: Subscriptions;
  readonly trading: Trading;
  readonly sessions = new Map<Connection, Session>();
  /** Set when the server exists. */
  faults: LastingFaults | undefined;

  constructor(parts: WorldParts) {
    const { clock, random, journal, settings } = parts;
    this.clock = clock;
    this.random = random;
    this.journal = journal;
    this.settings = settings;
    this.envelope = new Envelope(clock, random, settings.testnet, settings.exponentShare);
    this.accounts = new Accounts(settings.accounts, settings.limits, () => clock.venueSeconds());
    this.tokens = new Tokens(clock, settings.tokenLifetimeSeconds);
    this.markets = createMarkets(settings);
    this.subscriptions = new Subscriptions(this);
    this.trading = new Trading(this);
  }
}

/** Every market has a random source of its own: what happens on one does not change the others. */
function createMarkets(settings: DeribitSettings): ReadonlyMap<string, DeribitMarket> {
  const counters: SharedCounters = {
    changeId: 193_809_616_666,
    tradeId: 403_691_824,
    orderId: 104_819_327_443,
  };
  return new Map(
    settings.instruments.map((given, index) => {
      const instrument = createInstrument(given, index);
      const random = new Random(settings.seed ^ hashOf(instrument.name));
      return [instrument.name, new DeribitMarket(instrument, random, counters)];
    }),
  );
}
