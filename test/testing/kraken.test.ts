// The simulated Kraken seen from the other end of the wire, by a bare client and by the library's own exchange object.
import { expect } from 'chai';
import { kraken } from '../../src/exchanges/kraken.js';
import { OrderBook } from '../../src/order-book.js';
import { krakenTestAccount, SimulatedKraken } from '../../src/testing/index.js';
import { decoded } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';
import { PlainClient } from './plain-client.js';
import { waitFor } from './wire-client.js';

const { public: publicSocket, private: privateSocket } = kraken.sockets;
const subscribe = (channel: string, more: object = {}, id = 1) => ({
  method: 'subscribe',
  params: { channel, symbol: ['BTC/USD'], ...more },
  req_id: id,
});

describe('simulated kraken', () => {
  let exchange: SimulatedKraken;
  let client: PlainClient;

  beforeEach(async () => {
    exchange = await SimulatedKraken.start({ eventsPerSecond: 0, timeScale: 0.01 });
    client = await PlainClient.open(`${exchange.url}/v2`);
  });

  afterEach(async () => {
    client.socket.terminate();
    await exchange.close();
  });

  async function token(key = krakenTestAccount): Promise<{ error: string[]; result?: { token: string } }> {
    const call = privateSocket.login?.fetch?.(key, requestContext({ wallMs: Date.now() }));
    const url = new URL(call?.url ?? '', exchange.url.replace('ws', 'http'));
    const { headers = {}, body = '' } = call ?? {};
    const answer = await fetch(url, { method: 'POST', headers, body });
    return (await answer.json()) as { error: string[]; result?: { token: string } };
  }

  const place = (own: string, more: object = {}) => ({
    method: 'add_order',
    params: {
      symbol: 'BTC/USD',
      side: 'buy',
      order_type: 'limit',
      order_qty: 0.5,
      limit_price: 90_000,
      cl_ord_id: 'mine',
      token: own,
      ...more,
    },
    req_id: 7,
  });
  const isAnswer = (frame: { req_id?: number }) => frame.req_id === 7;

  it('greets with its status, beats once somebody listens and answers pings', async () => {
    expect((await client.frame((frame) => frame.channel === 'status')).data[0].system).to.equal('online');
    expect(client.texts[0]).to.contain('"connection_id":18125794168470749634');
    client.send(subscribe('ticker'));
    await client.frame((frame) => frame.channel === 'heartbeat');
    expect(await client.ask({ method: 'ping', req_id: 3 }, (frame) => frame.method === 'pong')).to.include({
      req_id: 3,
    });
  });

  it('answers each symbol of a call by itself', async () => {
    client.send({
      method: 'subscribe',
      params: { channel: 'trade', symbol: ['BTC/USD', 'XBT/USD', 'ETH/USD'] },
      req_id: 9,
    });
    await waitFor(() => client.frames.filter((frame) => frame.req_id === 9).length === 3);
    const answers = client.frames.filter((frame) => frame.req_id === 9);
    expect(answers.map(({ success }) => success)).to.deep.equal([true, false, true]);
    expect(answers[1]).to.include({ error: 'Currency pair not supported XBT/USD', symbol: 'XBT/USD' });
  });

  it('allows one depth of a book per symbol and connection', async () => {
    await client.ask(subscribe('book', { depth: 10 }, 1), (frame) => frame.req_id === 1);
    const again = await client.ask(subscribe('book', { depth: 25 }, 2), (frame) => frame.req_id === 2);
    expect(again).to.include({ success: false, error: 'Already subscribed' });
  });

  it('keeps public data and the account on connections of their own', async () => {
    await client.ask(subscribe('trade', {}, 1), (frame) => frame.req_id === 1);
    const { result } = await token();
    const refused = await client.ask(place(result?.token ?? ''), isAnswer);
    expect(refused.error).to.contain('Try ws-auth.kraken.com');
  });

  for (const depth of [10, 25]) {
    it(`sends books of depth ${depth} that a reader can follow by their checksums`, async () => {
      const socket = depth === 10 ? publicSocket : kraken.sockets.book25;
      const book = new OrderBook({ depth });
      let checked = 0;
      const follow = (text: string): void => {
        const { calls, problem } = decoded(socket, text);
        expect(problem).to.equal(undefined);
        const [name, , , type, , , , checksum] = calls[0] ?? ['alive'];
        if (name !== 'book') return;
        if (type === 'snapshot') book.clear();
        for (const [, side, ...level] of calls.slice(1)) {
          book.set(side as 'bid' | 'ask', ...(level as [number, number, string, string]));
        }
        book.trim();
        expect(socket.books?.checksum?.(book)).to.equal(checksum);
        checked += 1;
      };
      await client.ask(subscribe('book', { depth }), (frame) => frame.type === 'snapshot');
      exchange.stepMarket('BTC/USD', 400);
      await waitFor(() => client.texts.filter((text) => text.startsWith('{"channel":"book"')).length > 200);
      for (const text of client.texts) follow(text);
      expect(checked).to.be.above(200);
      expect(book.bids.depth).to.be.above(9);
    });
  }

  it('can send a checksum that is wrong, once', async () => {
    client.send(subscribe('book', { depth: 10 }));
    await client.frame((frame) => frame.type === 'snapshot');
    exchange.spoilChecksum('book:BTC/USD');
    exchange.stepMarket('BTC/USD', 20);
    await waitFor(
      () => client.frames.filter((frame) => frame.type === 'update' && frame.channel === 'book').length > 3,
    );
    const sums = client.frames.flatMap((frame) =>
      frame.channel === 'book' ? [frame.data[0].checksum as number] : [],
    );
    expect(sums.filter((sum) => sum === 1)).to.have.length(1);
  });

  it('gives tokens for signed calls only', async () => {
    expect((await token()).result?.token).to.be.a('string');
    expect((await token({ ...krakenTestAccount, privateKey: 'b3RoZXI=' })).error).to.deep.equal([
      'EAPI:Invalid signature',
    ]);
    expect((await token({ ...krakenTestAccount, apiKey: 'nobody' })).error).to.deep.equal([
      'EAPI:Invalid key',
    ]);
  });

  it('takes orders, tells what becomes of them in rows that say only what changed, and cancels them one answer each', async () => {
    const own = (await token()).result?.token ?? '';
    client.send({ method: 'subscribe', params: { channel: 'executions', token: own }, req_id: 1 });
    expect((await client.frame((frame) => frame.type === 'snapshot')).data).to.deep.equal([]);
    const placed = await client.ask(place(own), isAnswer);
    expect(placed).to.deep.include({ success: true });
    await client.frame((frame) => frame.data?.[0]?.exec_type === 'new');
    const rows = client.frames
      .filter((frame) => frame.channel === 'executions')
      .flatMap((frame) => frame.data);
    expect(rows.map((row) => row.exec_type)).to.deep.equal(['pending_new', 'new']);
    expect(rows[1]).to.not.have.property('symbol');
    const second = await client.ask(
      { ...place(own, { cl_ord_id: 'other' }), req_id: 8 },
      (frame) => frame.req_id === 8,
    );
    const ids = [placed.result.order_id, second.result.order_id];
    client.send({ method: 'cancel_order', params: { order_id: ids, token: own }, req_id: 5 });
    await waitFor(() => client.frames.filter((frame) => frame.req_id === 5).length === 2);
    expect(exchange.orders(krakenTestAccount.apiKey).map((order) => order['order_status'])).to.deep.equal([
      'canceled',
      'canceled',
    ]);
  });

  it('fills an order against the market and tells the fill', async () => {
    const own = (await token()).result?.token ?? '';
    client.send({ method: 'subscribe', params: { channel: 'executions', token: own }, req_id: 1 });
    await client.frame((frame) => frame.type === 'snapshot');
    client.send(place(own, { order_type: 'market', limit_price: undefined, order_qty: 0.001 }));
    const trade = await client.frame((frame) => frame.data?.[0]?.exec_type === 'trade');
    expect(trade.data[0]).to.include({
      side: 'buy',
      last_qty: 0.001,
      liquidity_ind: 't',
      order_status: 'filled',
    });
    const decode = privateSocket.newDecode?.();
    const kinds = client.texts.flatMap(
      (text) => decoded({ decode: decode ?? privateSocket.decode }, text).calls,
    );
    const events = kinds
      .filter(([name]) => name === 'private')
      .map((call) => (call[1] as { kind: string }).kind);
    expect(events).to.include('fill').and.to.not.include('account');
  });

  it('refuses tokens that have expired', async () => {
    const own = (await token()).result?.token ?? '';
    exchange.inject({ kind: 'expire-tokens' });
    expect(await client.ask(place(own), isAnswer)).to.include({
      success: false,
      error: 'ESession:Invalid session',
    });
  });

  it('refuses orders in the words of the venue', async () => {
    const own = (await token()).result?.token ?? '';
    const cases = [
      [{ limit_price: 90_000.05 }, 'EOrder:Tick size check failed'],
      [{ order_qty: 0 }, 'EOrder:Order minimum not met'],
      [{ symbol: 'XBT/USD' }, 'Currency pair not supported XBT/USD'],
      [{ cl_ord_id: 'a text of more than eighteen' }, 'EGeneral:Invalid arguments:cl_ord_id'],
    ] as const;
    for (const [more, error] of cases) {
      expect(await client.ask(place(own, more), isAnswer)).to.include({ success: false, error });
    }
    const unknown = { method: 'cancel_order', params: { order_id: ['nothing'], token: own }, req_id: 6 };
    expect(await client.ask(unknown, (frame) => frame.req_id === 6)).to.include({
      error: 'EOrder:Unknown order',
    });
  });

  it('cancels all orders when the dead-man switch is not refreshed', async () => {
    const own = (await token()).result?.token ?? '';
    await client.ask(place(own), isAnswer);
    const arm = { method: 'cancel_all_orders_after', params: { timeout: 2, token: own }, req_id: 4 };
    const armed = await client.ask(arm, (frame) => frame.req_id === 4);
    expect(Date.parse(armed.result.triggerTime) - Date.parse(armed.result.currentTime)).to.equal(2000);
    await waitFor(() => exchange.orders(krakenTestAccount.apiKey)[0]?.['order_status'] === 'canceled');
  });

  it('has the faults of the kit', async () => {
    exchange.inject({ kind: 'refuse-topic', topic: 'trade:BTC/USD' });
    expect(await client.ask(subscribe('trade', {}, 1), (frame) => frame.req_id === 1)).to.include({
      success: false,
    });
    exchange.inject({
      kind: 'fail-request',
      method: 'subscribe',
      code: 'x',
      message: 'EService:Unavailable',
    });
    const failed = await client.ask(subscribe('ticker', {}, 2), (frame) => frame.req_id === 2);
    expect(failed).to.include({ success: false, error: 'EService:Unavailable' });
    exchange.inject({ kind: 'planned-stop' });
    await client.frame((frame) => frame.channel === 'status' && frame.data[0].system === 'maintenance');
    exchange.inject({ kind: 'malformed' });
    await waitFor(() => client.texts.includes('{"channel":"book","type":"upd'));
    exchange.inject({ kind: 'drop', by: 'rst' });
    await waitFor(() => client.closed !== undefined);
  });
});
