// The library's own worker with an ear for faults.
import { BroadcastChannel, threadId } from 'node:worker_threads';
import serveClient from '../../workers/client.js';
import type { ThreadTask } from '../client/protocol.js';
import { faultChannel, type FaultOrder, type ThreadFault } from './thread-faults.js';

export default function serveFaultyClient(task: ThreadTask): Promise<never> {
  const channel = new BroadcastChannel(faultChannel);
  channel.unref();
  channel.onmessage = (event) => {
    const order = (event as { data: FaultOrder }).data;
    // Out of the event handler, so that the fault is nobody's listener error.
    if (order.threadId === threadId) setImmediate(() => faults[order.fault]());
  };
  return serveClient(task);
}

const faults: Readonly<Record<ThreadFault, () => void>> = {
  throw() {
    throw new Error('a fault was injected');
  },
  reject() {
    void Promise.reject(new Error('a rejection was injected'));
  },
  exit() {
    process.exit(3);
  },
  spin() {
    for (;;);
  },
  'out-of-memory'() {
    // Many small objects: one huge allocation would abort the whole process in spite of the thread's limits.
    const kept: object[][] = [];
    for (;;) kept.push(Array.from({ length: 100 }, (_, index) => ({ index })));
  },
};
