import { expect } from 'chai';
import { FreshnessJudge, type FreshnessOptions } from '../../src/adapter/freshness.js';
import type { Gap, TopicSilence } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';
import { block } from '../support/watched-connection.js';
import { Play } from './play.js';
import { ETH_TRADES, Stage, TRADES } from './stage.js';

/** One look: what the topic's last data is, how much time counts, and what the judge must say. */
type Look = readonly [dataAtNs: number | undefined, passedMs: number, says: string];

interface Case {
  readonly title: string;
  readonly options: FreshnessOptions;
  readonly isPrivate?: boolean;
  readonly looks: readonly Look[];
}

const table: readonly Case[] = [
  {
    title: 'says nothing while data comes',
    options: { staleMs: 100 },
    looks: [
      [1, 60, ''],
      [2, 60, ''],
      [2, 60, ''],
      [3, 60, ''],
    ],
  },
  {
    title: 'repairs a silent topic first and ends the connection second',
    options: { staleMs: 100 },
    looks: [
      [1, 60, ''],
      [1, 60, ''],
      [1, 60, 'stalled 120, renew 120'],
      [1, 60, ''],
      [1, 60, 'end 240'],
    ],
  },
  {
    title: 'tells a topic that is back, and begins anew with it',
    options: { staleMs: 100 },
    looks: [
      [1, 60, ''],
      [1, 100, 'stalled 100, renew 100'],
      [2, 60, 'recovered 100'],
      [2, 100, 'stalled 100, renew 100'],
    ],
  },
  {
    title: 'does not count time in which nothing could be seen',
    options: { staleMs: 100 },
    looks: [
      [1, 60, ''],
      [1, 0, ''],
      [1, 0, ''],
      [1, 60, ''],
      [1, 40, 'stalled 100, renew 100'],
    ],
  },
  {
    title: 'has another measure for the first data',
    options: { firstDataMs: 50, staleMs: 1_000 },
    looks: [
      [undefined, 50, 'stalled 50, renew 50'],
      [1, 10, 'recovered 50'],
      [1, 900, ''],
    ],
  },
  {
    title: 'judges only the first data where only that was asked for',
    options: { firstDataMs: 50 },
    looks: [
      [1, 10, ''],
      [1, 1_000_000, ''],
    ],
  },
  {
    title: 'takes one number for the first data as well',
    options: { staleMs: 100 },
    looks: [[undefined, 100, 'stalled 100, renew 100']],
  },
  {
    title: 'judges named topics only, where they are named',
    options: { staleMs: { other: 1 } },
    looks: [[undefined, 1_000_000, '']],
  },
  {
    title: 'lets a private topic be quiet',
    options: { staleMs: 100, firstDataMs: 100 },
    isPrivate: true,
    looks: [[undefined, 1_000_000, '']],
  },
  {
    title: 'judges a private topic that is named',
    options: { staleMs: { topic: 100 } },
    isPrivate: true,
    looks: [[undefined, 100, 'stalled 100, renew 100']],
  },
];

describe('freshness', () => {
  for (const { title, options, isPrivate = false, looks } of table) {
    it(title, () => {
      const judge = new FreshnessJudge(options);
      const said = looks.map(([dataAtNs, passedMs]) =>
        judge
          .look(1, [{ topic: 'topic', dataAtNs, isPrivate }], passedMs)
          .map(({ kind, silentMs }) => `${kind} ${silentMs}`)
          .join(', '),
      );
      expect(said).to.deep.equal(looks.map(([, , says]) => says));
    });
  }

  it('gives a new connection its time, and still tells that the topic is back', () => {
    const judge = new FreshnessJudge({ staleMs: 100 });
    const look = (epoch: number, dataAtNs: number | undefined, ms: number) =>
      judge.look(epoch, [{ topic: 'topic', dataAtNs, isPrivate: false }], ms).map(({ kind }) => kind);
    expect(look(1, 1, 10)).to.deep.equal([]);
    expect(look(1, 1, 100)).to.deep.equal(['stalled', 'renew']);
    expect(look(2, undefined, 60)).to.deep.equal([]);
    expect(look(2, undefined, 60)).to.deep.equal(['renew']);
    expect(look(2, 2, 60)).to.deep.equal(['recovered']);
  });

  it('has the machine subscribe a silent topic anew with a gap, and end the connection when that did not help', () => {
    const play = new Play();
    play.subscribe('a', 'b');
    play.connect();
    play.becomeReady();
    const silent = { type: 'topic-silent', epoch: 1, topic: 'a', silentMs: 100 } as const;
    play.input({ ...silent, isRenewed: false });
    expect(play.sent().at(-1)).to.match(/^unsubscribe#\d+:a$/);
    expect(play.all('emit-gaps').at(-1)).to.deep.include({ reason: 'stale', topics: ['a'] });
    play.input({ ...silent, isRenewed: true });
    expect(play.all('end-client').at(-1)).to.include({ reason: 'stale' });
    play.exit('stale');
    expect(play.phase).to.equal('connecting');
  });
});

describe('a topic that goes silent at a venue', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open({ eventsPerSecond: 100 });
  });
  afterEach(() => stage.close());

  it('is subscribed anew without touching the others, told before and after', async () => {
    const life = await stage.connected({ topics: [TRADES, ETH_TRADES], freshness: { staleMs: 1_000 } });
    const stalled: TopicSilence[] = [];
    const recovered: string[] = [];
    const gaps: Gap[] = [];
    life.adapter
      .on('stalled', (silence) => stalled.push(silence))
      .on('recovered', ({ topic }) => recovered.push(topic))
      .on('gap', (gap) => gaps.push(gap));
    await waitFor(() => life.trades > 0, 'trades');
    stage.venue.inject({ kind: 'revoke-topic', topic: TRADES });
    await waitFor(() => recovered.length > 0, 'the topic to be back');
    expect(stalled.map(({ topic }) => topic)).to.deep.equal([TRADES]);
    expect(stalled[0]?.silentMs).to.be.at.least(1_000);
    expect(recovered).to.deep.equal([TRADES]);
    expect(gaps.map(({ topic, reason }) => [topic, reason])).to.deep.equal([[TRADES, 'stale']]);
    expect(life.adapter.stats().exits).to.equal(0);
  });

  it('ends the connection when it stays silent', async () => {
    stage.venue.inject({ kind: 'silent-topic', topic: TRADES });
    const life = await stage.connected({
      topics: [TRADES, ETH_TRADES],
      freshness: { staleMs: { [TRADES]: 300 } },
    });
    await waitFor(() => life.exits.length > 0, 'the connection to be ended');
    expect(life.exits[0]).to.include({ code: 'stale' });
    stage.venue.inject({ kind: 'clear' });
    await waitFor(() => life.adapter.state === 'ready', 'READY again');
  });

  it('is not suspected because the main thread stood still', async () => {
    const life = await stage.connected({ topics: [TRADES], freshness: { staleMs: 1_000 } });
    const stalled: TopicSilence[] = [];
    life.adapter.on('stalled', (silence) => stalled.push(silence));
    await waitFor(() => life.trades > 0, 'trades');
    for (let round = 0; round < 3; round += 1) {
      block(2_000);
      const before = life.trades;
      await waitFor(() => life.trades > before, 'more trades');
    }
    expect(stalled).to.deep.equal([]);
  });
});
