import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { expect } from 'chai';
import { Client } from '../../src/client/client.js';
import type { ClientExit, ClientOptions } from '../../src/client/client-options.js';
import type { Gap } from '../../src/market.js';
import { breakThread, faultyWorkerUrl } from '../../src/testing/thread-faults.js';
import { type EchoServer, startEchoServer } from '../support/echo-server.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { block } from '../support/watched-connection.js';

const quick: ClientOptions = { spares: 0, workerUrl: faultyWorkerUrl, backoff: { baseMs: 1, capMs: 5 } };

describe('a client', () => {
  let atStart: ResourceCount;
  let server: EchoServer;

  beforeEach(async () => {
    atStart = await activeResources();
    server = await startEchoServer({ greet: (peer) => peer.send('hello') });
  });

  afterEach(async () => {
    await server.close();
    await expectNothingLeft(atStart);
  });

  it('gives the frames that came before anybody read, and then all others', async () => {
    const client = await Client.connect(server.url, quick);
    await waitFor(() => client.stats().framesReceived === 1, 'the greeting');
    await client.send('a');
    await client.send('b');
    const frames = client.frames();
    const data: unknown[] = [];
    for (let count = 0; count < 3; count += 1) data.push((await frames.next()).value?.data);
    expect(data).to.deep.equal(['hello', 'a', 'b']);
    await client.close();
    expect(await frames.next()).to.deep.equal({ done: true, value: undefined });
    expect(await client.frames().next()).to.deep.equal({ done: true, value: undefined });
  });

  it('ends the loop over its frames when it ends, and frees what waits when the loop is left', async () => {
    const client = await Client.connect(server.url, quick);
    for await (const frame of client.frames()) {
      expect(frame).to.include({ data: 'hello', isBinary: false, epoch: 1 });
      break;
    }
    const reading = (async () => {
      const data: unknown[] = [];
      for await (const frame of client.frames()) data.push(frame.data);
      return data;
    })();
    await client.send('x');
    await waitFor(() => client.stats().framesReceived === 2, 'the echo');
    await client.close();
    expect(await reading).to.deep.equal(['x']);
  });

  it('tells how it ended', async () => {
    const client = await Client.connect(server.url, quick);
    const { threadId } = client;
    expect(threadId).to.be.greaterThan(0);
    breakThread(threadId!, 'exit');
    const exit = await client.exited;
    expect(exit).to.include({ code: 'crash', exitCode: 3, wasReady: true, lastSequence: 1, epoch: 1 });
    const error = await client.send('x').catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'not-sent' });
    expect(await client.close()).to.equal(exit);
    expect(await client.terminate()).to.equal(exit);
  });

  it('closes with a close frame and exit code 0, also when asked twice, and by await using', async () => {
    let seen = 0;
    const client = await Client.connect(server.url, quick);
    server.peers[0]!.on('close', (code) => {
      seen = code;
    });
    const [first, second] = await Promise.all([client.close(4321, 'done'), client.close()]);
    expect(first).to.equal(second);
    expect(first).to.include({ code: 'closed', exitCode: 0, retryable: false });
    await waitFor(() => seen === 4321, 'the close frame');
    const other = await Client.connect(server.url, quick);
    await other[Symbol.asyncDispose]();
    expect(await other.exited).to.include({ code: 'closed' });
  });

  it('gives a peer that does not answer the close frame up after closeTimeoutMs', async () => {
    const client = await Client.connect(server.url, { ...quick, closeTimeoutMs: 100 });
    server.peers[0]!.pause();
    expect(await client.close()).to.include({ code: 'closed', exitCode: 0 });
  });

  it('does not reconnect unless it was told to', async () => {
    const client = await Client.connect(server.url, quick);
    server.peers[0]!.terminate();
    expect(await client.exited).to.include({ code: 'socket-closed' });
    expect(server.requests).to.have.lengthOf(1);
  });

  it('comes back after every kind of exit with reconnectOnError, once for each, and tells the gap', async () => {
    const client = await Client.connect(server.url, { ...quick, reconnectOnError: true });
    const exits: ClientExit[] = [];
    const lives: number[] = [];
    const gaps: Gap[] = [];
    client.on('exit', (exit) => exits.push(exit));
    client.on('reconnected', ({ epoch }) => lives.push(epoch));
    client.on('gap', (gap) => gaps.push(gap));
    const frames = client.frames();
    expect((await frames.next()).value).to.include({ data: 'hello', epoch: 1 });
    const kills = [
      () => server.peers[0]!.terminate(),
      () => breakThread(client.threadId!, 'throw'),
      () => server.peers[0]!.close(1012),
      () => breakThread(client.threadId!, 'exit'),
    ];
    for (const [index, kill] of kills.entries()) {
      kill();
      const frame = (await withTimeout(frames.next(), 'the next greeting')).value;
      expect(frame).to.include({ data: 'hello', epoch: index + 2 });
      expect(frame?.gap).to.include({ reason: 'exit', epoch: index + 1 });
    }
    expect(lives).to.deep.equal([2, 3, 4, 5]);
    expect(gaps.map(({ epoch }) => epoch)).to.deep.equal([1, 2, 3, 4]);
    expect(exits.map(({ code }) => code)).to.deep.equal(['socket-closed', 'crash', 'socket-closed', 'crash']);
    expect(server.requests).to.have.lengthOf(5);
    expect(await client.close()).to.include({ code: 'closed', epoch: 5 });
    expect(server.requests).to.have.lengthOf(5);
  });

  it('does not come back after an exit that is not worth a retry', async () => {
    const refusing = await startEchoServer({ refuse: { status: 401 } });
    const error = await Client.connect(refusing.url, { ...quick, reconnectOnError: true }).catch(
      (reason) => reason,
    );
    expect(error).to.include({ code: 'handshake-refused', retryable: false });
    expect(refusing.requests).to.have.lengthOf(1);
    await refusing.close();
  });

  it('can be given up by a signal, also before it ever was open', async () => {
    const nobody = await startEchoServer();
    await nobody.close();
    const giveUp = new AbortController();
    const connecting = Client.connect(nobody.url, {
      ...quick,
      reconnectOnError: true,
      signal: giveUp.signal,
    });
    setTimeout(() => giveUp.abort(), 300);
    expect(await connecting.catch((error: unknown) => error)).to.have.property('code');
    const open = await Client.connect(server.url, { ...quick, signal: AbortSignal.any([]) });
    await open.close();
    const early = Client.connect(server.url, { ...quick, signal: AbortSignal.abort() });
    expect(await early.catch((error: unknown) => error)).to.include({ code: 'terminated' });
  });

  it('can be closed between two lives', async () => {
    const slow = { ...quick, reconnectOnError: true, backoff: { baseMs: 60_000, capMs: 60_000 } };
    const client = await Client.connect(server.url, slow);
    const exited = new Promise((resolve) => client.on('exit', resolve));
    server.peers[0]!.terminate();
    await exited;
    expect(await client.close()).to.include({ code: 'socket-closed', epoch: 1 });
  });

  it('holds the thread back for a slow reader, loses nothing within the bounds and tells what it drops beyond', async () => {
    const client = await Client.connect(server.url, { ...quick, market: { maxEntries: 1000 } });
    const frames = client.frames();
    await frames.next();
    const peer = server.peers[0]!;
    for (let number = 0; number < 5000; number += 1) peer.send(String(number));
    await waitFor(() => client.stats().framesReceived === 5001, 'all frames in the thread');
    expect(client.stats().queuedEntries).to.be.at.most(1000);
    peer.send('last');
    let expected = 0;
    let dropped = 0;
    for await (const { data, gap } of frames) {
      if (gap !== undefined) {
        expect(gap.reason).to.equal('overflow');
        dropped += gap.dropped!;
        expected += gap.dropped!;
      }
      if (data === 'last') break;
      expect(data).to.equal(String(expected));
      expected += 1;
    }
    expect(dropped).to.be.greaterThan(1000);
    expect(expected).to.equal(5000);
    await client.close();
  });

  it('ends with overflow where the policy says so', async () => {
    const client = await Client.connect(server.url, {
      ...quick,
      market: { maxEntries: 100, policy: 'exit' },
    });
    for (let number = 0; number < 5000; number += 1) server.peers[0]!.send('x');
    expect(await client.exited).to.include({ code: 'overflow', exitCode: 73 });
  });

  it('waits for a listener that returns a promise', async () => {
    const client = await Client.connect(server.url, quick);
    let running = 0;
    let most = 0;
    let seen = 0;
    client.on('batch', async (batch) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen += batch.frames.length;
      running -= 1;
    });
    for (let number = 0; number < 500; number += 1) await client.send('x');
    await waitFor(() => seen === 501, 'all echoes');
    expect(most).to.be.at.most(2);
    await client.close();
  });

  it('finds a peer that stopped answering by its heartbeat', async () => {
    const deaf = await startEchoServer({ autoPong: false });
    const heartbeat = { type: 'standard', intervalMs: 50, timeoutMs: 100 } as const;
    const client = await Client.connect(deaf.url, { ...quick, heartbeat });
    expect(await client.exited).to.include({ code: 'heartbeat-missed', exitCode: 70, retryable: true });
    await deaf.close();
  });

  it('never sends after the deadline of a send', async () => {
    const client = await Client.connect(server.url, quick);
    const late = client.send('late', { sendBeforeMs: 0.000_001 }).catch((error: unknown) => error);
    const early = client.send('early', { sendBeforeMs: 5000 });
    expect(await late).to.include({ code: 'send-deadline-passed' });
    await early;
    expect(client.stats().framesSent).to.equal(1);
    await client.close();
  });

  it('takes no more sends than it can hold, and says so', async () => {
    const client = await Client.connect(server.url, quick);
    block(20);
    const sends = Array.from({ length: 10_100 }, (_, index) =>
      client.send(String(index)).then(
        () => 'sent',
        (error: { code: string }) => error.code,
      ),
    );
    const outcomes = await Promise.all(sends);
    expect(outcomes.slice(0, 10_000).every((outcome) => outcome === 'sent')).to.equal(true);
    expect(outcomes.slice(10_000).every((outcome) => outcome === 'queue-full')).to.equal(true);
    await client.close();
  });

  it('writes each end to the logger, and no secret', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const client = await Client.connect(`${server.url}?token=hush`, {
      ...quick,
      logger,
      headers: { authorization: 'hush' },
    });
    await client.close();
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).to.deep.equal([
      'socket open',
      'connection open',
      'connection ended: the application asked for the close',
    ]);
    expect(lines.join('')).not.to.match(/hush/);
  });

  it('lets the process end by itself after close(), spares included', async () => {
    const module = new URL('../../src/client/client.js', import.meta.url).href;
    const script = `const { Client } = await import(${JSON.stringify(module)});
      const client = await Client.connect(${JSON.stringify(server.url)}, { spares: 2 });
      await new Promise((resolve) => setTimeout(resolve, 400));
      await client.close();
      console.log('closed');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 15_000,
    });
    expect(stdout).to.equal('closed\n');
  });
});
