import { expect } from 'chai';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Adapter, type AdapterOptions, decoded, openRecording } from '../../src/index.js';
import {
  replay,
  SimulatedDeribit,
  simulatorNames,
  startSimulator,
  venueProfiles,
} from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { leavesNothing } from '../support/leaks.js';
import { folder } from './folder.js';

const TOPICS = ['trades.BTC-PERPETUAL.100ms', 'book.BTC-PERPETUAL.100ms'];
const { testCredentials: credentials } = venueProfiles.deribit;

/** What a bot is told, without the times of this machine. */
class Bot {
  readonly events: unknown[] = [];
  readonly adapter: Adapter;

  constructor(exchange: string, options: AdapterOptions) {
    this.adapter = new Adapter(exchange, { backoff: { baseMs: 1 }, ...options });
    void this.#listen();
  }

  of(topic: string): readonly unknown[] {
    return this.events.filter((event) => (event as { readonly topic?: string }).topic === topic);
  }

  /** In the order of arrival, which listeners by kind do not keep within a batch. */
  async #listen(): Promise<void> {
    for await (const batch of this.adapter.events()) {
      for (const event of batch) {
        const [what] = Object.values(event).filter((value) => typeof value === 'object');
        const {
          receivedAtNs: _,
          noticedAtNs: _noticed,
          ...rest
        } = what as unknown as Record<string, unknown>;
        this.events.push(rest);
      }
    }
  }
}

async function recordDeaths(path: string): Promise<readonly unknown[]> {
  await using venue = await SimulatedDeribit.start({ eventsPerSecond: 200, limits: null });
  const bot = new Bot('deribit', {
    url: venue.url,
    credentials,
    topics: TOPICS,
    record: { directory: path },
  });
  await bot.adapter.connect();
  let readies = 1;
  bot.adapter.on('restored', () => {
    readies += 1;
  });
  for (const life of [2, 3]) {
    const before = bot.events.length;
    await waitFor(() => bot.events.length > before + 30, 'events');
    venue.inject({ kind: 'drop', connection: venue.connections[0]!.id, by: 'rst' });
    await waitFor(() => readies === life, 'the next READY');
  }
  const before = bot.events.length;
  await waitFor(() => bot.events.length > before + 30, 'events');
  await bot.adapter.close();
  return bot.events;
}

async function replayTo(path: string, speed: number | 'max', count: number): Promise<readonly unknown[]> {
  await using played = await replay(path, { speed });
  const bot = new Bot('deribit', { url: played.url, credentials, topics: TOPICS });
  await bot.adapter.connect();
  await played.finished;
  await waitFor(() => bot.events.length >= count, `${count} events, ${bot.events.length} came`);
  await bot.adapter.close();
  return bot.events;
}

describe('a replay', () => {
  it('gives an adapter the same events, gaps and deaths, as often as it is played and at any speed', async function () {
    this.timeout(60_000);
    using place = folder();
    const told = await recordDeaths(place.path);
    const first = await replayTo(place.path, 'max', told.length);
    // The bot was closed in the middle of the feed: the recording may hold a little more than it was told.
    expect(first.slice(0, told.length)).to.deep.equal(told);
    expect(await replayTo(place.path, 'max', first.length)).to.deep.equal(first);
    expect(await replayTo(place.path, 10, first.length)).to.deep.equal(first);
  });

  it('answers a client that is not ours by its own request ids, and plays only after it has subscribed', async () => {
    using place = folder();
    await recordDeaths(place.path);
    await using played = await replay(place.path, { speed: 'max', patienceMs: 60_000 });
    const socket = new WebSocket(played.url);
    const frames: { id?: number | string; result?: unknown; error?: { code: number }; method?: string }[] =
      [];
    socket.on('message', (data) => frames.push(JSON.parse((data as Buffer).toString()) as never));
    await once(socket, 'open');
    const ask = (id: number | string, method: string, params: object): void =>
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    ask('mine', 'public/auth', { grant_type: 'client_credentials', client_id: 'any', client_secret: 'any' });
    ask(77, 'public/never_asked', {});
    await waitFor(() => frames.length >= 2, 'both answers');
    expect(frames.find(({ id }) => id === 'mine')?.result).to.include({ access_token: '***' });
    expect(frames.find(({ id }) => id === 77)?.error).to.deep.include({ code: -32601 });
    expect(frames.some(({ method }) => method === 'subscription')).to.equal(false);
    ask(4711, 'public/subscribe', { channels: [TOPICS[0]] });
    await waitFor(() => frames.some(({ method }) => method === 'subscription'), 'the feed');
    const answer = frames.findIndex(({ id }) => id === 4711);
    expect(frames[answer]?.result).to.include(TOPICS[0]);
    expect(answer).to.be.lessThan(frames.findIndex(({ method }) => method === 'subscription'));
    socket.terminate();
  });

  it('waits no longer than its patience for a client that only listens', async () => {
    using place = folder();
    await recordDeaths(place.path);
    await leavesNothing(async () => {
      await using played = await replay(place.path, { speed: 'max', patienceMs: 20, atEnd: 'close' });
      for (let life = 0; life < played.connections; life += 1) {
        const socket = new WebSocket(played.url);
        await once(socket, 'close');
      }
      await played.finished;
      expect(played.framesPlayed).to.be.at.least(played.connections);
    });
  });

  for (const name of simulatorNames) {
    const profile = venueProfiles[name];
    it(`makes an adapter READY and gives it the same trades and book on ${name}`, async () => {
      using place = folder();
      const topics = [profile.topics.trades, profile.topics.book];
      await using venue = await startSimulator(name, { eventsPerSecond: 100 });
      const live = new Bot(name, { url: venue.url, topics, record: { directory: place.path } });
      await live.adapter.connect();
      await waitFor(() => topics.every((topic) => live.of(topic).length > 10), 'events');
      await live.adapter.close();
      await using played = await replay(place.path, { speed: 'max' });
      const bot = new Bot(name, { url: new URL(played.url).origin, topics });
      await bot.adapter.connect();
      // When a book's snapshot comes over HTTP, beside the socket, it stands elsewhere between the trades.
      const isThere = (topic: string): boolean => bot.of(topic).length >= live.of(topic).length;
      await waitFor(() => topics.every(isThere), 'as many events');
      await bot.adapter.close();
      for (const topic of topics)
        expect(bot.of(topic).slice(0, live.of(topic).length), topic).to.deep.equal(live.of(topic));
    });
  }
});

describe('the events of a recording', () => {
  it('are those that the bot was told, decoded by the exchange that is named in it', async () => {
    using place = folder();
    const told = await recordDeaths(place.path);
    const trades: unknown[] = [];
    const counts = { frames: 0, events: 0, undecodable: 0, withoutExchange: 0 };
    for await (const event of decoded(await openRecording(place.path), counts)) {
      if (event.kind === 'trade') trades.push([event.sequence, event.price, event.amount, event.side]);
    }
    const seen = (told as { id?: string; sequence: number; price: number; amount: number; side: string }[])
      .filter(({ id }) => id !== undefined)
      .map(({ sequence, price, amount, side }) => [sequence, price, amount, side]);
    expect(trades.slice(0, seen.length)).to.deep.equal(seen);
    expect(counts.undecodable).to.equal(0);
  });
});
