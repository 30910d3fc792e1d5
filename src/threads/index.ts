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
    Object.entries(resourceLimits ?? {}).sort(),
    env === undefined ? null : Object.entries(env).sort(),
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
