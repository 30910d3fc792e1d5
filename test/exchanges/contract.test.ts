// Every exchange of the registry passes the contract suite, and no exchange file escapes it.
import { expect } from 'chai';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { exchangeNames, type ExchangeName } from '../../src/exchanges/index.js';
import {
  describeExchange,
  type FixtureFrame,
  type SimulatorName,
  simulatorNames,
  startSimulatedProcess,
  startSimulator,
  venueProfiles,
} from '../../src/testing/index.js';
import { storedFrames } from '../support/captured.js';
import { root } from '../docs/root.js';

/** Folders of fixtures, and the socket of each frame where the venue has several. */
const fixtures: Readonly<
  Record<ExchangeName, Readonly<Record<string, string | ((name: string) => string) | undefined>>>
> = {
  deribit: { deribit: undefined },
  binance: { binance: 'streams', 'binance-api': 'api' },
  'binance-usdm': { 'binance-usdm': 'private' },
  bitmex: { bitmex: undefined },
  bybit: { bybit: (name) => name.slice(0, name.indexOf('_')) },
  coinbase: { coinbase: 'market' },
  hyperliquid: { hyperliquid: undefined },
  kraken: { kraken: 'public' },
  okx: { okx: 'private' },
};

function framesOf(name: ExchangeName): readonly FixtureFrame[] {
  return Object.entries(fixtures[name]).flatMap(([folder, socket]) =>
    storedFrames(`test/fixtures/${folder}`).map((stored) => {
      const key = typeof socket === 'function' ? socket(stored.name) : socket;
      return key === undefined ? stored : { ...stored, socket: key };
    }),
  );
}

for (const name of exchangeNames) {
  describeExchange(
    venueProfiles[name],
    {
      start: (options) => startSimulator(name, options),
      startProcess: (options) => startSimulatedProcess({ exchange: name, ...options }),
    },
    framesOf(name),
  );
}

describe('the exchanges of the registry', () => {
  const folder = new URL('src/exchanges/', root);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const source = (file: string) => readFileSync(new URL(file, folder), 'utf8');
  const importsOf = (file: string) =>
    [...source(file).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, path = '']) => path);

  for (const name of exchangeNames) {
    it(`know a profile, a simulated exchange and fixtures for ${name}`, () => {
      expect(venueProfiles[name].exchange).to.equal(name);
      const simulators: readonly SimulatorName[] = simulatorNames;
      expect(simulators).to.include(name);
      expect(framesOf(name).length).to.be.greaterThan(5);
    });
  }

  it('reach every file of src/exchanges', () => {
    const reached = new Set<string>(['index.ts']);
    for (const file of reached) {
      for (const path of importsOf(file)) {
        const next = path.replace('./', '').replace('.js', '.ts');
        if (path.startsWith('./') && existsSync(new URL(next, folder))) reached.add(next);
      }
    }
    expect([...reached]).to.have.members(files);
  });

  it('are files of 400 lines at most', () => {
    const long = files.filter((file) => source(file).split('\n').length > 401 && file !== 'exchange.ts');
    expect(long).to.deep.equal([]);
  });

  it('import nothing but each other, the market, the books and cryptography', () => {
    const allowed =
      /^(?:\.\/[\w-]+\.js|\.\.\/(?:market|errors|order-book|book-integrity|rate-limits|rate-budget)\.js|node:crypto|@noble\/(?:curves|hashes)\/[\w.]+)$/;
    const others = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => !allowed.test(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(others).to.deep.equal([]);
  });
});
