// The systemd unit of the documents: read by systemd's own tool, and its command line run as systemd would run it.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { SimulatedDeribit, testAccount } from '../../src/testing/index.js';
import { needTool } from '../support/debian-tool.js';
import { waitFor } from '../support/wait-for.js';
import { root } from './root.js';

const UNIT = 'bulkhead-bot.service';
const unit = readFileSync(new URL(`docs/operations/${UNIT}`, root), 'utf8');
const bot = readFileSync(new URL('docs/operations/main.mjs', root), 'utf8');

function setting(name: string): string {
  const [, value = ''] = new RegExp(`^${name}=(.*)$`, 'm').exec(unit) ?? [];
  return value;
}

/** ExecStart with its places in the file system replaced by those of this test. */
function start(config: string, secrets: NodeJS.ProcessEnv): ChildProcess {
  const places: Readonly<Record<string, string>> = {
    '/usr/bin/node': process.execPath,
    '/opt/my-bot/main.mjs': fileURLToPath(new URL('docs/operations/main.mjs', root)),
    '/etc/my-bot/fleet.yaml': config,
  };
  const words = setting('ExecStart').split(' ');
  expect(Object.keys(places)).to.include.members(words);
  const [program = '', ...args] = words.map((word) => places[word]!);
  const environment = Object.fromEntries(
    setting('Environment')
      .split(' ')
      .map((one) => one.split('=')),
  ) as NodeJS.ProcessEnv;
  return spawn(program, args, { env: { ...environment, ...secrets }, stdio: ['ignore', 'ignore', 'pipe'] });
}

describe(`docs/operations/${UNIT}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-unit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has nothing that `systemd-analyze verify` does not know', async function () {
    needTool(this, 'systemd-analyze', 'systemd');
    const path = join(folder, UNIT);
    writeFileSync(path, unit.replaceAll('/usr/bin/node', process.execPath));
    const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', '--man=no', path]);
    // It also tells what it finds in other units of the machine.
    expect(stderr.split('\n').filter((line) => line.includes('bulkhead-bot'))).to.deep.equal([]);
  });

  it('runs a bot that is READY, and after SIGTERM closes its connections and ends with 0', async () => {
    await using venue = await SimulatedDeribit.start();
    const config = join(folder, 'fleet.yaml');
    const adapter = {
      name: 'btc',
      exchange: 'deribit',
      url: venue.url,
      topics: ['trades:BTC-PERPETUAL'],
      cancelOnDisconnect: true,
      credentials: { clientId: { env: 'DESK_CLIENT_ID' }, clientSecret: { env: 'DESK_CLIENT_SECRET' } },
    };
    writeFileSync(config, JSON.stringify({ adapters: [adapter], serve: { port: 0 } }));
    const { clientId, clientSecret } = testAccount;
    const child = start(config, { DESK_CLIENT_ID: clientId, DESK_CLIENT_SECRET: clientSecret });
    const exit = once(child, 'exit');
    await waitFor(() => venue.journal.of('subscribed').length > 0, 'the subscription');
    child.kill('SIGTERM');
    expect(await exit).to.deep.equal([0, null]);
    await waitFor(() => venue.connections.length === 0, 'the close');
    expect(venue.journal.of('connection-closed').at(-1)).to.include({ code: 1000, by: 'peer' });
  });

  it('ends with a failure where the configuration is wrong, so that systemd restarts it a few times', async () => {
    const config = join(folder, 'fleet.yaml');
    writeFileSync(config, 'adapters: [{ name: a, exchange: krakn }]');
    const child = start(config, {});
    let told = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).to.be.above(0);
    expect(told).to.contain('fleet.yaml:1').and.to.contain('krakn');
    expect(setting('Restart')).to.equal('on-failure');
    expect(Number(setting('StartLimitBurst'))).to.be.above(0);
  });

  it('gives the stop more time than the bot takes for it', () => {
    const [, deadlineMs = ''] = /deadlineMs: ([\d_]+)/.exec(bot) ?? [];
    expect(Number(setting('TimeoutStopSec')) * 1000).to.be.above(Number(deadlineMs.replaceAll('_', '')));
  });
});
