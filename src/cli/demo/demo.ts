// `bulkhead demo`, the main job: many adapters at once on an exchange in a process of its own, while one connection a second breaks.
import { setTimeout as delay } from 'node:timers/promises';
import { Adapter } from '../../adapter/adapter.js';
import type { AdapterOptions } from '../../adapter/options.js';
import { faultyWorkerUrl } from '../../testing/thread-faults.js';
import { type SimulatedProcess, startSimulatedProcess } from '../../testing/process.js';
import { UsageError } from '../usage-error.js';
import { Bot } from './bot.js';
import { Chaos } from './chaos.js';
import { displayFor } from './display.js';
import { OrderFlow } from './orders.js';
import { type DemoReport, reportLines, reportOf } from './report.js';
import { type DemoVenue, demoVenues } from './venues.js';

export interface DemoOptions {
  readonly exchange: string;
  readonly adapters: number;
  /** Undefined: until Ctrl-C. */
  readonly seconds: number | undefined;
  readonly chaos: boolean;
  readonly json: boolean;
  /** A venue that runs already. */
  readonly url: string | undefined;
  /** The real venue, with keys from the environment where they are set. */
  readonly network: 'live' | 'test' | undefined;
  readonly signal: AbortSignal;
}

const CHAOS_EVERY_MS = 1000;
const ORDER_EVERY_MS = 100;
/** The venue's rules run this much faster, so that a silent venue is noticed in seconds. */
const TIME_SCALE = 0.1;
const SILENCE_MS = 2500;
const HANG_MS = 1500;
/** How long the last broken connections get to come back. */
const REST_MS = 15_000;

/** Runs until the time is over or the signal says stop. Returns the process's exit code. */
export async function demo(options: DemoOptions): Promise<number> {
  const venue = venueOf(options.exchange);
  const display = displayFor({ json: options.json, isTerminal: process.stdout.isTTY === true });
  const simulated = await startVenue(options);
  const bots = makeBots(options, venue, simulated);
  const orders = new OrderFlow(firstOf(bots).adapter, venue.restingOrder);
  const chaos = new Chaos(bots, simulated, (line) => display.tell(line));
  const startedAt = performance.now();
  try {
    await connectAll(bots, options.signal, (line) => display.tell(line));
    display.start(bots);
    if (simulated !== undefined) orders.start(ORDER_EVERY_MS);
    if (options.chaos) chaos.start(CHAOS_EVERY_MS);
    await pause((options.seconds ?? Number.POSITIVE_INFINITY) * 1000, options.signal);
    await chaos.stop();
    await orders.stop();
    await rest(bots);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return conclude(reportOf(bots, seconds, orders.counts), options.json);
  } finally {
    display.stop();
    await chaos.stop();
    await orders.stop();
    await Promise.all(bots.map(({ adapter }) => adapter.close()));
    await simulated?.close();
  }
}

function venueOf(exchange: string): DemoVenue {
  const venue = demoVenues[exchange];
  if (venue === undefined) {
    throw new UsageError(`there is no demo of ${exchange}: use one of ${Object.keys(demoVenues).join(', ')}`);
  }
  return venue;
}

async function startVenue(options: DemoOptions): Promise<SimulatedProcess | undefined> {
  if (options.url !== undefined || options.network !== undefined) return undefined;
  const accounts = Array.from({ length: options.adapters }, (_, index) => ({
    clientId: nameOf(index),
    clientSecret: `secret of ${nameOf(index)}`,
  }));
  return startSimulatedProcess({ exchange: 'deribit', accounts, timeScale: TIME_SCALE, eventsPerSecond: 50 });
}

function makeBots(
  options: DemoOptions,
  venue: DemoVenue,
  simulated: SimulatedProcess | undefined,
): readonly Bot[] {
  return Array.from({ length: options.adapters }, (_, index) => {
    const name = nameOf(index);
    const adapter = new Adapter(venue.exchange, {
      name,
      topics: venue.topics,
      readyHoldMs: 500,
      backoff: { baseMs: 100, capMs: 2000 },
      ...(simulated === undefined ? realVenue(options, venue) : simulatedVenue(venue, simulated, name)),
      ...(options.chaos && simulated === undefined ? { connection: { workerUrl: faultyWorkerUrl } } : {}),
    });
    return new Bot(name, adapter);
  });
}

function simulatedVenue(venue: DemoVenue, { url }: SimulatedProcess, name: string): AdapterOptions {
  return {
    url,
    credentials: venue.credentials(name, `secret of ${name}`),
    cancelOnDisconnect: true,
    connection: {
      workerUrl: faultyWorkerUrl,
      resourceLimits: { maxOldGenerationSizeMb: 32 },
      heartbeat: { type: venue.exchange, timeoutMs: SILENCE_MS },
      hangTimeoutMs: HANG_MS,
    },
  };
}

function realVenue({ url, network }: DemoOptions, { keys, credentials }: DemoVenue): AdapterOptions {
  const id = process.env[keys.id];
  const secret = process.env[keys.secret];
  return {
    ...(url === undefined ? {} : { url }),
    ...(network === undefined ? {} : { network }),
    ...(id === undefined || secret === undefined ? {} : { credentials: credentials(id, secret) }),
  };
}

async function connectAll(
  bots: readonly Bot[],
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<void> {
  const startedAt = performance.now();
  const connected = Promise.all(bots.map(({ adapter }) => adapter.connect()));
  const stopped = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  await Promise.race([connected, stopped]);
  // After a stop the adapters are closed, which is what the connects then say.
  if (signal.aborted) return void connected.catch(() => undefined);
  tell(`${bots.length} adapters READY in ${Math.round(performance.now() - startedAt)} ms`);
}

/** Resolves early, and without an error, when the signal says stop. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const longest = 2 ** 31 - 1;
  await delay(Math.min(ms, longest), undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Gives what is broken the time to come back. */
async function rest(bots: readonly Bot[]): Promise<void> {
  const deadline = performance.now() + REST_MS;
  const isRestless = ({ adapter, isDoomed }: Bot) => isDoomed || adapter.state !== 'ready';
  while (bots.some(isRestless) && performance.now() < deadline) await delay(20);
}

function conclude(report: DemoReport, json: boolean): number {
  const lines = json ? [JSON.stringify(report)] : reportLines(report);
  process.stdout.write(`${lines.join('\n')}\n`);
  const { unrestored, framesAfterExit, pendingAfterExit, duplicateReconnects } = report;
  return unrestored + framesAfterExit + pendingAfterExit + duplicateReconnects === 0 ? 0 : 1;
}

function nameOf(index: number): string {
  return `bot-${index + 1}`;
}

function firstOf(bots: readonly Bot[]): Bot {
  const [first] = bots;
  if (first === undefined) throw new UsageError('--adapters must be at least 1');
  return first;
}
