import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { type ChaosConditions, ChaosProxy, type ChaosProxyOptions } from '../../src/testing/chaos-proxy.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { runs } from '../support/random-runs.js';

/** A loopback connection's end with everything it was ever given. */
class Peer {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  readonly reads: number[] = [];
  ended = false;
  closed: 'no' | 'clean' | 'error' = 'no';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.reads.push(bytes.length);
      this.received = Buffer.concat([this.received, bytes]);
    });
    socket.on('end', () => {
      this.ended = true;
    });
    socket.on('error', () => {});
    socket.on('close', (hadError) => {
      this.closed = hadError ? 'error' : 'clean';
    });
  }

  get text(): string {
    return this.received.toString('latin1');
  }
}

describe('ChaosProxy', () => {
  let before: ResourceCount;
  let server: Server;
  let served: Peer[];
  let proxy: ChaosProxy;
  const clients: Peer[] = [];

  async function start(options: Partial<ChaosProxyOptions> = {}): Promise<void> {
    const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    proxy = await ChaosProxy.start({ target, ...options });
  }

  async function dial(): Promise<Peer> {
    const peer = new Peer(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
    clients.push(peer);
    peer.socket.setNoDelay(true);
    await once(peer.socket, 'connect');
    return peer;
  }

  /** A client and the server's end of the same connection. */
  async function pair(): Promise<[Peer, Peer]> {
    const count = served.length;
    const client = await dial();
    return [client, await waitFor(() => served[count], 'the server to be reached')];
  }

  beforeEach(async () => {
    before = await activeResources();
    served = [];
    server = createServer({ allowHalfOpen: true }, (socket) => served.push(new Peer(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await withTimeout(proxy.close(), 'proxy.close()');
    for (const peer of [...clients.splice(0), ...served]) peer.socket.destroy();
    server.close();
    await expectNothingLeft(before);
  });

  it('hands bytes on both ways and counts them', async () => {
    await start();
    const [client, target] = await pair();
    client.socket.write('to the exchange');
    target.socket.write('to the bot');
    await waitFor(() => target.text === 'to the exchange' && client.text === 'to the bot', 'both texts');
    expect(proxy.network()).to.include({ bytesUp: 15, bytesDown: 10, accepted: 1, cuts: 0, droppedUp: 0 });
    expect(proxy.connections).to.equal(1);
  });

  it('passes a half close on and keeps the other direction open', async () => {
    await start({ conditions: { both: { latencyMs: 5 } } });
    const [client, target] = await pair();
    client.socket.end('last words');
    await waitFor(() => target.ended, 'the end to come through');
    expect(target.text).to.equal('last words');
    target.socket.end('answer');
    await waitFor(() => client.closed === 'clean', 'the answer and the close');
    expect(client.text).to.equal('answer');
    await waitFor(() => proxy.connections === 0, 'the connection to be forgotten');
  });

  it('passes a reset on', async () => {
    await start();
    const [client, target] = await pair();
    target.socket.resetAndDestroy();
    await waitFor(() => client.closed === 'error', 'the reset');
    await waitFor(() => proxy.connections === 0, 'the connection to be forgotten');
  });

  it('slices a stream down to single bytes', async () => {
    await start({ conditions: { down: { sliceBytes: 1 } } });
    const [client, target] = await pair();
    const text = 'x'.repeat(200);
    target.socket.write(text);
    await waitFor(() => client.text === text, 'the whole text');
    expect(client.reads.length).to.be.greaterThan(100);
  });

  it('holds everything during a stall, the close too, and delivers it afterwards in order', async () => {
    await start();
    const [client, target] = await pair();
    proxy.set({ down: { stall: true } });
    target.socket.write('one ');
    target.socket.end('two');
    client.socket.write('up still flows');
    await waitFor(() => target.text === 'up still flows', 'the other direction');
    expect(client.text).to.equal('');
    proxy.set({});
    await waitFor(() => client.ended, 'the end');
    expect(client.text).to.equal('one two');
  });

  it('black-holes one direction while the other flows, and never mends a stream that lost bytes', async () => {
    await start();
    const [client, target] = await pair();
    proxy.set({ up: { blackHole: true } });
    client.socket.write('lost');
    target.socket.write('heard');
    await waitFor(() => client.text === 'heard', 'the open direction');
    await waitFor(() => proxy.network().droppedUp === 4, 'the drop to be counted');
    proxy.set({});
    client.socket.write('lost as well');
    client.socket.end();
    await waitFor(() => proxy.network().droppedUp === 16, 'the second drop');
    expect(target.text).to.equal('');
    expect(target.ended).to.equal(false);
    const [next, nextTarget] = await pair();
    next.socket.write('fresh');
    await waitFor(() => nextTarget.text === 'fresh', 'a new connection to work');
  });

  it('lets a connection live on when a black hole passed without a byte in it', async () => {
    await start();
    const [client, target] = await pair();
    proxy.set({ both: { blackHole: true } });
    proxy.set({});
    client.socket.write('whole');
    await waitFor(() => target.text === 'whole', 'the text');
  });

  it('refuses new connections by a reset and leaves open ones alone', async () => {
    await start();
    const [client, target] = await pair();
    proxy.set({ accept: 'refuse' });
    const refused = new Peer(connect(proxy.port, '127.0.0.1'));
    clients.push(refused);
    await waitFor(() => refused.closed === 'error', 'the refusal');
    client.socket.write('still here');
    await waitFor(() => target.text === 'still here', 'the open connection');
    expect(served).to.have.length(1);
    expect(proxy.network()).to.include({ accepted: 2, refused: 1 });
  });

  it('accepts and never forwards, for good', async () => {
    await start({ conditions: { accept: 'ignore' } });
    const client = await dial();
    client.socket.write('hello?');
    await waitFor(() => proxy.network().droppedUp === 6, 'the bytes to be swallowed');
    proxy.set({});
    client.socket.write('hello??');
    await waitFor(() => proxy.network().droppedUp === 13, 'the bytes to be swallowed again');
    expect(served).to.have.length(0);
    expect(proxy.network().ignored).to.equal(1);
    client.socket.end();
    await waitFor(() => client.closed === 'clean', 'the close to be answered');
  });

  for (const [kind, ending] of [
    ['rst', 'error'],
    ['fin', 'clean'],
  ] as const) {
    it(`cuts both sides by ${kind}, also in a stall`, async () => {
      await start({ conditions: { both: { stall: true } } });
      const [client, target] = await pair();
      client.socket.write('held');
      await waitFor(() => client.socket.writableLength === 0, 'the write');
      expect(proxy.cut(kind)).to.equal(1);
      if (kind === 'fin') {
        await waitFor(() => client.ended && target.ended, 'both ends');
        client.socket.end();
        target.socket.end();
      }
      await waitFor(() => client.closed === ending && target.closed === ending, 'both closes');
      expect(target.text).to.equal('');
      await waitFor(() => proxy.connections === 0, 'the connection to be forgotten');
      expect(proxy.network().cuts).to.equal(1);
    });
  }

  it('cuts the newest or the oldest connection only', async () => {
    await start();
    const first = await dial();
    const second = await dial();
    const third = await dial();
    await waitFor(() => served.length === 3, 'three connections');
    proxy.cut('rst', 'newest');
    await waitFor(() => third.closed === 'error', 'the newest to go');
    proxy.cut('rst', 'oldest');
    await waitFor(() => first.closed === 'error', 'the oldest to go');
    expect(second.closed).to.equal('no');
    expect(proxy.connections).to.equal(1);
  });

  it('holds a bounded number of bytes and stops reading beyond it', async () => {
    await start({ conditions: { up: { stall: true } } });
    const [client, target] = await pair();
    const chunk = Buffer.alloc(1 << 20, 7);
    let accepted = 0;
    // Until the proxy's bound and the kernel's buffers are full; without a bound this would not end.
    const feed = () => {
      while (accepted < 64 && client.socket.writableLength < chunk.length) {
        accepted++;
        client.socket.write(chunk);
      }
    };
    client.socket.on('drain', feed);
    feed();
    await waitFor(
      () => client.socket.writableLength > 0 && settled(() => client.socket.bytesWritten),
      'back-pressure',
    );
    expect(accepted, 'MiB taken in while stalled').to.be.lessThan(64);
    proxy.set({});
    let total = 0;
    target.socket.removeAllListeners('data').on('data', (bytes) => {
      total += bytes.length;
    });
    await waitFor(() => total + target.received.length === 64 << 20, 'all 64 MiB after the stall', 20_000);
  });

  it('limits the bandwidth without losing a byte', async () => {
    await start({ conditions: { down: { bytesPerSecond: 20_000 } } });
    const [client, target] = await pair();
    const startedAt = performance.now();
    target.socket.end(Buffer.alloc(4_000, 65));
    await waitFor(() => client.ended, 'the end');
    expect(client.received.length).to.equal(4_000);
    // A lower bound cannot be missed on a slow machine: 4000 bytes at 20,000 bytes/s, less the first portion.
    expect(performance.now() - startedAt).to.be.greaterThan(150);
  });

  it('resets a client whose target is not there, and reaches it again after retarget', async () => {
    const spare = createServer().listen(0, '127.0.0.1');
    await once(spare, 'listening');
    const { port } = spare.address() as AddressInfo;
    spare.close();
    await once(spare, 'close');
    await start({ target: { host: '127.0.0.1', port } });
    const lost = await dial();
    await waitFor(() => lost.closed === 'error', 'the reset');
    expect(proxy.network().dialsFailed).to.equal(1);
    proxy.retarget({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
    await pair();
  });

  it('turns away connections over its limit', async () => {
    await start({ maxConnections: 1 });
    await pair();
    const surplus = new Peer(connect(proxy.port, '127.0.0.1'));
    clients.push(surplus);
    await waitFor(() => surplus.closed !== 'no', 'the surplus connection to be closed');
    expect(proxy.network().refused).to.equal(1);
  });

  it('resets connections at the very moment at which a close that was held back gets through', async () => {
    await start({ conditions: { down: { stall: true } } });
    const [client, peer] = await pair();
    peer.socket.end();
    await once(peer.socket.resume(), 'finish');
    await waitFor(() => peer.socket.writableFinished, 'the close to leave');
    client.socket.write('x');
    await waitFor(() => peer.text === 'x', 'the close to have reached the proxy before this');
    proxy.set({});
    proxy.cut('rst');
    await waitFor(() => proxy.connections === 0, 'the connection to be gone');
    await withTimeout(proxy.close(), 'close()');
  });

  it('closes twice without harm, in the middle of delayed traffic, and leaves nothing', async () => {
    await start({ conditions: { both: { latencyMs: 60_000, jitterMs: 1_000 } } });
    const [client] = await pair();
    client.socket.write('never arrives');
    await waitFor(() => proxy.bytesHeld === 13, 'the proxy to hold the text, and so a timer');
    await Promise.all([proxy.close(), proxy.close()]);
    await proxy[Symbol.asyncDispose]();
    expect(proxy.connections).to.equal(0);
    await waitFor(() => client.closed !== 'no', 'the client to be let go');
  });

  it('refuses conditions that make no sense and names the member', async () => {
    await start();
    const table: [ChaosConditions, RegExp][] = [
      [{ up: { latencyMs: -1 } }, /conditions\.up\.latencyMs/],
      [{ down: { jitterMs: Number.NaN } }, /conditions\.down\.jitterMs/],
      [{ both: { bytesPerSecond: 0 } }, /conditions\.both\.bytesPerSecond/],
      [{ both: { sliceBytes: 0 } }, /conditions\.both\.sliceBytes/],
      [{ accept: 'maybe' as 'ignore' }, /conditions\.accept/],
    ];
    for (const [conditions, message] of table)
      expect(() => proxy.set(conditions)).to.throw(TypeError, message);
  });

  it('brings any stream through unchanged and in order under any passing weather', async () => {
    const flow = fc.record(
      {
        latencyMs: fc.integer({ min: 0, max: 5 }),
        jitterMs: fc.integer({ min: 0, max: 5 }),
        bytesPerSecond: fc.integer({ min: 100_000, max: 10_000_000 }),
        sliceBytes: fc.integer({ min: 1, max: 2_000 }),
        stall: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const weather = fc.record({ up: flow, down: flow, both: flow }, { requiredKeys: [] });
    const step = fc.record({
      send: fc.uint8Array({ maxLength: 3_000 }),
      reply: fc.uint8Array({ maxLength: 3_000 }),
      weather,
    });
    await start();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const [client, target] = await pair();
        for (const { send, reply, weather: next } of steps) {
          proxy.set(next);
          client.socket.write(send);
          target.socket.write(reply);
          await new Promise((resolve) => setImmediate(resolve));
        }
        client.socket.end();
        target.socket.end();
        proxy.set({ both: { sliceBytes: 700 } });
        await waitFor(() => client.ended && target.ended, 'both ends');
        expect(target.received.equals(Buffer.concat(steps.map(({ send }) => send)))).to.equal(true);
        expect(client.received.equals(Buffer.concat(steps.map(({ reply }) => reply)))).to.equal(true);
      }),
      { numRuns: runs(60) },
    );
    await waitFor(() => proxy.connections === 0, 'every connection to be forgotten');
  });

  /** True once a number has stopped changing for some turns of the event loop. */
  async function settled(read: () => number): Promise<boolean> {
    const first = read();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    return read() === first;
  }
});
