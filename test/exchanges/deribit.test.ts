import { expect } from 'chai';
import { deribit } from '../../src/exchanges/deribit.js';
import { storedFrames } from '../support/captured.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, type SinkCall } from '../support/recording-sink.js';

const fixtures = new Map(storedFrames('test/fixtures/deribit').map(({ name, frame }) => [name, frame]));
const fixtureNames = [...fixtures.keys()];
const frameOf = (name: string): string => fixtures.get(name) ?? '';
const dataOf = (name: string): never => JSON.parse(frameOf(name)).params.data as never;
const resultOf = (name: string): unknown => JSON.parse(frameOf(name)).result;

const { NaN: none } = Number;
const testFrame = '{"jsonrpc":"2.0","id":-2,"method":"public/test","params":{}}';
const algo = 'ALGO_USDC-PERPETUAL';
const nvda = 'NVDA_USDC-PERPETUAL';
const btc = 'BTC-PERPETUAL';

const order = (raw: unknown) => ({
  orderId: 'ETH-3398016',
  clientOrderId: 'bot-1',
  symbol: 'ETH-PERPETUAL',
  side: 'sell',
  type: 'limit',
  state: 'open',
  price: 15665.5,
  amount: 10,
  filledAmount: 4,
  averagePrice: 15665,
  updatedAtMs: 1790133841000,
  raw,
});
const stopOrder = (raw: unknown) => ({
  orderId: 'SLMB-12',
  clientOrderId: '',
  symbol: 'ETH_USDC-PERPETUAL',
  side: 'buy',
  type: 'stop_market',
  state: 'untriggered',
  price: none,
  amount: 0.01,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: 1790133842000,
  raw,
});
const cancelledOrder = (raw: unknown) => ({
  orderId: 'ETH-3398017',
  clientOrderId: 'bot-2',
  symbol: 'ETH-PERPETUAL',
  side: 'buy',
  type: 'limit',
  state: 'cancelled',
  price: 15.5,
  amount: 10,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: 1790133843000,
  cancelReason: 'cancel_on_disconnect',
  raw,
});
const fill = (raw: unknown) => ({
  tradeId: '1430914',
  orderId: '3398016',
  clientOrderId: 'bot-3',
  symbol: btc,
  side: 'sell',
  price: 17391,
  amount: 10,
  fee: 1.6e-7,
  feeCurrency: 'BTC',
  liquidity: 'taker',
  exchangeTimeMs: 1790133841344,
  raw,
});

