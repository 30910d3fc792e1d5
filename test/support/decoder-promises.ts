// What every decoder has to promise, whatever its venue: exact meanings, and a problem in words for everything else.
import { expect } from 'chai';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { capturedFrames, storedFrames } from './captured.js';
import { decoded, type SinkCall } from './recording-sink.js';

export interface DecoderPromises {
  /** How the tests name it. */
  readonly title: string;
  readonly exchange: Exchange<never>;
  /** Folder of fixtures below test/fixtures. */
  readonly fixtures: string;
  /** What each fixture means, given its JSON. */
  readonly meanings: Readonly<Record<string, (json: never) => readonly SinkCall[]>>;
  /** Folder of recorded frames, where others recorded some. */
  readonly captured?: string;
  /** Only recorded frames whose name fits. */
  readonly capturedNames?: RegExp;
  /** Makes a frame of what was recorded without its envelope. */
  readonly envelope?: (name: string, frame: string) => string;
}

/** Numbers that a user may meet are finite or NaN for "does not say"; amounts are never below zero. */
export function expectSensible(calls: readonly SinkCall[]): void {
  for (const [name, ...values] of calls) {
    if (name === 'level') expect(values[2]).to.satisfy((amount: number) => amount >= 0);
    if (name === 'trade' || name === 'quote' || name === 'book' || name === 'level') {
      expect(values).to.not.include(Number.POSITIVE_INFINITY);
      expect(values).to.not.include(Number.NEGATIVE_INFINITY);
    }
  }
}

/** Declares the tests. */
export function itKeepsItsPromises({ exchange, meanings, ...rest }: DecoderPromises): void {
  const fixtures = new Map(
    storedFrames(`test/fixtures/${rest.fixtures}`).map(({ name, frame }) => [name, frame]),
  );
  const frames = [...fixtures.values()];
  const own = exchange as unknown as Exchange;

  it('has a meaning written down for every fixture', () => {
    expect([...fixtures.keys()]).to.have.members(Object.keys(meanings));
  });

  for (const [name, meaning] of Object.entries(meanings)) {
    it(`says exactly what ${name} means`, () => {
      const frame = fixtures.get(name) ?? '';
      const { calls, problem } = decoded(own, frame);
      expect(problem).to.equal(undefined);
      expect(calls).to.deep.equal(meaning(JSON.parse(frame) as never));
    });
  }

  it('calls every frame that ends too early a problem', () => {
    for (const frame of frames) {
      for (let length = 0; length < frame.length; length += 1) {
        const { calls, problem } = decoded(own, frame.slice(0, length));
        expect(problem, frame.slice(0, length)).to.be.a('string');
        expect(calls).to.deep.equal([]);
      }
    }
  });

  it('understands the same whatever the order of the keys', () => {
    const parsed = [...fixtures].map(([name, frame]) => ({ name, value: JSON.parse(frame) as unknown }));
    const subject = fc.tuple(
      fc.constantFrom(...parsed),
      fc.array(fc.nat(50), { minLength: 40, maxLength: 40 }),
    );
    fc.assert(
      fc.property(subject, ([{ name, value }, numbers]) => {
        const mixed = shuffled(value, numbers);
        const { calls, problem } = decoded(own, JSON.stringify(mixed));
        expect(problem).to.equal(undefined);
        expect(calls).to.deep.equal(meanings[name]?.(mixed as never));
      }),
    );
  });

  it('meets fields of any other type with a problem or a sensible event', () => {
    const values = frames.map((frame) => JSON.parse(frame) as object);
    const change = fc.constantFrom(...values).chain((value) => {
      const by = fc.option(fc.oneof(fc.jsonValue(), fc.constantFrom('', '1e999', '-1', '0x10', ' 1')), {
        nil: undefined,
      });
      return fc.tuple(fc.constant(value), fc.constantFrom(...pathsOf(value)), by);
    });
    fc.assert(
      fc.property(change, ([value, path, by]) => {
        const { calls, problem } = decoded(own, JSON.stringify(replaced(value, path, by)) ?? '');
        if (problem === undefined) expect(calls).to.not.have.length(0);
        else expect(calls.filter(([name]) => MARKET.has(name))).to.deep.equal([]);
        expectSensible(calls);
      }),
      { numRuns: 3000 },
    );
  });

  it('never throws, whatever text it is given', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (frame) => void decoded(own, frame)));
    fc.assert(
      fc.property(fc.constantFrom(...frames), fc.nat(), fc.string({ maxLength: 4 }), (frame, at, text) => {
        const place = at % frame.length;
        expectSensible(decoded(own, frame.slice(0, place) + text + frame.slice(place + text.length)).calls);
      }),
      { numRuns: 2000 },
    );
  });

  it('rehearses frames that it understands', () => {
    for (const frame of own.rehearsal ?? []) expect(decoded(own, frame).problem).to.equal(undefined);
  });

  if (rest.captured !== undefined) itReadsRecordings(own, rest.captured, rest);
}

const MARKET: ReadonlySet<string> = new Set(['trade', 'quote', 'book', 'level']);

function itReadsRecordings(
  exchange: Exchange,
  folder: string,
  {
    title,
    capturedNames = /./,
    envelope = (_name, frame) => frame,
  }: Omit<DecoderPromises, 'exchange' | 'meanings'>,
): void {
  it('understands what others recorded from the wire', function () {
    const frames = capturedFrames(folder)?.filter(({ name }) => capturedNames.test(name));
    if (frames === undefined) {
      console.log('      skipped: no recorded frames beside the project');
      this.skip();
    }
    for (const { name, frame } of frames) {
      const { calls, problem } = decoded(exchange, envelope(name, frame));
      expect(problem, name).to.equal(undefined);
      expect(calls, name).to.not.have.length(0);
      expectSensible(calls);
    }
    console.log(`      ${title}: ${frames.length} recorded frames decoded`);
  });
}

function shuffled(value: unknown, numbers: readonly number[]): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner], index) => ({
    key,
    inner: shuffled(inner, numbers),
    place: numbers[index % numbers.length] ?? 0,
  }));
  entries.sort((left, right) => left.place - right.place);
  return Object.fromEntries(entries.map(({ key, inner }) => [key, inner]));
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, child]) => [
    [key],
    ...pathsOf(child).map((path) => [key, ...path]),
  ]);
  return inner.filter((path) => path.length > 0);
}

/** The same value with one field changed, or taken away where it is replaced by undefined. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
