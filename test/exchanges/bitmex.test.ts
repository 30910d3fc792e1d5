// What BitMEX's frames mean.
import { expect } from 'chai';
import { bitmex } from '../../src/exchanges/bitmex.js';
import type { Exchange } from '../../src/exchanges/exchange.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, recordingSink, type SinkCall } from '../support/recording-sink.js';

const { NaN: none } = Number;
const exchange = bitmex as Exchange;
const book = 'orderBookL2_25:XBTUSD';
type Rows = { readonly data: readonly unknown[] };

const tables: Readonly<Record<string, string>> = {
  ws_execution: 'execution',
  ws_funding_rate: 'funding',
  ws_instrument_index_update: 'instrument',
  ws_liquidation: 'liquidation',
  ws_order: 'order',
  ws_orderbook_l2: 'orderBookL2',
  ws_quote: 'quote',
  ws_trade_bin_1m: 'tradeBin1m',
};

const order = (raw: unknown) => ({
  orderId: 'a6e58256-0000-0000-0000-000000000001',
  clientOrderId: 'bot-1',
  symbol: 'XBTUSD',
  side: 'buy',
  type: 'limit',
  state: 'cancelled',
  price: 9675,
  amount: 20,
  filledAmount: 0,
  averagePrice: none,
  updatedAtMs: 1589031186552,
  cancelReason: 'Canceled: Order had execInst of ParticipateDoNotInitiate\nSubmitted via API.',
  raw,
});
const { cancelReason: _reason, ...openOrder } = order(undefined);

const meanings: Readonly<Record<string, (json: Rows) => readonly SinkCall[]>> = {
  welcome: () => [
    ['alive'],
    ['notice', { kind: 'information', text: 'BitMEX: 719 more connections may be opened this hour' }],
  ],
  ack_login: () => [['reply', 'authKeyExpires', true]],
  error_login: () => [['refusal', 'authKeyExpires', { code: '401', message: 'Signature not valid.' }]],
  ack_subscribe: () => [['confirmed', 'trade:XBTUSD']],
  ack_unsubscribe: () => [['reply', 'unsubscribe quote:XBTUSD', true]],
  error_already: () => [['confirmed', 'order']],
  error_rate: () => [
    ['refused', 'orderBook', { code: '429', message: 'Rate limit exceeded, retry in 1 seconds.' }],
  ],
  error_symbol: () => [['refused', 'trade:NOPE', { code: '400', message: 'Unknown or expired symbol.' }]],
  error_expired: () => [
    ['revoked', 'order', { code: '419', message: 'Access Token expired for subscription: order' }],
  ],
  dead_man: () => [
    ['reply', 'cancelAllAfter', { now: '2015-09-02T14:18:43.536Z', cancelTime: '2015-09-02T14:19:43.536Z' }],
  ],
  book_partial: () => [
    ['book', book, 'XBTUSD', 'snapshot', 1759241340537, none, none],
    ['level', 'ask', 48075.5, 5000],
    ['level', 'bid', 48075, 70],
  ],
  book_partial_empty: () => [['book', book, 'XBTUSD', 'snapshot', none, none, none]],
  book_update: () => [
    ['book', book, 'XBTUSD', 'change', 1759241341500, none, none],
    ['level', 'ask', 48075.5, 7000],
  ],
  book_insert: () => [
    ['book', book, 'XBTUSD', 'change', 1759241342000, none, none],
    ['level', 'bid', 48000, 100],
  ],
  book_delete: () => [
    ['book', book, 'XBTUSD', 'change', 1759241343000, none, none],
    ['level', 'ask', 48075.5, 0],
  ],
  book10: () => [
    ['book', 'orderBook10:XBTUSD', 'XBTUSD', 'snapshot', 1759241343000, none, none],
    ['level', 'bid', 48000, 100],
    ['level', 'bid', 47999.5, 20],
    ['level', 'ask', 48000.5, 50],
  ],
  trades: () => [
    [
      'trade',
      'trade:XBTUSD',
      'XBTUSD',
      'buy',
      61000.5,
      100,
      1759241280125,
      none,
      '00000000-006d-1000-0000-000e8737d540',
    ],
    [
      'trade',
      'trade:XBTUSD',
      'XBTUSD',
      'sell',
      61000,
      200,
      1759241280126,
      none,
      '00000000-006d-1000-0000-000e8737d541',
    ],
  ],
  trades_partial: () => [['message', 'trade:XBTUSD']],
  trades_index: () => [['message', 'trade:.BPENGUT_NEXT']],
  quote: () => [['quote', 'quote:BCHUSDT', 'BCHUSDT', 487.55, 103000, 488.25, 50000, 1732315465085, none]],
  liquidation: () => [['message', 'liquidation:XBTUSD']],
  insurance: () => [['message', 'insurance']],
  orders_empty: () => [['alive']],
  order_insert: ({ data: [raw] }) => [['private', { kind: 'order', topic: 'order', order: order(raw) }]],
  order_stop: ({ data: [raw] }) => [
    [
      'private',
      {
        kind: 'order',
        topic: 'order',
        order: {
          ...openOrder,
          orderId: 'a6e58256-0000-0000-0000-000000000002',
          clientOrderId: '',
          side: 'sell',
          type: 'stop',
          state: 'untriggered',
          price: none,
          raw,
        } as never,
      },
    ],
  ],
  order_update_alone: ({ data: [raw] }) => [['private', { kind: 'account', topic: 'order', raw }]],
  execution: ({ data: [raw] }) => [
    [
      'private',
      {
        kind: 'fill',
        topic: 'execution',
        fill: {
          tradeId: '00000000-006d-1000-0000-000e8737d540',
          orderId: '550e8400-e29b-41d4-a716-446655440002',
          clientOrderId: 'bot-2',
          symbol: 'XBTUSD',
          side: 'sell',
          price: 98950,
          amount: 100,
          fee: 76,
          feeCurrency: 'XBt',
          liquidity: 'maker',
          exchangeTimeMs: 1732530900789,
          raw,
        },
      },
    ],
  ],
  position: ({ data: [raw] }) => [
    [
      'private',
      {
        kind: 'position',
        topic: 'position',
        position: { symbol: 'XBTUSD', amount: -100, averagePrice: 61000.5, raw },
      },
    ],
  ],
  margin: ({ data: [raw] }) => [
    [
      'private',
      {
        kind: 'balance',
        topic: 'margin',
        balance: { currency: 'XBt', total: 999000, available: 500000, raw },
      },
    ],
  ],
  wallet: ({ data: [raw] }) => [['private', { kind: 'account', topic: 'wallet', raw }]],
};

