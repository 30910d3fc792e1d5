import { expect } from 'chai';
import type { Exchange, RequestContext } from '../../src/exchanges/exchange.js';
import { hyperliquid } from '../../src/exchanges/hyperliquid.js';
import { addressOf } from '../../src/exchanges/dialects/typed-data.js';
import {
  type HyperliquidOptions,
  SimulatedHyperliquid,
} from '../../src/testing/hyperliquid/simulated-hyperliquid.js';
import { recordingSink, type SinkCall } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';
import { WireClient, waitFor } from './wire-client.js';

const own = hyperliquid as Exchange;
const orders = own.orders!;
const privateKey = '0x0123456789012345678901234567890123456789012345678901234567890123';
const user = addressOf(privateKey);

describe('simulated Hyperliquid', () => {
  let exchange: SimulatedHyperliquid;
  const clients: WireClient[] = [];
  const start = async (options: HyperliquidOptions = {}) => {
    exchange = await SimulatedHyperliquid.start(options);
  };
  const open = async () => {
    const client = await WireClient.open(exchange.url);
    clients.push(client);
    return client;
  };
  const read = ({ texts }: WireClient): readonly SinkCall[] => {
    const decode = own.newDecode!();
    const sink = recordingSink();
    for (const text of texts) expect(decode(text, sink), text).to.equal(undefined);
    return sink.calls;
  };
  const named = (client: WireClient, name: string) => read(client).filter(([call]) => call === name);
  const subscribe = (client: WireClient, ...topics: string[]) => {
    for (const { frame } of own.subscribe(topics, requestContext())) client.socket.send(frame);
  };
  const signing = (): (() => RequestContext) => {
    let id = 0;
    const instrumentIds = new Map([
      ['BTC', 0],
      ['ETH', 1],
    ]);
    return () => ({
      ...requestContext({ wallMs: Date.now(), credentials: { privateKey } }),
      nextId: () => ++id,
      instrumentIds,
    });
  };
  const ask = async (client: WireClient, { id, frame }: { readonly id: unknown; readonly frame: string }) => {
    client.socket.send(frame);
    const answer = () =>
      read(client).find(([name, of]) => (name === 'reply' || name === 'refusal') && of === id);
    await waitFor(() => answer() !== undefined);
    return answer();
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await exchange.close();
  });

  it('acknowledges with the defaults filled in, then sends whole books, trades and best prices', async () => {
    await start({ eventsPerSecond: 100, bookIntervalMs: 20 });
    const client = await open();
    subscribe(client, 'l2Book:BTC', 'trades:BTC', 'bbo:ETH');
    await waitFor(() => client.frames.length > 40);
    expect(client.frames[0]?.['data'].subscription).to.deep.equal({
      type: 'l2Book',
      coin: 'BTC',
      nSigFigs: null,
      mantissa: null,
      fast: false,
    });
    expect(named(client, 'confirmed').map(([, topic]) => topic)).to.deep.equal([
      'l2Book:BTC',
      'trades:BTC',
      'bbo:ETH',
    ]);
    const topics = new Set(
      read(client)
        .filter(([name]) => ['book', 'trade', 'quote'].includes(name))
        .map(([, topic]) => topic),
    );
    expect([...topics]).to.have.members(['bbo:ETH', 'l2Book:BTC', 'trades:BTC']);
    expect(named(client, 'book').every(([, , , type]) => type === 'snapshot')).to.equal(true);
  });

  it('kills the socket on a coin that does not exist', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open();
    subscribe(client, 'trades:BTC', 'trades:btc');
    await waitFor(() => client.closed !== undefined);
    expect(client.closed?.code).to.equal(1006);
  });

  it('ends a connection that it has nothing to say to, and keeps one that pings', async () => {
    // The venue's 60 s are 1.2 s here: longer than this process ever stands still between two pings.
    await start({ eventsPerSecond: 0, timeScale: 0.02 });
    const [silent, alive] = [await open(), await open()];
    const pings = setInterval(() => alive.socket.send(own.heartbeat!.ping!()), 20);
    await waitFor(() => silent.closed !== undefined && alive.texts.length > 10);
    clearInterval(pings);
    expect(alive.closed).to.equal(undefined);
  });

  it('says in text what is wrong with a frame', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open();
    subscribe(client, 'trades:BTC', 'trades:BTC');
    client.socket.send('{"method":"subscribe","xsubscription":{}}');
    await waitFor(() => client.frames.length === 3);
    expect(read(client).map(([name]) => name)).to.deep.equal(['confirmed', 'confirmed', 'refusal']);
  });

  it('executes what is signed by somebody it knows, and tells that account', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open();
    const context = signing();
    subscribe(client, `orderUpdates:${user}`, `userFills:${user}`);
    const resting = {
      symbol: 'BTC',
      side: 'buy',
      amount: '0.01',
      price: 50_000,
      clientOrderId: 'bot-1',
    } as const;
    const placed = await ask(client, orders.place(resting, context()));
    expect(orders.readPlaced(placed?.[2], resting)).to.include({ state: 'open', clientOrderId: 'bot-1' });
    const taking = {
      ...resting,
      price: 90_000,
      timeInForce: 'immediate-or-cancel',
      clientOrderId: 'bot-2',
    } as const;
    expect(orders.readPlaced((await ask(client, orders.place(taking, context())))?.[2], taking)).to.include({
      state: 'filled',
      filledAmount: 0.01,
    });
    const small = await ask(
      client,
      orders.place({ ...resting, amount: '0.00001', clientOrderId: 'bot-3' }, context()),
    );
    expect(small?.[2]).to.deep.equal({
      code: 'order',
      message: 'Order must have minimum value of $10. asset=0',
    });
    const found = await ask(client, orders.lookup!({ clientOrderId: 'bot-1' }, context()));
    expect(orders.readLookup!(found?.[2])[0]).to.include({ state: 'open', clientOrderId: 'bot-1' });
    expect(
      (await ask(client, orders.cancel({ clientOrderId: 'bot-1', symbol: 'BTC' }, context())))?.[0],
    ).to.equal('reply');
    const again = await ask(client, orders.cancel({ clientOrderId: 'bot-1', symbol: 'BTC' }, context()));
    expect(own.classify(again?.[2] as never)).to.equal('not-found');
    const events = named(client, 'private').map(
      ([, event]) => event as unknown as { kind: string; topic: string },
    );
    expect(events.filter(({ kind }) => kind === 'order').map(({ topic }) => topic)).to.include(
      `orderUpdates:${user}`,
    );
    expect(events.find(({ kind }) => kind === 'fill')).to.include({ topic: `userFills:${user}` });
  });

  it("takes a signature for the other network for somebody else's", async () => {
    await start({ eventsPerSecond: 0, wallets: { [user]: user }, network: 'test' });
    const client = await open();
    const answer = await ask(client, own.request!('action', { type: 'noop' }, signing()()));
    expect(answer?.[2])
      .to.have.property('message')
      .that.matches(/^User or API Wallet 0x[0-9a-f]{40} does not exist\.$/);
    expect(own.classify(answer?.[2] as never)).to.equal('fatal-login');
    const signed = await ask(
      client,
      own.request!('action', { type: 'noop' }, { ...signing()(), nextId: () => 99, network: 'test' }),
    );
    expect(signed?.[0]).to.equal('reply');
  });

  it('accepts a nonce once', async () => {
    await start({ eventsPerSecond: 0 });
    const client = await open();
    const { frame } = own.request!('action', { type: 'noop' }, signing()());
    await ask(client, { id: 1, frame });
    const twice = frame.replace('"id":1', '"id":2');
    expect((await ask(client, { id: 2, frame: twice }))?.[2])
      .to.have.property('message')
      .that.matches(/duplicate nonce/);
  });

  it('answers questions over HTTP', async () => {
    await start({ eventsPerSecond: 0, wallets: { [user]: user } });
    const info = async ({ url, body }: { readonly url: string; readonly body?: string }): Promise<unknown> =>
      (await fetch(exchange.httpUrl + url, { method: 'POST', body: body ?? '' })).json();
    const [meta] = own.instrumentIds!.fetch(signing()());
    expect(own.instrumentIds!.read(await info(meta!))).to.deep.equal([
      ['BTC', 0],
      ['ETH', 1],
      ['SOL', 2],
    ]);
    expect(
      own.login!.read(await info(own.login!.fetch!({ privateKey }, signing()())), { privateKey }),
    ).to.deep.include({ granted: ['user'] });
    const other = { privateKey: privateKey.replace(/123$/, '124') };
    expect(own.login!.read(await info(own.login!.fetch!(other, signing()())), other)).to.include({
      code: 'missing',
    });
  });

  it('cancels everything at the scheduled time', async () => {
    await start({ eventsPerSecond: 0, timeScale: 0.002 });
    const client = await open();
    const context = signing();
    await ask(
      client,
      orders.place(
        { symbol: 'BTC', side: 'buy', amount: '0.01', price: 50_000, clientOrderId: 'bot-1' },
        context(),
      ),
    );
    const [arm] = own.safetySwitch!.arm(context());
    expect(arm!.check((await ask(client, arm!))?.[2])).to.equal(undefined);
    await client.close();
    await waitFor(() => exchange.orders(user)[0]?.['state'] === 'cancelled');
  });
});
