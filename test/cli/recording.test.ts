import { expect } from 'chai';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecording } from '../../src/index.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { folder } from '../recording/folder.js';
import { waitFor } from '../support/wait-for.js';
import { bulkhead } from './command.js';

const TRADES = 'trades.BTC-PERPETUAL.100ms';
const entry = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

interface Shell {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of bash with `pipefail`, in which `bulkhead` is the compiled command. */
function shell(line: string): Promise<Shell> {
  const script = `set -o pipefail; bulkhead() { "${process.execPath}" "${entry}" "$@"; }; ${line}`;
  const child: ChildProcess = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('bulkhead watch', () => {
  let venue: SimulatedDeribit;
  before(async () => {
    venue = await SimulatedDeribit.start({ eventsPerSecond: 200, limits: null });
  });
  after(() => venue.close());

  it('ends cleanly when its reader goes away, also in the eyes of pipefail', async () => {
    const { code, stdout, stderr } = await shell(
      `bulkhead watch deribit ${TRADES} --url ${venue.url} | head -5`,
    );
    expect(stdout.trimEnd().split('\n')).to.have.length(5);
    expect(stdout).to.match(/^\d\d:\d\d:\d\d\.\d{3} trade BTC-PERPETUAL (buy|sell) \d+ at [\d.]+$/m);
    expect(stderr).to.not.match(/EPIPE|^\s+at /m);
    expect(code).to.equal(0);
  });

  it('prints one JSON object a line and ends after so many', async () => {
    const args = [
      'watch',
      'deribit',
      TRADES,
      'quote.BTC-PERPETUAL',
      '--url',
      venue.url,
      '--json',
      '--count',
      '20',
    ];
    const { code, stdout } = await bulkhead(args);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).to.have.length(20);
    for (const line of lines) expect(JSON.parse(line)).to.include({ symbol: 'BTC-PERPETUAL' });
    expect(code).to.equal(0);
  });

  it('prints whole books of so many levels', async () => {
    const args = ['book.BTC-PERPETUAL.100ms', '--url', venue.url, '--json', '--depth', '2', '--count', '5'];
    const { code, stdout } = await bulkhead(['watch', 'deribit', ...args]);
    for (const line of stdout.trimEnd().split('\n')) {
      const book = JSON.parse(line) as { type: string; bids: unknown[]; asks: unknown[] };
      expect([book.type, book.bids.length, book.asks.length]).to.deep.equal(['snapshot', 2, 2]);
    }
    expect(code).to.equal(0);
  });

  it('says goodbye to the venue at Ctrl-C', async () => {
    const closed = (): number =>
      venue.journal.of('connection-closed').filter((end) => end.by === 'peer' && end.code === 1000).length;
    const before = closed();
    const { code } = await bulkhead(['watch', 'deribit', TRADES, '--url', venue.url], {
      onOutput: (text) => (text.includes('trade') ? 'SIGINT' : undefined),
    });
    expect(code).to.equal(0);
    expect(closed()).to.equal(before + 1);
  });

  it('tells by its exit code what went wrong, in one line', async () => {
    const cases: readonly (readonly [readonly string[], number, string])[] = [
      [['watch', 'nowhere', 'x'], 2, 'there is no exchange nowhere'],
      [['watch', 'deribit'], 2, "missing required argument 'topics'"],
      [['watch', 'deribit', 'nonsense!', '--url', venue.url], 1, 'is no channel of Deribit'],
      [['watch', 'deribit', 'trades.NOPE-PERPETUAL.100ms', '--url', venue.url], 1, 'refused every topic'],
      [['watch', 'deribit', TRADES, '--url', 'http://127.0.0.1'], 1, 'ws: or wss:'],
      [['watch', 'deribit', TRADES, '--count', '0'], 2, 'whole number'],
      [['replay', '/nowhere.bulkrec'], 1, 'recording-failed'],
      [['export', entry], 1, 'no recording of this library'],
      [['export', entry, '--kind', 'everything'], 2, 'trades, quotes'],
      [['replay', entry, '--speed', 'fast'], 2, '10x'],
      [['doctor', '--exchange', 'nowhere'], 2, 'there is no exchange'],
    ];
    for (const [args, exitCode, words] of cases) {
      const { code, stdout, stderr } = await bulkhead(args);
      expect(stderr, args.join(' '))
        .to.contain(words)
        .and.not.match(/^\s+at /m);
      expect(stdout, args.join(' ')).to.equal('');
      expect(code, args.join(' ')).to.equal(exitCode);
    }
  });

  it('explains every command with examples', async () => {
    for (const command of ['demo', 'watch', 'simulate', 'record', 'replay', 'export', 'doctor', 'bench']) {
      const { code, stdout } = await bulkhead([command, '--help']);
      expect(stdout, command).to.contain('Examples:').and.to.contain(`bulkhead ${command}`);
      expect(code).to.equal(0);
    }
  });
});

describe('bulkhead record, export and replay', () => {
  it('keep, write and serve the same trades', async function () {
    this.timeout(60_000);
    using place = folder();
    const path = join(place.path, 'btc.bulkrec');
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 200, limits: null });
    const args = ['record', 'deribit', TRADES, '--url', venue.url, '--to', path, '--seconds', '1', '--json'];
    const recorded = await bulkhead(args);
    expect(recorded.code, recorded.stderr).to.equal(0);
    expect(JSON.parse(recorded.stdout)).to.deep.include({ lostFrames: 0, files: [path] });
    expect((await openRecording(path)).parts[0]?.isComplete).to.equal(true);

    const exported = await bulkhead(['export', path, '--kind', 'trades']);
    const trades = exported.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; price: number });
    expect(trades.length).to.be.greaterThan(20);
    const csv = join(place.path, 'trades.csv');
    expect(
      (await bulkhead(['export', path, '--kind', 'trades', '--format', 'csv', '--output', csv])).code,
    ).to.equal(0);
    const [head = '', ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    const column = (row: string, name: string): string | undefined =>
      row.split(',')[head.split(',').indexOf(name)];
    expect(rows.map((row) => column(row, 'id'))).to.deep.equal(trades.map(({ id }) => id));
    expect(rows.map((row) => Number(column(row, 'price')))).to.deep.equal(trades.map(({ price }) => price));

    const { stdout, code } = await shell(
      `coproc bulkhead replay ${path} --speed max --json; read -r line <&"\${COPROC[0]}"; url=$(echo "$line" | sed 's/.*"url":"\\([^"]*\\)".*/\\1/');
       bulkhead watch deribit ${TRADES} --url "$url" --json --count ${trades.length}; code=$?; wait "$COPROC_PID"; echo "$? $code"`,
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.pop()).to.equal('0 0');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).to.deep.equal(
      trades.map(({ id }) => id),
    );
    expect(code).to.equal(0);
  });

  it('leave a whole file behind at Ctrl-C', async () => {
    using place = folder();
    const path = join(place.path, 'cut.bulkrec');
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 50, limits: null });
    const args = [entry, 'record', 'deribit', TRADES, '--url', venue.url, '--to', path];
    const child = spawn(process.execPath, args, { stdio: 'pipe' });
    const ended = once(child, 'exit');
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.resume();
    await waitFor(() => venue.journal.of('connection-opened').length > 0, 'the connection', 20_000);
    child.kill('SIGINT');
    expect(await ended).to.deep.equal([0, null]);
    expect(stdout).to.contain(`in ${path}`);
    expect((await openRecording(path)).parts[0]).to.include({ isComplete: true, tornBytes: 0 });
  });
});
