// What every command that connects to a venue asks for, and the adapter made of it.
import { type Command, Option } from 'commander';
import type { AdapterOptions } from '../adapter/options.js';
import { exchangeNames, isExchangeName } from '../exchanges/index.js';
import type { VenueProfile } from '../testing/contract/profile.js';
import { venueProfiles } from '../testing/profiles.js';
import { UsageError } from './usage-error.js';

export interface VenueFlags {
  readonly url?: string;
  readonly network?: 'test' | 'live';
}

export function addVenueOptions(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'connect to this address instead of the venue: a simulated exchange, a replay, a gateway',
    )
    .addOption(new Option('--network <network>', "which of the venue's networks").choices(['live', 'test']));
}

/** The exchange as `new Adapter` takes it: a name, or the URL of a module. @throws UsageError */
export function exchangeOf(name: string): string {
  if (isExchangeName(name) || name.startsWith('file:')) return name;
  throw new UsageError(
    `there is no exchange ${name}: use one of ${exchangeNames.join(', ')}, or the file: URL of a module`,
  );
}

/** Address, network, and the credentials where the environment has all of them. */
export function adapterOptions(exchange: string, { url, network }: VenueFlags): AdapterOptions {
  const profile = isExchangeName(exchange) ? venueProfiles[exchange] : undefined;
  const credentials = profile === undefined ? undefined : fromEnvironment(profile);
  return {
    ...(url === undefined ? {} : { url }),
    ...(network === undefined ? {} : { network }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** Undefined unless every variable is set. */
export function fromEnvironment({ environment }: VenueProfile): Readonly<Record<string, string>> | undefined {
  const fields = Object.entries(environment ?? {}).map(([field, variable]) => [field, process.env[variable]]);
  const isWhole = fields.length > 0 && fields.every(([, value]) => value !== undefined);
  return isWhole ? (Object.fromEntries(fields) as Readonly<Record<string, string>>) : undefined;
}
