// Every field of every fixture, replaced by every odd value in turn: whatever a venue sends, a decoder says so in words, never throws, and
// tells nothing that cannot be.
import { expect } from 'chai';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { exchangeNames, loadVenue } from '../../src/exchanges/index.js';
import { storedFrames } from '../support/captured.js';
import { expectSensible } from '../support/decoding.js';
import { decoded } from '../support/recording-sink.js';

/** Among them one that cannot be turned into text, and one that hides as a list. */
const oddValues = [
  null,
  true,
  -1,
  'x',
  '',
  [],
  [[]],
  [null],
  {},
  { toString: 0 },
  [{ toString: 0 }],
  { length: 2 },
  'a number beyond all',
] as const;

/** JSON can hold a number that no variable can: it is read as Infinity, which nobody counts or pays by. */
const withNumbers = (json: string): string => json.replaceAll('"a number beyond all"', '1e999');

/** What decoding does not take back: fixtures of the order API are read by the same venue's sockets. */
const foldersOf = (venue: string): readonly string[] =>
  venue === 'binance' ? ['binance', 'binance-api'] : [venue];

describe('odd values in any field', () => {
  for (const venue of exchangeNames) {
    it(`are told in words by ${venue}`, async function () {
      this.timeout(60_000);
      const { sockets } = await loadVenue(venue);
      const thrown: string[] = [];
      for (const { frame } of foldersOf(venue).flatMap((folder) => storedFrames(`test/fixtures/${folder}`))) {
        for (const changed of oddFrames(frame)) {
          for (const [socket, exchange] of Object.entries(sockets))
            tryToDecode(exchange as unknown as Exchange, changed, (words) =>
              thrown.push(`${socket}: ${words}: ${changed.slice(0, 400)}`),
            );
        }
      }
      expect(thrown.slice(0, 5)).to.deep.equal([]);
    });
  }
});

function tryToDecode(exchange: Exchange, frame: string, onThrow: (words: string) => void): void {
  try {
    expectSensible(decoded(exchange, frame).calls);
  } catch (error) {
    onThrow(
      String((error as Error).stack)
        .split('\n')
        .slice(0, 3)
        .join(' '),
    );
  }
}

/** The frame with one field changed, for each field and each odd value. Long lists are changed at their first places only. */
function* oddFrames(frame: string): Generator<string> {
  if (!/^[[{]/.test(frame)) return;
  for (const copy of changedCopies(JSON.parse(frame))) yield withNumbers(JSON.stringify(copy));
}

function* changedCopies(value: unknown): Generator<unknown> {
  yield* oddValues;
  if (typeof value !== 'object' || value === null) return;
  const keys = Object.keys(value).slice(0, Array.isArray(value) ? 3 : undefined);
  for (const key of keys) {
    for (const child of changedCopies((value as Record<string, unknown>)[key])) {
      const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
      copy[key] = child;
      yield copy;
    }
  }
}
