// What the user of the simulated Deribit can choose, and what stands where nothing was chosen.
import type { ServerOptions } from '../kit/exchange-server.js';
import type { JournalOptions } from '../kit/journal.js';
import { type AccountOptions, testAccount } from './accounts.js';
import { type CreditLimits, publishedLimits } from './credits.js';
import { defaultInstruments, type InstrumentOptions } from './instruments.js';

export interface DeribitOptions extends ServerOptions {
  /** Default: one account, `testAccount`. */
  readonly accounts?: readonly AccountOptions[] | undefined;
  /** Names or specifications. Default: six perpetuals and futures. */
  readonly instruments?: readonly (string | InstrumentOptions)[] | undefined;
  /** Same seed, same market. Default 1. */
  readonly seed?: number | undefined;
  /** Events per real second and instrument that somebody listens to; each is a trade and a book change. 0: a still market. Default 10. */
  readonly eventsPerSecond?: number | undefined;
  /** Factor on every duration of the venue's rules. Default 1. */
  readonly timeScale?: number | undefined;
  /** Wall clock in milliseconds. Default: the machine's. */
  readonly now?: (() => number) | undefined;
  /** Shortest heartbeat interval that is accepted, in the venue's seconds. Default 10. */
  readonly minHeartbeatSeconds?: number | undefined;
  /** After so many of the venue's seconds a socket that nobody used is dropped. Default 60. */
  readonly unusedSocketSeconds?: number | undefined;
  /** Life of an access token in the venue's seconds. Default 31,536,000, one year. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** Request credits per account. `null`: no limit. Default: the published figures. */
  readonly limits?: CreditLimits | null | undefined;
  /** Share of notifications whose numbers are in exponent form. Default 0.05. */
  readonly exponentShare?: number | undefined;
  /** What every answer says. Default true. */
  readonly testnet?: boolean | undefined;
  /** Leaves the `id` out of refused logins, as one capture of the wire shows. Default false. */
  readonly anonymousLoginErrors?: boolean | undefined;
  readonly journal?: JournalOptions | undefined;
}

export interface DeribitSettings {
  readonly accounts: readonly AccountOptions[];
  readonly instruments: readonly (string | InstrumentOptions)[];
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly minHeartbeatSeconds: number;
  readonly unusedSocketSeconds: number;
  readonly tokenLifetimeSeconds: number;
  readonly limits: CreditLimits | null;
  readonly exponentShare: number;
  readonly testnet: boolean;
  readonly anonymousLoginErrors: boolean;
}

/** Fills the defaults in. */
export function settingsOf(options: DeribitOptions): DeribitSettings {
  const eventsPerSecond = options.eventsPerSecond ?? 10;
  if (!(eventsPerSecond >= 0))
    throw new TypeError(`eventsPerSecond must be 0 or more, got ${eventsPerSecond}`);
  return {
    accounts: options.accounts ?? [testAccount],
    instruments: options.instruments ?? defaultInstruments,
    seed: options.seed ?? 1,
    eventsPerSecond,
    minHeartbeatSeconds: options.minHeartbeatSeconds ?? 10,
    unusedSocketSeconds: options.unusedSocketSeconds ?? 60,
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 31_536_000,
    limits: options.limits === undefined ? publishedLimits : options.limits,
    exponentShare: options.exponentShare ?? 0.05,
    testnet: options.testnet ?? true,
    anonymousLoginErrors: options.anonymousLoginErrors ?? false,
  };
}
