// More topics than one connection may hold: they are spread over further connections, each a life of its own behind the same adapter.
import { expect } from 'chai';
import { Adapter, type AdapterOptions, type Exit, type Gap, type RestoreReport } from '../../src/index.js';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { cappedExchange } from '../support/capped-exchange.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';

const CAP = 2;
const TOPICS = [
  'BTC-PERPETUAL',
  'ETH-PERPETUAL',
  'BTC_USDC-PERPETUAL',
  'ETH_USDC-PERPETUAL',
  'SOL_USDC-PERPETUAL',
].map((instrument) => `trades.${instrument}.raw`);
const credentials = { clientId: 'test-client', clientSecret: 'test-secret' };

describe('topics beyond what one connection may hold', () => {
  let venue: SimulatedDeribit;
  let adapter: Adapter;
  let before: ResourceCount;
  let exits: (Exit & { readonly at: number })[];
  let gaps: Gap[];
  let reports: RestoreReport[];
  let flowed: Map<string, number>;

  beforeEach(async () => {
    before = await activeResources();
    venue = await SimulatedDeribit.start({ eventsPerSecond: 200, limits: null });
    exits = [];
    gaps = [];
    reports = [];
    flowed = new Map();
  });
  afterEach(async () => {
    await adapter.close();
    await venue.close();
    await expectNothingLeft(before);
  });

  function open(options: AdapterOptions = {}, exchange = cappedExchange({ topics: CAP })): Adapter {
    adapter = new Adapter(exchange, {
      url: venue.url,
      credentials,
      backoff: { baseMs: 0, capMs: 0 },
      connection: { spares: 0 },
      ...options,
    });
    return adapter
      .on('exit', (exit) => void exits.push({ ...exit, at: reports.length }))
      .on('gap', (gap) => void gaps.push(gap))
      .on('restored', (report) => void reports.push(report))
      .on('trades', (trades) => {
        for (const { topic } of trades) flowed.set(topic, (flowed.get(topic) ?? 0) + 1);
      });
  }

  /** By connection: the topics that it holds by now, as the venue sees it. */
  function held(): ReadonlyMap<string, ReadonlySet<string>> {
    const topics = new Map<string, Set<string>>();
    for (const entry of venue.journal.entries()) {
      if (entry.kind === 'connection-closed') topics.delete(entry.connection);
      if (entry.kind !== 'subscribed' && entry.kind !== 'unsubscribed') continue;
      const own = topics.get(entry.connection) ?? new Set();
      topics.set(entry.connection, own);
      for (const topic of entry.topics) {
        if (entry.kind === 'subscribed') own.add(topic);
        else own.delete(topic);
        expect(own.size).to.be.at.most(CAP, `topics of ${entry.connection}`);
      }
    }
    return topics;
  }

  async function allFlow(topics: readonly string[] = TOPICS): Promise<void> {
    flowed.clear();
    await waitFor(() => topics.every((topic) => flowed.has(topic)), `data of ${topics.length} topics`);
  }

  it('are spread over as many connections as they need, and the adapter is READY when all of them are', async () => {
    await open({ topics: TOPICS }).connect();
    expect(adapter.state).to.equal('ready');
    expect(adapter.sockets.map(({ name, state }) => `${name} ${state}`)).to.deep.equal([
      'main ready',
      'main-2 ready',
      'main-3 ready',
    ]);
    expect(new Set(adapter.sockets.map(({ threadId }) => threadId))).to.have.lengthOf(3);
    expect([...adapter.topics.confirmed].sort()).to.deep.equal([...TOPICS].sort());
    expect([...held().values()].map(({ size }) => size)).to.have.members([2, 2, 1]);
    await allFlow();
  });

  it('are restored on the connection that was killed, and left alone on the others', async () => {
    await open({ topics: TOPICS }).connect();
    await allFlow();
    const [victim, lost] = [...held()][1] ?? [];
    reports.length = 0;
    venue.inject({ kind: 'drop', by: 'rst', connection: victim! });
    await waitFor(() => reports.length === 1 && adapter.state === 'ready', 'the restore');
    expect(exits).to.have.lengthOf(1);
    expect(reports[0]?.restored).to.have.members([...lost!]);
    expect(gaps.map(({ topic }) => topic)).to.have.members([...lost!]);
    await allFlow();
    expect(adapter.stats()).to.include({ opens: 4, exits: 1, framesAfterExit: 0, pendingAfterExit: 0 });
    expect(held().size).to.equal(3);
  });

  it('open another connection when they are asked for later, and none where one has room', async () => {
    await open({ topics: TOPICS.slice(0, CAP) }).connect();
    expect(adapter.sockets).to.have.lengthOf(1);
    const report = await adapter.subscribe(TOPICS.slice(CAP));
    expect(report.refused).to.deep.equal([]);
    expect([...report.confirmed].sort()).to.deep.equal(TOPICS.slice(CAP).sort());
    expect(adapter.sockets).to.have.lengthOf(3);
    await allFlow();
    // What is given back leaves its room to the next.
    await adapter.unsubscribe(TOPICS.slice(0, 2));
    await adapter.subscribe(['quote.BTC-PERPETUAL', 'quote.ETH-PERPETUAL']);
    expect(adapter.sockets).to.have.lengthOf(3);
    expect(held().size).to.equal(3);
    // What nobody holds takes no room by being given back.
    await adapter.unsubscribe(['quote.SOL_USDC-PERPETUAL', 'quote.ETH_USDC-PERPETUAL']);
    expect(adapter.sockets).to.have.lengthOf(3);
  });

  it('stay where they are when they are asked for again', async () => {
    await open({ topics: TOPICS }).connect();
    await Promise.all([adapter.subscribe(TOPICS), adapter.subscribe([...TOPICS].reverse())]);
    expect(adapter.sockets).to.have.lengthOf(3);
    const asked = venue.journal
      .entries()
      .flatMap((entry) => (entry.kind === 'subscribed' ? entry.topics : []));
    expect([...asked].sort()).to.deep.equal([...TOPICS].sort());
  });

  it('leave orders, their switch and their unknown outcomes to the first connection', async () => {
    const reconciled: number[] = [];
    const onReconcile = () => void reconciled.push(1);
    await open({ topics: TOPICS, credentials, cancelOnDisconnect: true, onReconcile }).connect();
    expect(adapter.sockets).to.have.lengthOf(3);
    const arms = venue.journal.of('request').filter(({ method }) => method.includes('cancel_on_disconnect'));
    expect(new Set(arms.map(({ connection }) => connection))).to.have.lengthOf(1);
    const order = { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 } as const;
    const placed = await adapter.sendOrder(order);
    expect(placed.outcome).to.equal('acknowledged');
    const [received] = venue.journal.of('order-received');
    expect(received?.connection).to.equal(arms[0]?.connection);
    // An exit of another connection concerns no order.
    const other = [...held().keys()].find((connection) => connection !== received?.connection);
    const before = reconciled.length;
    venue.inject({ kind: 'drop', by: 'rst', connection: other! });
    await waitFor(() => exits.length === 1 && adapter.state === 'ready', 'the restore');
    expect(reconciled).to.have.lengthOf(before);
    expect(await adapter.openOrders()).to.have.lengthOf(1);
  });

  it('are each replaced by a rotation', async () => {
    await open({ topics: TOPICS }).connect();
    await allFlow();
    const rotated = await adapter.rotate();
    expect(rotated.map(({ socket }) => socket)).to.have.members(['main', 'main-2', 'main-3']);
    await allFlow();
    expect(gaps).to.deep.equal([]);
    expect([...adapter.topics.confirmed].sort()).to.deep.equal([...TOPICS].sort());
  });

  it('may be limited by their characters together', async () => {
    // With its quotation marks and the comma each topic has 27 or 32 characters.
    await open({ topics: TOPICS }, cappedExchange({ topicCharacters: 65 })).connect();
    expect(adapter.sockets).to.have.lengthOf(3);
    for (const own of held().values()) expect([...own].join('","').length + 4).to.be.at.most(65);
  });

  it('may be limited by the user, to spread them over more threads', async () => {
    await open({ topics: TOPICS, topicsPerConnection: 1 }, 'deribit').connect();
    expect(adapter.sockets).to.have.lengthOf(TOPICS.length);
    await allFlow();
    expect(() => new Adapter('deribit', { topicsPerConnection: 0 })).to.throw(
      TypeError,
      'topicsPerConnection',
    );
  });

  it('open no connection once the adapter is closed', async () => {
    await open({ topics: TOPICS }).connect();
    await adapter.close();
    const error: unknown = await adapter
      .subscribe(['quote.BTC-PERPETUAL', 'quote.ETH-PERPETUAL'])
      .catch((reason) => reason);
    expect(error).to.include({ code: 'closed' });
    expect(adapter.state).to.equal('closed');
  });
});
