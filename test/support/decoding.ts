// What every venue's decoder promises, whatever its frames look like. A venue's test brings its fixtures and what each of them means.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { capturedFrames, type StoredFrame, storedFrames } from './captured.js';
import { decoded, type SinkCall } from './recording-sink.js';

export interface Decoding {
  readonly venue: string;
  /** The socket that a fixture or a recorded frame comes by, judged by its name. */
  readonly exchangeOf: (name: string) => Exchange;
  /** What each fixture means, call by call. */
  readonly meanings: Readonly<Record<string, (message: never) => readonly SinkCall[]>>;
  /** Sockets whose rehearsal is to be understood. */
  readonly exchanges: readonly Exchange[];
  /** Recorded files that are no frame of the wire, with the reason. */
  readonly notFrames?: Readonly<Record<string, string>>;
}

export function describeDecoding({ venue, exchangeOf, meanings, exchanges, notFrames = {} }: Decoding): void {
  const fixtures = storedFrames(`test/fixtures/${venue}`);
  const isJson = ({ frame }: StoredFrame): boolean => frame.startsWith('{');

  it('has a meaning written down for every fixture', () => {
    expect(fixtures.map(({ name }) => name)).to.have.members(Object.keys(meanings));
  });

  for (const { name, frame } of fixtures) {
    it(`says exactly what ${name} means`, () => {
      const { calls, problem } = decoded(exchangeOf(name), frame);
      expect(problem).to.equal(undefined);
      expect(calls).to.deep.equal(meanings[name]?.(JSON.parse(frame) as never));
    });
  }

  it('calls every frame that ends too early a problem', () => {
    for (const { name, frame } of fixtures.filter(isJson)) {
      for (let length = 0; length < frame.length; length += 1) {
        const { calls, problem } = decoded(exchangeOf(name), frame.slice(0, length));
        expect(problem, `${name} at ${length}`).to.be.a('string');
        expect(calls).to.deep.equal([]);
      }
    }
  });

  it('understands the same whatever the order of the keys', () => {
    const subject = fc.constantFrom(...fixtures.filter(isJson)).chain(({ name, frame }) =>
      fc.infiniteStream(fc.nat(50)).map((numbers) => {
        return { name, frame: JSON.stringify(shuffled(JSON.parse(frame), numbers)) };
      }),
    );
    fc.assert(
      fc.property(subject, ({ name, frame }) => {
        const { calls, problem } = decoded(exchangeOf(name), frame);
        expect(problem).to.equal(undefined);
        expect(calls).to.deep.equal(meanings[name]?.(JSON.parse(frame) as never));
      }),
    );
  });

  it('meets fields of any other type with a problem or a sensible event', () => {
    const change = fc.constantFrom(...fixtures.filter(isJson)).chain(({ name, frame }) => {
      const message = JSON.parse(frame) as object;
      const value = fc.option(fc.jsonValue(), { nil: undefined });
      return fc.tuple(fc.constant(name), fc.constant(message), fc.constantFrom(...pathsOf(message)), value);
    });
    fc.assert(
      fc.property(change, ([name, message, path, value]) => {
        expectGraceful(exchangeOf(name), JSON.stringify(replaced(message, path, value)));
      }),
      { numRuns: 1500 },
    );
  });

  it('meets any JSON and any text at all with a problem', () => {
    for (const exchange of exchanges) {
      fc.assert(fc.property(fc.json(), (frame) => decoded(exchange, frame).problem !== undefined));
      fc.assert(fc.property(fc.string(), (frame) => decoded(exchange, frame).problem !== undefined));
    }
  });

  it('rehearses frames that it understands', () => {
    const frames = exchanges.flatMap((exchange) =>
      (exchange.rehearsal ?? []).map((frame) => ({ exchange, frame })),
    );
    expect(frames).to.not.deep.equal([]);
    for (const { exchange, frame } of frames)
      expect(decoded(exchange, frame).problem, frame).to.equal(undefined);
  });

  it('understands what others recorded from the wire', function () {
    const frames = capturedFrames(venue)?.filter(({ name }) => notFrames[name] === undefined);
    if (frames === undefined) {
      console.log('      skipped: no recorded frames beside the project');
      this.skip();
    }
    for (const { name, frame } of frames) {
      const { calls, problem } = decoded(exchangeOf(name), frame);
      expect(problem, name).to.equal(undefined);
      expect(calls, name).to.not.have.length(0);
      expectSensible(calls);
    }
    console.log(`      ${venue}: ${frames.length} recorded frames decoded`);
  });
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

/** A frame is either understood or a problem in words; a frame with a problem tells no market data. */
function expectGraceful(exchange: Exchange, frame: string): void {
  const { calls, problem } = decoded(exchange, frame);
  if (problem === undefined) expect(calls, frame).to.not.have.length(0);
  else {
    expect(problem).to.be.a('string').and.to.have.length.above(5);
    expect(calls.filter(([name]) => name !== 'private')).to.deep.equal([]);
  }
  expectSensible(calls);
}

function shuffled(value: unknown, numbers: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    return { key, inner: shuffled(inner, numbers), place: Number(numbers.next().value) };
  });
  entries.sort((left, right) => left.place - right.place);
  return Object.fromEntries(entries.map(({ key, inner }) => [key, inner]));
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]));
  return inner.length === 0 ? [[]] : inner;
}

/** The same frame with one field changed, or taken away where the value is undefined. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
