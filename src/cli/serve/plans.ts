// What `bulkhead serve` runs: the fleet of a file, exchanges by name, or simulated ones that break.
import type { Adapter } from '../../adapter/adapter.js';
import { isExchangeName } from '../../exchanges/index.js';
import { readFleetConfig } from '../../fleet/config-file.js';
import type { Fleet } from '../../fleet/fleet.js';
import type { FleetAdapter, FleetOptions } from '../../fleet/options.js';
import type { ServeOptions } from '../../fleet/server.js';
import type { VenueProfile } from '../../testing/contract/profile.js';
import { venueProfiles } from '../../testing/profiles.js';
import { Bot } from '../demo/bot.js';
import { Chaos } from '../demo/chaos.js';
import { type DemoVenue, simulate, simulatedVenue, topicsOf } from '../demo/venue.js';
import { UsageError } from '../usage-error.js';

export interface ServePlan {
  readonly fleet: FleetOptions;
  readonly serve?: ServeOptions;
  /** Once all adapters were READY or given up. */
  started?(fleet: Fleet): void;
  /** Before the fleet stops. */
  stopping?(): Promise<void>;
  /** After it has stopped. */
  close?(): Promise<void>;
}

const CHAOS_EVERY_MS = 1000;

export async function planConfig(path: string): Promise<ServePlan> {
  const { options, serve } = await readFleetConfig(path);
  return { fleet: options, ...(serve === undefined ? {} : { serve }) };
}

export function planExchanges(
  names: readonly string[],
  { network, url }: { readonly network: 'live' | 'test' | undefined; readonly url: string | undefined },
): ServePlan {
  const adapters = profilesOf(names).map((profile) => ({
    name: profile.exchange,
    exchange: profile.exchange,
    topics: topicsOf(profile),
    ...(network === undefined ? {} : { network }),
    ...(url === undefined ? {} : { url }),
  }));
  return { fleet: { adapters } };
}

/** Simulated exchanges, each in a process of its own, adapters on them, and one connection a second that breaks. */
export async function planDemo(names: readonly string[], count: number): Promise<ServePlan> {
  const profiles = profilesOf(names);
  const venues: Venue[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(venues.map(async ({ simulated }) => simulated?.close()));
  };
  try {
    for (const profile of profiles) venues.push(await openVenue(profile, count, profiles.length === 1));
  } catch (error) {
    await close();
    throw error;
  }
  const chaos = new Chaos(venues, () => undefined);
  const made = (adapter: Adapter, name: string): void => {
    venues.find(({ specs }) => specs.some((spec) => spec.name === name))?.take(adapter, name);
  };
  return {
    fleet: { name: 'demo', adapters: venues.flatMap(({ specs }) => specs), onAdapter: made },
    started: () => chaos.start(CHAOS_EVERY_MS),
    stopping: () => chaos.stop(),
    close,
  };
}

interface Venue extends DemoVenue {
  readonly bots: Bot[];
  readonly specs: readonly FleetAdapter[];
  /** An adapter, or one that took the place of another. */
  take(adapter: Adapter, name: string): void;
}

async function openVenue(profile: VenueProfile, count: number, isAlone: boolean): Promise<Venue> {
  const names = Array.from(
    { length: count },
    (_, index) => `${isAlone ? 'bot' : profile.exchange}-${index + 1}`,
  );
  const simulated = await simulate(profile, names);
  const bots: Bot[] = [];
  const specs = names.map((name): FleetAdapter => {
    const own = simulatedVenue(profile, simulated, name);
    return {
      name,
      exchange: profile.exchange,
      topics: [...topicsOf(profile), ...(own.credentials === undefined ? [] : profile.privateTopics)],
      readyHoldMs: 500,
      backoff: { baseMs: 100, capMs: 2000 },
      // There is nothing to reconcile; the steps of the restore are what is to be seen.
      onReconcile: () => undefined,
      onResume: () => undefined,
      ...own,
    };
  });
  const take = (adapter: Adapter, name: string): void => {
    const place = bots.findIndex((bot) => bot.name === name);
    const bot = new Bot(name, adapter, profile.account?.(name).id ?? name);
    bots.splice(place < 0 ? bots.length : place, place < 0 ? 0 : 1, bot);
  };
  return { profile, simulated, bots, doomed: new Set(), specs, take };
}

/** @throws UsageError */
function profilesOf(names: readonly string[]): readonly VenueProfile[] {
  for (const [index, name] of names.entries()) {
    if (!isExchangeName(name))
      throw new UsageError(
        `there is no exchange ${name}: use one of ${Object.keys(venueProfiles).join(', ')}`,
      );
    if (names.indexOf(name) !== index)
      throw new UsageError(`${name} is named twice: write a --config for that`);
  }
  return names.filter(isExchangeName).map((name) => venueProfiles[name]);
}
