// `bulkhead doctor`: one check after the other, each with what was seen and what to do.
import { styleText } from 'node:util';
import { socketUrl } from '../../adapter/connecting.js';
import { loadVenue } from '../../exchanges/index.js';
import type { Exchange } from '../../exchanges/exchange.js';
import { exitCodes } from '../run.js';
import { exchangeOf, type VenueFlags } from '../venue-options.js';
import { type Finding, warn } from './finding.js';
import { checkFiles, checkMemory, checkNode, checkProxy, checkThread } from './machine-checks.js';
import { checkClock, checkDns, checkSocket, checkTls, type Way } from './venue-checks.js';

export interface DoctorOptions extends VenueFlags {
  readonly exchange: string;
  readonly timeoutMs: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

type Check = () => Finding | Promise<Finding>;

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

/** Resolves with the exit code. @throws UsageError, TypeError, BulkheadError */
export async function doctor(options: DoctorOptions): Promise<number> {
  const way: Way = { url: await addressOf(options), timeoutMs: options.timeoutMs };
  let isResolved = true;
  const behindDns =
    (check: Check): Check =>
    () =>
      isResolved ? check() : warn('not checked: the host has no address', 'mend the check dns first');
  const checks: Readonly<Record<string, Check>> = {
    node: checkNode,
    memory: checkMemory,
    files: checkFiles,
    threads: checkThread,
    proxy: checkProxy,
    dns: async () => {
      const finding = await checkDns(way);
      isResolved = finding.status !== 'fail';
      return finding;
    },
    tls: behindDns(() => checkTls(way)),
    clock: behindDns(() => checkClock(way)),
    venue: behindDns(() => checkSocket(way)),
  };
  let hasFailed = false;
  for (const [name, check] of Object.entries(checks)) {
    if (options.signal.aborted) break;
    // Without arguments: their defaults are this machine.
    const finding = await check();
    hasFailed ||= finding.status === 'fail';
    tell(name, finding, options.json);
  }
  return hasFailed ? exitCodes.failed : exitCodes.done;
}

async function addressOf({ exchange, url, network = 'live' }: DoctorOptions): Promise<URL> {
  const { sockets } = await loadVenue(exchangeOf(exchange));
  const [first] = Object.values(sockets) as unknown as readonly Exchange[];
  return new URL(socketUrl(first!, { network, ...(url === undefined ? {} : { url }) }));
}

function tell(name: string, { status, message, advice }: Finding, json: boolean): void {
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ check: name, status, message, ...(advice === undefined ? {} : { advice }) })}\n`,
    );
    return;
  }
  const mark = process.stdout.isTTY ? styleText(colours[status], status.padEnd(4)) : status.padEnd(4);
  process.stdout.write(`${mark}  ${name.padEnd(8)}${message}\n`);
  if (advice !== undefined) process.stdout.write(`${' '.repeat(14)}-> ${advice}\n`);
}
