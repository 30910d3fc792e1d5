import { expect } from 'chai';
import fc from 'fast-check';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { hyperliquid, topics } from '../../src/exchanges/hyperliquid.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, recordingSink, type SinkCall } from '../support/recording-sink.js';
import { requestContext } from '../support/request-context.js';

const { NaN: none } = Number;
const exchange = hyperliquid as Exchange;
const owner = '0x61fb9e7583dc92cc76eb52f93d88addaa0f02265';
type Json = { readonly data: never };

const order = (raw: unknown) => ({
  orderId: '315452584853',
  clientOrderId: 'bot-1',
  symbol: 'ETH',
  side: 'buy',
  type: 'limit',
  state: 'open',
  price: 2080,
  amount: 0.01,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: 1770524603232,
  raw,
});

const meanings: Readonly<Record<string, (json: Json) => readonly SinkCall[]>> = {
  pong: () => [['alive']],
  ack_subscribe: () => [['confirmed', 'l2Book:BTC']],
  ack_subscribe_options: () => [['confirmed', 'l2Book:BTC?mantissa=2&nSigFigs=5']],
  ack_unsubscribe: () => [['reply', 'unsubscribe l2Book:BTC', true]],
  error_already: () => [['confirmed', 'l2Book:SOL']],
  error_already_unsubscribed: () => [['reply', 'unsubscribe bbo:SOL', true]],
  error_parsing: () => [
    ['refusal', undefined, { code: 'error', message: 'Error parsing JSON into valid websocket request' }],
  ],
  error_subscription: () => [
    ['refused', 'candle:BTC?interval=7m', { code: 'error', message: 'Invalid subscription' }],
  ],
  l2_book: () => [
    ['book', 'l2Book:BTC', 'BTC', 'snapshot', 1790232236546, none, none],
    ['level', 'bid', 84143, 10.25923, '84143.0', '10.25923'],
    ['level', 'ask', 84144, 50.66449, '84144.0', '50.66449'],
  ],
  bbo: () => [['quote', 'bbo:SOL', 'SOL', 128.5, 36.93, 128.54, 18.7, 1765887848009, none]],
  bbo_empty_side: () => [['quote', 'bbo:SOL', 'SOL', none, 0, 128.54, 18.7, 1765887848009, none]],
  trades: () => [
    [
      'trade',
      'trades:SOL',
      'SOL',
      'sell',
      128.5,
      0.42,
      1765887848009,
      none,
      '867891549538215',
      '128.5',
      '0.42',
    ],
    ['trade', 'trades:SOL', 'SOL', 'buy', 128.51, 1, 1765887848010, none, '867891549538216', '128.51', '1.0'],
  ],
  candle: () => [['message', 'candle:BTC?interval=1m']],
  all_mids: () => [['message', 'allMids']],
  spot_context: () => [['message', 'activeAssetCtx:@107']],
  order_updates: ({ data }: { data: readonly unknown[] }) => [
    ['private', { kind: 'order', topic: 'orderUpdates', order: order(data[0]) }],
    [
      'private',
      {
        kind: 'order',
        topic: 'orderUpdates',
        order: {
          ...order(data[1]),
          clientOrderId: '0x00030050c6301a2b00000100000000d2',
          state: 'filled',
          filledAmount: 0.01,
          updatedAtMs: 1770524603240,
        },
      },
    ],
  ],
  order_cancelled: ({ data }: { data: readonly unknown[] }) => [
    [
      'private',
      {
        kind: 'order',
        topic: 'orderUpdates',
        order: {
          ...order(data[0]),
          orderId: '315452584854',
          clientOrderId: '',
          side: 'sell',
          state: 'cancelled',
          cancelReason: 'scheduledCancel',
          amount: 0.4,
          filledAmount: 0.1,
          updatedAtMs: 1770524603250,
        },
      },
    ],
  ],
  user_fills: ({ data }: { data: { fills: readonly unknown[] } }) => [
    [
      'private',
      {
        kind: 'fill',
        topic: 'userEvents',
        fill: {
          tradeId: '343484124188045',
          orderId: '315449302232',
          clientOrderId: '0x00030050c6301a2b00000100000000d2',
          symbol: 'ETH',
          side: 'sell',
          price: 2067.2,
          amount: 0.01,
          fee: 0.00893,
          feeCurrency: 'USDC',
          liquidity: 'taker',
          exchangeTimeMs: 1770524192528,
          raw: data.fills[0],
        },
      },
    ],
  ],
  user_funding: ({ data: raw }) => [['private', { kind: 'account', topic: 'userEvents', raw }]],
  fills_snapshot: ({ data: raw }) => [['private', { kind: 'account', topic: `userFills:${owner}`, raw }]],
  notification: ({ data: raw }) => [['private', { kind: 'account', topic: 'notification', raw }]],
  post_resting: ({ data }: { data: { response: { payload: unknown } } }) => [
    ['reply', 256, data.response.payload],
  ],
  post_cancelled: ({ data }: { data: { response: { payload: unknown } } }) => [
    ['reply', 3000002, data.response.payload],
  ],
  post_order_error: () => [
    ['refusal', 3000001, { code: 'order', message: 'Order must have minimum value of $10. asset=5' }],
  ],
  post_action_error: () => [
    ['refusal', 7, { code: 'err', message: 'User or API Wallet 0x4b6c0000 does not exist.' }],
  ],
  post_error: () => [['refusal', 8, { code: '429', message: '429 Too Many Requests' }]],
  post_info: () => [['reply', 1, { coin: 'BTC', time: 1790231719005, levels: [[], []] }]],
} as Readonly<Record<string, (json: Json) => readonly SinkCall[]>>;