/** Reads frames one after the other, as one connection does. */
function reader() {
  const decode = exchange.newDecode!();
  return (table: string, action: string, data: readonly object[], rest: object = {}) => {
    const sink = recordingSink();
    const problem = decode(JSON.stringify({ table, action, ...rest, data }), sink);
    return { problem, calls: sink.calls };
  };
}

describe('bitmex decode', () => {
  itDecodes({
    title: 'bitmex',
    decoder: exchange,
    fixtures: 'bitmex',
    meanings,
    recorded: {
      venue: 'bitmex',
      whole: (name, frame) => `{"table":"${tables[name]}","action":"insert","data":[${frame}]}`,
    },
  });

  it('takes the text pong for a sign of life', () => {
    expect(decoded(exchange, 'pong')).to.deep.equal({ calls: [['alive']], problem: undefined });
    expect(decoded(exchange, 'pon').problem).to.be.a('string');
  });

  it('never passes the key or the signature of a login on', () => {
    for (const name of ['ack_login', 'error_login']) {
      expect(JSON.stringify(meanings[name]?.({ data: [] }))).to.not.match(
        /2xrwtDdMimp5Oi3F6oSmtsew|1665aedb|1628/,
      );
    }
  });

  it('tells whole orders though updates carry only what changed', () => {
    const read = reader();
    const row = {
      orderID: 'o1',
      clOrdID: 'mine',
      symbol: 'XBTUSD',
      side: 'Buy',
      orderQty: 20,
      price: 9675,
      ordType: 'Limit',
      ordStatus: 'New',
      cumQty: 0,
      timestamp: '2020-05-09T13:33:06.552Z',
    };
    read('order', 'partial', [row]);
    const { calls } = read('order', 'update', [
      { orderID: 'o1', ordStatus: 'Filled', cumQty: 20, avgPx: 9674.5 },
    ]);
    expect(calls).to.have.length(1);
    expect(calls[0]?.[1]).to.have.property('order').that.includes({
      clientOrderId: 'mine',
      symbol: 'XBTUSD',
      side: 'buy',
      state: 'filled',
      filledAmount: 20,
      averagePrice: 9674.5,
    });
  });

  it('forgets the rows of a table when the table begins anew', () => {
    const read = reader();
    read('order', 'insert', [{ orderID: 'o1', symbol: 'XBTUSD', side: 'Buy', ordStatus: 'New' }]);
    read('order', 'partial', []);
    const { calls } = read('order', 'update', [{ orderID: 'o1', ordStatus: 'Filled' }]);
    expect(calls[0]?.[1]).to.have.property('kind', 'account');
  });

  it('tells whole positions and balances too', () => {
    const read = reader();
    read('position', 'partial', [{ account: 1, symbol: 'XBTUSD', currentQty: 10, avgEntryPrice: 61000 }]);
    read('margin', 'partial', [{ account: 1, currency: 'XBt', marginBalance: 5, availableMargin: 4 }]);
    const position = read('position', 'update', [{ account: 1, symbol: 'XBTUSD', currentQty: -5 }]).calls;
    expect(position[0]?.[1]).to.have.property('position').that.includes({ amount: -5, averagePrice: 61000 });
    const balance = read('margin', 'update', [{ account: 1, currency: 'XBt', availableMargin: 3 }]).calls;
    expect(balance[0]?.[1]).to.have.property('balance').that.includes({ total: 5, available: 3 });
  });

  it('remembers the price of each level, because updates and deletes may leave it out', () => {
    const read = reader();
    read('orderBookL2', 'partial', [{ symbol: 'XBTUSD', id: 1, side: 'Sell', size: 5, price: 48075.5 }], {
      filter: { symbol: 'XBTUSD' },
    });
    read('orderBookL2', 'insert', [{ symbol: 'XBTUSD', id: 2, side: 'Buy', size: 5, price: 48000 }]);
    expect(
      read('orderBookL2', 'update', [{ symbol: 'XBTUSD', id: 1, side: 'Sell', size: 7 }]).calls.at(-1),
    ).to.deep.equal(['level', 'ask', 48075.5, 7]);
    expect(
      read('orderBookL2', 'delete', [{ symbol: 'XBTUSD', id: 2, side: 'Buy' }]).calls.at(-1),
    ).to.deep.equal(['level', 'bid', 48000, 0]);
    const lost = read('orderBookL2', 'update', [{ symbol: 'XBTUSD', id: 2, side: 'Buy', size: 1 }]);
    expect(lost).to.deep.equal({
      problem: 'orderBookL2:XBTUSD: update of malformed or unknown levels',
      calls: [],
    });
  });

  it('takes rows of several symbols apart', () => {
    const row = { side: 'Buy', size: 1, price: 2, trdMatchID: 'x', timestamp: '2025-09-30T14:08:00.125Z' };
    const { calls } = reader()('trade', 'insert', [
      { ...row, symbol: 'XBTUSD' },
      { ...row, symbol: 'ETHUSD' },
    ]);
    expect(calls.map(([, topic]) => topic)).to.deep.equal(['trade:XBTUSD', 'trade:ETHUSD']);
  });

  for (const [what, answer] of [
    ['subscribed', '{"success":true,"subscribe":"liquidation",'],
    [
      'there already',
      '{"status":400,"error":"You are already subscribed to this topic: liquidation","meta":{},',
    ],
  ] as const)
    it(`names a table that was ${what} for all symbols by its bare name`, () => {
      const decode = exchange.newDecode!();
      decode(`${answer}"request":{"op":"subscribe","args":["liquidation"]}}`, recordingSink());
      const sink = recordingSink();
      decode(
        '{"table":"liquidation","action":"insert","data":[{"symbol":"XBTUSD"},{"symbol":"ETHUSD"}]}',
        sink,
      );
      expect(sink.calls).to.deep.equal([['message', 'liquidation']]);
    });

  it('finds the topic of market frames without parsing and leaves whole tables to decode', () => {
    const update = '{"table":"orderBookL2_25","action":"update","data":[{"symbol":"XBTUSD","id":1}]}';
    expect(exchange.topicOf?.(update)).to.equal(book);
    expect(
      exchange.topicOf?.('{"table":"trade","action":"insert","data":[{"timestamp":"x","symbol":"ETHUSD"}]}'),
    ).to.equal('trade:ETHUSD');
    expect(exchange.topicOf?.('{"table":"trade","action":"partial","keys":["symbol"],"data":[]}')).to.equal(
      undefined,
    );
    expect(exchange.topicOf?.('{"table":"order","action":"insert","data":[{"symbol":"XBTUSD"}]}')).to.equal(
      undefined,
    );
    expect(exchange.topicOf?.('{"table":"trade","action":"insert","data":[{')).to.equal(undefined);
  });
});
