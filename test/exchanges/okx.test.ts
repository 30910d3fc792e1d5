import { expect } from 'chai';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { okx } from '../../src/exchanges/okx.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, type SinkCall } from '../support/recording-sink.js';

const { NaN: none } = Number;
const sockets = okx.sockets as unknown as Readonly<Record<keyof typeof okx.sockets, Exchange>>;
const exchange = sockets.private;

type Message = { readonly data: readonly never[] };
const privately = (kind: string, topic: string, value: object): SinkCall => [
  'private',
  { kind, topic, [kind]: value },
];

const swap = 'BTC-USDT-SWAP';
const fill = (raw: unknown) => ({
  tradeId: '77',
  orderId: '312269865356374016',
  clientOrderId: 'b1',
  symbol: swap,
  side: 'buy',
  price: 998.5,
  amount: 1,
  fee: 0.01,
  feeCurrency: 'USDT',
  liquidity: 'maker',
  exchangeTimeMs: 1597026383080,
  raw,
});
const order = (raw: unknown) => ({
  orderId: '312269865356374016',
  clientOrderId: 'b1',
  symbol: swap,
  side: 'buy',
  type: 'limit',
  state: 'open',
  price: 999,
  amount: 3,
  filledAmount: 1,
  averagePrice: 998.5,
  updatedAtMs: 1597026383085,
  raw,
});

const meanings: Readonly<Record<string, (message: never) => readonly SinkCall[]>> = {
  books_snapshot: () => [
    ['book', 'books:BTC-USDT', 'BTC-USDT', 'snapshot', 1597026383085, 123456, none],
    ['level', 'bid', 8476.97, 256, '8476.97', '256'],
    ['level', 'ask', 8476.98, 415, '8476.98', '415'],
  ],
  books_update: () => [
    ['book', 'books:BTC-USDT', 'BTC-USDT', 'change', 1597026383185, 123457, 123456],
    ['level', 'ask', 8476.98, 0, '8476.98', '0'],
  ],
  books_keep_alive: () => [['book', 'books:BTC-USDT', 'BTC-USDT', 'change', 1597026443185, 123457, 123457]],
  books_reset: () => [
    ['book', 'books:BTC-USDT', 'BTC-USDT', 'change', 1597026443285, 5, 123457],
    ['level', 'bid', 8476.9, 1, '8476.90', '1'],
  ],
  books5: () => [
    ['book', 'books5:BTC-USDT', 'BTC-USDT', 'snapshot', 1597026383085, 123456, none],
    ['level', 'ask', 8476.98, 415, '8476.98', '415'],
  ],
  bbo: () => [
    [
      'quote',
      'bbo-tbt:BCH-USDT-SWAP',
      'BCH-USDT-SWAP',
      111.05,
      57745,
      111.06,
      55154,
      1670324386802,
      363996337,
    ],
  ],
  bbo_empty_side: () => [
    ['quote', 'bbo-tbt:BCH-USDT-SWAP', 'BCH-USDT-SWAP', 111.05, 57745, none, 0, 1670324386803, 363996338],
  ],
  trades: () => [
    [
      'trade',
      'trades:BTC-USD',
      'BTC-USD',
      'buy',
      42219.9,
      0.12060306,
      1630048897897,
      none,
      '130639474',
      '42219.9',
      '0.12060306',
    ],
  ],
  tickers: () => [
    ['quote', 'tickers:BTC-USDT', 'BTC-USDT', 8888.88, 5, 9999.99, 11, 1597026383085, none],
    ['message', 'tickers:BTC-USDT'],
  ],
  candle: () => [['message', 'candle1D:BTC-USDT']],
  subscribed: () => [['confirmed', 'tickers:BTC-USDT']],
  subscribed_family: () => [['confirmed', 'orders:instType=FUTURES,instFamily=BTC-USD']],
  unsubscribed: () => [['reply', '1513', 'tickers:BTC-USDT']],
  unsubscribed_no_id: () => [['alive']],
  error_request: () => [['refusal', '1512', { code: '60012', message: 'Invalid request' }]],
  error_channel: ({ msg }: { readonly msg: string }) => [
    ['refused', 'books:NOPE-USDT', { code: '60018', message: msg }],
  ],
  error_please_log_in: () => [['refusal', undefined, { code: '60011', message: 'Please log in' }]],
  login: (message) => [['reply', 'login', message]],
  login_failed: () => [['refusal', 'login', { code: '60009', message: 'Login failed.' }]],
  notice: ({ msg }: { readonly msg: string }) => [
    ['notice', { kind: 'planned-stop', text: `OKX: ${msg} (64008)` }],
  ],
  conn_count: () => [['alive']],
  conn_count_error: () => [
    [
      'revoked',
      'orders:*',
      { code: 'channel-conn-count-error', message: 'too many connections have this channel' },
    ],
  ],
  order_accepted: (message) => [['reply', '1512', message]],
  order_rejected: () => [['refusal', '1512', { code: '51008', message: 'Insufficient balance' }]],
  order_invalid: () => [['refusal', '1512', { code: '60013', message: 'Invalid args' }]],
  batch_partly: (message) => [['reply', '1513', message]],
  order_cancelled: (message) => [['reply', '1514', message]],
  orders: ({ data }: Message) => [
    privately('fill', 'orders:instType=SWAP', fill(data[0])),
    privately('order', 'orders:instType=SWAP', order(data[0])),
  ],
  orders_cancelled: ({ data }: Message) => [
    privately('order', 'orders:instType=SWAP', {
      ...order(data[0]),
      state: 'cancelled',
      updatedAtMs: 1597026383090,
      cancelReason: '1',
    }),
  ],
  positions: ({ data }: Message) => [
    privately('position', 'positions:instType=ANY', {
      symbol: swap,
      amount: -2,
      averagePrice: 2566.31,
      raw: data[0],
    }),
    privately('position', 'positions:instType=ANY', {
      symbol: 'ETH-USDT-SWAP',
      amount: -1,
      averagePrice: 2000,
      raw: data[1],
    }),
  ],
  account: ({ data }: { readonly data: readonly [{ readonly details: readonly unknown[] }] }) => [
    privately('balance', 'account', { currency: 'BTC', total: 1.5, available: 1.2, raw: data[0].details[0] }),
  ],
  balance_and_position: ({
    data: [row],
  }: {
    readonly data: readonly [{ readonly balData: readonly unknown[]; readonly posData: readonly unknown[] }];
  }) => [
    privately('balance', 'balance_and_position', {
      currency: 'BTC',
      total: 1,
      available: none,
      raw: row.balData[0],
    }),
    privately('position', 'balance_and_position', {
      symbol: 'BTC-USD-191018',
      amount: 10,
      averagePrice: 3320,
      raw: row.posData[0],
    }),
  ],
  greeks: ({ data }: Message) => [['private', { kind: 'account', topic: 'account-greeks', raw: data }]],
};

