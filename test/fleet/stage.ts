// A simulated Deribit and fleets on it; everything is stopped at the end and nothing may be left behind.
import { type AdapterOptions, Fleet, type FleetAdapter, type FleetOptions } from '../../src/index.js';
import { type DeribitOptions, SimulatedDeribit } from '../../src/testing/index.js';
import { testOptions } from '../adapter/stage.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';

export class FleetStage {
  readonly venue: SimulatedDeribit;
  readonly #before: ResourceCount;
  readonly #fleets: Fleet[] = [];

  static async open(options: DeribitOptions = {}): Promise<FleetStage> {
    const before = await activeResources();
    const venue = await SimulatedDeribit.start({
      eventsPerSecond: 100,
      limits: null,
      connectionsPerAddress: null,
      ...options,
    });
    return new FleetStage(venue, before);
  }

  private constructor(venue: SimulatedDeribit, before: ResourceCount) {
    this.venue = venue;
    this.#before = before;
  }

  spec(name: string, options: AdapterOptions = {}): FleetAdapter {
    return { ...testOptions(this.venue.url, options), name, exchange: 'deribit' };
  }

  /** A fleet that is not started yet. Failed adapters are replaced without a wait. */
  fleet(names: readonly string[], options: AdapterOptions = {}, more: FleetOptions = {}): Fleet {
    const fleet = new Fleet({
      adapters: names.map((name) => this.spec(name, options)),
      backoff: { baseMs: 0, capMs: 0 },
      ...more,
    });
    this.#fleets.push(fleet);
    return fleet;
  }

  async close(): Promise<void> {
    await Promise.all(this.#fleets.map((fleet) => fleet.stop()));
    await this.venue.close();
    await expectNothingLeft(this.#before);
  }
}

/** `a1`, `a2` … */
export function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `a${index + 1}`);
}
