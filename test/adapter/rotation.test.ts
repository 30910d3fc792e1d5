// A connection is replaced by another one: nothing is lost, nothing comes twice, no request fails.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { budgets } from '../../src/adapter/budgets.js';
import { Adapter, BulkheadError } from '../../src/index.js';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { BOOK, Pair, TRADES } from './pair.js';

/** Rotations, one per second. BULKHEAD_ROTATIONS=60 for the long run; BULKHEAD_FIGURES=1 prints what was seen. */
const ROTATIONS = Number(process.env['BULKHEAD_ROTATIONS'] ?? 5);
/** Trades and book changes together. */
const EVENTS_PER_SECOND = 5_000;

const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', price: 50_000, amount: 10 } as const;

describe('the options of rotation and redundancy', () => {
  const cases: readonly [string, object][] = [
    ['rotation', { rotation: { everyMs: 10 } }],
    ['rotation', { rotation: { window: { from: '25:00', to: '01:00' } } }],
    ['rotation', { rotation: true }],
    ['redundancy', { redundancy: 3 }],
  ];
  for (const [name, options] of cases) {
    it(`are checked at once: ${JSON.stringify(options)}`, () => {
      expect(() => new Adapter('deribit', options)).to.throw(TypeError, name);
    });
  }
});

