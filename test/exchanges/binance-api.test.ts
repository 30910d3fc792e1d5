// What the frames of Binance's WebSocket API mean.
import { expect } from 'chai';
import { api } from '../support/binance-api.js';
import { storedFrames } from '../support/captured.js';
import { itDecodes } from '../support/decoding.js';
import { decoded, type SinkCall } from '../support/recording-sink.js';

const { NaN: none } = Number;

const userData = (kind: string, event: object): SinkCall => [
  'private',
  { kind, topic: 'userData', ...event } as never,
];
const stopText = 'Binance: serverShutdown, this connection is about to be closed';

describe('binance API decode', () => {
  itDecodes({
    title: 'binance (WebSocket API)',
    decoder: api,
    fixtures: 'binance-api',
    meanings: {
      reply_time: () => [['reply', '187d3cb2-942d-484c-8271-4e2141bbadb1', { serverTime: 1656400526260 }]],
      reply_logon: ({ result }: { result: unknown }) => [['reply', 2, result]],
      reply_user_data: () => [['reply', 'd3df8a21-98ea-4fe0-8f4e-0fcea5d418b7', { subscriptionId: 0 }]],
      reply_cancel: ({ result }: { result: unknown }) => [
        ['reply', '5633b6a2-90a9-4192-83e7-925c90b6a2fd', result],
      ],
      error_logon: () => [
        [
          'refusal',
          2,
          { code: '-1022', message: 'Signature for this request is not valid.', reason: 'status 401' },
        ],
      ],
      error_balance: () => [
        [
          'refusal',
          'e2a85d9f-07a5-4f94-8d5f-789dc3deb097',
          { code: '-2010', message: 'Account has insufficient balance for requested action.' },
        ],
      ],
      error_rate: () => [
        [
          'refusal',
          7,
          {
            code: '-1003',
            message: 'Too much request weight used; current limit is 6000 request weight per 1 MINUTE.',
            reason: 'status 429, retry after 1656400540000',
          },
        ],
      ],
      error_replace: () => [
        [
          'refusal',
          8,
          {
            code: '-2021',
            message: 'Order cancel-replace partially failed.',
            reason: 'status 409, cancel SUCCESS, new order FAILURE',
          },
        ],
      ],
      error_key_withdrawn: () => [
        [
          'refusal',
          undefined,
          { code: '-2015', message: 'Invalid API-key, IP, or permissions for action.', reason: 'status 401' },
        ],
      ],
      event_shutdown: () => [['notice', { kind: 'planned-stop', text: stopText }]],
      event_terminated: () => [
        [
          'revoked',
          'userData',
          { code: 'eventStreamTerminated', message: 'Binance ended the user data stream' },
        ],
      ],
      event_balance: ({ event: raw }: { event: unknown }) => [userData('account', { raw })],
      event_position: ({ event }: { event: { B: unknown[] } }) => [
        userData('balance', {
          balance: { currency: 'ETH', total: 10000.5, available: 10000, raw: event.B[0] },
        }),
        userData('balance', { balance: { currency: 'BTC', total: 1, available: 1, raw: event.B[1] } }),
      ],
      event_report: ({ event: raw }: { event: unknown }) => [
        userData('order', {
          order: {
            orderId: '4293153',
            clientOrderId: 'mUvoqJxFIILMdfAW5iGSOW',
            symbol: 'ETHBTC',
            side: 'buy',
            type: 'limit',
            state: 'open',
            price: 0.1026441,
            amount: 1,
            filledAmount: 0,
            averagePrice: none,
            updatedAtMs: 1499405658657,
            raw,
          },
        }),
      ],
      event_report_trade: ({ event: raw }: { event: unknown }) => [
        userData('fill', {
          fill: {
            tradeId: '98765432',
            orderId: '12345678',
            clientOrderId: 'bot-7',
            symbol: 'ETHUSDT',
            side: 'buy',
            price: 2499.5,
            amount: 1,
            fee: 0.001,
            feeCurrency: 'ETH',
            liquidity: 'maker',
            exchangeTimeMs: 1709654401000,
            raw,
          },
        }),
        userData('order', {
          order: {
            orderId: '12345678',
            clientOrderId: 'bot-7',
            symbol: 'ETHUSDT',
            side: 'buy',
            type: 'limit-maker',
            state: 'open',
            price: 2500,
            amount: 2,
            filledAmount: 1,
            averagePrice: 2499.5,
            updatedAtMs: 1709654401000,
            raw,
          },
        }),
      ],
      event_report_cancel: ({ event: raw }: { event: unknown }) => [
        userData('order', {
          order: {
            orderId: '12345679',
            clientOrderId: 'bot-8',
            symbol: 'ETHUSDT',
            side: 'sell',
            type: 'market',
            state: 'cancelled',
            price: none,
            amount: 1,
            filledAmount: 0,
            averagePrice: none,
            updatedAtMs: 1709654402000,
            raw,
          },
        }),
      ],
    },
    recorded: { venue: 'binance', isMine: (name) => name.startsWith('spot_user_data') },
  });

  it('takes a fill without price or amount for malformed', () => {
    const { frame } = storedFrames('test/fixtures/binance-api').find(
      ({ name }) => name === 'event_report_trade',
    )!;
    for (const field of ['L', 'l']) {
      const broken = frame.replace(new RegExp(`"${field}":\\s*"[^"]*"`), `"${field}":""`);
      expect(broken).to.not.equal(frame);
      expect(decoded(api, broken)).to.deep.include({
        calls: [],
        problem: 'userData: malformed order update',
      });
    }
  });
});
