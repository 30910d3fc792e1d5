import { expect } from 'chai';
import fc from 'fast-check';
import type { ErrorClass, Outgoing, Session } from '../../src/exchanges/exchange.js';
import { kraken, signature } from '../../src/exchanges/kraken.js';
import { OrderBook } from '../../src/order-book.js';
import { requestContext } from '../support/request-context.js';

const credentials = { apiKey: 'key', privateKey: 'c2VjcmV0' };
const session: Session = { lifetimeMs: 900_000, granted: [], secrets: { token: 'T' } };
const { login, orders, safetySwitch } = kraken.sockets.private;
const { public: publicSocket, private: privateSocket } = kraken.sockets;
const bodyOf = ({ frame }: Outgoing): unknown => JSON.parse(frame);
const asked = { symbol: 'BTC/USD', side: 'buy', amount: '0.01', price: 30000, clientOrderId: 'O-1' } as const;

describe('kraken login', () => {
  it('signs calls as the documentation shows', () => {
    const body = 'nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25';
    const key = 'kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==';
    expect(signature(key, '/0/private/AddOrder', `1616492376594${body}`)).to.equal(
      '4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==',
    );
  });

  it('signs the challenge of the futures sockets', () => {
    const key = '7zxMEF5p/Z8l2p2U7Ghv6x14Af+Fx+92tPgUdVQ748FOIrEoT9bgT+bTRfXc5pz8na+hL/QdrCVG7bh9KpT0eMTm';
    expect(signature(key, '', 'c100b894-1729-464d-ace1-52dbce11db42')).to.equal(
      '4JEpF3ix66GA2B+ooK128Ift4XQVtc137N9yeg4Kqsn9PI0Kpzbysl9M1IeCEdjg0zl00wkVqcsnG4bmnlMb3A==',
    );
  });

  it('asks for a token over HTTP, signed, without the private key in it', () => {
    const call = login?.fetch?.(credentials, requestContext({ wallMs: 1790000000000.4 }));
    expect(call).to.deep.include({
      method: 'POST',
      url: '/0/private/GetWebSocketsToken',
      body: 'nonce=1790000000000',
    });
    expect(call?.headers?.['API-Key']).to.equal('key');
    expect(Buffer.from(call?.headers?.['API-Sign'] ?? '', 'base64')).to.have.length(64);
    expect(JSON.stringify(call)).to.not.contain(credentials.privateKey);
  });

  it('reads the token, the error that comes with status 200, and answers that are neither', () => {
    const read = (answer: unknown) => login?.read(answer, credentials);
    expect(read({ error: [], result: { token: 'T', expires: 900 } })).to.deep.equal(session);
    expect(read({ error: ['EAPI:Invalid key'] })).to.deep.equal({
      code: 'EAPI:Invalid key',
      message: 'EAPI:Invalid key',
    });
    for (const answer of [null, 'x', {}, { error: [], result: {} }, { result: { token: 'T', expires: 0 } }]) {
      expect(read(answer), JSON.stringify(answer)).to.be.a('string');
    }
  });

  it('names the credential that is missing or no base64', () => {
    expect(kraken.validateCredentials?.(credentials)).to.equal(undefined);
    expect(kraken.validateCredentials?.({ apiKey: 'key' })).to.contain('credentials.privateKey');
    expect(kraken.validateCredentials?.({ apiKey: 'key', privateKey: 'not base64!' })).to.contain('base64');
  });
});

