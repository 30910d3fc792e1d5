import { expect } from 'chai';
import { bybit } from '../../src/exchanges/bybit.js';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, type SinkCall } from '../support/recording-sink.js';

const { NaN: none } = Number;
const sockets = bybit.sockets as unknown as Readonly<Record<keyof typeof bybit.sockets, Exchange>>;

/** Fixtures begin with their socket; recorded frames say what they are about. */
function exchangeOf(name: string): Exchange {
  const socket = /^(linear|spot|inverse|option|private|trade)_/.exec(name)?.[1];
  if (socket !== undefined) return sockets[socket as keyof typeof sockets];
  if (name.startsWith('ws_account') || name === 'ws_auth_success') return sockets.private;
  return name === 'ws_order_response' ? sockets.trade : sockets.linear;
}

type Message = { readonly data: readonly never[] };

const order = (row: unknown) => ({
  orderId: 'af6512ea-74b0-4ac5-959a-9a52d4208b08',
  clientOrderId: 'VQAC6QMAAQAARFkvRM9C',
  symbol: 'BTCUSDT',
  side: 'buy',
  type: 'limit',
  state: 'open',
  price: 27673.4,
  amount: 0.001,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: 1682917170026,
  raw: row,
});
const spotOrder = (row: unknown) => ({
  orderId: 'b1',
  clientOrderId: '',
  symbol: 'spot/BTCUSDT',
  side: 'sell',
  type: 'market',
  state: 'cancelled',
  price: none,
  amount: 0.5,
  filledAmount: 0.2,
  averagePrice: 27000.5,
  updatedAtMs: 1682917170027,
  cancelReason: 'CancelByUser',
  raw: row,
});
const fill = (row: unknown) => ({
  tradeId: 'a3333bcf-4d02-55f1-a9d2-08a5149064f4',
  orderId: '787dcaf8-84b4-44b7-b57c-71bdf1bd5420',
  clientOrderId: 'nQAC6QMAAQAAnUSX79BC',
  symbol: 'BTCUSDT',
  side: 'buy',
  price: 28567.7,
  amount: 0.001,
  fee: 0.01714062,
  feeCurrency: '',
  liquidity: 'taker',
  exchangeTimeMs: 1682924344203,
  raw: row,
});

const book = 'orderbook.50.BTCUSDT';
const meanings: Readonly<Record<string, (message: never) => readonly SinkCall[]>> = {
  linear_book_snapshot: () => [
    ['book', book, 'BTCUSDT', 'snapshot', 1682083230010, 1323396, none],
    ['level', 'bid', 27579.99, 0.031443, '27579.99', '0.031443'],
    ['level', 'ask', 27580, 0.080386, '27580', '0.080386'],
  ],
  linear_book_delta: () => [
    ['book', book, 'BTCUSDT', 'change', 1682083231910, 1323397, 1323396],
    ['level', 'bid', 27579.99, 0.031244, '27579.99', '0.031244'],
    ['level', 'bid', 27579.5, 0, '27579.50', '0'],
  ],
  linear_book_restart: () => [
    ['book', book, 'BTCUSDT', 'snapshot', 1682083232000, 1, none],
    ['level', 'bid', 27579.99, 1, '27579.99', '1'],
    ['level', 'ask', 27580, 2, '27580', '2'],
  ],
  linear_best: () => [
    ['quote', 'orderbook.1.BTCUSDT', 'BTCUSDT', 27579.99, 0.031443, none, 0, 1682083230010, 1323396],
    ['book', 'orderbook.1.BTCUSDT', 'BTCUSDT', 'snapshot', 1682083230010, 1323396, none],
    ['level', 'bid', 27579.99, 0.031443, '27579.99', '0.031443'],
  ],
  linear_trades: () => [
    [
      'trade',
      'publicTrade.BTCUSDT',
      'BTCUSDT',
      'buy',
      27200,
      0.000221,
      1682084122521,
      none,
      '2100000000019296063',
      '27200',
      '0.000221',
    ],
    [
      'trade',
      'publicTrade.BTCUSDT',
      'BTCUSDT',
      'sell',
      27199.5,
      1.1,
      1682084122522,
      none,
      '2100000000019296064',
      '27199.50',
      '1.10',
    ],
  ],
  linear_ticker: () => [
    ['quote', 'tickers.BTCUSDT', 'BTCUSDT', 17215.5, 84.489, 17216, 83.02, 1673272861686, 24987956059],
    ['message', 'tickers.BTCUSDT'],
  ],
  linear_ticker_delta: () => [['message', 'tickers.BTCUSDT']],
  linear_kline: () => [['message', 'kline.5.BTCUSDT']],
  linear_subscribed: (message) => [['reply', '7', message]],
  linear_not_found: () => [
    [
      'refusal',
      '8',
      { code: 'handler not found', message: 'error:handler not found,topic:orderbook.50.NOPEUSDT' },
    ],
  ],
  linear_duplicate: () => [
    [
      'refusal',
      '9',
      { code: 'already subscribed', message: 'error:already subscribed,topic:orderbook.50.BTCUSDT' },
    ],
  ],
  linear_too_many: () => [['refusal', '2000001', { code: 'args size >10', message: 'args size >10' }]],
  linear_no_id: () => [
    ['refusal', undefined, { code: 'Invalid symbol', message: 'Invalid symbol :[NOPEUSDT]' }],
  ],
  linear_pong: () => [['alive']],
  spot_subscribed: (message) => [['reply', '4000001', message]],
  spot_pong: () => [['alive']],
  spot_trades: () => [
    [
      'trade',
      'spot/publicTrade.BTCUSDT',
      'spot/BTCUSDT',
      'sell',
      27201,
      0.5,
      1682084122521,
      none,
      '2100000000019296065',
      '27201',
      '0.5',
    ],
  ],
  option_subscribed: (message: Message) => [
    ['reply', 'topics orderbook.25.BTC-21APR23-28500-P orderbook.25.NOPE', message.data],
  ],
  option_pong: () => [['alive'], ['reply', 'pong', 1672916271846]],
  option_ticker: () => [
    [
      'quote',
      'option/tickers.BTC-6JAN23-17500-C',
      'option/BTC-6JAN23-17500-C',
      none,
      0,
      10,
      5.1,
      1672917511074,
      none,
    ],
    ['message', 'option/tickers.BTC-6JAN23-17500-C'],
  ],
  private_auth: (message) => [['reply', 'auth', message]],
  private_auth_failed: () => [['refusal', 'auth', { code: 'Params Error', message: 'Params Error' }]],
  private_auth_failed_old: () => [['refusal', 'auth', { code: 'USVC1111', message: 'error:USVC1111' }]],
  private_pong: () => [['alive'], ['reply', 'pong', 1675418560633]],
  private_order: ({ data }: Message) => [
    ['private', { kind: 'order', topic: 'order', order: order(data[0]) }],
    ['private', { kind: 'order', topic: 'order', order: spotOrder(data[1]) }],
  ],
  private_execution: ({ data }: Message) => [
    ['private', { kind: 'fill', topic: 'execution', fill: fill(data[0]) }],
  ],
  private_funding: ({ data }: Message) => [
    ['private', { kind: 'account', topic: 'execution', raw: data[0] }],
  ],
  private_position: ({ data }: Message) => [
    [
      'private',
      {
        kind: 'position',
        topic: 'position',
        position: { symbol: 'ETHUSDT', amount: -0.01, averagePrice: 3641.075, raw: data[0] },
      },
    ],
    [
      'private',
      {
        kind: 'position',
        topic: 'position',
        position: { symbol: 'inverse/BTCUSD', amount: 0, averagePrice: 0, raw: data[1] },
      },
    ],
  ],
  private_wallet: ({ data }: { readonly data: readonly [{ readonly coin: readonly unknown[] }] }) => [
    [
      'private',
      {
        kind: 'balance',
        topic: 'wallet',
        balance: {
          currency: 'USDT',
          total: 10226.20575506,
          available: 9519.89806037,
          raw: data[0].coin[0],
        },
      },
    ],
  ],
  private_greeks: ({ data }: Message) => [['private', { kind: 'account', topic: 'greeks', raw: data }]],
  trade_auth: (message) => [['reply', 'auth', message]],
  trade_auth_failed: () => [['refusal', 'auth', { code: '10004', message: 'invalid sign' }]],
  trade_pong: () => [['alive'], ['reply', 'pong', 1711002002529]],
  trade_created: (message) => [['reply', '3', message]],
  trade_rejected: () => [
    ['refusal', 'RAACPlr82kIAAQAAAAAA', { code: '110003', message: 'price is invalid' }],
  ],
  trade_cancelled: (message) => [['reply', 'gwAC7yKS2UIAAgAAAAAA', message]],
  trade_restarting: () => [
    ['refusal', '6', { code: '10019', message: 'ws trade service is restarting' }],
    ['notice', { kind: 'planned-stop', text: 'Bybit: trading restarts (10019)' }],
  ],
  trade_batch: (message) => [['reply', '7', message]],
};

