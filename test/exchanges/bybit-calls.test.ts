import { expect } from 'chai';
import { bybit } from '../../src/exchanges/bybit.js';
import type { ErrorClass, Exchange, Outgoing, Session } from '../../src/exchanges/exchange.js';
import { requestContext } from '../support/request-context.js';

const sockets = bybit.sockets as unknown as Readonly<Record<keyof typeof bybit.sockets, Exchange>>;
const credentials = { apiKey: 'key', apiSecret: 'test-secret' };
const orders = sockets.trade.orders!;
const bodyOf = ({ frame }: Outgoing) => JSON.parse(frame) as Record<string, unknown>;

describe('bybit login', () => {
  const login = sockets.private.login!;

  it('signs as the computed vector says, and sends no secret', () => {
    const context = requestContext({ wallMs: 1_711_010_121_452 - 10_000 });
    const outgoing = login.request!(credentials, context);
    expect(outgoing.id).to.equal('auth');
    expect(bodyOf(outgoing)).to.deep.equal({
      op: 'auth',
      args: ['key', 1_711_010_121_452, '5795d383b420ac992af406408d13bac3bec8ef51c1df13637fc01e0451fa1f61'],
    });
    expect(outgoing.frame).to.not.contain('test-secret');
  });

  it('lasts as long as the socket', () => {
    expect((login.read({}, credentials) as Session).lifetimeMs).to.equal(Number.POSITIVE_INFINITY);
    expect(login.refresh).to.equal(undefined);
  });

  it('says which credential is missing', () => {
    expect(bybit.validateCredentials(credentials)).to.equal(undefined);
    expect(bybit.validateCredentials({ apiKey: 'key' }))
      .to.contain('apiSecret')
      .and.not.contain('key"');
  });

  it('learns the time of the venue from its pong', () => {
    const clock = sockets.trade.clock!;
    expect(clock.request(requestContext())).to.deep.equal({ id: 'pong', frame: '{"op":"ping"}' });
    expect(clock.read(1711002002529)).to.equal(1711002002529);
    expect(clock.read(Number.NaN)).to.equal(undefined);
  });
});

