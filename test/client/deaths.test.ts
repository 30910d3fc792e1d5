import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { exitAudit } from '../../src/client/connection.js';
import { watchedThreads } from '../../src/client/watchdog.js';
import { isBulkheadError } from '../../src/errors.js';
import { breakThread } from '../../src/testing/thread-faults.js';
import { startEchoServer, type EchoServer } from '../support/echo-server.js';
import { activeResources, expectNothingLeft } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';
import {
  block,
  breakableThreads,
  type WatchedConnection,
  watchedConnection,
} from '../support/watched-connection.js';

interface Death {
  readonly name: string;
  readonly code: string;
  readonly exitCode: number;
  kill(watched: WatchedConnection, server: EchoServer): void;
}

const fault = (kind: Parameters<typeof breakThread>[1]) => ({
  kill: ({ connection }: WatchedConnection) => breakThread(connection.threadId!, kind),
});

const deaths: readonly Death[] = [
  { name: 'process.exit', code: 'crash', exitCode: 3, ...fault('exit') },
  { name: 'an uncaught error', code: 'crash', exitCode: 1, ...fault('throw') },
  { name: 'an unhandled rejection', code: 'crash', exitCode: 1, ...fault('reject') },
  { name: 'running out of memory', code: 'out-of-memory', exitCode: 1, ...fault('out-of-memory') },
  { name: 'a hang', code: 'hang', exitCode: 1, ...fault('spin') },
  { name: 'terminate()', code: 'terminated', exitCode: 1, kill: ({ connection }) => connection.terminate() },
  { name: 'close()', code: 'closed', exitCode: 0, kill: ({ connection }) => connection.close() },
  {
    name: 'an end that was asked for',
    code: 'restore-failed',
    exitCode: 74,
    kill: ({ connection }) => connection.end('restore-failed', 'a step failed'),
  },
  {
    name: 'a TCP reset',
    code: 'socket-closed',
    exitCode: 64,
    kill: (_, { sockets }) => [...sockets].at(-1)!.resetAndDestroy(),
  },
  {
    name: 'a TCP end without a close frame',
    code: 'socket-closed',
    exitCode: 64,
    kill: (_, { sockets }) => [...sockets].at(-1)!.destroy(),
  },
  {
    name: 'a close frame',
    code: 'socket-closed',
    exitCode: 64,
    kill: (_, { peers }) => peers.at(-1)!.close(4000, 'heartbeat'),
  },
  {
    name: 'a peer that breaks the protocol',
    code: 'protocol-error',
    exitCode: 72,
    // Opcode 3 is reserved.
    kill: (_, { sockets }) => [...sockets].at(-1)!.write(Buffer.from([0x83, 0x00])),
  },
];

