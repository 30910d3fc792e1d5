import { expect } from 'chai';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { checkFiles, checkMemory, checkNode, checkProxy } from '../../src/cli/doctor/machine-checks.js';
import { checkClock, checkSocket, checkTls } from '../../src/cli/doctor/venue-checks.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { startEchoServer } from '../support/echo-server.js';
import { bulkhead } from './command.js';

type Line = Finding & { readonly check: string };

function linesOf(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('bulkhead doctor', () => {
  it('finds nothing wrong on the way to a venue that is there', async () => {
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    const { code, stdout } = await bulkhead(['doctor', '--url', venue.url, '--json']);
    const lines = linesOf(stdout);
    const names = ['node', 'memory', 'files', 'threads', 'proxy', 'dns', 'tls', 'clock', 'venue'];
    expect(lines.map(({ check }) => check)).to.deep.equal(names);
    expect(lines.filter(({ status }) => status === 'fail')).to.deep.equal([]);
    expect(code).to.equal(0);
  });

  it('says what to do about each thing that is wrong, and what it did not look at', async () => {
    const { code, stdout, stderr } = await bulkhead([
      'doctor',
      '--url',
      'wss://nowhere.invalid',
      '--timeout-ms',
      '2000',
      '--json',
    ]);
    const lines = linesOf(stdout);
    const of = (name: string): Line => lines.find(({ check }) => check === name)!;
    expect(of('dns')).to.include({ status: 'fail' });
    expect(of('dns').message).to.contain('nowhere.invalid');
    for (const name of ['tls', 'clock', 'venue']) {
      expect(of(name).status).to.equal('warn');
      expect(of(name).message).to.contain('not checked');
    }
    for (const { status, advice } of lines)
      if (status !== 'ok') expect(advice).to.be.a('string').and.not.equal('');
    expect(stderr).to.equal('');
    expect(code).to.equal(1);
  });

  it('prints lines for people', async () => {
    const { stdout } = await bulkhead(['doctor', '--url', 'ws://127.0.0.1:9']);
    expect(stdout)
      .to.match(/^ok {4}node {4}Node \d+/m)
      .and.match(/^fail {2}venue {3}.*network-error/m);
    expect(stdout).to.contain('-> see whether the venue is up');
  });

  it('judges the machine', () => {
    const cases: readonly (readonly [Finding, Finding['status']])[] = [
      [checkNode('20.18.3'), 'fail'],
      [checkNode('20.19.0'), 'ok'],
      [checkNode('24.1.0'), 'ok'],
      [checkMemory(64 * 1024 ** 2), 'fail'],
      [checkMemory(256 * 1024 ** 2), 'warn'],
      [checkMemory(4 * 1024 ** 3), 'ok'],
      [checkFiles('Max open files            256                  4096                 files'), 'warn'],
      [checkFiles('Max open files            65536                65536                files'), 'ok'],
      [checkFiles('Max open files            unlimited            unlimited            files'), 'ok'],
      [checkProxy({}), 'ok'],
    ];
    for (const [finding, status] of cases) expect(finding.status, finding.message).to.equal(status);
    const proxy = checkProxy({ HTTPS_PROXY: 'http://user:password@proxy:8080' });
    expect(proxy.status).to.equal('warn');
    expect(proxy.message).to.contain('HTTPS_PROXY').and.not.contain('password');
  });

  it('judges a venue that refuses, and one that tells no time', async () => {
    const server = await startEchoServer({ refuse: { status: 403 } });
    const way = { url: new URL(server.url), timeoutMs: 2000 };
    const refused = await checkSocket(way);
    expect(refused.status).to.equal('fail');
    expect(refused.message).to.contain('handshake-refused');
    await server.close();
    expect((await checkClock(way)).status).to.equal('warn');
    expect((await checkTls({ ...way, url: new URL(server.url.replace('ws:', 'wss:')) })).status).to.equal(
      'fail',
    );
  });
});
