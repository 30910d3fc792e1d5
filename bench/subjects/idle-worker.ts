// The least that a thread with a socket needs: ws and comlink, loaded and not used.
import { parentPort } from 'node:worker_threads';
import 'comlink';
import 'ws';

parentPort!.postMessage('loaded');
// Keeps the thread alive, as a socket would.
parentPort!.on('message', () => undefined);
