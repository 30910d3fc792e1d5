import { expect } from 'chai';
import { Adapter, type AdapterOptions, type ExitReason, type OrderOutcome } from '../../src/index.js';
import { breakThread, type Fault, faultyWorkerUrl, type ThreadFault } from '../../src/testing/index.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { withTimeout } from '../support/wait-for.js';
import { Life } from './life.js';
import { RemoteVenue } from './remote-venue.js';
import { credentials, ETH_TRADES, order, testOptions, TRADES } from './stage.js';

/** How long the main thread stands still: the death and all that comes of it happen meanwhile. */
const BLOCKED_MS = 600;

interface Death {
  readonly cause: string;
  readonly codes: readonly ExitReason[];
  readonly connection?: NonNullable<AdapterOptions['connection']>;
  /** What kills: a fault of the thread, of the exchange, or a call of the application. */
  readonly by: ThreadFault | Fault | ((adapter: Adapter) => void);
}

// Deribit's own heartbeat would make the exchange end the connection as well.
const pings = { type: 'standard', intervalMs: 200, timeoutMs: 1_000 };

const deaths: readonly Death[] = [
  { cause: 'an uncaught error in the thread', by: 'throw', codes: ['crash'] },
  { cause: 'an unhandled rejection in the thread', by: 'reject', codes: ['crash'] },
  { cause: 'an exit of the thread', by: 'exit', codes: ['crash'] },
  { cause: 'an endless loop', by: 'spin', codes: ['hang'], connection: { hangTimeoutMs: 1_000 } },
  {
    cause: 'memory running out',
    by: 'out-of-memory',
    codes: ['out-of-memory'],
    connection: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
  },
  { cause: 'terminate()', by: (adapter) => adapter.terminate(), codes: ['terminated'] },
  { cause: 'reconnect()', by: (adapter) => adapter.reconnect(), codes: ['terminated'] },
  { cause: 'a reset', by: { kind: 'drop', by: 'rst' }, codes: ['socket-closed', 'network-error'] },
  { cause: 'the end of TCP', by: { kind: 'drop', by: 'fin' }, codes: ['socket-closed'] },
  { cause: 'close code 1000', by: { kind: 'close', code: 1000 }, codes: ['socket-closed'] },
  { cause: 'close code 1011', by: { kind: 'close', code: 1011 }, codes: ['socket-closed'] },
  { cause: 'close code 4000', by: { kind: 'close', code: 4000 }, codes: ['socket-closed'] },
  {
    cause: 'a client that is too slow',
    by: { kind: 'slow-consumer' },
    codes: ['socket-closed'],
  },
  {
    cause: 'silence of an exchange that reads',
    by: { kind: 'black-hole', connection: 'newest' },
    codes: ['heartbeat-missed'],
    connection: { heartbeat: pings },
  },
  {
    cause: 'silence of an exchange that does not read',
    by: { kind: 'half-open', reading: false, connection: 'newest' },
    codes: ['heartbeat-missed'],
    connection: { heartbeat: pings },
  },
];

for (const main of ['idle', 'blocked'] as const) {
  describe(`the death of a connection while the main thread is ${main}`, () => {
    let resources: ResourceCount;
    let venue: RemoteVenue;
    let adapter: Adapter;

    before(async () => {
      venue = await RemoteVenue.start({
        eventsPerSecond: 400,
        limits: null,
        journal: { recordsEvents: false },
      });
    });
    after(() => venue.close());

    beforeEach(async () => {
      resources = await activeResources();
    });
    afterEach(async () => {
      await adapter.close();
      await expectNothingLeft(resources);
    });

    for (const { cause, by, codes, connection } of deaths) {
      it(`by ${cause} leads to exactly one reconnect, and nothing of the dead comes after it`, async () => {
        adapter = new Adapter(
          'deribit',
          testOptions(venue.url, {
            topics: [TRADES, ETH_TRADES],
            cancelOnDisconnect: true,
            connection: { workerUrl: faultyWorkerUrl, ...connection },
          }),
        );
        const life = new Life(adapter);
        await adapter.connect();
        await life.flowing();
        const rested = await adapter.sendOrder(order);
        const { epoch, threadId = 0 } = adapter.sockets[0]!;
        const sent = strike(by, threadId);
        const outcomes = [rested, ...(await withTimeout(Promise.all(sent), 'the orders', 15_000))];
        await life.ready(epoch + 1);
        await life.flowing();

        life.expectOneReconnectEach(1);
        expect(life.exits[0]!.code).to.be.oneOf(codes);
        expect(life.gaps.map(({ topic }) => topic)).to.have.members([TRADES, ETH_TRADES]);
        expect(life.reports[1]!.restored).to.have.members([TRADES, ETH_TRADES]);
        await expectTruth(outcomes);
        await adapter.close();
        expect(adapter.stats()).to.include({ opens: 2, exits: 2, framesAfterExit: 0, pendingAfterExit: 0 });
      });
    }

    /** Orders are on their way when the fault strikes. */
    function strike(by: Death['by'], threadId: number): Promise<OrderOutcome>[] {
      const sent = Array.from({ length: 20 }, () => adapter.sendOrder(order));
      // In the other process a fault waits until this thread stands still.
      if (typeof by === 'object') void venue.inject(by, main === 'blocked' ? 100 : 0);
      else if (typeof by === 'string') breakThread(threadId, by);
      else by(adapter);
      if (main === 'blocked') standStill(BLOCKED_MS);
      return sent;
    }

    /** What the adapter says of each order must be what the exchange has. */
    async function expectTruth(outcomes: readonly OrderOutcome[]): Promise<void> {
      const known = new Set((await venue.orders(credentials.clientId)).map((one) => one['label']));
      for (const { outcome, clientOrderId } of outcomes) {
        expect(outcome).to.be.oneOf(['acknowledged', 'unknown', 'not-sent']);
        if (outcome === 'acknowledged') expect(known.has(clientOrderId)).to.equal(true);
        if (outcome === 'not-sent') expect(known.has(clientOrderId)).to.equal(false);
      }
    }
  });
}

/** Blocks the thread without using the processor. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
