// One shared pool of threads per distinct set of options in the process.
import { type ThreadOptions, Threads } from './threads.js';

export { type Lease, type Thread, type ThreadOptions, Threads } from './threads.js';

/** The worker's own module, beside src in the compiled package. */
export const defaultWorkerUrl = new URL('../../workers/client.js', import.meta.url).href;

const shared = new Map<string, Threads>();

/** The pool for these options; the same options get the same pool. */
export function threadsFor(options: ThreadOptions): Threads {
  const { workerUrl, resourceLimits, env, execArgv, startTimeoutMs, spares } = options;
  const key = JSON.stringify([
    workerUrl,
    sorted(resourceLimits ?? {}),
    env === undefined ? null : sorted(env),
    execArgv ?? null,
    startTimeoutMs,
    spares ?? null,
  ]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const threads = new Threads(options);
  shared.set(key, threads);
  return threads;
}

/** The same entries in the same order, whatever order they were written in. */
function sorted(record: object): [string, unknown][] {
  return Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1));
}
