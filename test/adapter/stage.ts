// A simulated Deribit and the adapters that a test connects to it; everything is closed at the end and nothing may be left behind.
import { Adapter, type AdapterOptions } from '../../src/index.js';
import {
  type DeribitOptions,
  type JournalEntry,
  type JournalEvent,
  SimulatedDeribit,
} from '../../src/testing/index.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';
import { Life } from './life.js';

export const credentials = { clientId: 'test-client', clientSecret: 'test-secret' } as const;
export const TRADES = 'trades.BTC-PERPETUAL.raw';
export const BOOK = 'book.BTC-PERPETUAL.raw';
export const ETH_TRADES = 'trades.ETH-PERPETUAL.raw';
/** An order that rests: far below the market. */
export const order = {
  symbol: 'BTC-PERPETUAL',
  side: 'buy',
  type: 'limit',
  price: 50_000,
  amount: 10,
} as const;

/**
 * What every adapter of the tests has unless a test says otherwise: reconnects without a wait, and no spare threads, which would
 * cost these short lives more than they give.
 */
export function testOptions(url: string, { connection, ...options }: AdapterOptions = {}): AdapterOptions {
  return {
    url,
    credentials,
    backoff: { baseMs: 0, capMs: 0 },
    // The simulated exchange of most tests has no limits either.
    rateBudget: false,
    connection: { spares: 0, ...connection },
    ...options,
  };
}

export class Stage {
  readonly venue: SimulatedDeribit;
  readonly #before: ResourceCount;
  readonly #adapters: Adapter[] = [];

  static async open(options: DeribitOptions = {}): Promise<Stage> {
    const before = await activeResources();
    return new Stage(
      await SimulatedDeribit.start({ eventsPerSecond: 100, limits: null, ...options }),
      before,
    );
  }

  private constructor(venue: SimulatedDeribit, before: ResourceCount) {
    this.venue = venue;
    this.#before = before;
  }

  /** An adapter that is not connected yet, and the record of its life. */
  life(options: AdapterOptions = {}): Life {
    const adapter = new Adapter('deribit', testOptions(this.venue.url, options));
    this.#adapters.push(adapter);
    return new Life(adapter);
  }

  async connected(options: AdapterOptions = {}): Promise<Life> {
    const life = this.life(options);
    await life.adapter.connect();
    return life;
  }

  entries<Kind extends JournalEvent['kind']>(kind: Kind): readonly Extract<JournalEntry, { kind: Kind }>[] {
    return this.venue.journal.of(kind);
  }

  /** Methods that were asked for on one connection (`c1`, `c2` …), in order, without the heartbeat's. */
  asked(connection: string): readonly string[] {
    return this.entries('request')
      .filter(
        (entry) => entry.connection === connection && !/hello|set_heartbeat|public\/test/.test(entry.method),
      )
      .map(({ method }) => method);
  }

  /** Waits for an entry of the journal. */
  async saw<Kind extends JournalEvent['kind']>(
    kind: Kind,
    fits: (entry: Extract<JournalEntry, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<JournalEntry, { kind: Kind }>> {
    return waitFor(() => this.entries(kind).find(fits), `the exchange to write down "${kind}"`);
  }

  /** The orders of the test account that carry this label, as the exchange knows them. */
  ordersOf(label: string): readonly Readonly<Record<string, unknown>>[] {
    return this.venue.orders(credentials.clientId).filter((one) => one['label'] === label);
  }

  async close(): Promise<void> {
    await Promise.all(this.#adapters.map((adapter) => adapter.close()));
    await this.venue.close();
    await expectNothingLeft(this.#before);
  }
}
