// One venue of the demo: its simulated exchange in a process of its own, and the adapters on it.
import { Adapter } from '../../adapter/adapter.js';
import type { AdapterOptions } from '../../adapter/options.js';
import { isExchangeName } from '../../exchanges/index.js';
import type { VenueProfile } from '../../testing/contract/profile.js';
import {
  type SimulatedProcess,
  type SimulatedProcessOptions,
  startSimulatedProcess,
} from '../../testing/process.js';
import { venueProfiles } from '../../testing/profiles.js';
import { isSimulatorName } from '../../testing/simulators.js';
import { faultyWorkerUrl } from '../../testing/thread-faults.js';
import { UsageError } from '../usage-error.js';
import { fromEnvironment } from '../venue-options.js';
import { Bot } from './bot.js';
import type { DemoOptions } from './demo.js';

/** The venue's rules run this much faster, so that a silent venue is noticed in seconds. */
const TIME_SCALE = 0.1;
const EVENTS_PER_SECOND = 50;
const HANG_MS = 1500;
const SILENCE_MS = 2500;
const PING_MS = 500;
/** What the strictest venue takes, less some for those that replace others. */
const MOST_CONNECTIONS = 24;

/** A crowd shares the events that so many would get: else the machine would be busy with the made-up market, and no adapter could start. */
function eventsPerSecond(adapters: number): number {
  return Math.max(1, Math.round((EVENTS_PER_SECOND * Math.min(adapters, MOST_CONNECTIONS)) / adapters));
}

export interface DemoVenue {
  readonly profile: VenueProfile;
  /** Undefined: a venue that runs elsewhere. */
  readonly simulated: SimulatedProcess | undefined;
  readonly bots: readonly Bot[];
  /** Connections that were ordered to break and are still there. */
  readonly doomed: Set<string>;
}

/** The profiles of one exchange, or of all. @throws UsageError */
export function profilesOf(exchange: string): readonly VenueProfile[] {
  if (exchange === 'all') return Object.values(venueProfiles);
  if (isExchangeName(exchange)) return [venueProfiles[exchange]];
  throw new UsageError(
    `there is no demo of ${exchange}: use one of ${Object.keys(venueProfiles).join(', ')}, all`,
  );
}

export async function openVenue(
  profile: VenueProfile,
  adapters: number,
  options: DemoOptions,
): Promise<DemoVenue> {
  const isAlone = options.exchange !== 'all';
  const names = Array.from({ length: adapters }, (_, index) =>
    isAlone ? `bot-${index + 1}` : `${profile.exchange}-${index + 1}`,
  );
  const isElsewhere = options.url !== undefined || options.network !== undefined;
  const simulated = isElsewhere ? undefined : await simulate(profile, names);
  const bots = names.map((name) => {
    const own =
      simulated === undefined ? realVenue(options, profile) : simulatedVenue(profile, simulated, name);
    const adapter = new Adapter(profile.exchange, {
      name,
      topics: [...topicsOf(profile), ...(own.credentials === undefined ? [] : profile.privateTopics)],
      readyHoldMs: 500,
      backoff: { baseMs: 100, capMs: 2000 },
      ...own,
    });
    return new Bot(name, adapter, profile.account?.(name).id ?? name);
  });
  return { profile, simulated, bots, doomed: new Set() };
}

export function topicsOf({ topics: { trades, quotes, book } }: VenueProfile): readonly string[] {
  return [trades, book, ...(quotes === undefined ? [] : [quotes])];
}

export function simulate(profile: VenueProfile, names: readonly string[]): Promise<SimulatedProcess> {
  const { exchange, account, accountOptions } = profile;
  if (!isSimulatorName(exchange)) throw new UsageError(`there is no simulated ${exchange}`);
  const accounts = account === undefined ? [] : names.map((name) => account(name));
  const rate = eventsPerSecond(names.length);
  const options = { exchange, timeScale: TIME_SCALE, eventsPerSecond: rate };
  // A venue lets one address open only so many; whoever asks for more wants to see adapters, not that limit.
  const crowd = names.length > MOST_CONNECTIONS ? { connectionsPerAddress: null } : {};
  return startSimulatedProcess({
    ...options,
    ...crowd,
    ...accountOptions?.(accounts),
  } as SimulatedProcessOptions);
}

export function simulatedVenue(
  profile: VenueProfile,
  { url }: SimulatedProcess,
  name: string,
): AdapterOptions {
  const credentials = profile.account?.(name).credentials;
  return {
    url,
    ...(credentials === undefined ? {} : { credentials }),
    ...(profile.exchange === 'deribit' ? { cancelOnDisconnect: true } : {}),
    connection: {
      workerUrl: faultyWorkerUrl,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
      heartbeat: heartbeatOf(profile),
      hangTimeoutMs: HANG_MS,
    },
  };
}

function heartbeatOf({ exchange, lacks, heartbeat }: VenueProfile) {
  const intervalMs = heartbeat?.intervalMs ?? PING_MS;
  return { type: lacks.heartbeat === undefined ? exchange : 'standard', intervalMs, timeoutMs: SILENCE_MS };
}

function realVenue({ url, network, chaos }: DemoOptions, profile: VenueProfile): AdapterOptions {
  const credentials = fromEnvironment(profile);
  return {
    ...(url === undefined ? {} : { url }),
    ...(network === undefined ? {} : { network }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(chaos ? { connection: { workerUrl: faultyWorkerUrl } } : {}),
  };
}