describe('a rotation', () => {
  let pair: Pair;
  afterEach(() => pair.close());

  it('replaces the connection without a hole, a duplicate or a word of a gap', async () => {
    pair = await (await Pair.open()).connected();
    const [report] = await pair.adapter.rotate();
    expect(report).to.include({
      socket: 'main',
      epoch: 2,
      previousEpoch: 1,
      unanswered: 0,
      isTakeover: false,
    });
    expect(report).to.include({ openOrders: 'untouched' });
    expect(pair.reports).to.deep.equal([report]);
    await pair.flowing(20);
    pair.expectWhole();
    pair.expectLive(1);
    expect(pair.exits.map(({ code }) => code)).to.deep.equal(['closed']);
    expect(pair.adapter.topics.confirmed).to.have.members([TRADES, BOOK]);
    expect(pair.venue.connections).to.have.length(1);
  });

  it(`each second under ${EVENTS_PER_SECOND} events a second and with requests on their way loses nothing and fails none`, async function () {
    this.timeout(60_000 + ROTATIONS * 4_000);
    pair = await (await Pair.open({}, { eventsPerSecond: EVENTS_PER_SECOND / 2 })).connected();
    let isOver = false;
    let answered = 0;
    const asking = (async () => {
      while (!isOver) {
        await pair.adapter.request('public/get_time');
        answered += 1;
      }
    })();
    const startedMs = performance.now();
    for (let count = 1; count <= ROTATIONS; count += 1) {
      await pair.adapter.rotate();
      await pair.flowing(100);
      await sleep(Math.max(0, startedMs + count * 1_000 - performance.now()));
    }
    const seconds = (performance.now() - startedMs) / 1_000;
    isOver = true;
    await asking;
    if (process.env['BULKHEAD_FIGURES'] !== undefined)
      process.stdout.write(
        `${ROTATIONS} rotations in ${seconds.toFixed(0)} s, ${pair.trades + pair.bookUpdates} events, ${answered} requests\n`,
      );
    expect(answered).to.be.above(ROTATIONS);
    expect(pair.reports.map(({ unanswered }) => unanswered)).to.deep.equal(Array(ROTATIONS).fill(0));
    pair.expectWhole();
    pair.expectLive(1);
  });

  it('lets a request on its way finish on the old connection', async () => {
    pair = await (await Pair.open()).connected();
    pair.venue.inject({ kind: 'delay', ms: 1_000, what: 'answers', forMs: 900 });
    const asked = pair.adapter.request('public/get_time');
    const rotated = pair.adapter.rotate();
    expect(await asked).to.be.a('number');
    const [report] = await rotated;
    expect(report?.unanswered).to.equal(0);
    await pair.flowing();
    pair.expectWhole();
  });

  it('keeps orders that were placed on the old connection, and says so', async () => {
    pair = await (
      await Pair.open({ cancelOnDisconnect: true, rotation: { openOrders: 'keep' } })
    ).connected();
    const placed = await pair.adapter.sendOrder(order);
    expect(placed.outcome).to.equal('acknowledged');
    const [report] = await pair.adapter.rotate();
    expect(report?.openOrders).to.equal('kept');
    expect(await pair.adapter.openOrders({ symbol: 'BTC-PERPETUAL' })).to.have.length(1);
  });

  it('lets the venue cancel them where that was asked for, and says so', async () => {
    pair = await (await Pair.open({ cancelOnDisconnect: true })).connected();
    await pair.adapter.sendOrder(order);
    const [report] = await pair.adapter.rotate();
    expect(report?.openOrders).to.equal('cancelled');
    await waitFor(
      async () => (await pair.adapter.openOrders({ symbol: 'BTC-PERPETUAL' })).length === 0,
      'the order to be cancelled',
    );
  });

  it('leaves the old connection alone when the new one dies on its way', async () => {
    pair = await (await Pair.open()).connected();
    pair.venue.inject({ kind: 'drop-on', method: 'public/auth', when: 'before-execution', by: 'rst' });
    const error = await pair.adapter.rotate().then(
      () => undefined,
      (cause: unknown) => cause as BulkheadError,
    );
    expect(error).to.be.instanceOf(BulkheadError);
    expect(error?.code).to.equal('rotation-failed');
    expect(pair.adapter.state).to.equal('ready');
    expect(pair.adapter.sockets[0]?.epoch).to.equal(1);
    await pair.flowing();
    pair.expectWhole();
    pair.expectLive(1);
    const [report] = await pair.adapter.rotate();
    expect(report?.previousEpoch).to.equal(1);
    await pair.flowing();
    pair.expectWhole();
  });

  it('leaves the old connection alone when the new login is refused for a passing reason', async () => {
    pair = await (await Pair.open()).connected();
    pair.venue.inject({
      kind: 'fail-request',
      method: 'public/auth',
      code: 10_047,
      message: 'matching_engine_queue_full',
    });
    const error = await pair.adapter.rotate().catch((cause: unknown) => cause as BulkheadError);
    expect(error).to.include({ code: 'rotation-failed' });
    await pair.flowing();
    pair.expectWhole();
    pair.expectLive(1);
  });

  it('takes over when the old connection dies meanwhile, and tells only what is missing', async () => {
    pair = await (await Pair.open()).connected();
    pair.venue.inject({ kind: 'delay', ms: 500, what: 'answers', forMs: 1_500 });
    const rotated = pair.adapter.rotate();
    await waitFor(() => pair.venue.connections.length === 2, 'the new connection');
    const [old] = pair.venue.connections;
    pair.venue.inject({ kind: 'drop', by: 'rst', connection: old!.id });
    const [report] = await withTimeout(rotated, 'the rotation');
    expect(report).to.include({ isTakeover: true, epoch: 2, previousEpoch: 1 });
    await pair.flowing();
    expect(pair.violations).to.deep.equal([]);
    expect(pair.gaps.map(({ topic, reason }) => `${reason} ${topic}`)).to.have.members([
      `exit ${TRADES}`,
      `exit ${BOOK}`,
    ]);
    pair.expectLive(1);
    // The new one has the full right to reconnect.
    pair.venue.inject({ kind: 'drop', by: 'rst' });
    await waitFor(
      () => pair.adapter.sockets[0]?.epoch === 3 && pair.adapter.state === 'ready',
      'the reconnect',
    );
    await pair.flowing();
    expect(pair.violations).to.deep.equal([]);
  });

  it('leaves a connection that reconnects like any other (the renewed one too)', async () => {
    pair = await (await Pair.open()).connected();
    await pair.adapter.rotate();
    pair.venue.inject({ kind: 'drop', by: 'rst' });
    await waitFor(
      () => pair.adapter.sockets[0]?.epoch === 3 && pair.adapter.state === 'ready',
      'the reconnect',
    );
    await pair.flowing();
    expect(pair.violations).to.deep.equal([]);
    pair.expectLive(1);
  });

  it('applies a subscribe and an unsubscribe that come meanwhile to both', async () => {
    pair = await (await Pair.open()).connected();
    const rotated = pair.adapter.rotate();
    const report = await pair.adapter.subscribe(['trades.ETH-PERPETUAL.raw']);
    await pair.adapter.unsubscribe([BOOK]);
    await rotated;
    expect(report.confirmed).to.deep.equal(['trades.ETH-PERPETUAL.raw']);
    expect(pair.adapter.topics.confirmed).to.have.members([TRADES, 'trades.ETH-PERPETUAL.raw']);
    await pair.flowing();
    pair.expectWhole();
  });

  it('draws its connect from the host’s budget, and waits for its turn', async () => {
    pair = await (await Pair.open()).connected();
    const { host } = new URL(pair.venue.url);
    const lease = budgets.acquire(`connects ${host}`, {});
    lease.gate.pause(2_500);
    const rotated = pair.adapter.rotate();
    await pair.flowing(20);
    expect(pair.venue.journal.of('connection-opened')).to.have.length(1);
    await rotated;
    lease.release();
    expect(pair.venue.journal.of('connection-opened')).to.have.length(2);
    pair.expectWhole();
  });

  it('calls the reconcile hook only where a request is in doubt', async () => {
    const shown: number[] = [];
    pair = await (await Pair.open({ onReconcile: (unknown) => void shown.push(unknown.length) })).connected();
    await pair.adapter.rotate();
    expect(shown).to.deep.equal([0]);
    pair.venue.inject({ kind: 'lose-answer', method: 'private/buy' });
    const lost = await pair.adapter.sendOrder(order, { timeoutMs: 100 });
    expect(lost.outcome).to.equal('unknown');
    await pair.adapter.rotate();
    expect(shown).to.deep.equal([0, 1]);
  });

  it('happens by itself on schedule', async () => {
    pair = await (await Pair.open({ rotation: { everyMs: 1_000, jitterMs: 900 } })).connected();
    await waitFor(() => pair.reports.length >= 2, 'two rotations');
    await pair.flowing();
    pair.expectWhole();
  });

  it('ends with the adapter', async () => {
    pair = await (await Pair.open()).connected();
    const rotated = pair.adapter.rotate().catch((cause: unknown) => cause as BulkheadError);
    await waitFor(() => pair.venue.connections.length === 2, 'the new connection');
    await pair.adapter.close();
    await withTimeout(rotated, 'the rotation');
    expect(pair.adapter.state).to.equal('closed');
    expect(pair.gaps).to.deep.equal([]);
    pair.expectLive(0);
  });
});
