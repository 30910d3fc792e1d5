import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { type PaperExchange, paperAccount, startBybit } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { PlainClient } from './plain-client.js';
import { expectUnknown } from './unknown-order.js';

function authOf(secret: string = paperAccount.secret, lead = 10_000) {
  const expires = Date.now() + lead;
  const signature = createHmac('sha256', secret).update(`GET/realtime${expires}`).digest('hex');
  return { op: 'auth', args: [paperAccount.apiKey, expires, signature] };
}

describe('simulated bybit', () => {
  let exchange: PaperExchange;
  const clients: PlainClient[] = [];
  const open = async (path: string): Promise<PlainClient> => {
    const client = await PlainClient.open(exchange.url + path);
    clients.push(client);
    return client;
  };
  beforeEach(async () => {
    exchange = await startBybit({ eventsPerSecond: 0 });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await exchange.close();
  });

  it('answers a ping in the form of each socket', async () => {
    const forms: Readonly<Record<string, readonly string[]>> = {
      '/v5/public/spot': ['success', 'ret_msg', 'conn_id', 'op'],
      '/v5/public/linear': ['success', 'ret_msg', 'conn_id', 'req_id', 'op'],
      '/v5/public/option': ['args', 'op'],
      '/v5/private': ['req_id', 'op', 'args', 'conn_id'],
      '/v5/trade': ['retCode', 'retMsg', 'op', 'data', 'connId'],
    };
    for (const [path, keys] of Object.entries(forms)) {
      const client = await open(path);
      const pong = await client.ask({ req_id: 'x', op: 'ping' }, () => true);
      expect(Object.keys(pong), path).to.deep.equal(keys);
    }
  });

  it('sends a snapshot, then changes whose number rises by one', async () => {
    const client = await open('/v5/public/linear');
    const topic = 'orderbook.50.BTCUSDT';
    const ack = await client.ask(
      { req_id: '1', op: 'subscribe', args: [topic] },
      (frame) => frame['op'] === 'subscribe',
    );
    expect(ack).to.include({ success: true, req_id: '1' });
    exchange.stepMarket('BTCUSDT', 20);
    const books = await waitFor(() => {
      const found = client.frames.filter((frame) => frame['topic'] === topic);
      return found.length > 10 ? found : undefined;
    }, 'changes');
    expect(books[0]).to.include({ type: 'snapshot' });
    const numbers = books.map((frame) => frame['data'].u as number);
    for (const [index, number] of numbers.entries()) expect(number).to.equal(numbers[0]! + index);
    expect(books.slice(1).every((frame) => frame['type'] === 'delta')).to.equal(true);
  });

  it('refuses a whole call for one bad topic, and a duplicate', async () => {
    const client = await open('/v5/public/linear');
    const subscribe = (...args: string[]) =>
      client.ask({ req_id: '1', op: 'subscribe', args }, (frame) => frame['op'] === 'subscribe');
    const bad = await subscribe('publicTrade.BTCUSDT', 'orderbook.500.BTCUSDT');
    expect(bad['ret_msg']).to.equal('error:handler not found,topic:orderbook.500.BTCUSDT');
    expect((await subscribe('publicTrade.BTCUSDT'))['success']).to.equal(true);
    const again = await subscribe('publicTrade.BTCUSDT');
    expect(again['ret_msg']).to.equal('error:already subscribed,topic:publicTrade.BTCUSDT');
  });

  it('refuses logins that are late or wrong in the words of each socket', async () => {
    const account = await open('/v5/private');
    const isAuth = (frame: Record<string, unknown>) => frame['op'] === 'auth';
    expect(await account.ask(authOf(paperAccount.secret, -1), isAuth)).to.include({
      success: false,
      ret_msg: 'Params Error',
    });
    const trade = await open('/v5/trade');
    expect(await trade.ask(authOf('wrong'), isAuth)).to.include({ retCode: 10004 });
    expect(await trade.ask(authOf(), isAuth)).to.include({ retCode: 0 });
    expect(exchange.connections.at(-1)?.account).to.equal(paperAccount.apiKey);
  });

  it('stops taking orders when it is about to restart', async () => {
    const trade = await open('/v5/trade');
    await trade.ask(authOf(), (frame) => frame['op'] === 'auth');
    exchange.inject({ kind: 'planned-stop' });
    const header = { 'X-BAPI-TIMESTAMP': String(Date.now()) };
    const answer = await trade.ask(
      { reqId: '1', header, op: 'order.create', args: [{}] },
      (frame) => frame['reqId'] === '1',
    );
    expect(answer).to.include({ retCode: 10019 });
  });

  it('closes a connection that stays silent', async () => {
    const hasty = await startBybit({ eventsPerSecond: 0, timeScale: 0.0001 });
    const client = await PlainClient.open(`${hasty.url}/v5/public/spot`);
    await waitFor(() => client.closed, 'the cut');
    await hasty.close();
  });

  it('leaves an order unknown to an adapter where the venue cannot say, and where its answer is lost', async () => {
    const credentials = { apiKey: paperAccount.apiKey, apiSecret: paperAccount.secret };
    const order = { symbol: 'BTCUSDT', side: 'buy', price: '50000.0', amount: '0.001' } as const;
    await expectUnknown('bybit', { exchange, credentials, order, method: 'order.create', code: 10000 });
  });

  it('serves an adapter with all its sockets, through a kill', async () => {
    const { apiKey, secret: apiSecret } = paperAccount;
    const adapter = new Adapter('bybit', {
      url: exchange.url,
      credentials: { apiKey, apiSecret },
      topics: [
        'orderbook.50.BTCUSDT',
        'spot/publicTrade.BTCUSDT',
        'option/tickers.BTC-27MAR26-90000-C',
        'order',
        'execution',
      ],
      backoff: { baseMs: 5, capMs: 20 },
    });
    const events: string[] = [];
    let restores = 0;
    adapter.on('trades', (batch) => {
      for (const trade of batch) events.push(`${trade.topic} ${trade.symbol}`);
    });
    adapter.on('order', (order) => events.push(`order ${order.state}`));
    adapter.on('restored', () => {
      restores += 1;
    });
    try {
      await adapter.connect();
      const { refused } = await adapter.subscribe(['publicTrade.BTCUSDT', 'publicTrade.NOPE']);
      expect(refused.map(({ topic }) => topic)).to.deep.equal(['publicTrade.NOPE']);
      const order = { symbol: 'spot/BTCUSDT', side: 'buy', type: 'market', amount: '0.000100' } as const;
      const placed = await adapter.sendOrder(order);
      expect(placed).to.nested.include({ outcome: 'acknowledged', 'order.state': 'accepted' });
      await waitFor(() => events.includes('order filled'), 'the fill');
      await waitFor(() => events.includes('spot/publicTrade.BTCUSDT spot/BTCUSDT'), 'the public trade');
      const far = await adapter.sendOrder({
        symbol: 'BTCUSDT',
        side: 'buy',
        price: '50000.0',
        amount: '0.001',
      });
      if (far.outcome !== 'acknowledged') throw far.error;
      const cancelled = await adapter.cancelOrder({ clientOrderId: far.clientOrderId, symbol: 'BTCUSDT' });
      expect(cancelled.outcome).to.equal('acknowledged');
      await waitFor(() => events.includes('order cancelled'), 'the cancel');
      const before = restores;
      exchange.inject({ kind: 'drop', by: 'rst' });
      await waitFor(() => restores >= before + 5, 'all sockets to be restored');
      await waitFor(() => adapter.state === 'ready', 'READY');
    } finally {
      await adapter.close();
    }
  });
});
