import { expect } from 'chai';
import type { ErrorClass, Exchange, Outgoing, RequestContext } from '../../src/exchanges/exchange.js';
import { okx } from '../../src/exchanges/okx.js';
import { requestContext } from '../support/request-context.js';

const sockets = okx.sockets as unknown as Readonly<Record<keyof typeof okx.sockets, Exchange>>;
const secretKey = '22582BD0CFF14C41EDBF1AB98506286D';
const credentials = { apiKey: 'key', secretKey, passphrase: 'words' };
const orders = sockets.private.orders!;
const bodyOf = ({ frame }: Outgoing) => JSON.parse(frame) as Record<string, unknown>;

describe('okx login', () => {
  it('signs as the computed vector says, with the time in seconds as text', () => {
    const context = requestContext({ wallMs: 1_538_054_050_999 });
    const outgoing = sockets.private.login!.request!(credentials, context);
    expect(outgoing.id).to.equal('login');
    expect(bodyOf(outgoing)).to.deep.equal({
      op: 'login',
      args: [
        {
          apiKey: 'key',
          passphrase: 'words',
          timestamp: '1538054050',
          sign: '+LdIr8lkkvhr5hoA3g9TMC0+uQJ849ftAcocA/ouu4M=',
        },
      ],
    });
    expect(outgoing.frame).to.not.contain(secretKey);
  });

  it('says which credential is missing', () => {
    expect(okx.validateCredentials(credentials)).to.equal(undefined);
    expect(okx.validateCredentials({ apiKey: 'key', secretKey })).to.contain('passphrase');
  });

  it('is not asked of public data', () => {
    expect(sockets.public.login).to.equal(undefined);
    expect(okx.accountSockets).to.deep.equal(['private']);
  });
});

describe('okx topics', () => {
  const places = {
    'trades:BTC-USDT': 'public',
    'books:BTC-USDT-SWAP': 'public',
    'instruments:instType=SWAP': 'public',
    'books-l2-tbt:BTC-USDT': 'depth',
    'books50-l2-tbt:BTC-USDT': 'depth',
    account: 'private',
    'account:ccy=BTC': 'private',
    'orders:instType=FUTURES,instFamily=BTC-USD': 'private',
    'candle1D:BTC-USDT': 'business',
    'sprd-orders': 'business',
    'orders-algo:instType=ANY': 'business',
  } as const;

  it('go to the socket that carries them', () => {
    for (const [topic, socket] of Object.entries(places)) {
      expect(okx.socketOfTopic(topic), topic).to.equal(socket);
      expect(sockets[socket].checkTopic?.(topic), topic).to.equal(undefined);
    }
  });

  it('are private where they need a login', () => {
    const isPrivate = (topic: string) =>
      sockets[okx.socketOfTopic(topic) as keyof typeof sockets].isPrivate?.(topic);
    for (const topic of ['account', 'orders:instType=ANY', 'books-l2-tbt:X', 'sprd-orders', 'orders-algo']) {
      expect(isPrivate(topic), topic).to.equal(true);
    }
    for (const topic of ['trades:X', 'books:X', 'candle1D:X', 'sprd-public-trades']) {
      expect(isPrivate(topic), topic).to.equal(false);
    }
  });

  it('have one form only', () => {
    for (const topic of [
      'books:instId=BTC-USDT',
      'orders:instFamily=BTC-USD,instType=FUTURES',
      'orders:uid=7',
      '',
      'books:',
      'books:BTC USDT',
    ]) {
      expect(sockets.public.checkTopic?.(topic), topic).to.be.a('string').that.contains('trades:BTC-USDT');
    }
  });

  it('are asked for in calls below the bytes that OKX takes', () => {
    const topics = Array.from({ length: 250 }, (_, index) => `trades:${'X'.repeat(300)}-${index}`);
    const calls = sockets.public.subscribe(topics, requestContext());
    expect(calls.flatMap((call) => call.topics)).to.deep.equal(topics);
    for (const { frame } of calls) expect(frame.length).to.be.below(65_536);
    const [call] = sockets.private.subscribe(['orders:instType=SWAP', 'account'], requestContext());
    expect(bodyOf(call!)).to.deep.equal({
      id: '1',
      op: 'subscribe',
      args: [{ channel: 'orders', instType: 'SWAP' }, { channel: 'account' }],
    });
  });

  it('are all meant where OKX ends a whole channel', () => {
    const topics = ['orders:instType=SWAP', 'orders', 'orders-algo:instType=ANY', 'account'];
    expect(sockets.private.topicsNamed?.('orders:*', topics)).to.deep.equal(topics.slice(0, 2));
    expect(sockets.private.topicsNamed?.('account', topics)).to.deep.equal(['account']);
  });

  it('have a common form', () => {
    expect(okx.commonTopic('trades', 'BTC-USDT')).to.equal('trades:BTC-USDT');
    expect(okx.commonTopic('quotes', 'BTC-USDT')).to.equal('bbo-tbt:BTC-USDT');
    expect(okx.commonTopic('book', 'BTC-USDT')).to.equal('books:BTC-USDT');
  });
});

