// A server in a thread of its own that closes connections whose heartbeat challenge is not answered in time, so that a test can
// block the main thread. Run as a Worker; posts its port first.
import { parentPort, workerData } from 'node:worker_threads';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const { everyMs, patienceMs, framesPerMs, counts } = workerData as DemandingServerData;

export interface DemandingServerData {
  readonly everyMs: number;
  readonly patienceMs: number;
  readonly framesPerMs: number;
  /** [answers, frames sent, connections closed for want of an answer] */
  readonly counts: Int32Array;
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('listening', () => parentPort!.postMessage((server.address() as AddressInfo).port));
server.on('connection', (peer) => {
  let answeredMs = performance.now();
  let challenge = 0;
  let number = 0;
  peer.on('message', (data: Buffer) => {
    if (!data.toString().includes('"answer"')) return;
    answeredMs = performance.now();
    Atomics.add(counts, 0, 1);
  });
  const beat = setInterval(() => {
    peer.send(JSON.stringify({ type: 'challenge', id: ++challenge }));
    if (performance.now() - answeredMs < patienceMs) return;
    Atomics.add(counts, 2, 1);
    peer.terminate();
  }, everyMs);
  const flood = setInterval(() => {
    for (let count = 0; count < framesPerMs; count += 1) {
      number += 1;
      peer.send(`{"type":"trade","topic":"t","price":${number},"id":"${number}"}`);
      Atomics.add(counts, 1, 1);
    }
  }, 1);
  peer.on('close', () => {
    clearInterval(beat);
    clearInterval(flood);
  });
});
parentPort!.once('message', () => process.exit(0));
