import { expect } from 'chai';
import fc from 'fast-check';
import { deribit } from '../../src/exchanges/deribit.js';
import { capturedFrames, storedFrames } from '../support/captured.js';
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

/** Numbers that a user may meet are finite or NaN for "does not say"; amounts are never below zero. */
function expectSensible(calls: readonly SinkCall[]): void {
  for (const [name, ...values] of calls) {
    if (name === 'level') expect(values[2]).to.satisfy((amount: number) => amount >= 0);
    if (name === 'trade' || name === 'quote' || name === 'book' || name === 'level') {
      for (const value of values) expect(value).to.be.a(typeof value === 'number' ? 'number' : 'string');
      expect(values).to.not.include(Number.POSITIVE_INFINITY);
    }
  }
}

/** A frame is either understood or a problem in words; a frame with a problem tells no market data. */
function expectGraceful(frame: string): void {
  const { calls, problem } = decoded(deribit, frame);
  if (problem === undefined) expect(calls, frame).to.not.have.length(0);
  else {
    expect(problem).to.be.a('string').and.to.have.length.above(5);
    expect(calls.filter(([name]) => name !== 'private')).to.deep.equal([]);
  }
  expectSensible(calls);
}

describe('deribit decode', () => {
  it('has a meaning written down for every fixture', () => {
    expect(fixtureNames).to.have.members(Object.keys(meanings));
  });

  for (const [name, meaning] of Object.entries(meanings)) {
    it(`says exactly what ${name} means`, () => {
      const { calls, problem } = decoded(deribit, frameOf(name));
      expect(problem).to.equal(undefined);
      expect(calls).to.deep.equal(meaning());
    });
  }

  it('calls every frame that ends too early a problem', () => {
    for (const name of fixtureNames) {
      const frame = frameOf(name);
      for (let length = 0; length < frame.length; length += 1) {
        const { calls, problem } = decoded(deribit, frame.slice(0, length));
        expect(problem, `${name} at ${length}`).to.be.a('string');
        expect(calls).to.deep.equal([]);
      }
    }
  });

  it('understands the same whatever the order of the keys', () => {
    const parsed = fixtureNames.map((name) => ({ name, value: JSON.parse(frameOf(name)) as unknown }));
    const subject = fc
      .constantFrom(...parsed)
      .chain(({ name, value }) =>
        fc
          .infiniteStream(fc.nat(50))
          .map((numbers) => ({ name, frame: JSON.stringify(shuffled(value, numbers)) })),
      );
    fc.assert(
      fc.property(subject, ({ name, frame }) => {
        const { calls, problem } = decoded(deribit, frame);
        expect(problem).to.equal(undefined);
        expect(calls).to.deep.equal(meanings[name]?.());
      }),
    );
  });

  it('meets fields of any other type with a problem or a sensible event', () => {
    const frames = fixtureNames.map((name) => JSON.parse(frameOf(name)) as object);
    const change = fc.constantFrom(...frames).chain((frame) => {
      const paths = pathsOf(frame);
      return fc.tuple(
        fc.constant(frame),
        fc.constantFrom(...paths),
        fc.option(fc.jsonValue(), { nil: undefined }),
      );
    });
    fc.assert(
      fc.property(change, ([frame, path, value]) => {
        expectGraceful(JSON.stringify(replaced(frame, path, value)));
      }),
      { numRuns: 2000 },
    );
  });

  it('meets any JSON and any text at all with a problem', () => {
    fc.assert(fc.property(fc.json(), (frame) => decoded(deribit, frame).problem !== undefined));
    fc.assert(fc.property(fc.string(), (frame) => decoded(deribit, frame).problem !== undefined));
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

  it('rehearses frames that it understands', () => {
    for (const frame of deribit.rehearsal ?? []) expect(decoded(deribit, frame).problem).to.equal(undefined);
  });

  it('understands what others recorded from the wire', function () {
    const frames = capturedFrames('deribit');
    if (frames === undefined) {
      console.log('      skipped: no recorded frames beside the project');
      this.skip();
    }
    for (const { name, frame } of frames) {
      const { calls, problem } = decoded(deribit, frame);
      expect(problem, name).to.equal(undefined);
      expect(calls, name).to.not.have.length(0);
      expectSensible(calls);
    }
    console.log(`      deribit: ${frames.length} recorded frames decoded`);
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

function shuffled(value: unknown, numbers: Iterator<number>): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, numbers));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({
    key,
    inner: shuffled(inner, numbers),
    place: Number(numbers.next().value),
  }));
  entries.sort((left, right) => left.place - right.place);
  return Object.fromEntries(entries.map(({ key, inner }) => [key, inner]));
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]));
  return [[], ...inner].filter((path) => path.length > 0 || inner.length === 0);
}

/** The same frame with one field changed, or taken away where the value is undefined. */
function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