/** Reads frames one after the other, as one connection does. */
function reader() {
  const decode = exchange.newDecode!();
  return (message: unknown) => {
    const sink = recordingSink();
    expect(decode(JSON.stringify(message), sink)).to.equal(undefined);
    return sink.calls;
  };
}
const acknowledge = (topic: string, method = 'subscribe') => ({
  channel: 'subscriptionResponse',
  data: { method, subscription: topics.subscriptionOf(topic) },
});
const bookFrame = { channel: 'l2Book', data: { coin: 'BTC', time: 1, levels: [[], []] } };

describe('hyperliquid decode', () => {
  itDecodes({
    title: 'hyperliquid',
    decoder: exchange,
    fixtures: 'hyperliquid',
    meanings,
    recorded: {
      venue: 'hyperliquid',
      whole: (name, frame) => (name === 'ws_book_data' ? `{"channel":"l2Book","data":${frame}}` : frame),
    },
  });

  it('takes the greeting of older servers for a sign of life', () => {
    expect(decoded(exchange, 'Websocket connection established.')).to.deep.equal({
      calls: [['alive']],
      problem: undefined,
    });
  });

  it('gives data the full name of its topic, which frames do not repeat', () => {
    const read = reader();
    read(acknowledge('l2Book:BTC?nSigFigs=5'));
    expect(read(bookFrame)[0]?.[1]).to.equal('l2Book:BTC?nSigFigs=5');
    read(acknowledge(`orderUpdates:${owner}`));
    expect(read({ channel: 'orderUpdates', data: [] })).to.deep.equal([['alive']]);
    read(acknowledge(`userEvents:${owner}`));
    expect(read({ channel: 'user', data: { funding: {} } })[0]?.[1]).to.include({
      topic: `userEvents:${owner}`,
    });
    read(acknowledge('l2Book:BTC?nSigFigs=5', 'unsubscribe'));
    expect(read(bookFrame)[0]?.[1]).to.equal('l2Book:BTC');
  });

  it('takes no pushed order without its status for an open one', () => {
    const row = { coin: 'ETH', side: 'B', limitPx: '1.0', sz: '1.0', oid: 3, timestamp: 17, origSz: '1.0' };
    const frame = JSON.stringify({ channel: 'orderUpdates', data: [{ order: row, statusTimestamp: 18 }] });
    expect(decoded(exchange, frame)).to.deep.equal({
      calls: [],
      problem: 'orderUpdates: malformed order',
    });
  });

  it('refuses what cannot be told from what is there already, and gives it back', () => {
    const read = reader();
    read(acknowledge('l2Book:BTC'));
    const calls = read(acknowledge('l2Book:BTC?fast=true'));
    expect(calls.map(([name]) => name)).to.deep.equal(['refused', 'answer']);
    expect(calls[0]?.[1]).to.equal('l2Book:BTC?fast=true');
    expect(JSON.parse(String(calls[1]?.[1]))).to.deep.equal({
      method: 'unsubscribe',
      subscription: { type: 'l2Book', coin: 'BTC', fast: true },
    });
    expect(read(bookFrame)[0]?.[1]).to.equal('l2Book:BTC');
  });

  it('finds the topic of market frames without parsing', () => {
    expect(exchange.topicOf?.('{"channel":"l2Book","data":{"coin":"xyz:TSLA","time":1')).to.equal(
      'l2Book:xyz:TSLA',
    );
    expect(exchange.topicOf?.('{"channel":"trades","data":[{"coin":"BTC","side":"A"')).to.equal('trades:BTC');
    expect(exchange.topicOf?.('{"channel":"user","data":{}}')).to.equal(undefined);
    expect(exchange.topicOf?.('{"channel":"pong"}')).to.equal(undefined);
  });
});

