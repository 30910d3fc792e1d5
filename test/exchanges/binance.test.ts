import { expect } from 'chai';
import { binance } from '../../src/exchanges/binance.js';
import { binanceUsdm } from '../../src/exchanges/binance-usdm.js';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, recordingSink, type SinkCall } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';

const { NaN: none } = Number;
const { streams } = binance.sockets;

const meanings: Readonly<Record<string, () => readonly SinkCall[]>> = {
  stream_agg_trade: () => [
    ['trade', 'bnbbtc@aggTrade', 'BNBBTC', 'sell', 0.001, 100, 1672515782130, 12345, '12345', '0.001', '100'],
  ],
  stream_trade: () => [
    [
      'trade',
      'bnbbtc@trade',
      'BNBBTC',
      'buy',
      0.001,
      100.5,
      1672515782130,
      12345,
      '12345',
      '0.00100000',
      '100.50',
    ],
  ],
  stream_book_ticker: () => [
    ['quote', 'bnbusdt@bookTicker', 'BNBUSDT', 25.3519, 31.21, 25.3652, 40.66, none, 400900217],
  ],
  stream_book_ticker_empty: () => [
    ['quote', 'bnbusdt@bookTicker', 'BNBUSDT', none, 0, 25.3652, 40.66, none, 400900218],
  ],
  stream_partial_depth: () => [
    ['book', 'bnbbtc@depth20@100ms', 'BNBBTC', 'snapshot', none, 160, none],
    ['level', 'bid', 0.0024, 10, '0.0024', '10'],
    ['level', 'ask', 0.0026, 100, '0.0026', '100'],
  ],
  stream_depth: () => [
    ['book', 'bnbbtc@depth@100ms', 'BNBBTC', 'change', 1672515782136, 160, 156],
    ['level', 'bid', 0.0024, 10, '0.0024', '10'],
    ['level', 'bid', 0.0022, 0, '0.0022', '0.00000000'],
    ['level', 'ask', 0.0026, 100, '0.0026', '100'],
  ],
  stream_kline: () => [['message', 'bnbbtc@kline_1m']],
  stream_all_tickers: () => [['message', '!ticker@arr']],
  stream_shutdown: () => [stop],
  raw_shutdown: () => [stop],
  raw_trade: () => [
    ['trade', 'bnbbtc@trade', 'BNBBTC', 'sell', 0.001, 100, 1672515782130, 12345, '12345', '0.001', '100'],
  ],
  reply_subscribe: () => [['reply', 1, null]],
  reply_list: () => [['reply', 3, ['btcusdt@aggTrade']]],
  error_bare: () => [['refusal', 4, { code: '2', message: 'Invalid request: too many parameters' }]],
  error_wrapped: () => [
    ['refusal', 'a1', { code: '2', message: 'Invalid request: unknown variant SUBSCRIB' }],
  ],
  error_unaddressed: () => [
    ['refusal', undefined, { code: '3', message: 'Invalid JSON: expected value at line 1 column 1' }],
  ],
};
const stop: SinkCall = [
  'notice',
  { kind: 'planned-stop', text: 'Binance: serverShutdown, this connection is about to be closed' },
];

describe('binance streams decode', () => {
  itDecodes({
    title: 'binance (market streams)',
    decoder: streams,
    fixtures: 'binance',
    meanings,
    recorded: { venue: 'binance', isMine: (name) => name.startsWith('futures_market_data') },
  });

  it('reads a change of the futures book as following the update that pu names', () => {
    const frame =
      '{"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[]}}';
    expect(decoded(streams as Exchange, frame).calls).to.deep.equal([
      ['book', 'btcusdt@depth', 'BTCUSDT', 'change', 123456788, 160, 149],
      ['level', 'bid', 0.0024, 10, '0.0024', '10'],
    ]);
  });

  it('reads the partial book of futures, which comes in the form of a change, as whole', () => {
    const frame =
      '{"stream":"btcusdt@depth5","data":{"e":"depthUpdate","E":123456789,"T":123456788,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[["0.0024","10"]],"a":[]}}';
    expect(decoded(streams as Exchange, frame).calls[0]).to.deep.equal([
      'book',
      'btcusdt@depth5',
      'BTCUSDT',
      'snapshot',
      123456788,
      160,
      none,
    ]);
  });

  it('finds the topic of market frames without parsing and leaves the rest to decode', () => {
    const { topicOf } = streams as Exchange;
    expect(topicOf?.('{"stream":"bnbbtc@trade","data":{}}')).to.equal('bnbbtc@trade');
    expect(topicOf?.('{"stream":"!ticker@arr","data":[]}')).to.equal('!ticker@arr');
    expect(topicOf?.('{"stream":"!serverShutdown","data":{}}')).to.equal(undefined);
    expect(topicOf?.('{"result":null,"id":1}')).to.equal(undefined);
    expect(topicOf?.('{"stream":"bnbbtc@tr')).to.equal(undefined);
  });
});

