// `bulkhead serve`: a fleet with its live page, until it is told to stop.
import { Fleet } from '../fleet/fleet.js';
import type { FleetServer, ServeOptions } from '../fleet/server.js';
import { asked } from './run.js';
import { planConfig, planDemo, planExchanges, type ServePlan } from './serve/plans.js';
import { UsageError } from './usage-error.js';

/** What was said on the command line. What was not said is left out: a configuration file may say it. */
export interface ServeFlags {
  readonly config?: string;
  readonly demo: boolean;
  readonly adapters?: number;
  readonly network?: 'test' | 'live';
  readonly url?: string;
  readonly port?: number;
  readonly host?: string;
  readonly allowHost?: readonly string[];
  readonly tokenEnv?: string;
  readonly control?: boolean;
  readonly json: boolean;
}

/** So that the address stays the same from one start to the next. */
const DEFAULT_PORT = 9464;

/** Runs until the signal says stop. Returns the process's exit code. */
export async function serve(
  exchanges: readonly string[],
  flags: ServeFlags,
  signal: AbortSignal,
): Promise<number> {
  const plan = await planOf(exchanges, flags);
  const fleet = new Fleet(plan.fleet);
  fleet.on('gave-up', (name, error) => process.stderr.write(`bulkhead: ${name}: ${error.message}\n`));
  try {
    const options = { port: DEFAULT_PORT, ...plan.serve, ...serveOptions(flags) };
    tell(await listen(fleet, options), fleet.adapters.size, options, flags);
    void fleet.start().then(() => signal.aborted || plan.started?.(fleet));
    await asked(signal);
    await plan.stopping?.();
  } finally {
    await fleet.stop();
    await plan.close?.();
  }
  return 0;
}

async function planOf(exchanges: readonly string[], flags: ServeFlags): Promise<ServePlan> {
  const { config, demo, adapters, network, url } = flags;
  const isVenueChosen = network !== undefined || url !== undefined;
  if (config !== undefined) {
    if (exchanges.length > 0 || demo || isVenueChosen)
      throw new UsageError('--config says which exchanges: leave exchanges, --demo, --network and --url out');
    return planConfig(config);
  }
  if (demo) {
    if (isVenueChosen) throw new UsageError('--demo simulates its exchange: leave --network and --url out');
    return planDemo(exchanges.length === 0 ? ['deribit'] : exchanges, adapters ?? 8);
  }
  if (exchanges.length === 0)
    throw new UsageError('say what to serve: --demo, --config FILE, or the names of exchanges');
  if (adapters !== undefined) throw new UsageError('--adapters is for --demo: name an exchange once');
  if (url !== undefined && exchanges.length > 1) throw new UsageError('--url is the address of one exchange');
  return planExchanges(exchanges, { network, url });
}

function serveOptions({ port, host, allowHost, tokenEnv, control }: ServeFlags): ServeOptions {
  return {
    ...(port === undefined ? {} : { port }),
    ...(host === undefined ? {} : { host }),
    ...(allowHost === undefined ? {} : { allowedHosts: allowHost }),
    ...(tokenEnv === undefined ? {} : { token: tokenFrom(tokenEnv) }),
    ...(control === undefined ? {} : { control }),
  };
}

/** Never from the command line itself: every user of the machine can read that. */
function tokenFrom(name: string): string {
  const token = process.env[name];
  if (token === undefined || token === '')
    throw new UsageError(
      `the environment variable ${name} is not set: put a token of 16 characters or more in it`,
    );
  return token;
}

async function listen(fleet: Fleet, options: ServeOptions): Promise<FleetServer> {
  try {
    return await fleet.serve(options);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message}: use --token-env NAME`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new UsageError(`port ${options.port} is taken: use another --port, or 0 for a free one`);
    throw error;
  }
}

function tell(
  { url }: FleetServer,
  adapters: number,
  { control = false, token }: ServeOptions,
  { json }: ServeFlags,
): void {
  if (json) {
    const line = { url, adapters, control, needsToken: token !== undefined, pid: process.pid };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  const whose = `${adapters} ${adapters === 1 ? 'adapter' : 'adapters'}`;
  const way = token === undefined ? '' : '; open it once with ?token= and the token';
  process.stdout.write(
    `live page of ${whose}: ${url} (${control ? 'with control' : 'read-only'})${way}\nCtrl-C ends it\n`,
  );
}
