// Every exchange of the registry passes the contract suite, and no exchange file escapes it.
import { expect } from 'chai';
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

/** Folders of fixtures, and the socket of each frame where the venue has several. */
const fixtures: Readonly<
  Record<ExchangeName, Readonly<Record<string, string | ((name: string) => string) | undefined>>>
> = {
  deribit: { deribit: undefined },
  binance: { binance: 'streams', 'binance-api': 'api' },
  'binance-usdm': { 'binance-usdm': (name) => (name.startsWith('stream_') ? 'public' : 'private') },
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
  for (const name of exchangeNames) {
    it(`know a profile, a simulated exchange and fixtures for ${name}`, () => {
      expect(venueProfiles[name].exchange).to.equal(name);
      const simulators: readonly SimulatorName[] = simulatorNames;
      expect(simulators).to.include(name);
      expect(framesOf(name).length).to.be.greaterThan(5);
    });
  }
});
