// `decode/<venue>`: what a venue's decoder costs beside JSON.parse of the same frames. One benchmark per exchange that has fixtures.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { median } from '../kit/statistics.js';
import { emptySink, hasFixtures, type MarketFixtures, marketFixtures } from '../load/market-fixtures.js';
import { exchangeNames } from '../../src/exchanges/index.js';

const TARGETS = { 'json-parse': { atMost: 1.6 } };

type Read = (frame: string) => void;
type Readers = Readonly<Record<string, Read>>;

/** Decoding and parsing; a reader is made once for each measurement, with the memory of a new connection. */
function readersOf({ decode }: MarketFixtures): Readers {
  const sink = emptySink();
  return { bulkhead: (frame) => void decode(frame, sink), 'json-parse': (frame) => void JSON.parse(frame) };
}

/**
 * Microseconds per frame of each reader: the median of many short passes, taken in turns, so that whatever else the machine does falls
 * into few of them and hits all readers alike.
 */
function perFrame({ quick }: Settings, frames: readonly string[], readers: Readers): Record<string, number> {
  const rounds = Math.ceil((quick ? 4_000 : 10_000) / frames.length);
  const pass = (read: Read): number => {
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) for (const frame of frames) read(frame);
    return ((performance.now() - start) * 1000) / (rounds * frames.length);
  };
  const entries = Object.entries(readers).map(([name, read]) => ({ name, read, times: [] as number[] }));
  const turns = (count: number): void => {
    for (let turn = 0; turn < count; turn += 1) for (const { read, times } of entries) times.push(pass(read));
  };
  turns(10);
  // By now the code has been compiled for good.
  for (const { times } of entries) times.length = 0;
  turns(quick ? 10 : 60);
  return Object.fromEntries(entries.map(({ name, times }) => [name, median(times)]));
}

/** All market frames first: what is measured of trades has then met all of them, as in a bot's thread. */
async function measure(
  venue: string,
  settings: Settings,
  names: readonly string[] = SUBJECTS,
): Promise<Record<string, Measured>> {
  const fixtures = await marketFixtures(venue);
  const all = readersOf(fixtures);
  const readers = Object.fromEntries(names.map((name) => [name, all[name]!]));
  const frames = perFrame(settings, fixtures.frames, readers);
  const trades = perFrame(settings, fixtures.trades, readers);
  return Object.fromEntries(names.map((name) => [name, { '': frames[name]!, trades: trades[name]! }]));
}

const SUBJECTS = ['bulkhead', 'json-parse'];

function decodeBenchmark(venue: string): Benchmark {
  return {
    name: `decode/${venue}`,
    about: `microseconds to decode a market frame of ${venue}`,
    rounds: 3,
    method: `Every market frame among the project's fixtures of ${venue}, decoded over and over into a sink that keeps nothing; \`trades\`
takes those alone that bring trades. \`json-parse\` is JSON.parse of the same frames, in the same process by turns of some ten milliseconds.
What lies between is what checking and handing on each field costs.`,
    figures: [
      {
        id: '',
        unit: 'us/frame',
        title: `decode of a ${venue} market frame`,
        better: 'less',
        targets: TARGETS,
      },
      {
        id: 'trades',
        unit: 'us/frame',
        title: `decode of a ${venue} frame of trades`,
        better: 'less',
        targets: TARGETS,
      },
    ],
    subjects: Object.fromEntries(
      SUBJECTS.map((name) => [name, async (settings) => (await measure(venue, settings, [name]))[name]!]),
    ),
    together: (settings) => measure(venue, settings),
  };
}

export const decodeBenchmarks: readonly Benchmark[] = exchangeNames.filter(hasFixtures).map(decodeBenchmark);
