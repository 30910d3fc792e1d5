import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import type { Batch, BatchEvent } from '../../src/batch/batch.js';
import type { ConnectClient, Delivery } from '../../src/client/protocol.js';
import { type EchoServer, startEchoServer } from '../support/echo-server.js';
import { waitFor } from '../support/wait-for.js';
import { block, type WatchedConnection, watchedConnection } from '../support/watched-connection.js';
import { toyExchangeUrl } from '../support/toy-exchange.js';

const trade = '{"type":"trade","topic":"t","price":5,"id":"a"}';
const heartbeat = { type: 'exchange', exchange: toyExchangeUrl } as const;

describe("an exchange in its connection's thread", () => {
  let server: EchoServer;
  let received: string[];

  beforeEach(async () => {
    received = [];
    server = await startEchoServer({
      echo: false,
      greet: (peer) => peer.on('message', (data: Buffer) => received.push(data.toString())),
    });
  });

  afterEach(() => server.close());

  /** Connects, sends these frames to the client in one write, and returns what the client's side saw of them. */
  async function seen(
    frames: readonly (string | Buffer)[],
    command: Partial<ConnectClient> = {},
  ): Promise<{ events: BatchEvent[]; watched: WatchedConnection }> {
    const events: BatchEvent[] = [];
    const watched = watchedConnection(server.url, {
      command: { exchange: toyExchangeUrl, delivery: 'events', heartbeat: { type: 'disabled' }, ...command },
      batch: (batch: Batch) => void events.push(...batch),
    });
    await watched.connection.opened;
    const peer = server.peers.at(-1)!;
    for (const frame of frames) peer.send(frame, { binary: typeof frame !== 'string' });
    await waitFor(() => watched.connection.counters.get('framesReceived') === frames.length, 'the frames');
    watched.connection.close();
    await watched.exited;
    return { events, watched };
  }

  const kindsOf = (events: readonly BatchEvent[]): string[] => events.map(({ kind }) => kind);

  it('decodes market data there and hands it over in the order of arrival', async () => {
    const { events } = await seen([
      trade,
      '{"type":"quote","topic":"q"}',
      '{"type":"book","topic":"b"}',
      '{"type":"news","topic":"n","text":"ä"}',
    ]);
    expect(kindsOf(events)).to.deep.equal(['trade', 'quote', 'book', 'message']);
    const [first, , third, fourth] = events as [BatchEvent, BatchEvent, BatchEvent, BatchEvent];
    expect(first.kind === 'trade' && first.trade).to.include({
      topic: 't',
      symbol: 'TOY',
      price: 5,
      id: 'a',
    });
    expect(third.kind === 'book' && third.book.asks[0]).to.include({ price: 3, amount: 4 });
    expect(fourth.kind === 'message' && fourth.message.json()).to.deep.equal({
      type: 'news',
      topic: 'n',
      text: 'ä',
    });
  });

  it('hands over replies, confirmations, private events and notices in the control lane', async () => {
    const { events, watched } = await seen([
      '{"type":"reply","id":4,"result":{"a":1}}',
      '{"type":"refusal","id":5}',
      '{"type":"confirmed","topic":"c"}',
      '{"type":"revoked","topic":"c"}',
      '{"type":"account","topic":"p"}',
      '{"type":"notice"}',
    ]);
    expect(events).to.deep.equal([]);
    const kinds = watched.control.map(({ kind }) => kind);
    expect(kinds).to.deep.equal(['reply', 'refusal', 'confirmed', 'revoked', 'private', 'notice']);
    expect(watched.control[0]).to.deep.include({ id: 4, result: { a: 1 } });
    expect((watched.control[0] as { receivedAtNs: number }).receivedAtNs).to.be.greaterThan(0);
  });

  const deliveries: readonly (readonly [string, Delivery, Record<string, Delivery>, string[]])[] = [
    ['as messages', 'messages', {}, ['message', 'message', 'message']],
    ['as frames', 'frames', {}, ['frame', 'frame', 'frame', 'frame']],
    ['as messages for one topic', 'events', { t: 'messages' }, ['message', 'quote', 'book']],
    ['as frames for one topic', 'events', { t: 'frames' }, ['frame', 'quote', 'book']],
    ['as events for one topic', 'messages', { t: 'events' }, ['trade', 'message', 'message']],
    [
      'as messages for topics that only the decoder finds',
      'events',
      { q: 'messages', b: 'frames' },
      ['trade', 'message', 'frame'],
    ],
  ];

  for (const [name, delivery, topicDelivery, kinds] of deliveries) {
    it(`delivers ${name}, and the reply beside it as well`, async () => {
      const frames = [
        trade,
        '{"type":"quote","topic":"q"}',
        '{"type":"book","topic":"b"}',
        '{"type":"reply","id":1,"result":0}',
      ];
      const { events, watched } = await seen(frames, { delivery, topicDelivery });
      expect(kindsOf(events)).to.deep.equal(kinds);
      expect(watched.control.map(({ kind }) => kind)).to.deep.equal(['reply']);
    });
  }

  it('tells few of many frames that nobody understands, counts all, and shows no secret', async () => {
    const bad = Array.from({ length: 100 }, () => '<access_token>');
    const { watched } = await seen([
      '{"type":"odd","access_token":"hush"}',
      '{"type":"explode"}',
      ...bad,
      trade,
    ]);
    expect(watched.connection.counters.get('undecodable')).to.equal(102);
    const problems = watched.control.flatMap((message) => (message.kind === 'problem' ? [message] : []));
    expect(problems).to.have.lengthOf.within(3, 20);
    expect(problems[0]).to.deep.include({
      problem: 'unknown type odd',
      sample: '{"type":"odd","access_token":"***"}',
    });
    expect(problems[1]!.problem).to.match(/decode threw/);
  });

  it('ends the connection when the control lane is over its bounds', async () => {
    const watched = watchedConnection(server.url, {
      command: {
        exchange: toyExchangeUrl,
        delivery: 'events',
        control: { maxBytes: 1 << 20, maxEntries: 50 },
      },
    });
    await watched.connection.opened;
    for (let id = 0; id < 500; id += 1) server.peers[0]!.send(`{"type":"reply","id":${id},"result":0}`);
    // Nothing is answered meanwhile.
    block(1_000);
    const exit = await watched.exited;
    expect(exit).to.include({ code: 'overflow', exitCode: 73 });
    expect(exit.detail).to.deep.equal({ lane: 'control' });
    const ids = watched.control.map((message) => (message as { id: number }).id);
    expect(ids).to.deep.equal(ids.map((_, index) => index));
  });

  it('says what a close code of the venue means', async () => {
    for (const [code, reason] of [
      [4003, 'venue-refused'],
      [4001, 'login-refused'],
      [4000, 'socket-closed'],
    ] as const) {
      const watched = watchedConnection(server.url, { command: { exchange: toyExchangeUrl } });
      await watched.connection.opened;
      server.peers.at(-1)!.close(code, 'so');
      expect(await watched.exited).to.include({ code: reason });
    }
  });

  for (const [name, exchange] of [
    ['is no name and no URL', 'nowhere'],
    ['does not exist', 'file:///does/not/exist.js'],
    ['is no exchange', 'data:text/javascript,export default { name: "Bad Name" }'],
    ['throws', 'data:text/javascript,throw new Error("broken")'],
  ] as const) {
    it(`ends the connection for good when its module ${name}`, async () => {
      const { exited } = watchedConnection(server.url, { command: { exchange } });
      const exit = await exited;
      expect(exit).to.include({ code: 'invalid-exchange', exitCode: 77, retryable: false });
      expect(server.requests).to.deep.equal([]);
    });
  }

  it('starts its heartbeat, pings and answers challenges, for plain clients too', async () => {
    const watched = watchedConnection(server.url, { command: { heartbeat } });
    await watched.connection.opened;
    server.peers[0]!.send('{"type":"challenge","id":9}');
    await waitFor(() => received.includes('{"type":"answer","id":9}'), 'the answer');
    await waitFor(() => received.includes('{"type":"ping"}'), 'a ping');
    expect(received[0]).to.equal('{"type":"start","intervalMs":50}');
    expect(watched.frames).to.deep.equal(['{"type":"challenge","id":9}']);
    watched.connection.close();
    await watched.exited;
  });

  it('gives a venue up that shows no sign of life, whatever else it sends', async () => {
    const watched = watchedConnection(server.url, {
      command: { heartbeat: { ...heartbeat, silenceMs: 150 } },
    });
    await watched.connection.opened;
    const chatter = setInterval(() => server.peers[0]?.send(trade), 5);
    expect(await watched.exited).to.include({ code: 'heartbeat-missed', exitCode: 70 });
    clearInterval(chatter);
  });

  it('stays with a venue that shows signs of life', async () => {
    const watched = watchedConnection(server.url, {
      command: { heartbeat: { ...heartbeat, silenceMs: 1_000 } },
    });
    await watched.connection.opened;
    for (let beat = 0; beat < 20; beat += 1) {
      server.peers[0]!.send('{"type":"alive"}');
      await waitFor(() => watched.frames.length > beat, 'the frame');
      await new Promise((resolve) => setTimeout(resolve, 75));
    }
    expect(watched.exits).to.deep.equal([]);
    watched.connection.close();
    await watched.exited;
  });

  it('answers every challenge and loses no frame while the main thread is blocked for 3 s', async () => {
    const counts = new Int32Array(new SharedArrayBuffer(12));
    const demanding = new Worker(new URL('../support/demanding-server.js', import.meta.url), {
      workerData: { everyMs: 50, patienceMs: 1000, framesPerMs: 2, counts },
    });
    const [port] = (await once(demanding, 'message')) as [number];
    const prices: number[] = [];
    const watched = watchedConnection(`ws://127.0.0.1:${port}/`, {
      command: { exchange: toyExchangeUrl, delivery: 'events', heartbeat },
      batch: ({ trades }) => void prices.push(...trades.price),
    });
    await watched.connection.opened;
    await waitFor(() => prices.length > 100, 'the first trades');
    const answersBefore = Atomics.load(counts, 0);
    block(3000);
    expect(Atomics.load(counts, 0) - answersBefore, 'answers while blocked').to.be.greaterThan(20);
    const sent = Atomics.load(counts, 1);
    await waitFor(() => prices.length >= sent, 'all trades');
    expect(prices.every((price, index) => price === index + 1)).to.equal(true);
    expect(Atomics.load(counts, 2)).to.equal(0);
    expect(watched.exits).to.deep.equal([]);
    watched.connection.close();
    await watched.exited;
    demanding.postMessage('end');
    await once(demanding, 'exit');
  });
});
