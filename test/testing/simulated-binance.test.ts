import { expect } from 'chai';
import { generateKeyPairSync } from 'node:crypto';
import { follow, newBookState } from '../../src/book-integrity.js';
import { binance } from '../../src/exchanges/binance.js';
import type { Exchange, RequestContext, Session } from '../../src/exchanges/exchange.js';
import { SimulatedBinance } from '../../src/testing/binance/simulated-binance.js';
import { decoded, recordingSink } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';
import { WireClient, waitFor } from './wire-client.js';

const api = binance.sockets.api as unknown as Exchange;
const streams = binance.sockets.streams as Exchange;
const hmac = { apiKey: 'test-key', secret: 'test-secret' };

describe('simulated Binance', () => {
  let exchange: SimulatedBinance;
  const clients: WireClient[] = [];
  const open = async (url: string) => {
    const client = await WireClient.open(url);
    clients.push(client);
    return client;
  };
  const start = async (options: Parameters<typeof SimulatedBinance.start>[0] = {}) => {
    exchange = await SimulatedBinance.start(options);
  };
  /** Sends what the library's own exchange builds and waits for what it makes of the answer. */
  const ask = async (client: WireClient, outgoing: { readonly id: unknown; readonly frame: string }) => {
    client.socket.send(outgoing.frame);
    await waitFor(() => client.frames.some((frame) => frame['id'] === outgoing.id || frame['id'] === null));
    const text =
      client.texts.find((one) => JSON.parse(one).id === outgoing.id || JSON.parse(one).id === null) ?? '';
    return decoded(api, text).calls[0];
  };
  const subscribe = async (client: WireClient, ...topics: string[]) => {
    const [call] = streams.subscribe(topics, requestContext());
    client.socket.send(call?.frame ?? '');
    await waitFor(() => client.frames.some((frame) => frame['id'] === call?.id));
  };
  const signing = (session?: Session): (() => RequestContext) => {
    let id = 0;
    return () => ({
      ...requestContext({ wallMs: Date.now(), credentials: hmac }),
      nextId: () => ++id,
      session,
    });
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await exchange.close();
  });

  it('streams trades, best prices and a book that the range rule follows from the HTTP snapshot on', async () => {
    await start({ eventsPerSecond: 200 });
    const client = await open(exchange.urls.streams);
    await subscribe(client, 'btcusdt@trade', 'btcusdt@bookTicker', 'btcusdt@depth@100ms');
    await waitFor(() => client.frames.length > 60);
    const answer = await (await fetch(`${exchange.httpUrl}/api/v3/depth?symbol=BTCUSDT&limit=5000`)).json();
    const state = newBookState({ sequence: 'range' });
    const sink = recordingSink();
    expect(streams.books?.readSnapshot?.('btcusdt@depth@100ms', answer, sink)).to.equal(undefined);
    const [, , , type, , sequence] = sink.calls[0] as [string, string, string, 'snapshot', number, number];
    expect(follow(state, { type, sequence, previousSequence: Number.NaN })).to.equal('apply');
    await waitFor(() => client.frames.length > 140);
    const verdicts = client.texts.flatMap((text) => {
      const { calls, problem } = decoded(streams, text);
      expect(problem, text).to.equal(undefined);
      const books = calls.filter(([name]) => name === 'book') as unknown as [
        string,
        string,
        string,
        'change',
        number,
        number,
        number,
      ][];
      return books.map((book) =>
        follow(state, { type: book[3], sequence: book[5], previousSequence: book[6] }),
      );
    });
    expect(verdicts).to.include('apply').and.not.include('gap');
  });

  it('acknowledges a stream that does not exist, and says no more of it', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open(exchange.urls.streams);
    await subscribe(client, 'nosuchcoin@trade');
    expect(client.frames).to.deep.equal([{ result: null, id: 1 }]);
  });

  it('ends a connection that sends a sixth message within a second', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open(exchange.urls.streams);
    for (let id = 1; id <= 6; id += 1) client.socket.send(`{"method":"LIST_SUBSCRIPTIONS","id":${id}}`);
    await waitFor(() => client.closed !== undefined);
    expect(client.closed?.code).to.equal(1008);
    expect(client.frames).to.have.length(5);
  });

  it('proves HMAC keys, refuses wrong ones, and knows the window of time', async () => {
    await start({ eventsPerSecond: 0 });
    const context = signing();
    const client = await open(exchange.urls.api);
    const { login } = api;
    expect((await ask(client, login!.request!(hmac, context())))?.[0]).to.equal('reply');
    const wrong = await ask(
      await open(exchange.urls.api),
      login!.request!({ ...hmac, secret: 'x' }, context()),
    );
    expect(wrong?.[2]).to.include({ code: '-1022' });
    exchange.inject({ kind: 'clock-skew', ms: 20_000 });
    const late = await ask(client, login!.request!(hmac, context()));
    expect(late?.[2]).to.include({ code: '-1021' });
    const clock = await ask(client, api.clock!.request(context()));
    expect(api.clock!.read(clock?.[2])).to.be.closeTo(Date.now() + 20_000, 5000);
  });

  it('logs Ed25519 sessions on, and tells a withdrawn key without an id', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    await start({ eventsPerSecond: 0, accounts: [{ apiKey: 'ed', publicKey }] });
    const key = { apiKey: 'ed', privateKey };
    const client = await open(exchange.urls.api);
    let id = 0;
    const context = (session?: Session) => ({
      ...requestContext({ wallMs: Date.now(), credentials: key }),
      nextId: () => ++id,
      session,
    });
    const answer = await ask(client, api.login!.request!(key, context()));
    const session = api.login!.read(answer?.[2], key) as Session;
    expect(session.granted).to.deep.equal(['session.logon']);
    expect((await ask(client, api.orders!.openOrders!({}, context(session))))?.slice(0, 1)).to.deep.equal([
      'reply',
    ]);
    exchange.inject({ kind: 'expire-tokens' });
    const refused = await ask(client, api.orders!.openOrders!({}, context(session)));
    expect(refused?.slice(0, 2)).to.deep.equal(['refusal', undefined]);
    expect(exchange.journal.of('login')).to.have.length(1);
  });

  it('takes orders, fills them, tells the account, and cancels', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open(exchange.urls.api);
    const context = signing();
    await ask(client, api.subscribe(['userData'], context())[0]!);
    const orders = api.orders!;
    const resting = {
      symbol: 'BTCUSDT',
      side: 'buy',
      amount: '0.01',
      price: '50000',
      clientOrderId: 'one',
    } as const;
    const placed = await ask(client, orders.place(resting, context()));
    expect(orders.readPlaced(placed?.[2])).to.include({
      clientOrderId: 'one',
      state: 'open',
      side: 'buy',
      price: 50000,
      amount: 0.01,
    });
    const market = await ask(
      client,
      orders.place(
        { symbol: 'BTCUSDT', side: 'buy', amount: '0.0001', type: 'market', clientOrderId: 'two' },
        context(),
      ),
    );
    expect(orders.readPlaced(market?.[2])).to.include({ state: 'filled', filledAmount: 0.0001 });
    const post = await ask(
      client,
      orders.place({ ...resting, price: '70000', postOnly: true, clientOrderId: 'three' }, context()),
    );
    expect(post?.[2]).to.include({ code: '-2010' });
    const listed = await ask(client, orders.openOrders!({}, context()));
    expect(orders.readOpenOrders!(listed?.[2]).map(({ clientOrderId }) => clientOrderId)).to.deep.equal([
      'one',
    ]);
    const cancelled = await ask(
      client,
      orders.cancel({ clientOrderId: 'one', symbol: 'BTCUSDT' }, context()),
    );
    expect(orders.readCancelled(cancelled?.[2])).to.include({ clientOrderId: 'one', state: 'cancelled' });
    expect(
      (await ask(client, orders.cancel({ clientOrderId: 'one', symbol: 'BTCUSDT' }, context())))?.[2],
    ).to.include({ code: '-2011' });
    const events = client.texts
      .filter((text) => text.includes('executionReport'))
      .flatMap((text) => decoded(api, text).calls);
    expect(events.map(([, event]) => (event as { kind: string }).kind)).to.include.members(['order', 'fill']);
    expect(
      exchange.orders('test-key').map(({ clientOrderId, status }) => [clientOrderId, status]),
    ).to.deep.equal([
      ['one', 'CANCELED'],
      ['two', 'FILLED'],
    ]);
  });

  it('loses the answer to an order that it executed, when told to', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open(exchange.urls.api);
    exchange.inject({ kind: 'drop-on', method: 'order.place', when: 'after-execution', by: 'rst' });
    const order = {
      symbol: 'BTCUSDT',
      side: 'buy',
      amount: '0.01',
      price: '50000',
      clientOrderId: 'lost',
    } as const;
    client.socket.send(api.orders!.place(order, signing()()).frame);
    await waitFor(() => client.closed !== undefined);
    expect(exchange.orders('test-key')).to.have.length(1);
    expect(client.frames).to.deep.equal([]);
  });

  it('announces a stop in the words of each socket', async () => {
    await start({ eventsPerSecond: 0 });
    const [one, two] = [await open(exchange.urls.streams), await open(exchange.urls.api)];
    await subscribe(one, 'btcusdt@trade');
    exchange.inject({ kind: 'planned-stop' });
    await waitFor(() => one.texts.length > 1 && two.texts.length > 0);
    for (const [socket, text] of [
      [streams, one.texts.at(-1)],
      [api, two.texts.at(-1)],
    ] as const) {
      expect(decoded(socket, text ?? '').calls[0]?.[1]).to.include({ kind: 'planned-stop' });
    }
  });
});
