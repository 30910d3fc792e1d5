// The contract that every exchange keeps, as one test suite for the runner at hand: mocha, vitest, jest or node:test.
import { bookPromises } from './books.js';
import { decodingPromises, type FixtureFrame } from './decoding.js';
import { heartbeatPromises } from './heartbeats.js';
import { orderCallPromises } from './order-calls.js';
import { orderPromises } from './orders.js';
import type { VenueProfile } from './profile.js';
import type { ContractPromise } from './promises.js';
import { sessionPromises } from './sessions.js';
import type { ContractSimulator } from './stage.js';
import { topicPromises } from './topics.js';

/** The functions of a test runner. */
export interface TestFunctions {
  /** Opens a group of tests. */
  readonly describe: (title: string, body: () => void) => unknown;
  /** Declares a test. */
  readonly it: ((title: string, body: () => Promise<void> | void) => unknown) & {
    /** Declares a test that is not run, whose title says why. */
    skip(title: string, body: () => Promise<void> | void): unknown;
  };
}

/**
 * Declares one test for each promise of the contract: login, topics, restore after a kill, heartbeat, orders, books, expiry, planned stop,
 * decoding. What the venue lacks (`profile.lacks`) is a skipped test with its reason in the title. Give each test 30 s.
 *
 * @param exchange the profile of the venue; `venueProfiles` has those of the built-in ones.
 * @param simulator how the venue's simulated exchange is started.
 * @param fixtures frames of the venue, each with the socket it came on.
 * @param runner the functions of the test runner. Default: the globals `describe` and `it`.
 * @throws TypeError where there are no such globals.
 */
export function describeExchange(
  exchange: VenueProfile,
  simulator: ContractSimulator,
  fixtures: readonly FixtureFrame[],
  runner: TestFunctions = globalRunner(),
): void {
  const { describe, it } = runner;
  const title = exchange.title ?? exchange.exchange;
  const parts: readonly (readonly [string, readonly ContractPromise[]])[] = [
    ['session', sessionPromises(exchange, simulator)],
    ['topics', topicPromises(exchange, simulator)],
    ['heartbeat', heartbeatPromises(exchange, simulator)],
    ['orders', [...orderPromises(exchange, simulator), ...orderCallPromises(exchange, simulator)]],
    ['books', bookPromises(exchange, simulator)],
    ['frames', decodingPromises(exchange, fixtures)],
  ];
  describe(`the exchange ${title} keeps the contract:`, () => {
    for (const [part, promises] of parts) {
      describe(part, () => {
        for (const { title: promise, lacking, keep } of promises) {
          if (lacking === undefined) it(promise, keep);
          else it.skip(`${promise} (${lacking})`, keep);
        }
      });
    }
  });
}

function globalRunner(): TestFunctions {
  const { describe, it } = globalThis as Partial<TestFunctions>;
  if (typeof describe === 'function' && typeof it === 'function') return { describe, it };
  throw new TypeError('there is no global describe and it: give describeExchange those of your test runner');
}