describe('bybit topics', () => {
  it('go to the socket of their market', () => {
    const places = {
      'publicTrade.BTCUSDT': 'linear',
      'spot/orderbook.50.BTCUSDT': 'spot',
      'inverse/tickers.BTCUSD': 'inverse',
      'option/orderbook.25.BTC-27MAR26-90000-C': 'option',
      order: 'private',
      'order.linear': 'private',
      'execution.fast': 'private',
      wallet: 'private',
      'dcp.future': 'private',
    } as const;
    for (const [topic, socket] of Object.entries(places)) {
      expect(bybit.socketOfTopic(topic), topic).to.equal(socket);
      expect(sockets[socket].checkTopic?.(topic), topic).to.equal(undefined);
      expect(sockets[socket].isPrivate?.(topic) ?? false, topic).to.equal(socket === 'private');
    }
  });

  it('that cannot be are refused with the right one in words', () => {
    const check = (topic: string) =>
      sockets[bybit.socketOfTopic(topic) as keyof typeof sockets]?.checkTopic?.(topic);
    expect(check('tickers.BTCUSD')).to.contain('inverse/tickers.BTCUSD');
    expect(check('tickers.BTC-27MAR26-90000-C')).to.contain('option/tickers.BTC-27MAR26-90000-C');
    for (const topic of [
      'orderbook.500.BTCUSDT',
      'option/orderbook.50.X',
      'linear/publicTrade.BTCUSDT',
      'spot/',
      'order.foo',
    ]) {
      expect(check(topic), topic).to.be.a('string').that.contains('publicTrade.BTCUSDT');
    }
    expect(sockets.trade.checkTopic?.('order')).to.contain('no topics');
  });

  it('have a common form', () => {
    expect(bybit.commonTopic('trades', 'BTCUSDT')).to.equal('publicTrade.BTCUSDT');
    expect(bybit.commonTopic('quotes', 'spot/BTCUSDT')).to.equal('spot/orderbook.1.BTCUSDT');
    expect(bybit.commonTopic('book', 'inverse/BTCUSD')).to.equal('inverse/orderbook.50.BTCUSD');
    expect(bybit.commonTopic('quotes', 'option/BTC-27MAR26-90000-C')).to.equal(
      'option/tickers.BTC-27MAR26-90000-C',
    );
  });

  it('are asked for ten at a time on spot, without their market', () => {
    const topics = Array.from({ length: 25 }, (_, index) => `spot/tickers.S${index}`);
    const calls = sockets.spot.subscribe(topics, requestContext());
    expect(calls.map((call) => call.topics.length)).to.deep.equal([10, 10, 5]);
    expect(calls.flatMap((call) => call.topics)).to.deep.equal(topics);
    expect(bodyOf(calls[2]!)).to.deep.equal({
      req_id: '3',
      op: 'subscribe',
      args: ['tickers.S20', 'tickers.S21', 'tickers.S22', 'tickers.S23', 'tickers.S24'],
    });
  });

  it('of a call stay below the characters that Bybit allows', () => {
    const topics = Array.from({ length: 2000 }, (_, index) => `tickers.${'X'.repeat(300)}${index}`);
    for (const { frame } of sockets.linear.subscribe(topics, requestContext())) {
      expect(frame.length).to.be.below(21_000);
    }
  });

  it('on the option socket are matched by the topics themselves', () => {
    const topics = ['option/tickers.B', 'option/tickers.A'];
    const [call] = sockets.option.subscribe(topics, requestContext());
    expect(call?.id).to.equal('topics tickers.A tickers.B');
    expect(bodyOf(call!)).to.deep.equal({ op: 'subscribe', args: ['tickers.B', 'tickers.A'] });
    const answer = { successTopics: ['tickers.B'], failTopics: ['tickers.A'] };
    const read = sockets.option.readSubscribed?.(topics, answer);
    expect(read?.confirmed).to.deep.equal(['option/tickers.B']);
    expect(read?.refused.map(({ topic }) => topic)).to.deep.equal(['option/tickers.A']);
  });

  it('that a refusal does not name are free to be asked for again', () => {
    const topics = ['spot/tickers.BTCUSDT', 'spot/tickers.NOPE', 'spot/publicTrade.NOPE'];
    const read = (code: string, message: string) => sockets.spot.readRefused?.(topics, { code, message });
    const refused = (code: string, message: string) => read(code, message)?.refused.map(({ topic }) => topic);
    expect(refused('handler not found', 'error:handler not found,topic:tickers.NOPE')).to.deep.equal([
      'spot/tickers.NOPE',
    ]);
    expect(refused('Invalid symbol', 'Invalid symbol :[NOPE]')).to.deep.equal(topics.slice(1));
    expect(refused('args size >10', 'args size >10')).to.deep.equal(topics);
    expect(read('already subscribed', 'error:already subscribed,topic:tickers.BTCUSDT')).to.deep.equal({
      confirmed: ['spot/tickers.BTCUSDT'],
      refused: [],
    });
  });
});

