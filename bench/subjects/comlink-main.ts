// The obvious way to put a socket into a thread: one Comlink call per frame.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import type { Notification } from './bare.js';

/** Resolves when the worker has subscribed. The handler is called once per frame. */
export async function startComlink(url: string, onMessage: (message: Notification) => void): Promise<Worker> {
  const worker = new Worker(new URL('./comlink-worker.js', import.meta.url));
  const { port1, port2 } = new MessageChannel();
  Comlink.expose({ frame: (text: string) => onMessage(JSON.parse(text) as Notification) }, port1);
  worker.postMessage({ url, port: port2 }, [port2]);
  await once(worker, 'message');
  return worker;
}
