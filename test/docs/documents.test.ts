// Keeps what the documents claim in step with the code: codes, tables, links, scripts, dependencies.
import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { exits, failures } from '../../src/errors.js';
import { exchangeNames, loadVenue } from '../../src/exchanges/index.js';
import { exchangesPage } from '../../src/testing/exchange-table.js';
import { runNode } from '../support/child.js';
import { documents, root } from './root.js';

const packageJson = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};

describe('docs/errors.md', () => {
  const [, exitPart = '', failurePart = ''] = read('docs/errors.md').split(/^## /m);

  it('explains every exit and no other, with its exit code and whether a retry helps', () => {
    const told = rowsOf(exitPart).map(([code, exitCode, retry]) => [code, exitCode, retry]);
    const known = Object.entries(exits).map(([code, exit]) => [
      code,
      String(exit.exitCode),
      exit.retryable ? 'yes' : 'no',
    ]);
    expect(told).to.have.deep.members(known);
  });

  it('explains every failure and no other, with whether a retry helps', () => {
    const told = rowsOf(failurePart).map(([code, retry]) => [code, retry]);
    const known = Object.entries(failures).map(([code, { retryable }]) => [code, retryable ? 'yes' : 'no']);
    expect(told).to.have.deep.members(known);
  });

  it('says for each what causes it and what to do', () => {
    for (const row of [...rowsOf(exitPart), ...rowsOf(failurePart)]) {
      expect(
        row.slice(-2).every((cell) => cell.length > 3),
        row[0],
      ).to.equal(true);
    }
  });
});

describe('README.md', () => {
  const readme = read('README.md');

  it('lists the exchanges of the registry', () => {
    expect(rowsOf(section(readme, 'Exchanges')).map(([name]) => name)).to.have.members([...exchangeNames]);
  });

  for (const name of exchangeNames) {
    it(`tells the truth about orders and cancel-on-disconnect of ${name}`, async () => {
      const row = rowsOf(section(readme, 'Exchanges')).find(([first]) => first === name) ?? [];
      const [, , , orders = '', safety = ''] = row;
      const sockets = Object.values((await loadVenue(name)).sockets);
      const kinds = sockets.flatMap(({ safetySwitch }) => safetySwitch?.kind ?? []);
      expect(orders === 'no', 'orders').to.equal(sockets.every((socket) => socket.orders === undefined));
      expect(safety.split(',')[0]).to.equal(
        { connection: 'per connection', timer: 'by a timer', no: 'no' }[kinds[0] ?? 'no'],
      );
    });
  }

  it('lists the commands of the command line', async () => {
    const main = fileURLToPath(new URL('dist/src/cli/main.js', root));
    const { stdout } = await runNode([main, '--help']);
    const commands = [...stdout.slice(stdout.indexOf('Commands:')).matchAll(/^ {2}([a-z]+) /gm)]
      .map(([, name]) => name)
      .filter((name) => name !== 'help');
    expect(commands).to.include('demo');
    expect(rowsOf(section(readme, 'Command line')).map(([name]) => name)).to.have.members(commands);
  });

  it('names folders that are there', () => {
    for (const [folder = ''] of rowsOf(section(readme, 'Where things are'))) {
      expect(existsSync(new URL(folder, root)), folder).to.equal(true);
    }
  });

  it('names scripts that are there', () => {
    const scripts = [...readme.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name = '']) => name);
    for (const name of scripts) expect(packageJson.scripts, name).to.have.property(name);
  });
});

describe('docs/exchanges.md', () => {
  it('says what the exchange objects say; `npm run docs:exchanges` writes it', async () => {
    expect(read('docs/exchanges.md')).to.equal(await exchangesPage());
  });
});

describe('docs/decisions/dependencies.md', () => {
  it('gives a reason for every dependency and for no other', () => {
    const told = rowsOf(read('docs/decisions/dependencies.md')).map(([name]) => name);
    const { dependencies, devDependencies } = packageJson;
    expect(told).to.have.members([...Object.keys(dependencies), ...Object.keys(devDependencies)]);
  });
});

describe('the documents', () => {
  for (const document of documents) {
    it(`${document} has no dead link inside of the project`, () => {
      const links = [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(
        ([, link = '']) => link,
      );
      const dead = links.filter((link) => !link.startsWith('https:') && !isAlive(document, link));
      expect(dead).to.deep.equal([]);
    });
  }
});

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function section(text: string, heading: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

/** The cells of all rows whose first cell is code: | `name` | … |, the backticks of the first taken away. */
function rowsOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .map(([first = '', ...others]) => [first.replaceAll('`', ''), ...others]);
}

function isAlive(document: string, link: string): boolean {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? new URL(document, root) : new URL(path, new URL(document, root));
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

function anchorsOf(text: string): readonly string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}
