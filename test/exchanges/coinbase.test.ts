import { expect } from 'chai';
import { coinbase } from '../../src/exchanges/coinbase.js';
import type { DecodeSink } from '../../src/exchanges/exchange.js';
import { storedFrames } from '../support/captured.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, recordingSink, type SinkCall } from '../support/recording-sink.js';

const { market } = coinbase.sockets;
const fixtures = storedFrames('test/fixtures/coinbase');
const frameOf = (name: string): string => fixtures.find((fixture) => fixture.name === name)?.frame ?? '';
const eventOf = (name: string): never => JSON.parse(frameOf(name)).events[0] as never;
const orderOf = (name: string, index = 0): unknown => (eventOf(name) as { orders: unknown[] }).orders[index];
const at = (iso: string, fraction = 0): number => Date.parse(iso) + fraction;
const { NaN: none } = Number;
const sequence = (number: number): SinkCall => ['frameSequence', number];
const own = (order: object): SinkCall => ['private', { kind: 'order', topic: 'user', order }];

const openOrder = {
  orderId: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
  clientOrderId: '11111-000000-000001',
  symbol: 'BTC-USD',
  side: 'buy',
  type: 'limit',
  state: 'open',
  price: 68900.5,
  amount: 0.001,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: at('2026-04-07T14:30:06Z'),
};

const meanings: Readonly<Record<string, readonly SinkCall[]>> = {
  subscriptions: [sequence(0), ['subscribed', ['level2:BTC-USD', 'level2:ETH-USD', 'user']]],
  subscriptions_empty: [sequence(3), ['subscribed', []]],
  error: [['refusal', undefined, { code: 'error', message: 'authentication failure' }]],
  heartbeats: [sequence(0), ['alive']],
  heartbeats_number: [sequence(7), ['alive']],
  book_snapshot: [
    sequence(1),
    ['book', 'level2:BTC-USD', 'BTC-USD', 'snapshot', at('2026-04-07T14:30:00.123Z', 0.456), 1, none],
    ['level', 'bid', 68900, 1.5, '68900.00', '1.50000000'],
    ['level', 'ask', 68901, 0.5, '68901.00', '0.50000000'],
  ],
  book_update: [
    sequence(2),
    ['book', 'level2:BTC-USD', 'BTC-USD', 'change', at('2026-04-07T14:30:01.456Z', 0.789), 2, none],
    ['level', 'bid', 68900, 2, '68900.00', '2.00000000'],
    ['level', 'ask', 68901, 0, '68901.00', '0.00000000'],
  ],
  market_trades: [
    sequence(5),
    [
      'trade',
      'market_trades:BTC-USD',
      'BTC-USD',
      'buy',
      68900.5,
      0.0015,
      at('2026-04-07T14:30:02.789Z', 0.012),
      995098700,
      '995098700',
      '68900.50',
      '0.00150000',
    ],
    [
      'trade',
      'market_trades:ETH-USD',
      'ETH-USD',
      'sell',
      3900,
      0.05,
      at('2026-04-07T14:30:02.800Z'),
      995098701,
      '995098701',
      '3900.00',
      '0.05000000',
    ],
  ],
  market_trades_snapshot: [sequence(4), ['message', 'market_trades:BTC-USD']],
  ticker: [
    sequence(12),
    ['quote', 'ticker:BTC-USD', 'BTC-USD', 68900, 1.5, 68901, 0.5, at('2026-04-07T14:30:03Z'), none],
    ['message', 'ticker:BTC-USD'],
  ],
  ticker_batch_empty_side: [
    sequence(13),
    ['quote', 'ticker_batch:NEW-USD', 'NEW-USD', none, 0, 1.6, 5, at('2026-04-07T14:30:03Z'), none],
    ['message', 'ticker_batch:NEW-USD'],
  ],
  candles: [sequence(3), ['message', 'candles:BTC-USD']],
  status: [sequence(6), ['message', 'status']],
  user_snapshot: [sequence(1), own({ ...openOrder, raw: orderOf('user_snapshot') }), ['alive']],
  user_update: [
    sequence(2),
    own({
      orderId: 'b1',
      clientOrderId: 'c1',
      symbol: 'BTC-USD',
      side: 'sell',
      type: 'market',
      state: 'cancel-queued',
      price: none,
      amount: 0.3,
      filledAmount: 0.1,
      averagePrice: 68900.25,
      updatedAtMs: at('2026-04-07T14:30:07.5Z'),
      raw: orderOf('user_update'),
    }),
    own({
      orderId: 'b2',
      clientOrderId: 'c2',
      symbol: 'ETH-USD',
      side: 'buy',
      type: 'limit',
      state: 'rejected',
      price: 3000,
      amount: 3,
      filledAmount: 0,
      averagePrice: none,
      updatedAtMs: at('2026-04-07T14:30:07.5Z'),
      cancelReason: 'INSUFFICIENT_FUND',
      raw: orderOf('user_update', 1),
    }),
    ['alive'],
  ],
  user_snapshot_empty: [sequence(1), ['alive']],
  user_positions: [
    sequence(9),
    [
      'private',
      {
        kind: 'account',
        topic: 'user',
        raw: (eventOf('user_positions') as { positions: unknown }).positions,
      },
    ],
    ['alive'],
  ],
  futures_balance_summary: [
    sequence(8),
    [
      'private',
      { kind: 'account', topic: 'futures_balance_summary', raw: eventOf('futures_balance_summary') },
    ],
  ],
};

describe('coinbase decode', () => {
  itDecodes({
    title: 'coinbase',
    fixtures: 'coinbase',
    decoder: market,
    meanings,
    recorded: { venue: 'coinbase' },
  });

  it('confirms topic by topic where the sink knows no whole lists', () => {
    const sink = recordingSink();
    const plain = Object.entries(sink).filter(([name]) => name !== 'subscribed');
    market.decode(frameOf('subscriptions'), Object.fromEntries(plain) as unknown as DecodeSink);
    expect(sink.calls.slice(1)).to.deep.equal([
      ['confirmed', 'level2:BTC-USD'],
      ['confirmed', 'level2:ETH-USD'],
      ['confirmed', 'user'],
    ]);
  });

  it('tells nothing of a book that is malformed anywhere', () => {
    const broken = [
      ['"side":"bid"', '"side":"buy"'],
      ['"68900.00"', '"-68900.00"'],
      ['"68900.00"', '""'],
      ['"68900.00"', '68900.00'],
      ['"1.50000000"', '"1.5e3"'],
      ['"1.50000000"', 'null'],
      ['"type":"snapshot"', '"type":"whole"'],
      ['"product_id":"BTC-USD",', ''],
    ] as const;
    for (const [good, bad] of broken) {
      const frame = frameOf('book_snapshot').replace(good, bad);
      expect(frame).to.not.equal(frameOf('book_snapshot'));
      const { calls, problem } = decoded(market, frame);
      expect(problem, bad).to.equal('l2_data: malformed');
      expect(calls).to.deep.equal([sequence(1)]);
    }
  });

  it('counts a frame that it cannot understand, so that it does not look lost', () => {
    const { calls, problem } = decoded(
      market,
      frameOf('status').replace('"channel":"status"', '"channel":"new"'),
    );
    expect(problem).to.be.a('string');
    expect(calls).to.deep.equal([sequence(6)]);
  });

  it('hides no good order behind a malformed one', () => {
    const { calls, problem } = decoded(market, frameOf('user_update').replace('"order_id":"b1",', ''));
    expect(problem).to.equal('user: malformed order');
    expect(calls.filter(([name]) => name === 'private')).to.have.length(1);
  });
});
