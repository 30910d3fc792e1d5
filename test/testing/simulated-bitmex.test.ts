import { expect } from 'chai';
import { bitmex } from '../../src/exchanges/bitmex.js';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { OrderBook } from '../../src/order-book.js';
import { SimulatedBitmex } from '../../src/testing/bitmex/simulated-bitmex.js';
import { recordingSink, type SinkCall } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';
import { WireClient, waitFor } from './wire-client.js';

const own = bitmex as Exchange;

describe('simulated BitMEX', () => {
  let exchange: SimulatedBitmex;
  const clients: WireClient[] = [];
  const open = async () => {
    const client = await WireClient.open(exchange.url);
    clients.push(client);
    return client;
  };
  const subscribe = (client: WireClient, ...topics: string[]) => {
    for (const { frame } of own.subscribe(topics, requestContext())) client.socket.send(frame);
  };
  /** What one connection of the library makes of all that came. */
  const read = ({ texts }: WireClient): readonly SinkCall[] => {
    const decode = own.newDecode!();
    const sink = recordingSink();
    for (const text of texts) expect(decode(text, sink), text).to.equal(undefined);
    return sink.calls;
  };
  const named = (client: WireClient, name: string) => read(client).filter(([call]) => call === name);
  const login = async (client: WireClient, secret = 'test-secret') => {
    client.socket.send(
      own.login!.request!({ apiKey: 'test-key', secret }, requestContext({ wallMs: Date.now() })).frame,
    );
    await waitFor(() => client.texts.some((text) => text.includes('authKeyExpires')));
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await exchange.close();
  });

  it('welcomes and answers the text ping', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 0, connectionsPerHour: 5 });
    const client = await open();
    client.socket.send(own.heartbeat!.ping!());
    await waitFor(() => client.texts.includes('pong'));
    expect(read(client).map(([name]) => name)).to.deep.equal(['alive', 'notice', 'alive']);
    expect(client.frames[0]?.['limit']).to.deep.equal({ remaining: 4 });
  });

  it('sends a book whose partial and changes make up the book of the market', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 300 });
    const client = await open();
    subscribe(client, 'orderBookL2:XBTUSD', 'orderBook10:XBTUSD', 'trade:XBTUSD', 'quote:XBTUSD');
    await waitFor(() => client.frames.length > 200);
    const book = new OrderBook();
    const windows: [expected: number[], told: number[]][] = [];
    let isBook = false;
    for (const call of read(client)) {
      if (call[0] === 'book') {
        isBook = call[1] === 'orderBookL2:XBTUSD';
        if (isBook && call[3] === 'snapshot') book.clear();
        const { bids, asks } = book.top(10);
        if (!isBook) windows.push([[...bids, ...asks].flatMap(({ price, amount }) => [price, amount]), []]);
      } else if (call[0] === 'level') {
        const [, side, price, amount] = call as [string, 'bid' | 'ask', number, number];
        if (isBook) book.set(side, price, amount);
        else windows.at(-1)?.[1].push(price, amount);
      }
    }
    // The whole windows that the venue sends beside the changes are the proof.
    expect(windows).to.have.length.above(20);
    for (const [expected, told] of windows.slice(1)) expect(told).to.deep.equal(expected);
    expect(named(client, 'trade')).to.not.have.length(0);
    expect(named(client, 'quote')).to.not.have.length(0);
    expect(book.isCrossed).to.equal(false);
  });

  it('acknowledges and refuses topic by topic', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 0 });
    const client = await open();
    subscribe(client, 'trade:XBTUSD', 'trade:NOPE', 'order', 'trade:XBTUSD');
    await waitFor(() => client.frames.length >= 6);
    expect(named(client, 'confirmed')).to.deep.equal([
      ['confirmed', 'trade:XBTUSD'],
      ['confirmed', 'trade:XBTUSD'],
    ]);
    expect(
      named(client, 'refused').map(([, topic, error]) => [topic, (error as { code: string }).code]),
    ).to.deep.equal([
      ['trade:NOPE', '400'],
      ['order', '401'],
    ]);
    client.socket.send(own.unsubscribe(['trade:XBTUSD'], requestContext())[0]!.frame);
    await waitFor(() => client.texts.at(-1)?.includes('unsubscribe') === true);
    expect(read(client).at(-1)).to.deep.equal(['reply', 'unsubscribe trade:XBTUSD', true]);
  });

  it('shows out who fails to log in', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 0 });
    const client = await open();
    await login(client, 'wrong');
    await waitFor(() => client.closed !== undefined);
    expect(named(client, 'refusal')[0]?.[2]).to.deep.equal({ code: '401', message: 'Signature not valid.' });
  });

  it('tells the account its orders and fills, with updates that carry only what changed', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 0 });
    const client = await open();
    await login(client);
    subscribe(client, 'order', 'execution');
    await waitFor(() => named(client, 'confirmed').length === 2);
    exchange.place({
      account: 'test-key',
      symbol: 'XBTUSD',
      side: 'bid',
      price: 70_000,
      amount: 100,
      clientId: 'mine',
    });
    await waitFor(() => named(client, 'private').length >= 3);
    const events = named(client, 'private').map(
      ([, event]) => event as unknown as { kind: string; order?: { state: string; clientOrderId: string } },
    );
    expect(events.find(({ kind }) => kind === 'fill')).to.have.nested.property('fill.clientOrderId', 'mine');
    expect(events.findLast(({ kind }) => kind === 'order')?.order).to.include({
      state: 'filled',
      clientOrderId: 'mine',
    });
  });

  it('cancels what is open when nobody comes back in time, also without a socket', async () => {
    exchange = await SimulatedBitmex.start({ eventsPerSecond: 0, timeScale: 0.002 });
    const client = await open();
    await login(client);
    exchange.place({ account: 'test-key', symbol: 'XBTUSD', side: 'bid', price: 50_000, amount: 100 });
    const [arm] = own.safetySwitch!.arm(requestContext());
    client.socket.send(arm!.frame);
    await waitFor(() => client.texts.some((text) => text.includes('cancelTime')));
    expect(arm!.check(named(client, 'reply').at(-1)?.[2])).to.equal(undefined);
    await client.close();
    await waitFor(() => exchange.orders('test-key')[0]?.['ordStatus'] === 'Canceled');
  });
});
