// Promises of the pure functions: every frame of the venue is understood, nothing makes a decoder throw, every error has a class.
import assert from 'node:assert/strict';
import type { DecodeSink, ErrorClass, Exchange, VenueError } from '../../exchanges/exchange.js';
import { loadVenue } from '../../exchanges/index.js';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, promise } from './promises.js';

/** A frame of the venue, as it came on the wire. */
export interface FixtureFrame {
  readonly name: string;
  readonly frame: string;
  /** The socket that it came on, by its key in the venue. Left out where the venue has one socket. */
  readonly socket?: string;
}

const CLASSES: ReadonlySet<string> = new Set<ErrorClass>([
  'reject',
  'retry',
  'rate',
  'login',
  'fatal-login',
  'banned',
  'not-found',
  'unknown',
]);
/** What venues write, and what none should. */
const WORDS = [
  '',
  ' ',
  '0',
  '1',
  '-1',
  '-1003',
  '-2015',
  '401',
  '418',
  '429',
  '500',
  '1e999',
  'NaN',
  'null',
  'x',
  'é',
  '__proto__',
  'toString',
  'ESession:Invalid session',
  '10004',
  '60024',
  '13009',
];
const CLOSE_CODES = [0, 1000, 1001, 1002, 1006, 1008, 1011, 1012, 3000, 4000, 4001, 4999, Number.NaN];
const NAMES: readonly (keyof DecodeSink)[] = [
  'trade',
  'quote',
  'book',
  'level',
  'message',
  'private',
  'reply',
  'refusal',
  'confirmed',
  'refused',
  'subscribed',
  'frameSequence',
  'revoked',
  'answer',
  'alive',
  'notice',
];

export function decodingPromises(
  profile: VenueProfile,
  fixtures: readonly FixtureFrame[],
): readonly ContractPromise[] {
  const none = fixtures.length === 0 ? 'there are no recorded frames' : undefined;
  const venue = () => loadVenue(profile.exchange);
  const socketOf = async ({ socket, name }: FixtureFrame): Promise<Exchange> => {
    const { sockets } = await venue();
    const found = socket === undefined ? Object.values(sockets)[0] : sockets[socket];
    assert.ok(found !== undefined, `${name}: there is no socket ${socket}`);
    return found as unknown as Exchange;
  };
  const exchanges = async () => Object.values((await venue()).sockets) as unknown as readonly Exchange[];
  return [
    promise('every recorded frame means something', none, async () => {
      for (const fixture of fixtures) {
        const { problem, calls } = decoded(await socketOf(fixture), fixture.frame);
        assert.equal(problem, undefined, fixture.name);
        assert.notEqual(calls, 0, `${fixture.name} tells the sink nothing`);
      }
    }),
    promise('a frame that ends too early is a problem in words, never an error', none, async () => {
      for (const fixture of fixtures) {
        const exchange = await socketOf(fixture);
        for (let length = 0; length < fixture.frame.length; length += 1) {
          const { problem } = decoded(exchange, fixture.frame.slice(0, length));
          assert.equal(typeof problem, 'string', `${fixture.name} cut to ${length}`);
        }
      }
    }),
    promise('what is rehearsed is understood', undefined, async () => {
      for (const exchange of await exchanges())
        for (const frame of exchange.rehearsal ?? [])
          assert.equal(decoded(exchange, frame).problem, undefined, frame);
    }),
    promise('every error and every close code has a class', undefined, async () => {
      for (const exchange of await exchanges()) {
        for (const error of errors()) {
          assert.ok(CLASSES.has(exchange.classify(error)), `no class for ${JSON.stringify(error)}`);
        }
        for (const code of CLOSE_CODES) {
          const verdict = exchange.classifyClose?.(code, '') ?? 'retry';
          assert.ok(CLASSES.has(verdict), `no class for close code ${code}`);
        }
      }
    }),
  ];
}

function* errors(): Iterable<VenueError> {
  for (const code of WORDS) {
    for (const message of WORDS) {
      yield { code, message };
      yield { code, message, reason: message };
    }
  }
}

/** What is wrong with a frame, and how many calls it made of the sink. */
function decoded(
  exchange: Exchange,
  frame: string,
): { readonly problem: string | undefined; readonly calls: number } {
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  const sink = Object.fromEntries(NAMES.map((name) => [name, count])) as unknown as DecodeSink;
  return { problem: exchange.decode(frame, sink), calls };
}