describe('kraken topics', () => {
  it('sends each topic to the socket that carries it', () => {
    const sockets = ['trade:BTC/USD', 'book:BTC/USD', 'book-25:BTC/USD', 'book-1000:BTC/USD', 'executions'];
    expect(sockets.map((topic) => kraken.socketOfTopic(topic))).to.deep.equal([
      'public',
      'public',
      'book25',
      'book1000',
      'private',
    ]);
    expect(publicSocket.checkTopic?.('book-100:BTC/USD')).to.equal(undefined);
  });

  it('knows its topics by their form and says what they look like', () => {
    const good = 'trade:BTC/USD ticker:ETH/EUR ohlc-5:AAPLx/USD instrument executions balances'.split(' ');
    for (const topic of good) expect(publicSocket.checkTopic?.(topic), topic).to.equal(undefined);
    const bad =
      'trade trade:BTCUSD book-10:BTC/USD book-30:BTC/USD ohlc:BTC/USD ohlc-2:BTC/USD executions:BTC/USD';
    for (const topic of `${bad} constructor:BTC/USD`.split(' ')) {
      expect(publicSocket.checkTopic?.(topic), topic).to.contain('book-100:BTC/USD');
    }
  });

  it('has a topic for what every venue has', () => {
    const kinds = ['trades', 'quotes', 'book'] as const;
    const topics = kinds.map((kind) => kraken.commonTopic?.(kind, 'BTC/USD') ?? '');
    expect(topics).to.deep.equal(['trade:BTC/USD', 'ticker:BTC/USD', 'book:BTC/USD']);
    for (const topic of topics) expect(publicSocket.checkTopic?.(topic)).to.equal(undefined);
  });

  it('subscribes the symbols of a channel together and each channel in its own way', () => {
    const topics = ['book:A/USD', 'trade:A/USD', 'book:B/USD', 'ohlc-5:A/USD', 'ticker:A/USD', 'instrument'];
    const calls = publicSocket.subscribe(topics, requestContext());
    expect(calls.map(bodyOf)).to.deep.equal([
      { method: 'subscribe', params: { channel: 'book', symbol: ['A/USD', 'B/USD'], depth: 10 }, req_id: 35 },
      { method: 'subscribe', params: { channel: 'trade', symbol: ['A/USD'], snapshot: false }, req_id: 65 },
      { method: 'subscribe', params: { channel: 'ohlc', symbol: ['A/USD'], interval: 5 }, req_id: 104 },
      {
        method: 'subscribe',
        params: { channel: 'ticker', symbol: ['A/USD'], event_trigger: 'bbo' },
        req_id: 130,
      },
      { method: 'subscribe', params: { channel: 'instrument' }, req_id: 164 },
    ]);
    expect(calls.map((call) => call.id)).to.deep.equal([35, 65, 104, 130, 164]);
    expect(calls.flatMap((call) => call.topics)).to.have.members(topics);
  });

  it('cuts many symbols into calls of a bounded size', () => {
    const topics = Array.from({ length: 450 }, (_, index) => `trade:COIN${index}/USD`);
    const calls = publicSocket.subscribe(topics, requestContext());
    expect(calls).to.have.length(5);
    for (const { frame } of calls) expect(frame.length).to.be.below(4200);
    expect(calls.flatMap((call) => call.topics)).to.deep.equal(topics);
  });

  it('gives the token to private topics only, and needs it there', () => {
    const [own] = privateSocket.subscribe(['executions'], requestContext({ session }));
    expect(own && bodyOf(own)).to.deep.equal({
      method: 'subscribe',
      params: { channel: 'executions', snap_orders: true, snap_trades: true, token: 'T' },
      req_id: 37,
    });
    expect(publicSocket.subscribe(['trade:A/USD'], requestContext({ session }))[0]?.frame).to.not.contain(
      '"T"',
    );
    expect(() => privateSocket.subscribe(['executions'], requestContext())).to.throw(TypeError);
  });

  it('gives up topics with the depth they were asked for', () => {
    const [call] = kraken.sockets.book25.unsubscribe(['book-25:A/USD'], requestContext());
    expect(call && bodyOf(call)).to.deep.equal({
      method: 'unsubscribe',
      params: { channel: 'book', symbol: ['A/USD'], depth: 25 },
      req_id: 35,
    });
  });
});

