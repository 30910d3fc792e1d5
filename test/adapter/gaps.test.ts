import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { BOOK, ETH_TRADES, Stage, TRADES } from './stage.js';

const TOPICS = [TRADES, ETH_TRADES, BOOK, 'quote.BTC-PERPETUAL', 'ticker.BTC-PERPETUAL.raw'];

describe('the gap markers of an adapter', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open({ eventsPerSecond: 300 });
  });
  afterEach(() => stage.close());

  it('come once for every topic after an exit, before anything of the next connection', async () => {
    const life = await stage.connected({ topics: TOPICS });
    for (let epoch = 1; epoch <= 2; epoch += 1) {
      await life.flowing();
      life.adapter.terminate();
      await life.ready(epoch + 1);
    }
    await life.flowing();
    expect(life.gaps.map(({ topic, epoch }) => `${epoch} ${topic}`)).to.have.members(
      [1, 2].flatMap((epoch) => TOPICS.map((topic) => `${epoch} ${topic}`)),
    );
    expect(new Set(life.gaps.map(({ reason }) => reason))).to.deep.equal(new Set(['exit']));
    expect(life.adapter.stats().gaps).to.equal(TOPICS.length * 2);
    life.expectOneReconnectEach(2);
  });

  it('say where the stream ended', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    let last = 0;
    let first = 0;
    life.adapter.on('trades', (trades) => {
      if (life.exits.length === 0) last = trades.at(trades.length - 1).sequence;
      else first ||= trades.at(0).sequence;
    });
    await life.flowing();
    life.adapter.terminate();
    await waitFor(() => first > 0, 'trades of the next connection');
    expect(life.gaps).to.have.lengthOf(1);
    expect(life.gaps[0]).to.include({ topic: TRADES, epoch: 1, fromSequence: last });
    expect(first).to.be.greaterThan(last);
  });

  it('stand in the pulled stream exactly where it was cut', async () => {
    const life = await stage.connected({ topics: [TRADES, ETH_TRADES] });
    const log: { topic: string; at: number | 'gap' }[] = [];
    const pulled = (async () => {
      for await (const batch of life.adapter.events()) {
        for (const event of batch) {
          if (event.kind === 'trade') log.push({ topic: event.trade.topic, at: event.trade.sequence });
          if (event.kind === 'gap') log.push({ topic: event.gap.topic, at: 'gap' });
        }
      }
    })();
    const enough = (most: number) => waitFor(() => log.length >= most, `${most} events`);
    await enough(20);
    for (const fault of ['rst', 'fin'] as const) {
      const { epoch } = life.adapter.sockets[0]!;
      stage.venue.inject({ kind: 'drop', by: fault });
      await life.ready(epoch + 1);
      await enough(log.length + 20);
    }
    await life.adapter.close();
    await pulled;
    for (const topic of [TRADES, ETH_TRADES]) {
      const stream = log.filter((entry) => entry.topic === topic).map(({ at }) => at);
      const cuts = stream.flatMap((at, index) => (at === 'gap' ? [index] : []));
      expect(cuts).to.have.lengthOf(2);
      for (let index = 1; index < stream.length; index += 1) {
        const [before, now] = [stream[index - 1]!, stream[index]!];
        if (typeof before === 'number' && typeof now === 'number') expect(now).to.equal(before + 1);
      }
    }
  });

  it('reach every consumer: listeners and all who pull', async () => {
    const life = await stage.connected({ topics: [TRADES] });
    const seen = [0, 0];
    const pulls = seen.map(async (_none, index) => {
      for await (const { gaps } of life.adapter.events()) seen[index]! += gaps.length;
    });
    await life.flowing();
    life.adapter.terminate();
    await life.ready(2);
    await life.flowing();
    await life.adapter.close();
    await Promise.all(pulls);
    expect(seen).to.deep.equal([1, 1]);
    expect(life.gaps).to.have.lengthOf(1);
  });

  it('do not come after close()', async () => {
    const life = await stage.connected({ topics: TOPICS });
    await life.flowing();
    // Not earlier: batches that nobody pulls hold the thread back, and trades may not be among the first.
    const batches = life.adapter.events();
    await life.adapter.close();
    const gaps: unknown[] = [];
    for await (const batch of batches) gaps.push(...batch.gaps);
    expect(gaps).to.deep.equal([]);
    expect(life.gaps).to.deep.equal([]);
  });

  it('come for a topic that was dropped because the bot was too slow', async () => {
    const life = await stage.connected({
      topics: [TRADES, ETH_TRADES],
      connection: { market: { maxEntries: 20 } },
    });
    const batches = life.adapter.events();
    await waitFor(() => life.adapter.stats().framesDropped > 0, 'the thread to drop frames');
    const streams = new Map<string, number | 'gap'>();
    let gaps = 0;
    let seen = 0;
    for await (const batch of batches) {
      for (const event of batch) {
        if (event.kind === 'gap') streams.set(event.gap.topic, 'gap');
        if (event.kind === 'gap') gaps += 1;
        if (event.kind !== 'trade') continue;
        const { topic, sequence } = event.trade;
        const last = streams.get(topic);
        if (typeof last === 'number') expect(sequence, topic).to.equal(last + 1);
        streams.set(topic, sequence);
        seen += 1;
      }
      if (gaps > 0 && seen > 100) break;
    }
    expect(gaps).to.be.greaterThan(0);
    expect(life.adapter.stats()).to.include({ exits: 0 });
  });
});
