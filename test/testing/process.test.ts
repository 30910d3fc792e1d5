// A simulated exchange in a process of its own: reachable, steerable, gone when it should be.
import { fork } from 'node:child_process';
import { writeFile, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { simulate } from '../../src/cli/simulate.js';
import { type SimulatedProcess, startSimulatedProcess } from '../../src/testing/index.js';
import { waitFor, WireClient } from './wire-client.js';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('simulated exchange in a process of its own', () => {
  let exchange: SimulatedProcess | undefined;

  afterEach(async () => {
    await exchange?.close();
    exchange = undefined;
  });

  it('serves, takes faults, tells what it saw and ends', async () => {
    exchange = await startSimulatedProcess({
      exchange: 'deribit',
      eventsPerSecond: 100,
      connectionsPerAddress: null,
    });
    const client = await WireClient.open(exchange.url);
    await client.login();
    await client.ask('public/subscribe', { channels: ['trades.BTC-PERPETUAL.raw'] });
    await client.ask('private/buy', {
      instrument_name: 'BTC-PERPETUAL',
      amount: 10,
      type: 'market',
      label: 'there',
    });
    await waitFor(() => client.data('trades.BTC-PERPETUAL.raw').length > 3);
    const stats = await exchange.stats();
    expect(stats.connections).to.have.length(1);
    expect(stats.connections[0]).to.include({ account: 'test-client' });
    expect((await exchange.orders('test-client'))[0]).to.include({ label: 'there' });
    await exchange.flood({ framesPerSecond: 1000 });
    await exchange.stopFlood();
    await exchange.inject({ kind: 'drop', by: 'rst', connection: 'newest' });
    await waitFor(() => client.closed !== undefined);
    const kinds = (await exchange.journal()).map((entry) => entry.kind);
    expect(kinds).to.include.members([
      'login',
      'subscribed',
      'event-sent',
      'order',
      'fault',
      'connection-closed',
    ]);
    const { pid } = exchange;
    await exchange.close();
    await exchange.close();
    expect(isAlive(pid)).to.equal(false);
  });

  it('says what is wrong with options and faults', async () => {
    const wrong = await startSimulatedProcess({ exchange: 'deribit', eventsPerSecond: -1 }).catch(
      (error) => error,
    );
    expect(wrong).to.be.instanceOf(TypeError).with.property('message').that.contains('eventsPerSecond');
    exchange = await startSimulatedProcess({ exchange: 'deribit' });
    const missed = await exchange
      .inject({ kind: 'drop', by: 'rst', connection: 'c9' })
      .catch((error) => error);
    expect(missed).to.be.instanceOf(TypeError);
  });

  it('ends by itself when its parent is killed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulated-'));
    const script = join(folder, 'parent.mjs');
    const library = new URL('../../src/testing/index.js', import.meta.url).href;
    await writeFile(
      script,
      `import { startSimulatedProcess } from ${JSON.stringify(library)};
       const exchange = await startSimulatedProcess({ exchange: 'deribit' });
       process.send(exchange.pid);`,
    );
    const parent = fork(script, [], { execArgv: [] });
    const pid = await new Promise<number>((resolve) =>
      parent.once('message', (message) => resolve(Number(message))),
    );
    expect(isAlive(pid)).to.equal(true);
    parent.kill('SIGKILL');
    await waitFor(() => !isAlive(pid));
    await rm(folder, { recursive: true });
  });

  it('can be started on the command line’s behalf', async () => {
    const lines: string[] = [];
    const simulated = await simulate({ exchange: 'deribit', json: true, write: (line) => lines.push(line) });
    expect(JSON.parse(lines[0] ?? '')).to.include({ exchange: 'deribit', url: simulated.url });
    await simulated.close();
  });
});