describe('kraken book rule', () => {
  const bids =
    '0.5666×4831.75496356 0.5665×6658.22734739 0.5664×18724.91513344 0.5663×11563.92544914 0.5662×14006.65365711 0.5661×17454.85679807 0.566×18097.1547 0.5659×33644.89175666 0.5658×148.3464 0.5657×606.70854372';
  const asks =
    '0.5668×4410.79769741 0.5669×4655.40412487 0.567×49844.89424998 0.5671×24306.41678 0.5672×29783.25223475 0.5673×57234.71239278 0.5674×45065.04744 0.5675×5912.76380354 0.5676×42514.92434778 0.5677×36304.0847022';

  function published(pad: boolean): OrderBook {
    const book = new OrderBook({ depth: 10 });
    for (const [side, levels] of [
      ['bid', bids],
      ['ask', asks],
    ] as const) {
      for (const level of levels.split(' ')) {
        const [price = '', amount = ''] = level.split('×');
        const texts = pad ? [Number(price).toFixed(4), Number(amount).toFixed(8)] : [price, amount];
        book.set(side, Number(price), Number(amount), texts[0], texts[1]);
      }
    }
    return book;
  }

  for (const pad of [true, false]) {
    it(`makes the published checksum of digits ${pad ? 'as the wire writes them' : 'whose zeros were dropped'}`, () => {
      const book = published(pad);
      expect(publicSocket.books?.checksum?.(book)).to.equal(2439117997);
      book.set('bid', 0.5657, 1098.3947558, '0.5657', pad ? '1098.39475580' : '1098.3947558');
      expect(publicSocket.books?.checksum?.(book)).to.equal(2114181697);
    });
  }

  it('looks at ten levels whatever the depth', () => {
    const book = published(true);
    const deep = new OrderBook();
    for (const { price, amount, priceText, amountText } of book.bids)
      deep.set('bid', price, amount, priceText, amountText);
    for (const { price, amount, priceText, amountText } of book.asks)
      deep.set('ask', price, amount, priceText, amountText);
    deep.set('bid', 0.1, 1, '0.1000', '1.00000000');
    deep.set('ask', 0.9, 1, '0.9000', '1.00000000');
    expect(kraken.sockets.book25.books?.checksum?.(deep)).to.equal(2439117997);
  });

  it('notices any single level that differs', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('bid', 'ask'),
        fc.nat(9),
        fc.integer({ min: 1, max: 1e9 }),
        (side, rank, lots) => {
          const book = published(true);
          const level = (side === 'bid' ? book.bids : book.asks).level(rank);
          const text = (lots / 1e8).toFixed(8);
          if (level === undefined || level.amountText === text) return;
          book.set(side, level.price, Number(text), level.priceText, text);
          expect(publicSocket.books?.checksum?.(book)).to.not.equal(2439117997);
        },
      ),
    );
  });

  it('tells the depth that each book is cut to', () => {
    const depths = [publicSocket, kraken.sockets.book25, kraken.sockets.book1000].map(({ books }) =>
      books?.depth?.('x'),
    );
    expect(depths).to.deep.equal([10, 25, 1000]);
    expect(publicSocket.books?.rule?.('book:BTC/USD')).to.equal('none');
  });
});

