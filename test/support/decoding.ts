// What every exchange's decoder promises, whatever the venue: exact meanings, and a problem in words for everything else.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { capturedFrames, type StoredFrame, storedFrames } from './captured.js';
import { decoded, type SinkCall } from './recording-sink.js';
import { runs } from './random-runs.js';

export type Decoder = Pick<Exchange, 'decode' | 'rehearsal'>;

type Meaning = readonly SinkCall[] | ((message: never) => readonly SinkCall[]);

export interface Decoding {
  /** How the count of recorded frames names it. */
  readonly title: string;
  /** Folder below test/fixtures. */
  readonly fixtures: string;
  /** The decoder, or which socket's a fixture or a recorded frame of this name comes by. */
  readonly decoder: Decoder | ((name: string) => Decoder);
  /** Decoders whose rehearsal is to be understood. Default: `decoder`, where it is one. */
  readonly rehearsed?: readonly Decoder[];
  /** What each fixture means, call by call. */
  readonly meanings: Readonly<Record<string, Meaning>>;
  /** Frames that others recorded. Left out: there are none for this decoder. */
  readonly recorded?: {
    readonly venue: string;
    /** False for files that are none of its frames. */
    readonly isMine?: (name: string) => boolean;
    /** The whole frame, where it was recorded without what stands around it. */
    readonly whole?: (name: string, frame: string) => string;
  };
}

/** Declares the tests. */
export function itDecodes({
  title,
  fixtures: folder,
  decoder,
  rehearsed,
  meanings,
  recorded,
}: Decoding): void {
  const fixtures = storedFrames(`test/fixtures/${folder}`);
  const decoderOf = (name: string): Decoder => (typeof decoder === 'function' ? decoder(name) : decoder);
  const all = rehearsed ?? (typeof decoder === 'function' ? [] : [decoder]);

  function expectMeaning(name: string, frame: string): void {
    const { calls, problem } = decoded(decoderOf(name), frame);
    expect(problem).to.equal(undefined);
    const meaning = meanings[name];
    expect(calls).to.deep.equal(
      typeof meaning === 'function' ? meaning(JSON.parse(frame) as never) : meaning,
    );
  }

  it('has a meaning written down for every fixture', () => {
    expect(fixtures.map(({ name }) => name)).to.have.members(Object.keys(meanings));
  });

  for (const { name, frame } of fixtures) {
    it(`says exactly what ${name} means`, () => expectMeaning(name, frame));
  }

  it('calls every frame that ends too early a problem', () => {
    for (const { name, frame } of fixtures) {
      for (let length = 0; length < frame.length; length += 1) {
        const { calls, problem } = decoded(decoderOf(name), frame.slice(0, length));
        expect(problem, `${name} at ${length}`).to.be.a('string');
        expect(calls).to.deep.equal([]);
      }
    }
  });

  it('understands the same whatever the order of the keys', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fixtures), fc.infiniteStream(fc.nat(50)), ({ name, frame }, places) =>
        expectMeaning(name, shuffled(frame, places)),
      ),
    );
  });

  it('meets fields of any other type with a problem or a sensible event', () => {
    const change = fc.constantFrom(...fixtures).chain(({ name, frame }) => {
      const message = JSON.parse(frame) as object;
      const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '1e999', '-1', '0x10', ' 1'));
      const value = fc.option(odd, { nil: undefined });
      return fc.tuple(fc.constant(name), fc.constant(message), fc.constantFrom(...pathsOf(message)), value);
    });
    fc.assert(
      fc.property(change, ([name, message, path, value]) =>
        // A list without rows, or a row without fields, says nothing, which is no problem.
        expectGraceful(
          decoderOf(name),
          JSON.stringify(replaced(message, path, value)) ?? '',
          typeof value === 'object' && value !== null && Object.keys(value).length === 0,
        ),
      ),
      { numRuns: runs(2000) },
    );
  });

  it('meets any JSON and any text at all with a problem or a sensible event', () => {
    for (const one of all) {
      fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (frame) => expectGraceful(one, frame, true)));
    }
  });

  it('never throws where text was overwritten in the middle of a frame', () => {
    const overwritten = fc.tuple(fc.constantFrom(...fixtures), fc.nat(), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(overwritten, ([{ name, frame }, at, text]) => {
        const place = at % frame.length;
        const broken = frame.slice(0, place) + text + frame.slice(place + text.length);
        expectSensible(decoded(decoderOf(name), broken).calls);
      }),
      { numRuns: runs(1500) },
    );
  });

  it('rehearses frames that it understands', () => {
    for (const one of all) {
      for (const frame of one.rehearsal ?? []) expect(decoded(one, frame).problem, frame).to.equal(undefined);
    }
  });

  if (recorded !== undefined) itReadsRecordings(title, decoderOf, recorded);
}

function itReadsRecordings(
  title: string,
  decoderOf: (name: string) => Decoder,
  { venue, isMine = () => true, whole = (_name, frame) => frame }: NonNullable<Decoding['recorded']>,
): void {
  it('understands what others recorded from the wire', function () {
    const frames = capturedFrames(venue)?.filter(({ name }: StoredFrame) => isMine(name));
    if (frames === undefined) {
      // They belong to others and are not in the project; the fixtures, which are, are always read.
      if (this.test !== undefined)
        this.test.title += ' (skipped: no recorded frames here; BULKHEAD_CAPTURED names a folder with them)';
      this.skip();
    }
    for (const { name, frame } of frames) {
      const { calls, problem } = decoded(decoderOf(name), whole(name, frame));
      expect(problem, name).to.equal(undefined);
      expect(calls, name).to.not.have.length(0);
      expectSensible(calls);
    }
    console.log(`      ${title}: ${frames.length} recorded frames decoded`);
  });
}

const MARKET: ReadonlySet<string> = new Set(['trade', 'quote', 'book', 'level']);

/** A frame is either understood or a problem in words; a frame with a problem tells no market data. */
function expectGraceful(decoder: Decoder, frame: string, mayBeEmpty: boolean): void {
  const { calls, problem } = decoded(decoder, frame);
  if (problem === undefined) expect(calls.length, frame).to.be.at.least(mayBeEmpty ? 0 : 1);
  else {
    expect(problem).to.be.a('string').and.to.have.length.above(5);
    const told = calls.filter(([name]) => MARKET.has(name) || name === 'message');
    expect(told, frame).to.deep.equal([]);
  }
  expectSensible(calls);
}

/** Numbers that a user may meet are finite or NaN for "does not say"; amounts are never below zero. */
export function expectSensible(calls: readonly SinkCall[]): void {
  for (const [name, ...values] of calls) {
    if (name === 'level') expect(values[2]).to.satisfy((amount: number) => amount >= 0);
    if (!MARKET.has(name)) continue;
    for (const value of values.filter((one) => one !== undefined))
      expect(value).to.be.a(typeof value === 'number' ? 'number' : 'string');
    expect(values).to.not.include(Number.POSITIVE_INFINITY);
    expect(values).to.not.include(Number.NEGATIVE_INFINITY);
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

/** The places of all fields, those of objects and arrays included. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, child]) => [
    [key],
    ...pathsOf(child)
      .filter((path) => path.length > 0)
      .map((path) => [key, ...path]),
  ]);
}

/** The same value with one field changed, or taken away where it is replaced by undefined. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
