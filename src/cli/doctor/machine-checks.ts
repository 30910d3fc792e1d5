// What the doctor looks at on the machine itself: Node, memory, limits, threads, proxy.
import { readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { defaults } from '../../client/options.js';
import { defaultWorkerUrl, threadsFor } from '../../threads/index.js';
import { failed, type Finding, ok, warn } from './finding.js';

const MIB = 1024 * 1024;
/** What a connection's thread costs, as measured. */
const THREAD_MIB = 12;
const FEW_FILES = 1024;
const SLOW_START_MS = 1000;

export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const text = `Node ${version} on ${process.platform} ${process.arch}, ${availableParallelism()} cores`;
  if (major > 20 || (major === 20 && minor >= 19)) return ok(text);
  return failed(text, 'install Node 20.19 or later');
}

export function checkMemory(freeBytes = available()): Finding {
  const free = Math.floor(freeBytes / MIB);
  const heap = Math.floor(getHeapStatistics().heap_size_limit / MIB);
  const text = `${free} MiB free, heap limit ${heap} MiB; a connection takes about ${THREAD_MIB} MiB`;
  if (free >= 512) return ok(text);
  const advice = 'give the process more memory, or run fewer connections';
  return free >= 128 ? warn(text, advice) : failed(text, advice);
}

/** In a container less may be allowed than the machine has. */
function available(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  const isLimited = limit > 0 && limit < 2 ** 50;
  return isLimited ? Math.min(freemem(), limit - process.memoryUsage.rss()) : freemem();
}

/** `limits`: /proc/self/limits, or undefined where there is none. */
export function checkFiles(limits = readLimits()): Finding {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits ?? '')?.[1];
  if (soft === undefined) return ok('this system does not tell its limit of open files');
  const text = `${soft} open files allowed; each connection takes a few`;
  if (soft === 'unlimited' || Number(soft) >= FEW_FILES) return ok(text);
  return warn(text, `raise it before the start: ulimit -n 65536, or LimitNOFILE=65536 in a systemd unit`);
}

function readLimits(): string | undefined {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined;
  }
}

/** Starts a thread as every connection does. */
export async function checkThread(): Promise<Finding> {
  const threads = threadsFor({
    workerUrl: defaultWorkerUrl,
    startTimeoutMs: defaults.startTimeoutMs,
    spares: 0,
  });
  const lease = threads.acquire();
  const start = performance.now();
  try {
    const { worker } = await threads.spawn();
    const ms = Math.round(performance.now() - start);
    await worker.terminate();
    const text = `a thread starts in ${ms} ms`;
    return ms < SLOW_START_MS
      ? ok(text)
      : warn(text, 'the machine is busy or slow: reconnects will wait for it');
  } catch (error) {
    const advice = 'see whether the package is installed whole, and whether a bundler has moved the worker';
    return failed(`no thread starts: ${(error as Error).message}`, advice);
  } finally {
    lease.release();
  }
}

export function checkProxy(environment: NodeJS.ProcessEnv = process.env): Finding {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
  const set = names.filter((name) => (environment[name] ?? '') !== '');
  if (set.length === 0) return ok('no proxy is named in the environment');
  // Its value may hold a password.
  const text = `${set.join(', ')} is set and not used: connections go straight to the venue`;
  return warn(text, 'where they must go through it, give the option connection: { proxy }');
}
