// Breaks a running thread from the outside, for tests of what an application does when a connection dies.
import { BroadcastChannel } from 'node:worker_threads';

/**
 * - `throw`: an uncaught error. - `reject`: an unhandled rejection. - `exit`: `process.exit(3)`. - `spin`: an endless loop.
 * - `out-of-memory`: allocates until the heap limit; set `resourceLimits`, or it takes the memory of the machine.
 */
export type ThreadFault = 'throw' | 'reject' | 'exit' | 'spin' | 'out-of-memory';

export const faultChannel = 'bulkhead-ws:faults';

export interface FaultOrder {
  readonly threadId: number;
  readonly fault: ThreadFault;
}

/** The worker module that listens for faults: give it as option `workerUrl`. */
export const faultyWorkerUrl: string = new URL('./faulty-worker.js', import.meta.url).href;

/** Breaks the thread with this id, which must run `faultyWorkerUrl`. Other threads do not mind. */
export function breakThread(threadId: number, fault: ThreadFault): void {
  const channel = new BroadcastChannel(faultChannel);
  channel.postMessage({ threadId, fault } satisfies FaultOrder);
  channel.close();
}
