// Lets an unused thread live through a whole connection against a server of its own on loopback, so that what the first real
// connection runs through is compiled by then.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { Counters } from '../src/client/counters.js';
import type { ConnectClient } from '../src/client/protocol.js';
import type { Exchange } from '../src/exchanges/exchange.js';
import { loadExchange } from '../src/exchanges/index.js';
import { Session } from './session.js';

const ROUNDS = 20;
/** One life compiles what a connection runs through; a few more let V8 see what is worth it. */
const LIVES = 4;
const DEADLINE_MS = 2000;

/** Rehearses a plain connection and one for each of these exchanges. */
export async function rehearse(exchangeNames: readonly string[]): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', reject);
    });
    await rehearseOne(server, undefined, undefined);
    for (const name of exchangeNames) {
      const exchange = await loadExchange(name);
      for (let life = 0; life < LIVES; life += 1) await rehearseOne(server, name, exchange);
    }
  } finally {
    server.close();
  }
}

async function rehearseOne(
  server: WebSocketServer,
  name: string | undefined,
  exchange: Exchange | undefined,
): Promise<void> {
  const frames = exchange?.rehearsal ?? ['{"rehearsal":true}'];
  const connected = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
  const { port } = server.address() as AddressInfo;
  const counters = new Counters();
  const command = rehearsalCommand(`ws://127.0.0.1:${port}/`, name, counters.buffer);
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => finish(new Error('the rehearsal took too long')), DEADLINE_MS);
    const session = new Session({
      command,
      threadId: 0,
      exchange,
      heartbeatExchange: undefined,
      tunnel: undefined,
      postBatch: () => void counters.addBatchRead(),
      postControl: () => counters.addControlRead(),
      callWanted: () => new Promise(() => undefined),
      calledTooOften: () => undefined,
      opened: () => void connected.then((peer) => play(session, peer, frames, finish)),
      ended: ({ message }) => finish(new Error(message)),
    });
    function finish(error?: Error): void {
      clearTimeout(late);
      session.discard();
      for (const peer of server.clients) peer.terminate();
      if (error === undefined) resolve();
      else reject(error);
    }
  });
}

/** The peer sends the frames some rounds over, in one write and one by one; the session sends one that the peer waits for. */
function play(session: Session, peer: WebSocket, frames: readonly string[], finish: () => void): void {
  peer.once('message', () => finish());
  for (let round = 0; round < ROUNDS; round += 1) for (const frame of frames) peer.send(frame);
  setImmediate(() => {
    for (const frame of frames) peer.send(frame);
    setImmediate(() => void session.send(1, '{"rehearsal":true}', 0, false));
  });
}

function rehearsalCommand(
  url: string,
  exchange: string | undefined,
  counters: SharedArrayBuffer,
): ConnectClient {
  return {
    url,
    epoch: 0,
    protocols: [],
    headers: {},
    handshakeTimeoutMs: DEADLINE_MS,
    closeTimeoutMs: DEADLINE_MS,
    tls: {},
    perMessageDeflate: false,
    maxPayloadBytes: 1 << 20,
    heartbeat: { type: 'disabled' },
    ...(exchange === undefined ? {} : { exchange }),
    delivery: 'events',
    topicDelivery: {},
    conflate: [],
    books: 'changes',
    topicBooks: {},
    market: { maxBytes: 1 << 22, maxEntries: 10_000, policy: 'gap' },
    control: { maxBytes: 1 << 22, maxEntries: 10_000 },
    counters,
    progressIntervalMs: 0,
    logLevel: 100,
  };
}