describe('a connection that dies', () => {
  let server: EchoServer;

  before(async () => {
    server = await startEchoServer({
      // Numbered frames without end, so that some are on their way at any time.
      greet: (peer) => {
        let number = 0;
        const timer = setInterval(() => {
          for (let count = 0; count < 20; count += 1) peer.send(String(number++));
        }, 1);
        peer.on('close', () => clearInterval(timer));
      },
    });
  });

  after(() => server.close());

  for (const death of deaths) {
    for (const isBlocked of [false, true]) {
      const when = isBlocked ? 'while the main thread is blocked' : 'while the main thread is idle';
      it(`by ${death.name} ${when}: one exit, frames in order before it, nothing after it`, async () => {
        const before = await activeResources();
        const watched = watchedConnection(server.url, {
          // Only the hang is to be seen as one soon: on a busy machine a thread that runs out of memory may take longer than that.
          ...(death.code === 'hang' ? { hangTimeoutMs: 400 } : {}),
          resourceLimits: { maxOldGenerationSizeMb: 24 },
        });
        const { connection, frames, exits, exited } = watched;
        await connection.opened;
        await waitFor(() => frames.length > 100, 'frames');
        death.kill(watched, server);
        if (isBlocked) block(150);
        const exit = await exited;
        const delivered = frames.length;
        expect(exit).to.include({ code: death.code, exitCode: death.exitCode, wasReady: true, epoch: 1 });
        expect(frames).to.deep.equal(frames.map((_, index) => String(index)));
        expect(connection.pending).to.equal(0);
        await nextTurn();
        await nextTurn();
        expect(frames.length).to.equal(delivered);
        expect(exits).to.have.lengthOf(1);
        expect(exitAudit).to.deep.equal({ framesAfterExit: 0, duplicateExits: 0 });
        // What the thread had read was delivered, unless the thread could not say its last words.
        if (!['terminated', 'hang', 'out-of-memory'].includes(death.code)) {
          expect(delivered).to.equal(exit.lastSequence);
        }
        expect(watchedThreads()).to.equal(0);
        const pool = breakableThreads({ resourceLimits: { maxOldGenerationSizeMb: 24 } });
        await waitFor(() => pool.size === 0, 'the thread to be gone');
        await waitFor(() => server.peers.length === 0, 'the peer to notice');
        await expectNothingLeft(before);
      });
    }
  }

  it('is let go of once it has ended', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const oneLife = async (): Promise<WeakRef<object>> => {
      const { connection, exited } = watchedConnection(server.url);
      await connection.opened;
      connection.terminate();
      await exited;
      return new WeakRef(connection);
    };
    const ended = await oneLife();
    await waitFor(() => {
      collect();
      return ended.deref() === undefined;
    }, 'the connection to be collected');
  });

  it('tells what killed the thread', async () => {
    const { connection, exited } = watchedConnection(server.url);
    await connection.opened;
    breakThread(connection.threadId!, 'throw');
    const { error, reason } = await exited;
    expect(reason).to.match(/a fault was injected/);
    expect((error.cause as Error).stack).to.match(/faulty-worker/);
  });

  it('tells the close code and the reason of the peer', async () => {
    const { connection, exited } = watchedConnection(server.url);
    await connection.opened;
    server.peers.at(-1)!.close(4000, 'heartbeat');
    expect((await exited).detail).to.deep.equal({ closeCode: 4000, closeReason: 'heartbeat' });
  });

  it('gives a send that the thread never began as not-sent and one that it began as unknown', async () => {
    const silent = await startEchoServer({ echo: false });
    const { connection, exited } = watchedConnection(silent.url);
    await connection.opened;
    // The peer stops reading: the first frame fills the kernel's buffers and stays, so its outcome is open.
    silent.peers[0]!.pause();
    const large = connection.send(new Uint8Array(16 << 20)).catch((error: unknown) => error);
    await waitFor(() => connection.counters.sendsStarted === 1, 'the send to begin');
    breakThread(connection.threadId!, 'spin');
    await nextTurn();
    block(500);
    const late = connection.send('never read by a thread that spins').catch((error: unknown) => error);
    connection.terminate();
    await exited;
    const outcomes = await Promise.all([large, late]);
    expect(outcomes.map((error) => isBulkheadError(error) && error.code)).to.deep.equal([
      'unknown',
      'not-sent',
    ]);
    expect(connection.pending).to.equal(0);
    await silent.close();
  });

  it('rejects later sends as not-sent', async () => {
    const { connection, exited } = watchedConnection(server.url);
    await connection.opened;
    connection.terminate();
    await exited;
    const error = await connection.send('x').catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'not-sent' });
  });

  it('has settled all sends when the exit is told', async () => {
    const settled: string[] = [];
    const { connection, exited } = watchedConnection(server.url);
    await connection.opened;
    breakThread(connection.threadId!, 'spin');
    await nextTurn();
    block(300);
    const send = async (): Promise<void> => {
      await connection.send('x').catch((error: { code: string }) => settled.push(error.code));
      settled.push('after');
    };
    void send();
    connection.terminate();
    await exited;
    expect(settled).to.deep.equal(['not-sent', 'after']);
  });

  it('ends with the asked reason also when the thread does not obey', async () => {
    const { connection, exited } = watchedConnection(server.url, { hangTimeoutMs: 0 });
    await connection.opened;
    breakThread(connection.threadId!, 'spin');
    await nextTurn();
    block(300);
    connection.end('login-refused', 'the key is wrong', { venueCode: '13004' });
    expect(await exited).to.deep.include({
      code: 'login-refused',
      exitCode: 1,
      reason: 'the key is wrong',
      detail: { venueCode: '13004' },
      retryable: false,
    });
  });

  it('may be terminated before its thread has started', async () => {
    const { connection, exited } = watchedConnection(server.url);
    connection.terminate();
    connection.terminate();
    expect(await exited).to.include({ code: 'terminated', wasReady: false, lastSequence: 0 });
    const error = await connection.opened.catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'terminated' });
  });

  it('may be closed before its thread has started, and while it connects', async () => {
    const early = watchedConnection(server.url);
    early.connection.close();
    expect(await early.exited).to.include({ code: 'closed', exitCode: 0, wasReady: false });
    const black = await startEchoServer({ hang: true });
    const connecting = watchedConnection(black.url);
    await waitFor(() => black.requests.length === 1, 'the upgrade');
    connecting.connection.close();
    expect(await connecting.exited).to.include({ code: 'closed', exitCode: 0, wasReady: false });
    await black.close();
  });

  it('does not kill healthy threads when the main thread was blocked for longer than the hang timeout', async () => {
    const { connection, frames, exits, exited } = watchedConnection(server.url, { hangTimeoutMs: 1_000 });
    await connection.opened;
    block(2_500);
    const seen = frames.length;
    await waitFor(() => frames.length > seen + 1000, 'frames after the block');
    expect(exits).to.deep.equal([]);
    expect(frames).to.deep.equal(frames.map((_, index) => String(index)));
    connection.close();
    await exited;
  });
});