describe('bybit decode', () => {
  itDecodes({
    title: 'bybit',
    fixtures: 'bybit',
    decoder: exchangeOf,
    rehearsed: Object.values(sockets),
    meanings,
    recorded: { venue: 'bybit' },
  });

  it('tells nothing of a book update that is malformed anywhere', () => {
    const good =
      '{"topic":"orderbook.50.X","ts":2,"type":"delta","data":{"s":"X","b":[["27579.99","0.03"]],"a":[],"u":7}}';
    expect(decoded(sockets.linear, good).problem).to.equal(undefined);
    for (const [before, after] of [
      ['"0.03"', '"-1"'],
      ['"0.03"', '0.03'],
      ['"27579.99"', '"1e5"'],
      ['"27579.99"', '"."'],
      ['"delta"', '"change"'],
      ['"u":7', '"u":"7"'],
      [',"a":[]', ''],
    ] as const) {
      const { calls, problem } = decoded(sockets.linear, good.replace(before, after));
      expect(problem, after).to.be.a('string');
      expect(calls).to.deep.equal([]);
    }
  });

  it('repeats neither the key nor the signature that a refused login echoes', () => {
    const frame =
      '{"success":false,"ret_msg":"error:USVC1111","request":{"op":"auth","args":["KEY",1,"SIGNATURE"]}}';
    expect(JSON.stringify(decoded(sockets.private, frame))).to.not.match(/KEY|SIGNATURE/);
  });

  it('calls the answer to an unreadable frame a problem', () => {
    const { problem } = decoded(sockets.linear, 'Failed to decode incoming data: invalid character');
    expect(problem).to.equal('Bybit could not read a frame');
  });

  it('finds the topic of market data without parsing, with its market', () => {
    const frame = '{"topic":"publicTrade.BTCUSDT","ts":1,"type":"snapshot","data":[]}';
    expect(sockets.linear.topicOf?.(frame)).to.equal('publicTrade.BTCUSDT');
    expect(sockets.spot.topicOf?.(frame)).to.equal('spot/publicTrade.BTCUSDT');
    expect(sockets.spot.topicOf?.('{"topic":"publicTra')).to.equal(undefined);
    expect(sockets.spot.topicOf?.('{"success":true}')).to.equal(undefined);
  });
});