describe('kraken orders', () => {
  const context = () => requestContext({ session });

  it('places orders in the words of the venue', () => {
    const extra = { deadline: '2026-05-05T10:00:05.000Z' };
    const order = { ...asked, timeInForce: 'good-til-cancelled', postOnly: true, extra } as const;
    expect(orders && bodyOf(orders.place(order, context()))).to.deep.equal({
      method: 'add_order',
      params: {
        deadline: '2026-05-05T10:00:05.000Z',
        order_type: 'limit',
        side: 'buy',
        order_qty: 0.01,
        symbol: 'BTC/USD',
        limit_price: 30000,
        time_in_force: 'GTC',
        cl_ord_id: 'O-1',
        post_only: true,
        token: 'T',
      },
      req_id: 32,
    });
  });

  it('names an order by either id', () => {
    const params = (outgoing: Outgoing | undefined) =>
      outgoing && (bodyOf(outgoing) as { params: unknown }).params;
    expect(params(orders?.cancel({ orderId: 'O1' }, context()))).to.deep.equal({
      order_id: ['O1'],
      token: 'T',
    });
    expect(params(orders?.cancel({ clientOrderId: 'c' }, context()))).to.deep.equal({
      cl_ord_id: ['c'],
      token: 'T',
    });
    expect(params(orders?.edit?.({ orderId: 'O1' }, { amount: 2, price: '1.5' }, context()))).to.deep.equal({
      order_id: 'O1',
      order_qty: 2,
      limit_price: 1.5,
      token: 'T',
    });
    expect(() => orders?.cancel({}, context())).to.throw(TypeError);
  });

  it('gives the order with its id although the answer carries nothing else', () => {
    const placed = orders?.readPlaced({ order_id: 'O1', cl_ord_id: 'O-1' }, asked);
    expect(placed).to.deep.include({
      orderId: 'O1',
      clientOrderId: 'O-1',
      state: 'pending',
      amount: 0.01,
      price: 30000,
    });
    expect(orders?.readPlaced({ order_id: 'O1' })).to.equal(undefined);
    expect(orders?.readPlaced(null, asked)).to.equal(undefined);
  });

  it('cancels all orders of the account and will not pretend to do so for one symbol', () => {
    expect(orders?.cancelAll && bodyOf(orders.cancelAll({}, context()))).to.deep.include({
      method: 'cancel_all',
    });
    expect(orders?.readCancelledAll?.({ count: 5 })).to.equal(5);
    expect(() => orders?.cancelAll?.({ symbol: 'BTC/USD' }, context())).to.throw(
      TypeError,
      'leave symbol out',
    );
  });

  it('says what is wrong with an order before it is sent', () => {
    expect(orders?.validate?.(asked)).to.equal(undefined);
    expect(orders?.validate?.({ ...asked, extra: { token: 'x' } })).to.contain('order.extra.token');
    expect(orders?.validate?.({ ...asked, clientOrderId: 'x'.repeat(19) })).to.contain('18 characters');
  });

  it('arms the dead-man switch and believes only an answer that names the time', () => {
    const [request] = safetySwitch?.arm(context()) ?? [];
    expect(request && bodyOf(request)).to.deep.equal({
      method: 'cancel_all_orders_after',
      params: { timeout: 60, token: 'T' },
      req_id: 32,
    });
    const good = { currentTime: '2023-09-21T15:49:29Z', triggerTime: '2023-09-21T15:51:09Z' };
    expect(request?.check(good)).to.equal(undefined);
    expect(request?.check({ currentTime: '2023-09-21T15:49:29Z', triggerTime: '0' })).to.be.a('string');
    expect(request?.check(null)).to.be.a('string');
    expect(safetySwitch?.refreshEveryMs).to.be.below(60_000 / 2);
  });
});

describe('kraken errors', () => {
  const classes: Readonly<Partial<Record<ErrorClass, readonly string[]>>> = {
    'fatal-login': [
      'EAPI:Invalid key',
      'EAPI:Invalid signature',
      'EGeneral:Permission denied',
      'EAccount:Invalid permissions',
    ],
    login: ['ESession:Invalid session'],
    rate: [
      'EAPI:Rate limit exceeded',
      'EOrder:Rate limit exceeded',
      'EOrder:Domain rate limit exceeded',
      'EGeneral:Temporary lockout',
    ],
    retry: [
      'EAPI:Invalid nonce',
      'EService:Unavailable',
      'EService:Market in cancel_only mode',
      'EGeneral:Internal error[:code]',
    ],
    'not-found': ['EOrder:Unknown order', 'Currency pair not supported XBT/USD'],
    reject: [
      'EOrder:Insufficient funds',
      'EOrder:Orders limit exceeded',
      'EService:Deadline elapsed',
      'EGeneral:Invalid arguments',
    ],
  };
  for (const [name, messages] of Object.entries(classes)) {
    it(`takes what means ${name} for that`, () => {
      for (const message of messages) {
        expect(privateSocket.classify({ code: 'refused', message }), message).to.equal(name);
      }
    });
  }
});
