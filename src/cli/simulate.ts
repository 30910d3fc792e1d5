// `bulkhead simulate`: a simulated exchange on a port, until it is told to stop.
import type { SimulatedExchange } from '../testing/kit/simulated-exchange.js';
import { venueProfiles } from '../testing/profiles.js';
import { type SimulatorName, startSimulator } from '../testing/simulators.js';

export interface SimulateOptions {
  readonly exchange: SimulatorName;
  /** Default 0: a free port. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  readonly seed?: number | undefined;
  readonly eventsPerSecond?: number | undefined;
  readonly timeScale?: number | undefined;
  /** One JSON object instead of plain lines. */
  readonly json?: boolean | undefined;
  /** Where lines go. Default: standard output. */
  readonly write?: ((line: string) => void) | undefined;
}

/** Starts the exchange, tells where it is and returns it; closing it is the caller's. */
export async function simulate(options: SimulateOptions): Promise<SimulatedExchange> {
  const { exchange: name, json = false, write = writeLine, ...rest } = options;
  const exchange = await startSimulator(name, rest);
  const { url } = exchange;
  // Made up: they open nothing but this simulated exchange.
  const credentials = venueProfiles[name].testCredentials;
  if (json) write(JSON.stringify({ exchange: name, url, credentials, pid: process.pid }));
  else write(`simulated ${name} on ${url}, credentials ${JSON.stringify(credentials)}; Ctrl-C ends it`);
  return exchange;
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}
