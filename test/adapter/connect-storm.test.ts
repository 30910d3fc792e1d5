import { expect } from 'chai';
import { Adapter, type AdapterOptions } from '../../src/index.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { credentials } from './stage.js';

/** The budget of connects to one host: so many at once, and so many more each second. */
const BURST = 10;
const PER_SECOND = 10;

function fleet(size: number, url: string, options: AdapterOptions<'deribit'> = {}): Adapter[] {
  return Array.from(
    { length: size },
    (_, index) =>
      new Adapter('deribit', {
        url,
        name: `adapter ${index}`,
        topics: ['quote.BTC-PERPETUAL'],
        // Fifty threads on a small machine need their time.
        connection: { spares: 0, startTimeoutMs: 40_000 },
        ...options,
      }),
  );
}

const allReady = (adapters: readonly Adapter[]) => adapters.every(({ state }) => state === 'ready');

async function closeAll(adapters: readonly Adapter[]): Promise<void> {
  await Promise.all(adapters.map((adapter) => adapter.close()));
}

/** When each connect of these adapters was begun. The exchange sees it later, by as much as a busy machine holds up its thread. */
function connectTimes(adapters: readonly Adapter[]): number[] {
  const times: number[] = [];
  for (const adapter of adapters) {
    adapter.on('status', ({ state }) => {
      if (state === 'connecting') times.push(performance.now());
    });
  }
  return times;
}

/** Connects in any stretch of time stay within the burst and what comes back meanwhile; half a second is for the turns of the loop. */
function expectSpread(openedAtMs: readonly number[]): void {
  for (const [from, start] of openedAtMs.entries()) {
    for (let to = from; to < openedAtMs.length; to += 1) {
      const seconds = ((openedAtMs[to] as number) - start) / 1_000 + 0.5;
      expect(to - from + 1).to.be.at.most(BURST + PER_SECOND * seconds);
    }
  }
}

/**
 * How long after the return of a host all its adapters are READY at the latest: their connects need four seconds of the budget. It is a
 * figure of a machine that does nothing else, so it is judged where figures are asked for: BULKHEAD_FIGURES=1.
 */
const ALL_READY_WITHIN_MS = 10_000;
const judgesFigures = process.env['BULKHEAD_FIGURES'] !== undefined;
const AWAY_MS = 5_000;

describe('many adapters of one process', () => {
  it(`are all READY again after the return of a host that was away for ${AWAY_MS / 1_000} s, within its connect budget`, async function () {
    this.timeout(90_000);
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0, connectionsPerAddress: null });
    const adapters = fleet(50, venue.url);
    const begun = connectTimes(adapters);
    try {
      await Promise.all(adapters.map((adapter) => adapter.connect()));
      const connectsBefore = venue.journal.of('connection-opened').length;
      expect(connectsBefore).to.equal(50);
      venue.inject({ kind: 'refuse-connections', forMs: AWAY_MS });
      venue.inject({ kind: 'drop', by: 'rst' });
      const returnsAtMs = performance.now() + AWAY_MS;
      await waitFor(() => adapters.every(({ state }) => state !== 'ready'), 'every adapter to notice');
      await waitFor(() => allReady(adapters), 'every adapter to be READY again', 60_000);
      const neededMs = performance.now() - returnsAtMs;
      expect(venue.journal.of('connection-opened')).to.have.length(connectsBefore + 50);
      expectSpread(begun);
      if (!judgesFigures) return;
      process.stdout.write(`all READY ${Math.round(neededMs)} ms after the return\n`);
      expect(neededMs).to.be.at.most(ALL_READY_WITHIN_MS);
    } finally {
      await closeAll(adapters);
    }
  });

  it('restore one account together without ever asking too fast', async function () {
    this.timeout(60_000);
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    const adapters = fleet(30, venue.url, {
      credentials,
      cancelOnDisconnect: true,
      topics: ['user.orders.any.any.raw'],
    });
    try {
      await Promise.all(adapters.map((adapter) => adapter.connect()));
      expect(venue.journal.of('error-answered')).to.deep.equal([]);
      expect(venue.journal.of('subscribed')).to.have.length(30);
      const summaries = venue.journal
        .of('request')
        .filter(({ method }) => method.endsWith('account_summary'));
      expect(summaries, 'one of them asks for the account’s limits').to.have.length(1);
      expect(venue.journal.of('connection-opened'), 'nobody was thrown out').to.have.length(30);
    } finally {
      await closeAll(adapters);
    }
  });
});

describe('the rate budget of an account', () => {
  it('lets orders wait instead of losing the session, and a cancel overtake them', async function () {
    this.timeout(60_000);
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    await using adapter = new Adapter('deribit', { url: venue.url, credentials, connection: { spares: 0 } });
    await adapter.connect();
    const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', price: 50_000, amount: 10 } as const;
    const sendOrder = () => adapter.sendOrder(order, { timeoutMs: 20_000 });
    const first = await sendOrder();
    expect(first.outcome).to.equal('acknowledged');
    const others = Array.from({ length: 24 }, sendOrder);
    const cancelled = await adapter.cancelOrder({ clientOrderId: first.clientOrderId });
    expect(cancelled.outcome).to.equal('acknowledged');
    const received = venue.journal.of('order-received').length;
    expect(received, 'the cancel did not wait for the orders').to.be.below(25);
    const outcomes = await Promise.all(others);
    expect(new Set(outcomes.map(({ outcome }) => outcome))).to.deep.equal(new Set(['acknowledged']));
    expect(venue.journal.of('error-answered')).to.deep.equal([]);
    expect(adapter.stats().exits).to.equal(0);
  });

  it('proves that an order that waited too long was not sent', async () => {
    await using venue = await SimulatedDeribit.start({ eventsPerSecond: 0 });
    await using adapter = new Adapter('deribit', { url: venue.url, credentials, connection: { spares: 0 } });
    await adapter.connect();
    const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', price: 50_000, amount: 10 } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => adapter.sendOrder(order, { sendBeforeMs: 100 })),
    );
    const late = outcomes.filter(({ outcome }) => outcome === 'not-sent');
    expect(late.length).to.be.greaterThan(0);
    for (const one of late) {
      expect(one)
        .to.have.nested.property('error.code')
        .that.is.oneOf(['rate-limited', 'send-deadline-passed']);
    }
    const labels = new Set(venue.orders(credentials.clientId).map(({ label }) => label));
    for (const { clientOrderId, outcome } of outcomes) {
      expect(labels.has(clientOrderId)).to.equal(outcome === 'acknowledged');
    }
  });
});
