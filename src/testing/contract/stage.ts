// A simulated exchange, an adapter on it, and a record of all that the adapter told. `onStage` closes both whatever happens.
import { Adapter } from '../../adapter/adapter.js';
import type { RestoreReport } from '../../adapter/messages.js';
import type { AdapterOptions } from '../../adapter/options.js';
import type { RotationReport } from '../../adapter/rotation.js';
import type { Exit } from '../../client/exit.js';
import type { VenueNotice } from '../../exchanges/exchange.js';
import type { BookUpdate, Gap, Order } from '../../market.js';
import type { SimulatedExchange } from '../kit/simulated-exchange.js';
import type { VenueAccount, VenueProfile } from './profile.js';
import { until } from './wait.js';

/** How the simulated exchange of a venue is started. */
export interface ContractSimulator {
  /** In this process, on a free port of this machine. The options are those of `profile.accountOptions`, with `eventsPerSecond`. */
  start(options: object): Promise<SimulatedExchange>;
  /** In a process of its own, for what must go on while this process is blocked. Left out: those tests are skipped. */
  startProcess?(options: object): Promise<{
    readonly url: string;
    /** What the simulated exchange counts. */
    stats(): Promise<{ readonly connections: readonly { readonly framesReceived: number }[] }>;
    /** Ends the process. */
    close(): Promise<void>;
  }>;
}

/** Events a second and market on the stage: enough to see data flow, few enough for a busy machine. */
export const EVENTS_PER_SECOND = 40;
const TOLD_KEPT = 10_000;

/** What an adapter told, in order. */
export class Told {
  readonly gaps: Gap[] = [];
  readonly exits: Exit[] = [];
  readonly restored: RestoreReport[] = [];
  readonly notices: VenueNotice[] = [];
  readonly problems: string[] = [];
  readonly books: BookUpdate[] = [];
  readonly orders: Order[] = [];
  readonly rotations: RotationReport[] = [];
  trades = 0;
  bookUpdates = 0;

  constructor(adapter: Adapter) {
    adapter.on('gap', (gap) => void this.gaps.push(gap));
    adapter.on('exit', (exit) => void this.exits.push(exit));
    adapter.on('restored', (report) => void this.restored.push(report));
    adapter.on('notice', (notice) => void this.notices.push(notice));
    adapter.on('problem', (problem) => void this.problems.push(problem));
    adapter.on('order', (order) => void this.orders.push(order));
    adapter.on('rotated', (report) => void this.rotations.push(report));
    adapter.on('trades', (batch) => {
      this.trades += batch.length;
    });
    adapter.on('books', (batch) => {
      this.bookUpdates += batch.length;
      if (this.books.length < TOLD_KEPT) this.books.push(...batch);
    });
  }
}

export class Stage {
  readonly profile: VenueProfile;
  readonly exchange: SimulatedExchange;
  readonly account: VenueAccount | undefined;
  readonly #adapters: Adapter[] = [];

  constructor(profile: VenueProfile, exchange: SimulatedExchange, account: VenueAccount | undefined) {
    this.profile = profile;
    this.exchange = exchange;
    this.account = account;
  }

  /** All topics that the venue's profile names. */
  get topics(): readonly string[] {
    const { topics, privateTopics } = this.profile;
    return [topics.trades, topics.book, ...(this.account === undefined ? [] : privateTopics)];
  }

  /** An adapter that is not connected yet. `credentials: undefined` is an adapter without account. */
  adapter(options: AdapterOptions = {}): { readonly adapter: Adapter; readonly record: Told } {
    const credentials = this.account?.credentials;
    const adapter = new Adapter(this.profile.exchange, {
      url: this.exchange.url,
      ...(credentials === undefined ? {} : { credentials }),
      backoff: { baseMs: 10, capMs: 200 },
      ...options,
    });
    this.#adapters.push(adapter);
    return { adapter, record: new Told(adapter) };
  }

  /** A connected adapter whose trades and books flow. */
  async flowing(options: AdapterOptions = {}): Promise<{ readonly adapter: Adapter; readonly record: Told }> {
    const made = this.adapter({ topics: this.topics, ...options });
    await made.adapter.connect();
    await flow(made.record);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all(this.#adapters.map((adapter) => adapter.close()));
    await this.exchange.close();
  }
}

/** Waits for trades and book updates that were not there yet. */
export async function flow(record: Told): Promise<void> {
  const { trades, bookUpdates } = record;
  await until(() => record.trades > trades, 'a trade');
  await until(() => record.bookUpdates > bookUpdates, 'an update of the book');
}

/** Runs the play with a simulated exchange that knows one account, and closes everything. */
export async function onStage(
  profile: VenueProfile,
  simulator: ContractSimulator,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const account = profile.account?.('contract');
  const accounts = account === undefined ? [] : [account];
  const options = { eventsPerSecond: EVENTS_PER_SECOND, ...profile.accountOptions?.(accounts) };
  const stage = new Stage(profile, await simulator.start(options), account);
  try {
    await play(stage);
  } finally {
    await stage.close();
  }
}
