// A thread that is started cold for each connection: loads ws, connects, logs in, subscribes, says so.
import { parentPort, workerData } from 'node:worker_threads';
import type { Keys } from '../load/account.js';
import { startSession } from './bare-session.js';

const { url, keys, channels } = workerData as { url: string; keys: Keys; channels: readonly string[] };
await startSession(url, keys, channels);
parentPort!.postMessage('ready');