describe('okx decode', () => {
  itDecodes({
    title: 'okx',
    fixtures: 'okx',
    decoder: exchange,
    meanings,
    // A list without the frame around it.
    recorded: { venue: 'okx', isMine: (name) => name !== 'ws_opt_summary' },
  });

  it('knows the pong, which is no JSON', () => {
    expect(decoded(exchange, 'pong')).to.deep.equal({ calls: [['alive']], problem: undefined });
    expect(decoded(exchange, 'ping').problem).to.be.a('string');
  });

  it('tells nothing of a book update that is malformed anywhere', () => {
    const good =
      '{"arg":{"channel":"books","instId":"X"},"action":"update","data":[{"asks":[["8.5","4","0","1"]],"bids":[],"ts":"1","prevSeqId":6,"seqId":7}]}';
    expect(decoded(exchange, good).problem).to.equal(undefined);
    for (const [before, after] of [
      ['"4"', '"-4"'],
      ['"4"', 'null'],
      ['"update"', '"change"'],
      ['"seqId":7', '"seqId":"7"'],
      ['"prevSeqId":6,', ''],
      [',"bids":[]', ''],
      ['"data":[{', '"data":[{},{'],
    ] as const) {
      const { calls, problem } = decoded(exchange, good.replace(before, after));
      expect(problem, after).to.be.a('string');
      expect(calls).to.deep.equal([]);
    }
  });

  it('hides no order behind a malformed fill, and no position behind a malformed balance', () => {
    const order =
      '"instId":"X","ordId":"7","side":"buy","ordType":"limit","state":"filled","sz":"1","accFillSz":"1"';
    const filled = `{"arg":{"channel":"orders","instType":"SPOT"},"data":[{${order},"tradeId":"9","fillSz":"1","fillPx":"?"}]}`;
    const held =
      '{"arg":{"channel":"balance_and_position"},"data":[{"balData":[{}],"posData":[{"instId":"X","pos":"1"}]}]}';
    for (const [frame, kind, problem] of [
      [filled, 'order', 'orders:instType=SPOT: malformed fill'],
      [held, 'position', 'balance_and_position: malformed balance'],
    ] as const) {
      const told = decoded(exchange, frame);
      expect(told.problem).to.equal(problem);
      expect(told.calls.map(([, event]) => (event as { readonly kind: string }).kind)).to.deep.equal([kind]);
    }
  });

  it('repeats nothing of a request that an error echoes', () => {
    const frame =
      '{"event":"error","code":"60012","msg":"Invalid request: {\\"op\\":\\"login\\",\\"args\\":[{\\"sign\\":\\"SIGNATURE\\"}]}"}';
    expect(JSON.stringify(decoded(exchange, frame))).to.not.contain('SIGNATURE');
  });

  it('finds the topic of market data by a look at its beginning', () => {
    const frame = '{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[]}';
    expect(sockets.public.topicOf?.(frame)).to.equal('trades:BTC-USDT');
    for (const other of [
      'pong',
      '{"event":"subscribe"}',
      '{"arg":{"channel":"orders","instType":"SWAP"},"data":[]}',
      '{"arg":{"chan',
    ]) {
      expect(sockets.public.topicOf?.(other), other).to.equal(undefined);
    }
  });
});
