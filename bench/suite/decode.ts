// `decode/<venue>`: what a venue's decoder costs beside JSON.parse of the same frames. One benchmark per exchange that has fixtures.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { median } from '../kit/statistics.js';
import type { DecodeSink, Exchange } from '../../src/exchanges/exchange.js';
import { exchangeNames, loadVenue } from '../../src/exchanges/index.js';

/** The suite runs from dist/bench/suite; fixtures stay where they are written. */
const fixtures = new URL('../../../test/fixtures/', import.meta.url).pathname;
/** Frames that flow all day; answers, errors and account data are rare. */
const MARKET = /^(?!reply|error|user)/;

function readFrames(venue: string): string[] {
  const folder = join(fixtures, venue);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && MARKET.test(name.split('/').at(-1)!))
    .flatMap((name) => {
      try {
        // Fixtures are written for readers; a venue sends them without the blanks.
        return [JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8')))];
      } catch {
        return [];
      }
    });
}

/** Microseconds per frame: median of many passes over all frames. */
function perFrame({ quick }: Settings, frames: readonly string[], read: (frame: string) => void): Measured {
  const rounds = Math.ceil((quick ? 20_000 : 100_000) / frames.length);
  const times: number[] = [];
  for (let pass = 0; pass < (quick ? 5 : 12); pass += 1) {
    const start = performance.now();
    for (let round = 0; round < rounds; round += 1) for (const frame of frames) read(frame);
    times.push(((performance.now() - start) * 1000) / (rounds * frames.length));
  }
  return { '': median(times) };
}

async function socketsOf(venue: string): Promise<readonly Exchange[]> {
  return Object.values((await loadVenue(venue)).sockets) as unknown as readonly Exchange[];
}

/** The socket of the venue that understands most of the frames. */
async function decoderOf(venue: string, frames: readonly string[]): Promise<Exchange> {
  const sink = emptySink();
  const understood = (exchange: Exchange): number =>
    frames.filter((frame) => exchange.decode(frame, sink) === undefined).length;
  const sockets = await socketsOf(venue);
  return [...sockets].sort((left, right) => understood(right) - understood(left))[0]!;
}

function decodeBenchmark(venue: string): Benchmark {
  return {
    name: `decode/${venue}`,
    about: `microseconds to decode a market frame of ${venue}`,
    rounds: 3,
    method: `Every market frame among the project's fixtures of ${venue}, decoded over and over into a sink that keeps nothing. \`json-parse\` is
JSON.parse of the same frames. What lies between is what checking and handing on each field costs.`,
    figures: [{ id: '', unit: 'us/frame', title: `decode of a ${venue} market frame`, better: 'less' }],
    subjects: {
      async bulkhead(settings) {
        const frames = readFrames(venue);
        const exchange = await decoderOf(venue, frames);
        const sink = emptySink();
        return perFrame(settings, frames, (frame) => void exchange.decode(frame, sink));
      },
      async 'json-parse'(settings) {
        return perFrame(settings, readFrames(venue), (frame) => void JSON.parse(frame));
      },
    },
  };
}

/** Takes everything and keeps nothing, so that only decoding is measured. */
function emptySink(): DecodeSink {
  const nothing = (): void => undefined;
  return {
    trade: nothing,
    quote: nothing,
    book: nothing,
    level: nothing,
    message: nothing,
    private: nothing,
    reply: nothing,
    refusal: nothing,
    confirmed: nothing,
    refused: nothing,
    revoked: nothing,
    answer: nothing,
    alive: nothing,
    notice: nothing,
  };
}

export const decodeBenchmarks: readonly Benchmark[] = exchangeNames
  .filter((venue) => existsSync(join(fixtures, venue)))
  .map(decodeBenchmark);