describe('binance topics', () => {
  const { checkTopic } = streams as Exchange;

  it('accepts the streams that the documentation lists', () => {
    const good =
      'btcusdt@trade btcusdt@aggTrade btcusdt@bookTicker btcusdt@depth btcusdt@depth@100ms btcusdt@depth5 btcusdt@depth20@1000ms btcusdt@kline_1m btcusdt@kline_1M@+08:00 btcusdt@ticker_1h btcusdt@avgPrice !miniTicker@arr !ticker_4h@arr 1234５６@trade';
    for (const topic of good.split(' ')) expect(checkTopic?.(topic), topic).to.equal(undefined);
  });

  it('says how a topic ought to be written', () => {
    expect(checkTopic?.('BTCUSDT@trade')).to.equal(
      '"BTCUSDT@trade" is no stream of Binance: write it as btcusdt@trade',
    );
    for (const topic of [
      'btcusdt',
      'btcusdt@trades',
      'btcusdt@depth@50ms',
      '@trade',
      'a b@trade',
      '!trade@arr',
    ]) {
      expect(checkTopic?.(topic), topic).to.match(/is no stream of Binance: compare btcusdt@trade/);
    }
  });

  it('subscribes in few large calls whose answer confirms all their topics', () => {
    const topics = Array.from({ length: 1024 }, (_, index) => `coin${index}usdt@trade`);
    const calls = (streams as Exchange).subscribe(topics, requestContext());
    expect(calls.map((call) => call.topics.length)).to.deep.equal([300, 300, 300, 124]);
    expect(calls.flatMap((call) => call.topics)).to.deep.equal(topics);
    for (const { id, frame, topics: own } of calls) {
      expect(JSON.parse(frame)).to.deep.equal({ method: 'SUBSCRIBE', params: own, id });
    }
    expect((streams as Exchange).readSubscribed?.(['a@trade'], null)).to.deep.equal({
      confirmed: ['a@trade'],
      refused: [],
    });
  });

  it('gives each topic to the socket that serves it', () => {
    expect(binance.socketOfTopic('btcusdt@trade')).to.equal('streams');
    expect(binance.socketOfTopic('userData')).to.equal('api');
    expect(binanceUsdm.socketOfTopic('btcusdt@depth@100ms')).to.equal('public');
    expect(binanceUsdm.socketOfTopic('btcusdt@bookTicker')).to.equal('public');
    expect(binanceUsdm.socketOfTopic('btcusdt@markPrice@1s')).to.equal('market');
    expect(binanceUsdm.socketOfTopic('userData')).to.equal('private');
  });

  it('knows the common names', () => {
    for (const venue of [binance, binanceUsdm]) {
      for (const kind of ['trades', 'quotes', 'book'] as const) {
        const topic = venue.commonTopic?.(kind, 'BTCUSDT') ?? '';
        const socket = venue.sockets[venue.socketOfTopic(topic) as keyof typeof venue.sockets] as Exchange;
        expect(socket.checkTopic?.(topic), topic).to.equal(undefined);
      }
    }
  });
});

describe('binance books', () => {
  it('begin with a snapshot over HTTP that the range rule can follow', () => {
    const { books } = streams as Exchange;
    expect(books?.rule?.('bnbbtc@depth@100ms')).to.equal('range');
    expect(books?.rule?.('bnbbtc@depth5')).to.equal('none');
    expect(books?.snapshot?.('bnbbtc@depth5')).to.equal(undefined);
    expect(books?.snapshot?.('bnbbtc@depth')).to.deep.equal({
      method: 'GET',
      url: '/api/v3/depth?symbol=BNBBTC&limit=5000',
    });
    const sink = recordingSink();
    const answer = { lastUpdateId: 157, bids: [['0.0024', '10']], asks: [['0.0026', '0']] };
    expect(books?.readSnapshot?.('bnbbtc@depth', answer, sink)).to.equal(undefined);
    expect(sink.calls).to.deep.equal([
      ['book', 'bnbbtc@depth', 'BNBBTC', 'snapshot', none, 157, none],
      ['level', 'bid', 0.0024, 10, '0.0024', '10'],
      ['level', 'ask', 0.0026, 0, '0.0026', '0'],
    ]);
    for (const bad of [
      null,
      [],
      { code: -1121, msg: 'Invalid symbol.' },
      { lastUpdateId: 1, bids: [['x', '1']], asks: [] },
    ]) {
      expect(books?.readSnapshot?.('bnbbtc@depth', bad, recordingSink())).to.be.a('string');
    }
  });
});

