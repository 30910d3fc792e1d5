// Proves that a test left nothing running: compares the process's sockets, servers, ports, threads and timers with a snapshot.
// Take snapshots in the same kind of place (hook or test), because mocha's own timer is counted as well.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { waitFor } from './wait-for.js';

/** How many of each kind of resource keep the event loop busy, by Node's own names: `TCPSocketWrap`, `Timeout`, `MessagePort` … */
export type ResourceCount = ReadonlyMap<string, number>;

/** Kinds that live for one turn of the loop, or belong to the process and not to a test. */
const passing = new Set([
  'Immediate',
  'TickObject',
  'TTYWrap',
  'PipeWrap',
  'CloseReq',
  'FSReqPromise',
  'FSReqCallback',
]);

/** What is active now. Standard streams are left out: they come to life with the first line that is printed. */
export async function activeResources(): Promise<ResourceCount> {
  // A turn of the loop first, for two reasons: mocha starts the timer of an asynchronous test only after the test's first
  // synchronous part, and Node counts a timer as active until the microtasks of its callback are done.
  await nextTurn();
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (!passing.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** What is active now and was not in the snapshot, for example `TCPSocketWrap x2`; empty when nothing was left behind. */
export async function leftSince(before: ResourceCount): Promise<string[]> {
  return [...(await activeResources())]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ more }) => more > 0)
    .map(({ kind, more }) => `${kind} x${more}`);
}

/** Waits until nothing is active that was not in the snapshot. @throws Error that lists what stayed. */
export async function expectNothingLeft(before: ResourceCount, timeoutMs = 5_000): Promise<void> {
  try {
    await waitFor(
      async () => (await leftSince(before)).length === 0,
      'every resource to be released',
      timeoutMs,
    );
  } catch (cause) {
    throw new Error(`left behind: ${(await leftSince(before)).join(', ')}`, { cause });
  }
}

/** Runs a piece of work and proves that it leaves nothing behind. */
export async function leavesNothing<T>(work: () => Promise<T>): Promise<T> {
  const before = await activeResources();
  const result = await work();
  await expectNothingLeft(before);
  return result;
}