describe('hyperliquid topics', () => {
  const good = [
    'trades:BTC',
    'bbo:@107',
    'l2Book:PURR/USDC',
    'l2Book:xyz:TSLA',
    'l2Book:BTC?fast=true',
    'l2Book:BTC?mantissa=2&nSigFigs=5',
    'candle:BTC?interval=1m',
    'allMids',
    'allMids?dex=xyz',
    'activeAssetCtx:BTC',
    `orderUpdates:${owner}`,
    `userFills:${owner}?aggregateByTime=true`,
    `activeAssetData:${owner}?coin=BTC`,
    `clearinghouseState:${owner}?dex=xyz`,
  ];

  it('name every subscription once, and the subscription says its name again', () => {
    for (const topic of good) {
      expect(exchange.checkTopic?.(topic), topic).to.equal(undefined);
      expect(topics.topicOf(topics.subscriptionOf(topic)), topic).to.equal(topic);
    }
  });

  it('say how they ought to be written', () => {
    const problems: readonly (readonly [string, RegExp])[] = [
      ['trades', /name the coin, as in trades:BTC/],
      ['book:BTC', /is no topic of Hyperliquid: compare trades:BTC/],
      ['candle:BTC', /candle needs \?interval=/],
      ['l2Book:BTC?nSigFigs=5&mantissa=2', /alphabetical order/],
      ['l2Book:BTC?nSigFigs=9', /"9" is no value for nSigFigs/],
      ['l2Book:BTC?fast=false', /leave out what has its default/],
      ['trades:BTC?fast=true', /trades has no option "fast"/],
      ['orderUpdates:BTC', /name the address in lower case/],
      [`orderUpdates:${owner.toUpperCase()}`, /name the address in lower case/],
      ['allMids:BTC', /allMids is of everything/],
      ['', /is no topic/],
    ];
    for (const [topic, problem] of problems) expect(exchange.checkTopic?.(topic), topic).to.match(problem);
    fc.assert(fc.property(fc.string(), (topic) => void exchange.checkTopic?.(topic)));
  });

  it('are subscribed one in each frame', () => {
    const [first, second] = exchange.subscribe(['trades:BTC', 'l2Book:ETH?nSigFigs=3'], requestContext());
    expect(first).to.deep.equal({
      id: 1,
      frame: '{"method":"subscribe","subscription":{"type":"trades","coin":"BTC"}}',
      topics: ['trades:BTC'],
    });
    expect(JSON.parse(second!.frame)).to.deep.equal({
      method: 'subscribe',
      subscription: { type: 'l2Book', coin: 'ETH', nSigFigs: 3 },
    });
    expect(exchange.unsubscribe(['trades:BTC'], requestContext())[0]?.id).to.equal('unsubscribe trades:BTC');
    for (const kind of ['trades', 'quotes', 'book'] as const) {
      expect(exchange.checkTopic?.(exchange.commonTopic?.(kind, 'BTC') ?? '')).to.equal(undefined);
    }
  });
});