describe('binance USD-M frames', () => {
  const own = binanceUsdm.sockets.private;
  const order = { clientOrderId: 'TEST', symbol: 'BTCUSDT', updatedAtMs: 1568879465649, price: none };

  itDecodes({
    title: 'binance-usdm',
    decoder: (name) => (name.startsWith('stream_') ? binanceUsdm.sockets.public : own),
    rehearsed: [own, binanceUsdm.sockets.public, binanceUsdm.sockets.market],
    fixtures: 'binance-usdm',
    meanings: {
      stream_agg_trade: () => [
        [
          'trade',
          'btcusdt@aggTrade',
          'BTCUSDT',
          'sell',
          7100.5,
          0.1,
          1568879465650,
          5933014,
          '5933014',
          '7100.50',
          '0.100',
        ],
      ],
      stream_book_ticker: () => [
        ['quote', 'btcusdt@bookTicker', 'BTCUSDT', 7100.4, 31.21, 7100.5, 40.66, 1568014460891, 400900217],
      ],
      stream_depth: () => [
        ['book', 'btcusdt@depth@100ms', 'BTCUSDT', 'change', 1568014460891, 160, 149],
        ['level', 'bid', 7100.4, 10, '7100.40', '10.000'],
        ['level', 'ask', 7100.5, 0, '7100.50', '0.000'],
        ['level', 'ask', 7100.6, 1.5, '7100.60', '1.500'],
      ],
      order_new: ({ o: raw }: { o: unknown }) => [
        [
          'private',
          {
            kind: 'order',
            topic: 'userData',
            order: {
              ...order,
              orderId: '8886774',
              side: 'buy',
              type: 'trailing-stop-market',
              state: 'open',
              amount: 0.001,
              filledAmount: 0,
              averagePrice: none,
              raw,
            },
          },
        ],
      ],
      order_trade: ({ o: raw }: { o: unknown }) => [
        [
          'private',
          {
            kind: 'fill',
            topic: 'userData',
            fill: {
              tradeId: '12345678',
              orderId: '8886775',
              clientOrderId: 'TEST',
              symbol: 'BTCUSDT',
              side: 'sell',
              price: 7100.6,
              amount: 0.001,
              fee: 0.01,
              feeCurrency: 'USDT',
              liquidity: 'maker',
              exchangeTimeMs: 1568879465649,
              raw,
            },
          },
        ],
        [
          'private',
          {
            kind: 'order',
            topic: 'userData',
            order: {
              ...order,
              orderId: '8886775',
              side: 'sell',
              type: 'limit',
              state: 'open',
              price: 7100.5,
              amount: 0.002,
              filledAmount: 0.001,
              averagePrice: 7100.6,
              raw,
            },
          },
        ],
      ],
      account: ({ a }: { a: { B: unknown[]; P: unknown[] } }) => [
        [
          'private',
          {
            kind: 'balance',
            topic: 'userData',
            balance: { currency: 'USDT', total: 122624.12345678, available: 100.12345678, raw: a.B[0] },
          },
        ],
        [
          'private',
          {
            kind: 'position',
            topic: 'userData',
            position: { symbol: 'BTCUSDT', amount: -20, averagePrice: 6563.665, raw: a.P[0] },
          },
        ],
        [
          'private',
          {
            kind: 'position',
            topic: 'userData',
            position: { symbol: 'ETHUSDT', amount: 0, averagePrice: none, raw: a.P[1] },
          },
        ],
        ['private', { kind: 'account', topic: 'userData', raw: a }],
      ],
      listen_key_expired: () => [
        [
          'revoked',
          'userData',
          { code: 'listenKeyExpired', message: 'the listen key expired; a new one is needed' },
        ],
      ],
      trade_lite: (raw) => [['private', { kind: 'account', topic: 'userData', raw }]],
      reply: () => [['reply', 1, null]],
      error: () => [['refusal', 1, { code: '2', message: 'Invalid request' }]],
    },
    recorded: { venue: 'binance', isMine: (name) => name.startsWith('futures_user_data') },
  });

  it('fetches a listen key, subscribes to it and keeps it alive by fetching again', () => {
    const { login } = own;
    const credentials = { apiKey: 'key', secret: 'secret' };
    expect(login?.validate({})).to.equal('credentials.apiKey must be a non-empty string');
    expect(login?.fetch?.(credentials, requestContext())).to.deep.equal({
      method: 'POST',
      url: '/fapi/v1/listenKey',
      headers: { 'X-MBX-APIKEY': 'key' },
    });
    expect(login?.read({}, credentials)).to.be.a('string');
    const session = login?.read({ listenKey: 'pqia91ma19a5s61cv6a81va65sdf' }, credentials);
    if (typeof session !== 'object' || !('secrets' in session)) throw new Error('no session');
    expect(session.lifetimeMs).to.equal(3_600_000);
    const [call] = own.subscribe(['userData'], requestContext({ session }));
    expect(JSON.parse(call?.frame ?? '')).to.deep.equal({
      method: 'SUBSCRIBE',
      params: ['pqia91ma19a5s61cv6a81va65sdf'],
      id: 1,
    });
  });
});