/** What each fixture means, call by call. */
const meanings: Readonly<Record<string, () => readonly SinkCall[]>> = {
  book_snapshot: () => [
    ['book', `book.${nvda}.100ms`, nvda, 'snapshot', 1790133840448, 193809616666, none],
    ['level', 'bid', 228.51, 0.22],
    ['level', 'bid', 228.48, 0.34],
    ['level', 'ask', 228.52, 0.34],
    ['level', 'ask', 228.54, 87.94],
  ],
  book_change: () => [
    ['book', `book.${algo}.100ms`, algo, 'change', 1790133842703, 193809634213, 193809631160],
    ['level', 'bid', 0.11374, 1054],
    ['level', 'bid', 0.11363, 308897],
    ['level', 'bid', 0.11344, 0],
    ['level', 'ask', 0.11396, 1054],
  ],
  book_snapshot_null: () => [
    ['book', `book.${btc}.agg2`, btc, 'snapshot', 1790133840000, 77, none],
    ['level', 'bid', 60000, 10],
  ],
  book_grouped: () => [
    ['book', `book.${btc}.none.10.100ms`, btc, 'snapshot', 1790133840100, 78, none],
    ['level', 'bid', 60000, 10],
    ['level', 'bid', 59999.5, 2200],
    ['level', 'ask', 60000.5, 40],
  ],
  trades: () => [
    ['trade', `trades.${btc}.100ms`, btc, 'sell', 92294.5, 10, 1790133841452, 271252854, '403691824'],
    ['trade', `trades.${btc}.100ms`, btc, 'buy', 92295, 20, 1790133841453, 271252855, '403691825'],
  ],
  quote: () => [['quote', `quote.${btc}`, btc, 92288, 133440, 92288.5, 99470, 1790133841174, none]],
  quote_empty_side: () => [
    [
      'quote',
      'quote.BTC-27DEC26-200000-C',
      'BTC-27DEC26-200000-C',
      none,
      0,
      0.0001423,
      2.5,
      1790133841175,
      none,
    ],
  ],
  ticker: () => [
    ['quote', `ticker.${btc}.100ms`, btc, 92288, 50, 92288.5, 60, 1790133841200, none],
    ['message', `ticker.${btc}.100ms`],
  ],
  incremental_ticker: () => [['message', `incremental_ticker.${btc}`]],
  volatility_index: () => [['message', 'deribit_volatility_index.btc_usd']],
  platform_lock: () => [['message', 'platform_state']],
  platform_maintenance: () => [
    ['notice', { kind: 'maintenance', text: 'Deribit: maintenance begins' }],
    ['message', 'platform_state'],
  ],
  heartbeat: () => [['alive']],
  test_request: () => [['answer', testFrame]],
  user_orders_raw: () => [
    [
      'private',
      {
        kind: 'order',
        topic: 'user.orders.ETH-PERPETUAL.raw',
        order: order(dataOf('user_orders_raw')),
      },
    ],
  ],
  user_orders_array: () => [
    [
      'private',
      {
        kind: 'order',
        topic: 'user.orders.any.any.100ms',
        order: stopOrder(dataOf('user_orders_array')[0]),
      },
    ],
    [
      'private',
      {
        kind: 'order',
        topic: 'user.orders.any.any.100ms',
        order: cancelledOrder(dataOf('user_orders_array')[1]),
      },
    ],
  ],
  user_trades: () => [
    ['private', { kind: 'fill', topic: `user.trades.${btc}.100ms`, fill: fill(dataOf('user_trades')[0]) }],
  ],
  user_changes: () => {
    const topic = `user.changes.${btc}.raw`;
    const data: { trades: unknown[]; orders: unknown[]; positions: unknown[] } = dataOf('user_changes');
    const position = { symbol: btc, amount: -185160, averagePrice: 15000, raw: data.positions[0] };
    return [
      ['private', { kind: 'fill', topic, fill: fill(data.trades[0]) }],
      ['private', { kind: 'order', topic, order: order(data.orders[0]) }],
      ['private', { kind: 'position', topic, position }],
    ];
  },
  user_portfolio: () => {
    const balance = { currency: 'BTC', total: 1.25, available: 0.9, raw: dataOf('user_portfolio') };
    return [['private', { kind: 'balance', topic: 'user.portfolio.btc', balance }]];
  },
  user_lock: () => [['private', { kind: 'account', topic: 'user.lock', raw: dataOf('user_lock') }]],
  reply_subscribe: () => [['reply', 4, [`trades.${btc}.100ms`, `book.${btc}.100ms`]]],
  reply_heartbeat: () => [['alive']],
  error_heartbeat: () => [
    [
      'refusal',
      -1,
      { code: '-32602', message: 'Invalid params', reason: 'value too low (parameter interval)' },
    ],
  ],
  error_unauthorized: () => [
    ['refusal', 7, { code: '13009', message: 'unauthorized', reason: 'invalid_token' }],
  ],
  error_unaddressed: () => [['refusal', undefined, { code: '13004', message: 'invalid_credentials' }]],
  error_not_json: () => [
    ['refusal', undefined, { code: '11050', message: 'bad_request', reason: 'invalid json' }],
  ],
  error_too_slow: () => [['notice', { kind: 'too-slow', text: 'Deribit: connection_too_slow' }]],
  reply_login: () => [['reply', 9929, resultOf('reply_login')]],
  reply_buy: () => [['reply', 3, resultOf('reply_buy')]],
  reply_cancel: () => [['reply', 11, resultOf('reply_cancel')]],
};

describe('deribit decode', () => {
  itDecodes({
    title: 'deribit',
    fixtures: 'deribit',
    decoder: deribit,
    meanings,
    recorded: { venue: 'deribit' },
  });

  it('tells nothing of a book update that is malformed anywhere', () => {
    const broken = [
      ['"delete",0.11344,0.0', '"delete",0.11344,1.0'],
      ['1.1396e-1,1054.0', '1.1396e-1,-1'],
      ['"change",', '"moved",'],
      ['"change",0.11363,', '"change",1e999,'],
      ['"type":"change"', '"type":"update"'],
      [',"prev_change_id":193809631160', ''],
      [',"prev_change_id":193809631160', ',"prev_change_id":null'],
    ] as const;
    for (const [good, bad] of broken) {
      const frame = frameOf('book_change').replace(good, bad);
      expect(frame).to.not.equal(frameOf('book_change'));
      const { calls, problem } = decoded(deribit, frame);
      expect(problem, bad).to.be.a('string');
      expect(calls).to.deep.equal([]);
    }
  });

  it('hides no good order behind a malformed one', () => {
    const frame = frameOf('user_orders_array').replace('"order_id":"SLMB-12",', '');
    const { calls, problem } = decoded(deribit, frame);
    expect(problem).to.equal('user.orders.any.any.100ms: malformed order');
    expect(calls).to.have.length(1);
  });

  it('reads a position as negative when it is short, signed or not', () => {
    const sizes = ['"size":-185160', '"size":185160'];
    for (const size of sizes) {
      const { calls } = decoded(deribit, frameOf('user_changes').replace('"size":185160', size));
      expect(calls.at(-1)?.[1]).to.have.nested.property('position.amount', -185160);
    }
  });
});

describe('deribit topicOf', () => {
  it('finds the channel of market data and leaves everything else to decode', () => {
    const market = fixtureNames.filter((name) =>
      /^(?:book|trades|quote|ticker|incremental|volatility)/.test(name),
    );
    for (const name of fixtureNames) {
      const channel = JSON.parse(frameOf(name)).params?.channel as string | undefined;
      expect(deribit.topicOf?.(frameOf(name)), name).to.equal(market.includes(name) ? channel : undefined);
    }
    expect(deribit.topicOf?.(frameOf('quote').slice(0, 70))).to.equal(undefined);
  });
});
