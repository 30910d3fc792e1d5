import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FleetSnapshot } from '../../src/index.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { bulkhead, entry } from './command.js';

const TOKEN = 'a-token-of-many-letters';

/** The command while it runs. */
class Served {
  readonly url: string;
  readonly line: string;
  readonly #child: ChildProcess;

  static async start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Served> {
    const child = spawn(process.execPath, [entry, 'serve', '--port', '0', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    return new Served(child, line);
  }

  private constructor(child: ChildProcess, line: string) {
    this.#child = child;
    this.line = line;
    this.url = /http:[^\s"]+/.exec(line)?.[0] ?? '';
  }

  async snapshot(): Promise<FleetSnapshot> {
    return (await (await fetch(`${this.url}snapshot.json`)).json()) as FleetSnapshot;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return code;
  }
}

describe('bulkhead serve', () => {
  it('shows a demo whose connections break and come back, and ends cleanly at Ctrl-C', async () => {
    const served = await Served.start(['--demo', '--adapters', '2', '--json']);
    const { url, ...said } = JSON.parse(served.line) as Record<string, unknown>;
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(said).to.include({ adapters: 2, control: false, needsToken: false });
    expect(await (await fetch(served.url)).text()).to.contain('<title>');
    await waitFor(
      async () => {
        const { totals, adapters } = await served.snapshot();
        return totals.exits > 0 && totals.restores > adapters.length;
      },
      'a death and its restore',
      30_000,
    );
    expect(await served.end('SIGINT')).to.equal(0);
  });

  it('runs the fleet of a configuration file, and what the file says of the server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bulkhead-serve-'));
    await using venue = await SimulatedDeribit.start();
    try {
      const path = join(folder, 'fleet.json');
      const adapters = [
        { name: 'btc', exchange: 'deribit', url: venue.url, topics: ['trades:BTC-PERPETUAL'] },
      ];
      writeFileSync(path, JSON.stringify({ name: 'desk', adapters, serve: { control: true } }));
      const served = await Served.start(['--config', path]);
      expect(served.line).to.contain('live page of 1 adapter: ').and.to.contain('(with control)');
      await waitFor(
        async () => (await served.snapshot()).state === 'ready',
        'the adapter to be READY',
        20_000,
      );
      expect((await served.snapshot()).name).to.equal('desk');
      expect(await served.end('SIGTERM')).to.equal(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('connects exchanges by name, and lets nobody look without the token', async () => {
    await using venue = await SimulatedDeribit.start();
    const args = ['deribit', '--url', venue.url, '--token-env', 'PAGE_TOKEN'];
    const served = await Served.start(args, { PAGE_TOKEN: TOKEN });
    expect(served.line).not.to.contain(TOKEN);
    expect((await fetch(served.url)).status).to.equal(401);
    expect((await fetch(`${served.url}metrics`)).status).to.equal(401);
    const headers = { authorization: `Bearer ${TOKEN}` };
    expect((await fetch(served.url, { headers })).status).to.equal(200);
    expect(await served.end('SIGINT')).to.equal(0);
  });

  it('says what is wrong with its options, without a stack', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [[], 'say what to serve'],
      [['nowhere'], 'there is no exchange nowhere: use one of deribit'],
      [['deribit', 'deribit'], 'deribit is named twice'],
      [['--demo', '--config', 'x.yaml'], '--config says which exchanges'],
      [['--demo', '--network', 'live'], 'leave --network and --url out'],
      [['deribit', '--adapters', '3'], '--adapters is for --demo'],
      [['deribit', '--host', '0.0.0.0'], 'needs a token of at least 16 characters'],
      [['deribit', '--token-env', 'NOT_THERE'], 'NOT_THERE is not set'],
      [['--config', '/nowhere/fleet.yaml'], 'cannot be read'],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await bulkhead(['serve', ...args]);
      expect(stderr, args.join(' ')).to.contain(words);
      expect(stderr).to.not.match(/^\s+at /m);
      expect(stdout).to.equal('');
      expect(code).to.not.equal(0);
    }
  });

  it('says which port is taken', async () => {
    await using venue = await SimulatedDeribit.start();
    const { code, stderr } = await bulkhead(['serve', 'deribit', '--port', String(venue.port)]);
    expect(stderr).to.contain(`port ${venue.port} is taken`);
    expect(code).to.equal(2);
  });
});
