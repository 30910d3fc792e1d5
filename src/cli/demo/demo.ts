// `bulkhead demo`, the main job: many adapters at once, each venue in a process of its own, while one connection a second breaks.
import { setTimeout as delay } from 'node:timers/promises';
import { UsageError } from '../usage-error.js';
import type { Bot } from './bot.js';
import { Chaos } from './chaos.js';
import { displayFor } from './display.js';
import { OrderFlow } from './orders.js';
import { type DemoReport, reportLines, reportOf } from './report.js';
import { type DemoVenue, openVenue, profilesOf } from './venue.js';

export interface DemoOptions {
  /** An exchange's name, or `all`. */
  readonly exchange: string;
  /** Of each exchange. Undefined: 8, or 1 where it is all exchanges at once. */
  readonly adapters: number | undefined;
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
/** How long the last broken connections get to come back. */
const REST_MS = 15_000;

/** Runs until the time is over or the signal says stop. Returns the process's exit code. */
export async function demo(options: DemoOptions): Promise<number> {
  const display = displayFor({ json: options.json, isTerminal: process.stdout.isTTY === true });
  const tell = (line: string): void => display.tell(line);
  const venues = await openVenues(options);
  const bots = venues.flatMap((venue) => venue.bots);
  const orders = venues.flatMap(ordersOf);
  const chaos = new Chaos(venues, tell);
  const stop = async (): Promise<void> => {
    await chaos.stop();
    await Promise.all(orders.map((flow) => flow.stop()));
  };
  const startedAt = performance.now();
  try {
    await connectAll(bots, options.signal, tell);
    display.start(bots);
    for (const flow of orders) flow.start(ORDER_EVERY_MS);
    if (options.chaos) chaos.start(CHAOS_EVERY_MS);
    await pause((options.seconds ?? Number.POSITIVE_INFINITY) * 1000, options.signal);
    await stop();
    await rest(bots, chaos);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return conclude(reportOf(venues, seconds, orders), options.json);
  } finally {
    display.stop();
    await stop();
    await Promise.all(bots.map(({ adapter }) => adapter.close()));
    await closeAll(venues);
  }
}

async function openVenues(options: DemoOptions): Promise<readonly DemoVenue[]> {
  const isAll = options.exchange === 'all';
  if (isAll && (options.url !== undefined || options.network !== undefined))
    throw new UsageError('--exchange all runs on simulated exchanges: leave --url and --network out');
  const adapters = options.adapters ?? (isAll ? 1 : 8);
  const profiles = profilesOf(options.exchange);
  const opened = await Promise.allSettled(profiles.map((profile) => openVenue(profile, adapters, options)));
  const venues = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failure = opened.find((one) => one.status === 'rejected');
  if (failure === undefined) return venues;
  await closeAll(venues);
  throw failure.reason;
}

async function closeAll(venues: readonly DemoVenue[]): Promise<void> {
  await Promise.all(venues.map(async ({ simulated }) => simulated?.close()));
}

/** One bot of each venue that takes orders; never on a real one. */
function ordersOf({ profile, simulated, bots: [first] }: DemoVenue): readonly OrderFlow[] {
  if (simulated === undefined || profile.orders === undefined || first === undefined) return [];
  return [new OrderFlow(first.adapter, profile.orders.resting)];
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
async function rest(bots: readonly Bot[], chaos: Chaos): Promise<void> {
  const deadline = performance.now() + REST_MS;
  const isRestless = ({ adapter, isDoomed }: Bot) => isDoomed || adapter.state !== 'ready';
  while ((bots.some(isRestless) || (await chaos.isPending())) && performance.now() < deadline)
    await delay(20);
}

function conclude(report: DemoReport, json: boolean): number {
  const lines = json ? [JSON.stringify(report)] : reportLines(report);
  process.stdout.write(`${lines.join('\n')}\n`);
  const { unrestored, framesAfterExit, pendingAfterExit, duplicateReconnects } = report;
  return unrestored + framesAfterExit + pendingAfterExit + duplicateReconnects === 0 ? 0 : 1;
}
