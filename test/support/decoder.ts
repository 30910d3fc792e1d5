// What every exchange's decoder promises, whatever the venue: run over the venue's fixtures by its own test.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { capturedFrames, type StoredFrame } from './captured.js';
import { decoded, type SinkCall } from './recording-sink.js';

type Decoder = Pick<Exchange, 'decode' | 'rehearsal'>;

export interface DecoderPromises {
  readonly decoder: Decoder;
  readonly fixtures: readonly StoredFrame[];
  /** What each fixture means, call by call. */
  readonly meanings: Readonly<Record<string, readonly SinkCall[]>>;
}

export function keepsDecoderPromises({ decoder, fixtures, meanings }: DecoderPromises): void {
  it('has a meaning written down for every fixture', () => {
    expect(fixtures.map(({ name }) => name)).to.have.members(Object.keys(meanings));
  });

  for (const { name, frame } of fixtures) {
    it(`says exactly what ${name} means`, () => {
      const { calls, problem } = decoded(decoder, frame);
      expect(problem).to.equal(undefined);
      expect(calls).to.deep.equal(meanings[name]);
    });
  }

  it('calls every frame that ends too early a problem', () => {
    for (const { name, frame } of fixtures) {
      for (let length = 0; length < frame.length; length += 1) {
        const { calls, problem } = decoded(decoder, frame.slice(0, length));
        expect(problem, `${name} at ${length}`).to.be.a('string');
        expect(calls).to.deep.equal([]);
      }
    }
  });

  it('understands the same whatever the order of the keys', () => {
    const numbers = fc.infiniteStream(fc.nat(50));
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), numbers, ({ name, frame }, places) => {
        const { calls, problem } = decoded(decoder, shuffled(frame, places));
        expect(problem).to.equal(undefined);
        expect(calls).to.deep.equal(meanings[name]);
      }),
    );
  });

  it('meets fields of any other type with a problem or a sensible event', () => {
    const frames = fixtures.map(({ frame }) => JSON.parse(frame) as object);
    const change = fc.constantFrom(...frames).chain((frame) => {
      const value = fc.option(fc.jsonValue(), { nil: undefined });
      return fc.tuple(fc.constant(frame), fc.constantFrom(...pathsOf(frame)), value);
    });
    fc.assert(
      fc.property(change, ([frame, path, value]) => {
        expectGraceful(decoder, JSON.stringify(replaced(frame, path, value)) ?? '');
      }),
      { numRuns: 2000 },
    );
  });

  it('meets any JSON and any text at all with a problem', () => {
    fc.assert(fc.property(fc.json(), (frame) => decoded(decoder, frame).problem !== undefined));
    fc.assert(fc.property(fc.string(), (frame) => decoded(decoder, frame).problem !== undefined));
  });

  it('rehearses frames that it understands', () => {
    for (const frame of decoder.rehearsal ?? []) {
      expect(decoded(decoder, frame).problem, frame).to.equal(undefined);
    }
  });
}

/** Every recorded frame of the venue that this decoder is for means something, and something sensible. */
export function understandsRecordedFrames(
  venue: string,
  decoder: Decoder,
  isMine: (frame: StoredFrame) => boolean = () => true,
): void {
  it('understands what others recorded from the wire', function () {
    const frames = capturedFrames(venue)?.filter(isMine);
    if (frames === undefined) {
      console.log('      skipped: no recorded frames beside the project');
      this.skip();
    }
    for (const { name, frame } of frames) {
      const { calls, problem } = decoded(decoder, frame);
      expect(problem, name).to.equal(undefined);
      expect(calls, name).to.not.have.length(0);
      expectSensible(calls);
    }
    console.log(`      ${venue}: ${frames.length} recorded frames decoded`);
  });
}

/** A frame is either understood or a problem in words; a frame with a problem tells no market data. */
function expectGraceful(decoder: Decoder, frame: string): void {
  const { calls, problem } = decoded(decoder, frame);
  if (problem === undefined) expect(calls, frame).to.not.have.length(0);
  else {
    expect(problem).to.be.a('string').and.to.have.length.above(5);
    const market = calls.filter(([name]) => ['trade', 'quote', 'book', 'level', 'message'].includes(name));
    expect(market, frame).to.deep.equal([]);
  }
  expectSensible(calls);
}

/** Numbers that a user may meet are finite or NaN for "does not say"; amounts are never below zero. */
function expectSensible(calls: readonly SinkCall[]): void {
  for (const [name, ...values] of calls) {
    if (name === 'level') expect(values[2]).to.satisfy((amount: number) => amount >= 0);
    if (name === 'trade' || name === 'quote' || name === 'book' || name === 'level') {
      for (const value of values) expect(value).to.be.a(typeof value === 'number' ? 'number' : 'string');
      expect(values).to.not.include(Number.POSITIVE_INFINITY);
    }
  }
}

/** Works on the text, so that numbers stay as they were written: `0.50` must not become `0.5`. */
function shuffled(frame: string, places: Iterator<number>): string {
  const marked = frame.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token : `"#${token}"`,
  );
  return JSON.stringify(shuffledValue(JSON.parse(marked), places)).replaceAll(/"#([^"]*)"/g, '$1');
}

function shuffledValue(value: unknown, places: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffledValue(item, places));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({
    key,
    inner: shuffledValue(inner, places),
    place: Number(places.next().value),
  }));
  entries.sort((left, right) => left.place - right.place);
  return Object.fromEntries(entries.map(({ key, inner }) => [key, inner]));
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]));
  return [[], ...inner].filter((path) => path.length > 0 || inner.length === 0);
}

/** The same frame with one field changed, or taken away where the value is undefined. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
