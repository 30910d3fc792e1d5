import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { WebSocket } from 'ws';
import { Client } from '../../src/client/client.js';
import { type EchoServerOptions, startEchoServer } from '../support/echo-server.js';

const sizes = [0, 1, 125, 126, 65_535, 65_536, 1_000_003, 16 * 1024 * 1024];

const servers: readonly {
  readonly name: string;
  readonly options: EchoServerOptions;
  readonly deflate: boolean;
}[] = [
  { name: 'plain', options: {}, deflate: false },
  { name: 'compressed', options: { perMessageDeflate: { threshold: 0 } }, deflate: true },
  { name: 'fragmented', options: { echo: false, greet: echoInFragments }, deflate: false },
];

/** Sends back in three parts. */
function echoInFragments(peer: WebSocket): void {
  peer.on('message', (data: Buffer, isBinary) => {
    const third = Math.ceil(data.byteLength / 3);
    peer.send(data.subarray(0, third), { binary: isBinary, fin: false });
    peer.send(data.subarray(third, 2 * third), { binary: isBinary, fin: false });
    peer.send(data.subarray(2 * third), { binary: isBinary, fin: true });
  });
}

for (const { name, options, deflate } of servers) {
  describe(`an echo, ${name}`, () => {
    it('gives back binary and text frames of 0 bytes to 16 MiB byte for byte', async () => {
      const server = await startEchoServer(options);
      const client = await Client.connect(server.url, { perMessageDeflate: deflate, spares: 0 });
      const frames = client.frames();
      for (const size of sizes) {
        const binary = randomBytes(size);
        const untouched = Buffer.from(binary);
        await client.send(binary);
        const echoed = (await frames.next()).value!;
        expect(echoed.isBinary).to.equal(true);
        expect(Buffer.compare(echoed.data as Uint8Array, untouched), `${size} bytes`).to.equal(0);
        expect(Buffer.compare(binary, untouched), 'the sender keeps its bytes').to.equal(0);
        // Two, three and four bytes per character beside one.
        const text = 'a€ß😀'.repeat(Math.floor(size / 10)) + 'x'.repeat(size % 10);
        await client.send(text);
        const again = (await frames.next()).value!;
        expect(again.isBinary).to.equal(false);
        expect(again.data === text, `text of ${size} bytes`).to.equal(true);
      }
      expect(await client.close()).to.include({ code: 'closed', exitCode: 0 });
      await server.close();
    });
  });
}

describe('a frame', () => {
  it('that is a view of a larger buffer crosses alone', async () => {
    const server = await startEchoServer();
    const client = await Client.connect(server.url, { spares: 0 });
    const frames = client.frames();
    const whole = new Uint8Array([1, 2, 3, 4, 5, 6]);
    await client.send(whole.subarray(2, 4));
    expect((await frames.next()).value!.data).to.deep.equal(new Uint8Array([3, 4]));
    expect(whole.byteLength).to.equal(6);
    await client.close();
    await server.close();
  });

  it('over maxPayloadBytes is refused before it is sent, and ends the connection when it is received', async () => {
    const server = await startEchoServer();
    const client = await Client.connect(server.url, { spares: 0, maxPayloadBytes: 1000 });
    const error = await client.send('x'.repeat(1001)).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'frame-too-large' });
    expect(client.stats().framesSent).to.equal(0);
    server.peers[0]!.send('x'.repeat(1001));
    const exit = await client.exited;
    expect(exit).to.include({ code: 'protocol-error' });
    expect(exit.reason).to.match(/maxPayloadBytes/);
    await server.close();
  });
});
