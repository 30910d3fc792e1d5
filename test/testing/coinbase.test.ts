// The simulated Coinbase seen from the other end of the wire, and by an adapter.
import { expect } from 'chai';
import { coinbase, messageToken } from '../../src/exchanges/coinbase.js';
import { Adapter } from '../../src/index.js';
import { coinbaseTestAccount, SimulatedCoinbase } from '../../src/testing/index.js';
import { decoded } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';
import { PlainClient } from './plain-client.js';
import { waitFor } from './wire-client.js';

const { keyName } = coinbaseTestAccount;
const jwt = (wallMs = Date.now()): string => messageToken(coinbaseTestAccount, requestContext({ wallMs }));
const subscribe = (channel: string, more: object = {}) => ({ type: 'subscribe', channel, ...more });
const btc = { product_ids: ['BTC-USD'] };
const isList = (frame: { channel?: string }) => frame.channel === 'subscriptions';

describe('simulated coinbase', () => {
  let exchange: SimulatedCoinbase;
  let client: PlainClient;

  beforeEach(async () => {
    exchange = await SimulatedCoinbase.start({ eventsPerSecond: 0, timeScale: 0.02 });
    client = await PlainClient.open(exchange.url);
  });

  afterEach(async () => {
    client.socket.terminate();
    await exchange.close();
  });

  it('drops who has subscribed nothing in time', async () => {
    await waitFor(() => client.closed !== undefined);
  });

  it('answers each change with the whole list', async () => {
    await client.ask(subscribe('heartbeats'), isList);
    await client.ask(subscribe('level2', { product_ids: ['BTC-USD', 'NONE-USD', 'ETH-USD'] }), isList);
    const last = await client.ask(
      { type: 'unsubscribe', channel: 'level2', product_ids: ['BTC-USD'] },
      isList,
    );
    expect(last.events).to.deep.equal([
      { subscriptions: { heartbeats: ['heartbeats'], level2: ['ETH-USD'] } },
    ]);
  });

  it('counts all frames of a connection in one row, and shows a hole where one is lost', async () => {
    const numbers = () => client.frames.map((frame) => frame.sequence_num as number);
    for (const channel of ['level2', 'ticker', 'market_trades']) client.send(subscribe(channel, btc));
    client.send(subscribe('heartbeats'));
    await client.frame((frame) => frame.channel === 'heartbeats');
    exchange.stepMarket('BTC-USD', 30);
    await client.frame((frame) => frame.channel === 'market_trades' && frame.events[0].type === 'update');
    expect(numbers()).to.deep.equal(numbers().map((_, index) => index));
    exchange.inject({ kind: 'gap', topic: 'ticker:BTC-USD' });
    exchange.stepMarket('BTC-USD', 3);
    await waitFor(() => numbers().some((number, index) => number !== index));
  });

  it('sends nothing but what the library understands', async () => {
    for (const channel of ['level2', 'ticker', 'market_trades']) client.send(subscribe(channel, btc));
    client.send(subscribe('user', { jwt: jwt() }));
    await client.frame((frame) => frame.channel === 'user');
    exchange.stepMarket('BTC-USD', 20);
    await client.frame((frame) => frame.channel === 'market_trades' && frame.events[0].type === 'update');
    for (const text of client.texts) {
      expect(decoded(coinbase.sockets.market, text).problem, text).to.equal(undefined);
    }
  });

  it('wants a good token for the account, and says the same of channels that do not exist', async () => {
    const isError = (frame: { type?: string }) => frame.type === 'error';
    const [header, claims] = jwt().split('.');
    const bad = [undefined, 'x', `${header}.${claims}.AAAA`, jwt(Date.now() - 200_000)];
    for (const token of bad) {
      const answer = await client.ask(subscribe('user', { jwt: token }), isError);
      expect(answer).to.deep.equal({ type: 'error', message: 'authentication failure' });
    }
    expect(await client.ask(subscribe('matches', btc), isError)).to.include({
      message: 'authentication failure',
    });
    expect(
      (await client.ask(subscribe('user', { jwt: jwt() }), isList)).events[0].subscriptions,
    ).to.have.property('user');
  });

  it('tells the open orders in batches of 50 and then each change', async () => {
    for (let index = 0; index < 60; index++) exchange.publishOrder(keyName, { order_id: `o${index}` });
    client.send(subscribe('user', { jwt: jwt() }));
    await waitFor(() => client.frames.filter((frame) => frame.channel === 'user').length === 2);
    const sizes = client.frames.flatMap((frame) =>
      frame.channel === 'user' ? [frame.events[0].orders.length] : [],
    );
    expect(sizes).to.deep.equal([50, 10]);
    exchange.publishOrder(keyName, {
      order_id: 'o1',
      status: 'FILLED',
      cumulative_quantity: '0.001',
      leaves_quantity: '0',
    });
    const update = await client.frame(
      (frame) => frame.channel === 'user' && frame.events[0].type === 'update',
    );
    expect(update.events[0].orders[0]).to.include({ order_id: 'o1', status: 'FILLED' });
  });

  it('closes a connection that goes quiet without heartbeats', async () => {
    const quiet = await SimulatedCoinbase.start({ eventsPerSecond: 0, timeScale: 0.001 });
    try {
      const silent = await PlainClient.open(quiet.url);
      silent.send(subscribe('status'));
      await waitFor(() => silent.closed !== undefined);
    } finally {
      await quiet.close();
    }
  });
});

