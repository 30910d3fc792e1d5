import { expect } from 'chai';
import type { DemoReport } from '../../src/cli/demo/report.js';
import { exchangeNames } from '../../src/exchanges/index.js';
import { Adapter } from '../../src/index.js';
import { simulatorNames, startSimulator } from '../../src/testing/index.js';
import { venueProfiles } from '../../src/testing/profiles.js';
import { bulkhead } from './command.js';

describe('bulkhead demo', () => {
  it('restores every adapter it breaks and prints one JSON object and nothing else on stdout', async () => {
    const { code, stdout, stderr } = await bulkhead(['demo', '--adapters', '3', '--seconds', '4', '--json']);
    const report = JSON.parse(stdout) as DemoReport;
    expect(report).to.include({ adapters: 3, unrestored: 0 });
    expect(report).to.include({ framesAfterExit: 0, pendingAfterExit: 0, duplicateReconnects: 0 });
    expect(report.exits).to.be.greaterThan(1);
    expect(report.restores).to.equal(report.exits);
    expect(report.events).to.be.greaterThan(100);
    expect(report.orders.acknowledged).to.be.greaterThan(0);
    expect(report.orders.rejected, stderr).to.equal(0);
    expect(code).to.equal(0);
  });

  it('runs every exchange at once and restores each adapter it breaks', async function () {
    this.timeout(60_000);
    const args = ['demo', '--exchange', 'all', '--seconds', '10', '--json'];
    const { code, stdout, stderr } = await bulkhead(args);
    const report = JSON.parse(stdout) as DemoReport;
    expect(report.exchanges).to.have.members([...exchangeNames]);
    expect(report).to.include({ adapters: exchangeNames.length, unrestored: 0 });
    expect(report, stderr).to.include({ framesAfterExit: 0, pendingAfterExit: 0, duplicateReconnects: 0 });
    expect(report.exits).to.be.greaterThan(4);
    expect(report.orders.acknowledged).to.be.greaterThan(0);
    expect(report.orders.rejected, stderr).to.equal(0);
    expect(code).to.equal(0);
  });

  it('prints plain lines where there is no terminal, and ends cleanly at Ctrl-C', async () => {
    const { code, stdout, stderr } = await bulkhead(['demo', '--adapters', '2', '--no-chaos'], {
      onOutput: (text) => (text.includes('2 of 2 READY') ? 'SIGINT' : undefined),
    });
    expect(stdout).to.contain('0 exits (none)');
    expect(stdout).to.not.contain('\u001b[');
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
  });

  it('says what is wrong with its options, without a stack', async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['demo', '--adapters', 'many'], 'whole number from 1 to 1000'],
      [['demo', '--seconds', '-1'], 'seconds above 0'],
      [['demo', '--exchange', 'nowhere'], 'use one of deribit'],
      [['demo', '--exchange', 'all', '--url', 'ws://127.0.0.1:1'], 'leave --url and --network out'],
      [['demo', '--network', 'moon'], 'test, live'],
      [['simulate', 'nowhere'], 'use one of bybit, deribit'],
      [['nonsense'], 'unknown command'],
    ];
    for (const [args, words] of cases) {
      const { code, stdout, stderr } = await bulkhead(args);
      expect(stderr, args.join(' ')).to.contain(words);
      expect(stderr).to.not.match(/^\s+at /m);
      expect(stdout).to.equal('');
      expect(code).to.not.equal(0);
    }
  });

  it('explains itself with examples', async () => {
    const { code, stdout } = await bulkhead(['demo', '--help']);
    expect(stdout).to.contain('Examples:').and.to.contain('--adapters');
    expect(code).to.equal(0);
  });
});

describe('bulkhead simulate', () => {
  it('says where it listens, and ends at SIGTERM', async () => {
    const { code, stdout } = await bulkhead(['simulate', 'deribit', '--json'], {
      onOutput: (text) => (text.includes('\n') ? 'SIGTERM' : undefined),
    });
    expect((JSON.parse(stdout) as { url: string }).url).to.match(/^ws:\/\/127\.0\.0\.1:\d+\/ws\/api\/v2$/);
    expect(code).to.equal(0);
  });

  for (const name of simulatorNames) {
    it(`prints credentials that open its ${name}`, async () => {
      await using exchange = await startSimulator(name, { eventsPerSecond: 0 });
      const { testCredentials: credentials, privateTopics: topics } = venueProfiles[name];
      await using adapter = new Adapter<string>(name, { url: exchange.url, credentials, topics });
      await adapter.connect();
      expect(adapter.topics.confirmed).to.have.members([...topics]);
    });
  }
});
