import { expect } from 'chai';
import { kraken } from '../../src/exchanges/kraken.js';
import { storedFrames } from '../support/captured.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, recordingSink, type SinkCall } from '../support/recording-sink.js';

const fixtures = storedFrames('test/fixtures/kraken');
const frameOf = (name: string): string => fixtures.find((fixture) => fixture.name === name)?.frame ?? '';
const rowOf = (name: string): unknown => JSON.parse(frameOf(name)).data[0];
const resultOf = (name: string): unknown => JSON.parse(frameOf(name)).result;
const { NaN: none } = Number;
const at = (iso: string, fraction: number): number => Date.parse(iso) + fraction;

const orderId = 'OK4GJX-KSTLS-7DZZO5';
const pending = {
  orderId,
  clientOrderId: '',
  symbol: 'BTC/USD',
  side: 'sell',
  type: 'limit',
  state: 'pending',
  price: 26500,
  amount: 0.005,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: at('2023-09-22T10:33:05.709Z', 0.95),
};
const fill = {
  tradeId: 'TGBB7L-HT5LX-J3BZ4A',
  orderId,
  clientOrderId: '',
  symbol: 'BTC/USD',
  side: 'sell',
  price: 26599.9,
  amount: 0.005,
  fee: 0.3458,
  feeCurrency: 'USD',
  liquidity: 'taker',
  exchangeTimeMs: at('2023-09-22T10:33:05.710Z', 0),
};
const executions = 'executions';
const event = (kind: string, value: object, name: string): SinkCall => [
  'private',
  { kind, topic: executions, [kind]: { ...value, raw: rowOf(name) } },
];
const refusal = (message: string, code = 'refused') => ({ code, message });

const meanings: Readonly<Record<string, readonly SinkCall[]>> = {
  status: [['alive']],
  status_maintenance: [['notice', { kind: 'maintenance', text: 'Kraken: maintenance' }]],
  heartbeat: [['alive']],
  pong: [['alive']],
  subscribed_book: [['confirmed', 'book:ALGO/USD']],
  subscribed_ohlc: [['confirmed', 'ohlc-5:ALGO/USD']],
  subscribed_executions: [['confirmed', executions]],
  unsubscribed: [['reply', 67, resultOf('unsubscribed')]],
  error_unsubscribe: [['reply', 67, {}]],
  error_symbol: [['refused', 'trade:XBT/USD', refusal('Currency pair not supported XBT/USD')]],
  error_already: [['confirmed', 'ticker:BTC/USD']],
  error_endpoint: [
    [
      'refusal',
      undefined,
      refusal('Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com'),
    ],
  ],
  error_public_endpoint: [
    [
      'refusal',
      33,
      refusal('Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com'),
    ],
  ],
  error_session: [['refused', executions, refusal('ESession:Invalid session', 'ESession:Invalid session')]],
  trade: [
    [
      'trade',
      'trade:BTC/USD',
      'BTC/USD',
      'buy',
      83744.3,
      0.0004478,
      at('2026-09-25T17:48:26Z', 844.359),
      109116693,
      '109116693',
    ],
    [
      'trade',
      'trade:BTC/USD',
      'BTC/USD',
      'sell',
      83744.2,
      1.5,
      at('2026-09-25T17:48:26Z', 844.36),
      109116694,
      '109116694',
    ],
  ],
  trade_snapshot: [['message', 'trade:BTC/USD']],
  ticker: [
    [
      'quote',
      'ticker:BTC/USD',
      'BTC/USD',
      83744.2,
      0.56251979,
      83744.3,
      0.0004478,
      at('2026-09-25T17:48:26Z', 844.359),
      none,
    ],
    ['message', 'ticker:BTC/USD'],
  ],
  book_snapshot: [
    [
      'book',
      'book:BTC/USD',
      'BTC/USD',
      'snapshot',
      at('2026-09-25T17:48:24Z', 799.23),
      none,
      none,
      3832923880,
    ],
    ['level', 'bid', 83744.2, 0.56251979, '83744.2', '0.56251979'],
    ['level', 'ask', 83744.3, 0.06223911, '83744.3', '0.06223911'],
  ],
  book_update: [
    ['book', 'book:BTC/USD', 'BTC/USD', 'change', at('2026-09-25T17:48:24Z', 880.679), none, none, 977902900],
    ['level', 'bid', 83743.4, 0.85713986, '83743.4', '0.85713986'],
    ['level', 'bid', 83743.4, 0, '83743.4', '0.0'],
  ],
  ohlc: [['message', 'ohlc-5:MATIC/USD']],
  instrument: [['message', 'instrument']],
  order_added: [['reply', 64, resultOf('order_added')]],
  error_order: [['refusal', 96, refusal('EOrder:Insufficient funds', 'EOrder:Insufficient funds')]],
  order_cancelled: [['reply', 128, resultOf('order_cancelled')]],
  executions_pending: [event('order', pending, 'executions_pending')],
  executions_partial: [['private', { kind: 'account', topic: executions, raw: rowOf('executions_partial') }]],
  executions_trade: [
    event('fill', fill, 'executions_trade'),
    event(
      'order',
      {
        ...pending,
        type: '',
        state: 'open',
        price: none,
        amount: none,
        filledAmount: 0.005,
        averagePrice: 26599.9,
        updatedAtMs: fill.exchangeTimeMs,
      },
      'executions_trade',
    ),
  ],
  executions_snapshot_empty: [['alive']],
  balances: [
    [
      'private',
      {
        kind: 'balance',
        topic: 'balances',
        balance: { currency: 'BTC', total: 1.2, available: none, raw: rowOf('balances') },
      },
    ],
  ],
};