describe('bybit orders', () => {
  const context = () => requestContext({ wallMs: 1_711_001_595_207 });
  const limit = {
    symbol: 'ETHUSDT',
    side: 'buy',
    amount: '0.2',
    price: '2800',
    clientOrderId: 'bot-1',
  } as const;
  const header = { 'X-BAPI-TIMESTAMP': '1711001595207', 'X-BAPI-RECV-WINDOW': '5000' };

  it('are placed in the words of Bybit', () => {
    expect(bodyOf(orders.place({ ...limit, postOnly: true }, context()))).to.deep.equal({
      reqId: '1',
      header,
      op: 'order.create',
      args: [
        {
          category: 'linear',
          symbol: 'ETHUSDT',
          side: 'Buy',
          orderType: 'Limit',
          qty: '0.2',
          price: '2800',
          timeInForce: 'PostOnly',
          orderLinkId: 'bot-1',
        },
      ],
    });
  });

  it('at market count in the base currency on spot', () => {
    const order = { symbol: 'spot/BTCUSDT', side: 'sell', type: 'market', amount: 1e-7 } as const;
    const { args } = bodyOf(
      orders.place({ ...order, clientOrderId: 'b', extra: { isLeverage: 1 } }, context()),
    );
    expect(args).to.deep.equal([
      {
        category: 'spot',
        symbol: 'BTCUSDT',
        side: 'Sell',
        orderType: 'Market',
        qty: '0.0000001',
        marketUnit: 'baseCoin',
        orderLinkId: 'b',
        isLeverage: 1,
      },
    ]);
  });

  it('are known by id as soon as they are accepted', () => {
    const answer = { retCode: 0, data: { orderId: 'a4c1', orderLinkId: 'bot-1' }, header: { Timenow: '17' } };
    expect(orders.readPlaced(answer, limit)).to.deep.equal({
      orderId: 'a4c1',
      clientOrderId: 'bot-1',
      symbol: 'ETHUSDT',
      side: 'buy',
      type: 'limit',
      state: 'accepted',
      price: 2800,
      amount: 0.2,
      filledAmount: 0,
      averagePrice: Number.NaN,
      updatedAtMs: 17,
      raw: answer,
    });
    expect(orders.readPlaced(answer)).to.equal(undefined);
    expect(orders.readPlaced({ data: {} }, limit)).to.equal(undefined);
  });

  it('are changed and cancelled by either id', () => {
    const changes = { amount: 1, price: 2801.5 };
    const edit = orders.edit!({ orderId: 'o', clientOrderId: 'c', symbol: 'ETHUSDT' }, changes, context());
    expect(bodyOf(edit)).to.deep.include({
      op: 'order.amend',
      args: [{ category: 'linear', symbol: 'ETHUSDT', orderId: 'o', qty: '1', price: '2801.5' }],
    });
    const cancel = orders.cancel({ clientOrderId: 'c', symbol: 'inverse/BTCUSD' }, context());
    expect(bodyOf(cancel)).to.deep.include({
      op: 'order.cancel',
      args: [{ category: 'inverse', symbol: 'BTCUSD', orderLinkId: 'c' }],
    });
    expect(() => orders.cancel({ orderId: 'o' }, context())).to.throw(TypeError, 'symbol');
  });

  it('with fields that Bybit would take twice are refused', () => {
    expect(orders.validate?.({ ...limit, extra: { qty: '9' } })).to.contain('extra.qty');
    expect(orders.validate?.({ ...limit, clientOrderId: 'x'.repeat(37) })).to.contain('36');
    expect(orders.validate?.({ ...limit, extra: { isLeverage: 1 } })).to.equal(undefined);
  });

  it('can be sent in batches as any other call', () => {
    const params = { category: 'linear', request: [{ symbol: 'BTCUSDT' }] };
    const call = sockets.trade.request!('order.create-batch', params, context());
    expect(bodyOf(call)).to.deep.equal({ reqId: '1', header, op: 'order.create-batch', args: [params] });
  });
});

describe('bybit errors', () => {
  const classes: Readonly<Partial<Record<ErrorClass, readonly string[]>>> = {
    retry: ['10019'],
    rate: ['10006', '10403', '10429', '20003'],
    login: ['Params Error'],
    'fatal-login': ['10003', '10004', '10010', 'verify signature fail', 'Invalid apikey', 'USVC1111'],
    banned: ['10024'],
    'not-found': ['110001', '170213', 'handler not found', 'Invalid symbol', 'failTopics'],
    unknown: ['10000', '10016'],
    reject: '10001 10002 10005 10404 20001 20006 110003 110004 110007 110072 170131 99999'.split(' '),
  };

  it('have the class that their code or their words say', () => {
    for (const [name, codes] of Object.entries(classes)) {
      for (const code of codes) {
        expect(sockets.trade.classify({ code, message: 'x' }), code).to.equal(name);
        expect(sockets.linear.classify({ code, message: 'x' }), code).to.equal(name);
      }
    }
  });

  it('tell too many sessions from a wrong key though both are 10003', () => {
    expect(
      sockets.trade.classify({ code: '10003', message: 'Too many sessions under the same UID' }),
    ).to.equal('rate');
  });
});
