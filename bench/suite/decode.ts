// `decode/<venue>`: what a venue's decoder costs beside JSON.parse of the same frames. One benchmark per exchange that has fixtures.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { median } from '../kit/statistics.js';
import { emptySink, hasFixtures, type MarketFixtures, marketFixtures } from '../load/market-fixtures.js';
import { exchangeNames } from '../../src/exchanges/index.js';

const TARGETS = { 'json-parse': { atMost: 1.6 } };

/** Microseconds per frame: median of many short passes, so that what else the machine does falls into few of them. */
function perFrame({ quick }: Settings, frames: readonly string[], read: (frame: string) => void): number {
  const rounds = Math.ceil((quick ? 4_000 : 10_000) / frames.length);
  const pass = (): number => {
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) for (const frame of frames) read(frame);
    return ((performance.now() - start) * 1000) / (rounds * frames.length);
  };
  // Until the code has been compiled for good.
  for (let warm = 0; warm < 10; warm += 1) pass();
  return median(Array.from({ length: quick ? 10 : 60 }, pass));
}

/** All market frames first: what is measured of trades has then met all of them, as in a bot's thread. */
function measure(
  settings: Settings,
  { frames, trades }: MarketFixtures,
  read: (frame: string) => void,
): Measured {
  return { '': perFrame(settings, frames, read), trades: perFrame(settings, trades, read) };
}

function decodeBenchmark(venue: string): Benchmark {
  return {
    name: `decode/${venue}`,
    about: `microseconds to decode a market frame of ${venue}`,
    rounds: 3,
    method: `Every market frame among the project's fixtures of ${venue}, decoded over and over into a sink that keeps nothing; \`trades\`
takes those alone that bring trades. \`json-parse\` is JSON.parse of the same frames. What lies between is what checking and handing on
each field costs.`,
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
    subjects: {
      async bulkhead(settings) {
        const fixtures = await marketFixtures(venue);
        const sink = emptySink();
        return measure(settings, fixtures, (frame) => void fixtures.decode(frame, sink));
      },
      async 'json-parse'(settings) {
        return measure(settings, await marketFixtures(venue), (frame) => void JSON.parse(frame));
      },
    },
  };
}

export const decodeBenchmarks: readonly Benchmark[] = exchangeNames.filter(hasFixtures).map(decodeBenchmark);
