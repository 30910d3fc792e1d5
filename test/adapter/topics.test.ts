import { expect } from 'chai';
import { waitFor, withTimeout } from '../support/wait-for.js';
import { rejection } from './settled.js';
import { BOOK, ETH_TRADES, Stage, TRADES } from './stage.js';

const UNKNOWN = 'trades.NOBODY-PERPETUAL.raw';

describe('the topics of an adapter', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  /** How often each topic was confirmed on a connection. */
  function subscribed(connection: string): readonly string[] {
    return stage
      .entries('subscribed')
      .filter((entry) => entry.connection === connection)
      .flatMap(({ topics }) => topics);
  }

  it('are confirmed one by one: a refused one does not sink the others', async () => {
    const life = await stage.connected();
    const report = await life.adapter.subscribe([TRADES, UNKNOWN, BOOK]);
    expect(report.confirmed).to.deep.equal([TRADES, BOOK]);
    expect(report.refused.map(({ topic }) => topic)).to.deep.equal([UNKNOWN]);
    await life.flowing();
    expect(life.adapter.state).to.equal('ready');
  });

  it('that are refused at a restore are reported, and the rest is restored', async () => {
    const life = await stage.connected({ topics: [TRADES, ETH_TRADES] });
    stage.venue.inject({ kind: 'refuse-topic', topic: ETH_TRADES });
    life.adapter.terminate();
    await life.ready(2);
    expect(life.reports[1]!.restored).to.deep.equal([TRADES]);
    expect(life.reports[1]!.failed.map(({ topic }) => topic)).to.deep.equal([ETH_TRADES]);
    stage.venue.inject({ kind: 'clear' });
    life.adapter.terminate();
    await life.ready(3);
    expect(life.reports[2]!.restored).to.have.members([TRADES, ETH_TRADES]);
    life.expectOneReconnectEach(2);
  });

  it('subscribed before the connect are asked for once', async () => {
    const life = stage.life();
    const subscribing = life.adapter.subscribe([TRADES]);
    await life.adapter.connect();
    expect(await subscribing).to.deep.equal({ confirmed: [TRADES], refused: [] });
    expect(subscribed('c1')).to.deep.equal([TRADES]);
  });

  it('subscribed while reconnecting are remembered and asked for once', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    const { adapter } = life;
    const asked: Promise<unknown>[] = [];
    adapter.on('status', ({ epoch, state }) => {
      if (epoch === 2 && state !== 'ready') asked.push(adapter.subscribe([BOOK]));
    });
    adapter.on('exit', () => void asked.push(adapter.subscribe([BOOK])));
    adapter.terminate();
    await life.ready(2);
    const reports = await withTimeout(Promise.all(asked), 'the subscribes');
    expect(reports.length).to.be.greaterThan(2);
    for (const report of reports) expect(report).to.deep.equal({ confirmed: [BOOK], refused: [] });
    expect(subscribed('c2').filter((topic) => topic === BOOK)).to.have.lengthOf(1);
    expect(subscribed('c2').filter((topic) => topic === TRADES)).to.have.lengthOf(1);
  });

  for (const step of ['login', 'subscribe', 'reconcile']) {
    it(`unsubscribed during the restore, at its step ${step}, stay unsubscribed`, async () => {
      const life = await stage.connected({ topics: [TRADES, ETH_TRADES], onReconcile: () => undefined });
      const { adapter } = life;
      let gone: Promise<void> | undefined;
      adapter.on('status', (status) => {
        if (status.epoch === 2 && status.step === step) gone ??= adapter.unsubscribe([TRADES]);
      });
      adapter.terminate();
      await life.ready(2);
      await withTimeout(gone!, 'the unsubscribe');
      expect(adapter.topics.wanted).to.deep.equal([ETH_TRADES]);
      await waitFor(
        () => adapter.topics.confirmed.join() === ETH_TRADES,
        'only the other topic to be confirmed',
      );
      const topics = new Set<string>();
      adapter.on('trades', (trades) => {
        for (const { topic } of trades) topics.add(topic);
      });
      adapter.terminate();
      await life.ready(3);
      await waitFor(() => topics.has(ETH_TRADES), 'trades');
      expect(subscribed('c3')).to.deep.equal([ETH_TRADES]);
      expect([...topics]).to.deep.equal([ETH_TRADES]);
    });
  }

  it('unsubscribed bring nothing more', async () => {
    const life = await stage.connected({ topics: [TRADES, ETH_TRADES] });
    await life.flowing();
    await life.adapter.unsubscribe([TRADES]);
    const { index } = stage.entries('unsubscribed')[0]!;
    await life.flowing();
    const later = stage.entries('event-sent').filter((entry) => entry.index > index);
    expect(later.filter(({ topic }) => topic === TRADES)).to.deep.equal([]);
    expect(life.adapter.topics).to.deep.equal({ wanted: [ETH_TRADES], confirmed: [ETH_TRADES] });
  });

  it('can be wanted and unwanted faster than the exchange answers', async () => {
    const life = await stage.connected({ topics: [ETH_TRADES] });
    const { adapter } = life;
    stage.venue.inject({ kind: 'delay', ms: 20 });
    const calls: Promise<unknown>[] = [];
    for (let round = 0; round < 10; round += 1) {
      calls.push(adapter.subscribe([TRADES]), adapter.unsubscribe([TRADES]));
    }
    calls.push(adapter.subscribe([TRADES]));
    await withTimeout(Promise.all(calls), 'the calls');
    expect(adapter.topics.confirmed).to.have.members([ETH_TRADES, TRADES]);
    await life.flowing();
  });

  it('end with the adapter: who waits for them is told', async () => {
    const life = await stage.connected();
    stage.venue.inject({ kind: 'lose-answer', method: 'private/subscribe' });
    const subscribing = rejection(life.adapter.subscribe([ETH_TRADES]));
    await stage.saw('subscribed', ({ topics }) => topics.includes(ETH_TRADES));
    await life.adapter.close();
    expect((await subscribing).code).to.equal('closed');
  });
});