describe('kraken decode', () => {
  itDecodes({
    title: 'kraken',
    fixtures: 'kraken',
    decoder: kraken.sockets.public,
    meanings,
    // The futures service is another one, with an API of its own.
    recorded: { venue: 'kraken', isMine: (name) => !name.startsWith('ws_futures_') },
  });

  it('keeps the zeros of a book, whatever the order of the keys', () => {
    const written = frameOf('book_update')
      .replace('"qty":0.0}', '"qty":0.00000000}')
      .replace('83743.4', '83743.40');
    const reordered = written.replace('"channel":"book","type":"update"', '"type":"update","channel":"book"');
    for (const frame of [written, reordered]) {
      const { calls } = decoded(kraken.sockets.public, frame);
      expect(calls.slice(1)).to.deep.equal([
        ['level', 'bid', 83743.4, 0.85713986, '83743.40', '0.85713986'],
        ['level', 'bid', 83743.4, 0, '83743.4', '0.00000000'],
      ]);
    }
  });

  it('names the topics of a book by the depth of its socket', () => {
    const { book100 } = kraken.sockets;
    expect(decoded(book100, frameOf('book_update')).calls[0]?.[1]).to.equal('book-100:BTC/USD');
    expect(decoded(book100, frameOf('subscribed_book')).calls).to.deep.equal([
      ['confirmed', 'book-100:ALGO/USD'],
    ]);
    expect(book100.topicOf?.(frameOf('book_update'))).to.equal('book-100:BTC/USD');
  });

  it('tells nothing of a book that is malformed anywhere', () => {
    const broken = [
      ['"qty":0.56251979', '"qty":-0.5'],
      ['"qty":0.56251979', '"qty":null'],
      ['"price":83744.2', '"price":1e5'],
      ['"price":83744.2', '"price":83744.'],
      ['"symbol":"BTC/USD",', ''],
      ['"checksum":3832923880', '"checksum":"x"'],
      ['"type":"snapshot"', '"type":"whole"'],
      ['"asks":[', '"asks":{'],
    ] as const;
    for (const [good, bad] of broken) {
      const frame = frameOf('book_snapshot').replace(good, bad);
      expect(frame).to.not.equal(frameOf('book_snapshot'));
      const { calls, problem } = decoded(kraken.sockets.public, frame);
      expect(problem, bad).to.be.a('string');
      expect(calls).to.deep.equal([]);
    }
  });

  it('makes whole orders of rows that say only what changed', () => {
    const decode = kraken.sockets.private.newDecode?.();
    const sink = recordingSink();
    for (const name of ['executions_pending', 'executions_partial', 'executions_trade'])
      decode?.(frameOf(name), sink);
    const orders = sink.calls.map((call) => call[1] as { kind: string; order?: Record<string, unknown> });
    expect(orders.map(({ kind }) => kind)).to.deep.equal(['order', 'order', 'fill', 'order']);
    const opened = { ...pending, state: 'open', updatedAtMs: at('2023-09-22T10:33:05.709Z', 0.982) };
    expect(orders[1]?.order).to.deep.equal({ ...opened, raw: rowOf('executions_partial') });
    expect(orders[3]?.order).to.include({
      price: 26500,
      amount: 0.005,
      filledAmount: 0.005,
      averagePrice: 26599.9,
    });
  });

  it('forgets what it knew of orders at a snapshot, and between connections', () => {
    const decode = kraken.sockets.private.newDecode?.();
    const sink = recordingSink();
    decode?.(frameOf('executions_pending'), sink);
    decode?.(
      frameOf('executions_pending').replace('"update"', '"snapshot"').replaceAll('OK4GJX', 'OTHER'),
      sink,
    );
    decode?.(frameOf('executions_partial'), sink);
    kraken.sockets.private.newDecode?.()(frameOf('executions_partial'), sink);
    const kinds = sink.calls.map((call) => (call[1] as { kind: string }).kind);
    expect(kinds).to.deep.equal(['order', 'order', 'account', 'account']);
  });

  it('hides no good row behind one without an order id', () => {
    const row = frameOf('executions_trade').replace('"data":[', '"data":[{"exec_type":"new"},');
    const { calls, problem } = decoded(kraken.sockets.private, row);
    expect(problem).to.equal('executions: a row without order_id');
    expect(calls).to.have.length(2);
  });

  it('finds the topic of market data by a cheap look', () => {
    const topics = fixtures.map(({ name, frame }) => [name, kraken.sockets.public.topicOf?.(frame)]);
    expect(Object.fromEntries(topics.filter(([, topic]) => topic !== undefined))).to.deep.equal({
      trade: 'trade:BTC/USD',
      trade_snapshot: 'trade:BTC/USD',
      ticker: 'ticker:BTC/USD',
      book_snapshot: 'book:BTC/USD',
      book_update: 'book:BTC/USD',
    });
  });
});