describe('an adapter for coinbase', () => {
  it('is READY with both sockets, hears of orders, and starts anew when the count of frames jumps', async () => {
    await using exchange = await SimulatedCoinbase.start({ eventsPerSecond: 20 });
    await using adapter = new Adapter('coinbase', {
      url: exchange.url,
      credentials: coinbaseTestAccount,
      topics: ['level2:BTC-USD', 'market_trades:BTC-USD', 'user'],
    });
    const heard = new Set<string>();
    const gaps: string[] = [];
    const restored: string[] = [];
    adapter.on('books', (batch) => void [...batch].map((book) => heard.add(book.topic)));
    adapter.on('trades', (batch) => void [...batch].map((trade) => heard.add(trade.topic)));
    adapter.on('order', ({ orderId, state }) => void heard.add(`${orderId} ${state}`));
    adapter.on('gap', ({ topic, reason }) => void gaps.push(`${topic} ${reason}`));
    adapter.on('restored', (report) => void restored.push(...report.restored));
    await adapter.connect();
    expect(restored).to.have.members(['level2:BTC-USD', 'market_trades:BTC-USD', 'user']);
    exchange.publishOrder(keyName, { order_id: 'mine' });
    await waitFor(() =>
      ['level2:BTC-USD', 'market_trades:BTC-USD', 'mine open'].every((what) => heard.has(what)),
    );

    restored.length = 0;
    exchange.inject({ kind: 'gap', topic: 'level2:BTC-USD' });
    await waitFor(() => restored.length === 2);
    expect(gaps).to.include.members(['level2:BTC-USD exit', 'market_trades:BTC-USD exit']);
    await adapter.unsubscribe(['market_trades:BTC-USD']);
    expect(exchange.journal.of('unsubscribed').flatMap(({ topics }) => topics)).to.deep.equal([
      'market_trades:BTC-USD',
    ]);
    const order = { symbol: 'BTC-USD', side: 'buy', amount: 1, price: 1 } as const;
    const error: unknown = await adapter.sendOrder(order).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'unsupported' });
  });

  it('names the topic that the venue does not confirm', async () => {
    await using exchange = await SimulatedCoinbase.start({ eventsPerSecond: 20 });
    exchange.inject({ kind: 'refuse-topic', topic: 'ticker:ETH-USD' });
    await using adapter = new Adapter('coinbase', {
      url: exchange.url,
      topics: ['ticker:BTC-USD', 'ticker:ETH-USD'],
      stepTimeoutMs: 1000,
    });
    const failed: string[] = [];
    adapter.on('restored', (report) => void failed.push(...report.failed.map(({ topic }) => topic)));
    await adapter.connect();
    expect(failed).to.deep.equal(['ticker:ETH-USD']);
  });
});
