// What a user can tell a fleet, checked at once: a wrong option is a TypeError that names it.
import * as v from 'valibot';
import type { Adapter } from '../adapter/adapter.js';
import type { AdapterOptions } from '../adapter/options.js';
import type { Backoff } from '../client/backoff.js';
import { checkOptions } from '../client/options.js';
import type { ExchangeName } from '../exchanges/index.js';
import type { Logger } from '../logger.js';
import type { RestartLimit } from './intensity.js';

/** One adapter of a fleet: its name, its exchange, and the options of an adapter. */
export interface FleetAdapter extends AdapterOptions {
  /** Unique in the fleet. */
  readonly name: string;
  /** Name of a built-in exchange, or URL of a module whose default export is one. */
  readonly exchange: ExchangeName | URL | (string & {});
}

/** What a fleet can be told. Everything is optional; times are in ms. */
export interface FleetOptions {
  /** A name for logs and metrics. Default `fleet`. */
  readonly name?: string;
  readonly adapters?: readonly FleetAdapter[];
  /** Options that every adapter has unless its own say otherwise. */
  readonly defaults?: AdapterOptions;
  /**
   * How many failures of one adapter within a time are answered by a new adapter. An adapter fails when it gives up (`maxAttempts`) or
   * when trying again cannot help; a lost connection is none, adapters see to that themselves. A refused login, a ban and an
   * exchange or option that is wrong are never tried again. Default 5 within 10 minutes.
   */
  readonly restarts?: Partial<RestartLimit>;
  /** Waits before a new adapter takes the place of one that failed. Default 1 s doubling up to 60 s, full jitter. */
  readonly backoff?: Partial<Backoff>;
  /** When an adapter is given up: `keep` the others running, or `stop` the whole fleet. Default `keep`. */
  readonly onGiveUp?: 'keep' | 'stop';
  /**
   * Wait between the starts of two adapters. Connects to one host are spread in any case, by the connect budgets of the venues, which all
   * adapters of the process share. Default 0.
   */
  readonly startIntervalMs?: number;
  /** Transitions that `history` remembers. Default 2,000. */
  readonly historySize?: number;
  /** Called with each adapter before it connects, also with one that takes the place of another: the place to add listeners. */
  readonly onAdapter?: (adapter: Adapter, name: string) => unknown;
  /** A pino logger, for the fleet and for all adapters without one of their own. Default: nothing is logged. */
  readonly logger?: Logger;
}

const text = v.pipe(v.string('a string'), v.nonEmpty('a string that is not empty'));
const hook = v.function('a function');

function wholeNumber(least: number, most: number) {
  const words = `a whole number from ${least} to ${most}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(most, words));
}
const milliseconds = wholeNumber(0, 2 ** 31 - 1);
const adapterOptions = v.record(v.string(), v.unknown(), 'an object');

/** The checks of what a fleet is told; each adapter checks its own options. */
export const fleetEntries = {
  name: v.optional(text, 'fleet'),
  adapters: v.optional(v.array(adapterOptions, 'an array of objects'), []),
  defaults: v.optional(adapterOptions, {}),
  restarts: v.optional(
    v.strictObject(
      {
        limit: v.optional(wholeNumber(0, 1_000_000), 5),
        windowMs: v.optional(milliseconds, 600_000),
      },
      'an object',
    ),
    { limit: 5, windowMs: 600_000 },
  ),
  backoff: v.optional(
    v.strictObject(
      { baseMs: v.optional(milliseconds, 1000), capMs: v.optional(milliseconds, 60_000) },
      'an object',
    ),
    { baseMs: 1000, capMs: 60_000 },
  ),
  onGiveUp: v.optional(v.picklist(['keep', 'stop'], `'keep' or 'stop'`), 'keep'),
  startIntervalMs: v.optional(milliseconds, 0),
  historySize: v.optional(wholeNumber(1, 1_000_000), 2000),
  onAdapter: v.optional(hook),
  logger: v.optional(
    v.custom<Logger>(
      (value) => typeof (value as Partial<Logger> | null)?.child === 'function',
      'a pino logger',
    ),
  ),
};

export interface FleetSettings
  extends Required<Omit<FleetOptions, 'onAdapter' | 'logger' | 'restarts' | 'backoff'>> {
  readonly restarts: RestartLimit;
  readonly backoff: Backoff;
  readonly onAdapter: FleetOptions['onAdapter'];
  readonly logger: Logger | undefined;
}

/** Checks the options and fills in the defaults. @throws TypeError that names the option. */
export function fleetSettings(options: FleetOptions): FleetSettings {
  return checkOptions(fleetEntries, options) as unknown as FleetSettings;
}
