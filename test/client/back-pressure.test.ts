// Policy `pause`, over real sockets and threads.
import { expect } from 'chai';
import type { WebSocket } from 'ws';
import { Client } from '../../src/client/client.js';
import { startEchoServer } from '../support/echo-server.js';
import { waitFor } from '../support/wait-for.js';

const FRAMES = 40_000;
const BOUND = 500;
const FRAME = Buffer.alloc(1024, 'x');

/** Numbers its frames and sends them all at once. */
function flood(peer: WebSocket): void {
  for (let number = 0; number < FRAMES; number += 1) {
    FRAME.writeUInt32LE(number);
    peer.send(Buffer.from(FRAME));
  }
}

describe('the overflow policy pause', () => {
  const peers: WebSocket[] = [];
  const start = (greet: (peer: WebSocket) => void) =>
    startEchoServer({
      echo: false,
      greet: (peer) => {
        peers.push(peer);
        greet(peer);
      },
    });
  const connect = (url: string): Promise<Client> =>
    Client.connect(url, {
      spares: 0,
      market: { policy: 'pause', maxEntries: BOUND },
      heartbeat: { type: 'disabled' },
    });
  beforeEach(() => void peers.splice(0));

  it('makes a flooding server wait for a slow reader and loses nothing', async () => {
    const server = await start(flood);
    const client = await connect(server.url);
    await waitFor(() => client.stats().queuedEntries >= BOUND, 'the thread to be full');
    // What the kernel's buffers do not take waits at the server.
    await waitFor(() => peers[0]!.bufferedAmount > 0, 'the server to wait');
    const frames = client.frames();
    for (let number = 0; number < FRAMES; number += 1) {
      const { value } = await frames.next();
      expect(numberOf(value!.data)).to.equal(number);
      expect(value!.gap, `before frame ${number}`).to.equal(undefined);
    }
    expect(client.stats()).to.include({ framesDropped: 0, framesReceived: FRAMES });
    await client.close();
    await server.close();
  });

  it('notices that the server is gone while the socket is paused', async () => {
    const server = await start(flood);
    const client = await connect(server.url);
    await waitFor(() => client.stats().queuedEntries >= BOUND, 'the thread to be full');
    peers[0]!.terminate();
    expect((await client.exited).code).to.equal('socket-closed');
    await server.close();
  });

  it('lets a close through while the socket is paused', async () => {
    const server = await start(flood);
    const client = await connect(server.url);
    await waitFor(() => client.stats().queuedEntries >= BOUND, 'the thread to be full');
    expect((await client.close()).code).to.equal('closed');
    await server.close();
  });
});

function numberOf(data: string | Uint8Array): number {
  return Buffer.from(data as Uint8Array).readUInt32LE();
}
