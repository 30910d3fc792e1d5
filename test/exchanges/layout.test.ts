// Walks src/exchanges: one file for each exchange, none too long, none importing what it should not, none that escapes the contract suite.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { exchangeNames } from '../../src/exchanges/index.js';
import { root } from '../docs/root.js';

/** By path within src/exchanges, without ending: `deribit`, `dialects/json-rpc`, `contract/requests`. */
const sources = new Map(filesIn('').map((path) => [path, readFileSync(urlOf(path), 'utf8')]));

/** What is no exchange and no dialect. */
const CONTRACT = /^(?:exchange|contract\/.*)$/;
/** The registry: what is loaded by name, and what is typed by name. */
const REGISTRY = ['index', 'venue-types'];
const DIALECT = /^dialects\//;
const SHARED = /^(?:contract|dialects|order-fields)\//;
/** What an order of a venue can say beyond the common fields: types alone, which no thread loads. */
const ORDER_FIELDS = /^order-fields\//;
/** What belongs to no venue: the project's base, and cryptography. */
const BASE =
  /^(?:\.\.\/(?:market|errors|order-book|book-integrity|rate-limits|rate-budget|own-text)|node:crypto|@noble\/(?:curves|hashes)\/[\w.]+)$/;

describe('the files of src/exchanges', () => {
  it('are one file for each exchange of the registry, and no other', () => {
    const own = [...sources.keys()].filter((path) => !path.includes('/') && !CONTRACT.test(path));
    expect(own.sort()).to.deep.equal([...exchangeNames, ...REGISTRY].sort());
  });

  it('are known to the registry by their names, with one line each', () => {
    const lines = sources.get('index')?.split('\n') ?? [];
    for (const name of exchangeNames) {
      expect(lines.filter((line) => line.includes(`'./${name}.js'`))).to.have.lengthOf(1);
    }
  });

  it('have 400 lines at most, most of them less than 250', () => {
    const lengths = [...sources].map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }));
    expect(lengths.filter(({ lines }) => lines > 400)).to.deep.equal([]);
    const short = lengths.filter(({ lines }) => lines < 250).map(({ path }) => path);
    expect(short.length).to.be.greaterThan(lengths.length * 0.8);
    const shortExchanges = exchangeNames.filter((name) => short.includes(name));
    expect(shortExchanges.length, 'exchanges').to.be.greaterThan(exchangeNames.length / 2);
  });

  it('import the contract, dialects, the base and cryptography, and nothing else', () => {
    const wrong = [...sources].flatMap(([path, text]) =>
      REGISTRY.includes(path)
        ? []
        : importsOf(path, text)
            .filter((target) => !mayImport(path, target))
            .map((target) => `${path}: ${target}`),
    );
    expect(wrong).to.deep.equal([]);
  });

  it('are all reached from the exchanges that the contract suite runs with', () => {
    const reached = new Set<string>(['index', ...exchangeNames]);
    for (const path of reached) {
      for (const target of importsOf(path, sources.get(path) ?? ''))
        if (sources.has(target)) reached.add(target);
    }
    expect([...sources.keys()].filter((path) => !reached.has(path))).to.deep.equal([]);
  });

  it('have no folder of their own: what does not fit into the one file is a dialect', () => {
    const parts = [...sources.keys()].filter((path) => path.includes('/') && !SHARED.test(path));
    expect(parts).to.deep.equal([]);
  });

  it('name no exchange in what several may use', () => {
    const own = exchangeNames.filter((name) => !name.startsWith('binance'));
    const named = [...sources].flatMap(([path, text]) =>
      DIALECT.test(path) && own.some((name) => text.toLowerCase().includes(name)) ? [path] : [],
    );
    expect(named).to.deep.equal([]);
  });

  it('write the fields of orders as types alone', () => {
    const fields = [...sources].filter(([path]) => ORDER_FIELDS.test(path));
    expect(fields.length).to.be.greaterThan(0);
    for (const [path, text] of fields) {
      expect(text, path).to.not.match(/^(?:export )?(?:default |const |let |function |class |enum )/m);
      expect(text, path).to.not.match(/^import (?!type )/m);
    }
  });
});

function mayImport(path: string, target: string): boolean {
  if (BASE.test(target) || CONTRACT.test(target)) return true;
  if (CONTRACT.test(path)) return false;
  return DIALECT.test(target) || ORDER_FIELDS.test(target);
}

/** Paths of our own as the keys of `sources`, packages by name. */
function importsOf(path: string, text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) =>
    name.startsWith('.') ? posix.join(posix.dirname(path), name).replace(/\.js$/, '') : name,
  );
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(new URL(`src/exchanges/${folder}`, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? filesIn(`${folder}${entry.name}/`)
      : [`${folder}${entry.name.replace(/\.ts$/, '')}`],
  );
}

function urlOf(path: string): URL {
  return new URL(`src/exchanges/${path}.ts`, root);
}
