import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { Adapter } from '../../src/index.js';
import { type PaperExchange, paperAccount, startOkx } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';
import { PlainClient } from './plain-client.js';
import { expectUnknown } from './unknown-order.js';

const { apiKey, secret: secretKey, passphrase } = paperAccount;

function loginOf(secret: string = secretKey, ageSeconds = 0) {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const sign = createHmac('sha256', secret).update(`${timestamp}GET/users/self/verify`).digest('base64');
  return { op: 'login', args: [{ apiKey, passphrase, timestamp, sign }] };
}

describe('simulated okx', () => {
  let exchange: PaperExchange;
  const clients: PlainClient[] = [];
  const open = async (path: string): Promise<PlainClient> => {
    const client = await PlainClient.open(`${exchange.url}/ws/v5/${path}`);
    clients.push(client);
    return client;
  };
  beforeEach(async () => {
    exchange = await startOkx({ eventsPerSecond: 0 });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await exchange.close();
  });
  const hasEvent =
    (...kinds: string[]) =>
    (frame: Record<string, unknown>) =>
      kinds.includes(String(frame['event']));

  it('answers a ping of plain text', async () => {
    const client = await open('public');
    client.send('ping');
    await waitFor(() => client.texts.includes('pong'), 'the pong');
  });

  it('acknowledges each topic by itself, and lets a bad one not stop the others', async () => {
    const client = await open('public');
    const args = [
      { channel: 'books', instId: 'BTC-USDT' },
      { channel: 'books', instId: 'NOPE' },
      { channel: 'trades', instId: 'BTC-USDT' },
    ];
    client.send({ id: '7', op: 'subscribe', args });
    await waitFor(() => client.frames.filter(hasEvent('subscribe', 'error')).length === 3, 'the answers');
    const events = client.frames.filter(hasEvent('subscribe', 'error'));
    expect(events.map((frame) => frame['id'])).to.deep.equal(['7', undefined, '7']);
    expect(events[1]?.['msg']).to.contain('channel:books,instId:NOPE');
  });

  it('chains its books, also while nothing changes', async () => {
    // An idle connection is cut after 30 s of the venue's: that is 1.2 s here, longer than this process ever stands still.
    const quick = await startOkx({ eventsPerSecond: 0, timeScale: 0.04 });
    const client = await PlainClient.open(`${quick.url}/ws/v5/public`);
    try {
      client.send({ id: '1', op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT' }] });
      await client.frame((frame) => frame['action'] === 'snapshot');
      quick.stepMarket('BTC-USDT', 5);
      const isQuiet = (frame: Record<string, unknown>): boolean => {
        const [row] = (frame['data'] ?? []) as { prevSeqId: number; seqId: number; bids: [] }[];
        return row !== undefined && row.prevSeqId === row.seqId && row.bids.length === 0;
      };
      // A ping keeps the connection from being cut meanwhile.
      await waitFor(() => {
        client.send('ping');
        return client.frames.some(isQuiet);
      }, 'an update without a change');
      const rows = client.frames
        .filter((frame) => frame['action'] !== undefined)
        .map((frame) => frame['data'][0]);
      expect(rows[0]).to.include({ prevSeqId: -1, checksum: 0 });
      for (const [index, row] of rows.slice(1).entries()) expect(row.prevSeqId).to.equal(rows[index].seqId);
    } finally {
      await client.close();
      await quick.close();
    }
  });

  it('brings no second snapshot for a duplicate', async () => {
    const client = await open('public');
    const subscribe = { id: '1', op: 'subscribe', args: [{ channel: 'books', instId: 'BTC-USDT' }] };
    client.send(subscribe);
    client.send(subscribe);
    client.send('ping');
    await waitFor(() => client.texts.includes('pong'), 'the pong');
    expect(client.frames.filter(hasEvent('subscribe'))).to.have.length(2);
    expect(client.frames.filter((frame) => frame['action'] === 'snapshot')).to.have.length(1);
  });

  it('refuses wrong logins by their own codes and closes with 4001', async () => {
    for (const [login, code] of [
      [loginOf('wrong'), '60007'],
      [loginOf(secretKey, 60), '60006'],
    ] as const) {
      const client = await open('private');
      expect(await client.ask(login, hasEvent('error', 'login'))).to.include({ event: 'error', code });
      expect(await waitFor(() => client.closed, 'the close')).to.include({ code: 4001 });
    }
  });

  it('wants a login for private channels, and counts their connections', async () => {
    const client = await open('private');
    const subscribe = { id: '1', op: 'subscribe', args: [{ channel: 'orders', instType: 'ANY' }] };
    expect(await client.ask(subscribe, hasEvent('error'))).to.include({ code: '60011' });
    expect(await client.ask(loginOf(), hasEvent('login'))).to.include({ code: '0' });
    await client.ask(subscribe, hasEvent('channel-conn-count'));
    exchange.inject({ kind: 'revoke-topic', topic: 'orders:instType=ANY' });
    await client.frame(hasEvent('channel-conn-count-error'));
  });

  it('announces a stop a minute ahead', async () => {
    const client = await open('public');
    exchange.inject({ kind: 'planned-stop' });
    expect(await client.frame(hasEvent('notice'))).to.include({ code: '64008' });
  });

  it('closes with 4004 where nothing is sent for 30 s', async () => {
    const hasty = await startOkx({ eventsPerSecond: 0, timeScale: 0.001 });
    const client = await PlainClient.open(`${hasty.url}/ws/v5/public`);
    expect(await waitFor(() => client.closed, 'the close')).to.include({ code: 4004 });
    await hasty.close();
  });

  it('leaves an order unknown to an adapter where the venue cannot say, and where its answer is lost', async () => {
    const credentials = { apiKey, secretKey, passphrase };
    const order = { symbol: 'BTC-USDT', side: 'buy', price: '50000.0', amount: '0.001' } as const;
    await expectUnknown('okx', { exchange, credentials, order, method: 'order', code: 50004 });
  });

  it('serves an adapter with all its sockets, through a kill', async () => {
    const adapter = new Adapter('okx', {
      url: exchange.url,
      credentials: { apiKey, secretKey, passphrase },
      topics: ['books:BTC-USDT', 'trades:BTC-USDT-SWAP', 'orders:instType=ANY'],
      backoff: { baseMs: 5, capMs: 20 },
    });
    const events: string[] = [];
    const revoked: string[] = [];
    let restores = 0;
    adapter.on('trades', (batch) => {
      for (const trade of batch) events.push(`${trade.topic} ${trade.symbol}`);
    });
    adapter.on('order', (order) => events.push(`order ${order.state}`));
    adapter.on('fill', (fill) => events.push(`fill ${fill.liquidity}`));
    adapter.on('revoked', (topic) => revoked.push(topic));
    adapter.on('restored', () => {
      restores += 1;
    });
    try {
      await adapter.connect();
      const { confirmed, refused } = await adapter.subscribe(['trades:BTC-USDT', 'trades:NOPE']);
      expect(confirmed).to.deep.equal(['trades:BTC-USDT']);
      expect(refused.map(({ topic }) => topic)).to.deep.equal(['trades:NOPE']);
      const bought = await adapter.sendOrder({
        symbol: 'BTC-USDT-SWAP',
        side: 'buy',
        type: 'market',
        amount: '0.01',
      });
      expect(bought).to.nested.include({ outcome: 'acknowledged', 'order.state': 'accepted' });
      await waitFor(() => events.includes('order filled') && events.includes('fill taker'), 'the fill');
      await waitFor(() => events.includes('trades:BTC-USDT-SWAP BTC-USDT-SWAP'), 'the public trade');
      const far = await adapter.sendOrder({
        symbol: 'BTC-USDT',
        side: 'buy',
        price: '50000.0',
        amount: '0.001',
      });
      if (far.outcome !== 'acknowledged') throw far.error;
      const cancelled = await adapter.cancelOrder({ clientOrderId: far.clientOrderId, symbol: 'BTC-USDT' });
      expect(cancelled.outcome).to.equal('acknowledged');
      await waitFor(() => events.includes('order cancelled'), 'the cancel');
      exchange.inject({ kind: 'revoke-topic', topic: 'orders:instType=ANY' });
      await waitFor(() => revoked.includes('orders:instType=ANY'), 'the revocation');
      const before = restores;
      exchange.inject({ kind: 'drop', by: 'rst' });
      await waitFor(() => restores >= before + 2, 'both sockets to be restored');
      await waitFor(() => adapter.state === 'ready', 'READY');
    } finally {
      await adapter.close();
    }
  });
});