describe('okx orders', () => {
  const context = (): RequestContext => ({
    ...requestContext(),
    instrumentIds: new Map([
      ['BTC-USDT', 10],
      ['BTC-USDT-SWAP', 20],
    ]),
  });
  const limit = {
    symbol: 'BTC-USDT-SWAP',
    side: 'buy',
    amount: '100',
    price: '42000',
    clientOrderId: 'abc1',
  } as const;

  it('are placed by the number of their instrument', () => {
    expect(bodyOf(orders.place(limit, context()))).to.deep.equal({
      id: '1',
      op: 'order',
      args: [
        {
          instIdCode: 20,
          tdMode: 'cross',
          side: 'buy',
          ordType: 'limit',
          sz: '100',
          px: '42000',
          clOrdId: 'abc1',
        },
      ],
    });
  });

  it('at market count in the base currency on spot', () => {
    const order = {
      symbol: 'BTC-USDT',
      side: 'buy',
      type: 'market',
      amount: 0.5,
      clientOrderId: 'a',
    } as const;
    const { args } = bodyOf(orders.place(order, context()));
    expect(args).to.deep.equal([
      {
        instIdCode: 10,
        tdMode: 'cash',
        side: 'buy',
        ordType: 'market',
        sz: '0.5',
        tgtCcy: 'base_ccy',
        clOrdId: 'a',
      },
    ]);
  });

  it('take what makes them special as their type', () => {
    const typeOf = (terms: object) => {
      const { args } = bodyOf(orders.place({ ...limit, ...terms }, context()));
      return (args as readonly { readonly ordType: string }[])[0]?.ordType;
    };
    expect(typeOf({ postOnly: true })).to.equal('post_only');
    expect(typeOf({ timeInForce: 'immediate-or-cancel' })).to.equal('ioc');
    expect(typeOf({ timeInForce: 'fill-or-kill' })).to.equal('fok');
    expect(typeOf({ type: 'optimal_limit_ioc' })).to.equal('optimal_limit_ioc');
  });

  it('for an instrument whose number is not known are not built', () => {
    const place = () => orders.place({ ...limit, symbol: 'ETH-USDT' }, context());
    expect(place).to.throw(TypeError, 'extra.instIdCode');
    const given = orders.place({ ...limit, symbol: 'ETH-USDT', extra: { instIdCode: 7 } }, context());
    expect(bodyOf(given)).to.have.nested.property('args[0].instIdCode', 7);
  });

  it('are changed and cancelled by either id', () => {
    const edit = orders.edit!({ orderId: '1', symbol: 'BTC-USDT' }, { price: 5 }, context());
    expect(bodyOf(edit)).to.deep.include({
      op: 'amend-order',
      args: [{ instIdCode: 10, ordId: '1', newPx: '5' }],
    });
    const cancel = orders.cancel({ clientOrderId: 'c', symbol: 'BTC-USDT' }, context());
    expect(bodyOf(cancel)).to.deep.include({ op: 'cancel-order', args: [{ instIdCode: 10, clOrdId: 'c' }] });
    expect(() => orders.cancel({ orderId: '1' }, context())).to.throw(TypeError);
  });

  it('are known by id as soon as they are accepted', () => {
    const answer = { code: '0', data: [{ ordId: '12345689', clOrdId: 'abc1', sCode: '0', ts: '17' }] };
    expect(orders.readPlaced(answer, limit)).to.include({
      orderId: '12345689',
      state: 'accepted',
      amount: 100,
      updatedAtMs: 17,
    });
    expect(orders.readPlaced(answer)).to.equal(undefined);
  });

  it('have client ids of letters and digits', () => {
    expect(orders.validate?.({ ...limit, clientOrderId: 'a-1' })).to.contain('letters and digits');
    expect(orders.validate?.({ ...limit, clientOrderId: 'x'.repeat(33) })).to.contain('32');
    expect(orders.validate?.({ ...limit, extra: { sz: '1' } })).to.contain('extra.sz');
    expect(orders.validate?.(limit)).to.equal(undefined);
  });

  it('find the numbers of instruments in what OKX lists', () => {
    const table = sockets.private.instrumentIds!;
    expect(table.fetch(context()).map(({ url }) => url)).to.include(
      '/api/v5/public/instruments?instType=SWAP',
    );
    expect(table.read({ code: '0', data: [{ instId: 'BTC-USDT', instIdCode: 10 }] })).to.deep.equal([
      ['BTC-USDT', 10],
    ]);
    expect(table.read({ code: '50001', data: [] })).to.be.a('string');
  });
});

describe('okx errors', () => {
  const classes: Readonly<Partial<Record<ErrorClass, string>>> = {
    retry: '50001 63999 64007 64008',
    rate: '50011 60014 60023 channel-conn-count-error',
    login: '60004 60006 60011',
    'fatal-login': '60005 60007 60009 60024 60032',
    'not-found': '51603 60018',
    unknown: '50004',
    reject: '51008 60012 60013 60019 60027 60028 60031 60033 64001 64003 64004',
  };

  it('have the class of their code', () => {
    for (const [name, codes] of Object.entries(classes)) {
      for (const code of codes.split(' ')) {
        expect(sockets.private.classify({ code, message: '' }), code).to.equal(name);
      }
    }
  });

  it('of a close say whether a new connection helps', () => {
    const closes = {
      1009: 'reject',
      4001: 'login',
      4003: 'rate',
      4004: 'retry',
      4005: 'retry',
      4006: 'retry',
      4007: 'login',
      4008: 'rate',
      4009: 'rate',
      1006: 'retry',
      4002: 'retry',
    };
    for (const [code, name] of Object.entries(closes)) {
      expect(sockets.private.classifyClose?.(Number(code), ''), code).to.equal(name);
    }
  });
});
