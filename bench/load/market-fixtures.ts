// The market frames among the project's fixtures of a venue, and the decoder that reads them. What is market data is what the decoder
// tells as such, whatever the file is called: answers, errors and account data are rare on the wire and would hide what flows all day.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecodeSink, Exchange } from '../../src/exchanges/exchange.js';
import { loadVenue } from '../../src/exchanges/index.js';

/** The benchmarks run from dist/bench; fixtures stay where they are written. */
const fixtures = new URL('../../../test/fixtures/', import.meta.url).pathname;

export type Decode = Exchange['decode'];

export interface MarketFixtures {
  /** Made as the worker makes it, with a memory of its own where the exchange has one. */
  readonly decode: Decode;
  /** Without blanks, as on the wire. */
  readonly frames: readonly string[];
  /** Those that bring trades. */
  readonly trades: readonly string[];
}

export function hasFixtures(venue: string): boolean {
  return existsSync(join(fixtures, venue));
}

/** Of the venue's socket that understands most of the frames. */
export async function marketFixtures(venue: string): Promise<MarketFixtures> {
  const stored = readFrames(venue);
  const sockets = Object.values((await loadVenue(venue)).sockets) as unknown as readonly Exchange[];
  const all = sockets.map((exchange) => marketOf(exchange, stored));
  return all.reduce((best, each) => (each.frames.length > best.frames.length ? each : best));
}

function marketOf(exchange: Exchange, stored: readonly string[]): MarketFixtures {
  const decode = exchange.newDecode?.() ?? ((frame, sink) => exchange.decode(frame, sink));
  // Twice, because some frames make sense only after others.
  for (const frame of stored) toldBy(decode, frame);
  const told = stored.map((frame) => ({ frame, words: toldBy(decode, frame) }));
  const isMarket = (words: ReadonlySet<string>): boolean =>
    words.size > 0 && [...words].every((word) => MARKET.has(word));
  return {
    decode,
    frames: told.filter(({ words }) => isMarket(words)).map(({ frame }) => frame),
    trades: told.filter(({ words }) => words.has('trade')).map(({ frame }) => frame),
  };
}

const MARKET: ReadonlySet<string> = new Set(['trade', 'quote', 'book', 'level', 'message']);

/** The calls of the sink that a frame leads to; none where something is wrong with it. */
function toldBy(decode: Decode, frame: string): ReadonlySet<string> {
  const words = new Set<string>();
  return decode(
    frame,
    sinkOf((word) => () => void words.add(word)),
  ) === undefined
    ? words
    : new Set();
}

/** Takes everything and keeps nothing, so that only decoding is measured. */
export function emptySink(): DecodeSink {
  const nothing = (): void => undefined;
  return sinkOf(() => nothing);
}

function sinkOf(method: (word: string) => () => void): DecodeSink {
  return {
    trade: method('trade'),
    quote: method('quote'),
    book: method('book'),
    level: method('level'),
    message: method('message'),
    private: method('private'),
    reply: method('reply'),
    refusal: method('refusal'),
    confirmed: method('confirmed'),
    refused: method('refused'),
    revoked: method('revoked'),
    answer: method('answer'),
    alive: method('alive'),
    notice: method('notice'),
  };
}

function readFrames(venue: string): string[] {
  const folder = join(fixtures, venue);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => withoutBlanks(readFileSync(join(folder, name), 'utf8')) ?? []);
}

/** Undefined for what is no JSON: fixtures of broken frames. */
function withoutBlanks(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return undefined;
  }
}
