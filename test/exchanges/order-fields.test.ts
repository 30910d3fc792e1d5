// The fields of a venue's own that the types offer for `extra`: each of them goes out as it was given, and those that the types shut out
// are refused.
import { expect } from 'chai';
import { binanceUsdm } from '../../src/exchanges/binance-usdm.js';
import { binance } from '../../src/exchanges/binance.js';
import { bybit } from '../../src/exchanges/bybit.js';
import { deribit } from '../../src/exchanges/deribit.js';
import type { Exchange, OrderCalls, Outgoing, RequestContext } from '../../src/exchanges/exchange.js';
import { hyperliquid } from '../../src/exchanges/hyperliquid.js';
import { kraken } from '../../src/exchanges/kraken.js';
import { okx } from '../../src/exchanges/okx.js';
import type { EditFieldsOf, OrderFieldsOf, VenueTypes } from '../../src/exchanges/venue-types.js';
import type { JsonObject } from '../../src/market.js';
import { requestContext } from '../support/request-context.js';

/** Every field that is named, none left out; without this a field could be added to a type and never be tried. */
type Named<Fields> = {
  readonly [Name in keyof Fields as string extends Name
    ? never
    : Fields[Name] extends undefined
      ? never
      : Name]-?: Exclude<Fields[Name], undefined>;
};

/** Every name that the type shuts out. */
type ShutOut<Fields> = {
  readonly [Name in keyof Fields as string extends Name
    ? never
    : Fields[Name] extends undefined
      ? Name
      : never]-?: 1;
};

interface Case<Name extends keyof VenueTypes> {
  readonly calls: OrderCalls;
  readonly place: Named<OrderFieldsOf<Name>>;
  readonly edit: Named<EditFieldsOf<Name>>;
  readonly shutOut: ShutOut<OrderFieldsOf<Name>>;
  /** Where the fields are in a frame. */
  readonly fieldsIn: (frame: JsonObject) => unknown;
}

const callsOf = (socket: unknown): OrderCalls => (socket as Exchange).orders!;
const paramsIn = (frame: JsonObject) => frame['params'];
const firstIn = (frame: JsonObject) => (frame['args'] as readonly unknown[])[0];
const binanceAuth = { apiKey: 1, signature: 1, timestamp: 1 } as const;
const binanceOwn = {
  ...binanceAuth,
  symbol: 1,
  side: 1,
  type: 1,
  timeInForce: 1,
  price: 1,
  quantity: 1,
  newClientOrderId: 1,
} as const;
const bybitStops = {
  triggerPrice: '1',
  triggerBy: 'MarkPrice',
  orderIv: '0.5',
  takeProfit: '3',
  stopLoss: '1',
  tpTriggerBy: 'LastPrice',
  slTriggerBy: 'IndexPrice',
  tpslMode: 'Partial',
  tpLimitPrice: '3',
  slLimitPrice: '1',
} as const;
const deribitCommon = {
  reject_post_only: true,
  display_amount: 1,
  trigger_price: 2,
  trigger_offset: 3,
  advanced: 'usd',
  mmp: false,
  valid_until: 1_790_000_000_000,
} as const;

const cases: { readonly [Name in Exclude<keyof VenueTypes, 'bitmex' | 'coinbase'>]: Case<Name> } = {
  binance: {
    calls: callsOf(binance.sockets.api),
    place: {
      recvWindow: 1000,
      newOrderRespType: 'FULL',
      stopPrice: '1',
      trailingDelta: 100,
      icebergQty: '1',
      strategyId: 1,
      strategyType: 1_000_000,
      selfTradePreventionMode: 'EXPIRE_MAKER',
    },
    edit: { recvWindow: 1000, newClientOrderId: 'next' },
    shutOut: binanceOwn,
    fieldsIn: paramsIn,
  },
  'binance-usdm': {
    calls: callsOf(binanceUsdm.sockets.trade),
    place: {
      recvWindow: 1000,
      positionSide: 'LONG',
      newOrderRespType: 'ACK',
      selfTradePreventionMode: 'NONE',
      goodTillDate: 1_790_000_000_000,
    },
    edit: { recvWindow: 1000 },
    shutOut: { ...binanceOwn, reduceOnly: 1 },
    fieldsIn: paramsIn,
  },
  bybit: {
    calls: callsOf(bybit.sockets.trade),
    place: {
      ...bybitStops,
      isLeverage: 1,
      marketUnit: 'quoteCoin',
      triggerDirection: 2,
      orderFilter: 'StopOrder',
      positionIdx: 1,
      closeOnTrigger: true,
      tpOrderType: 'Limit',
      slOrderType: 'Market',
      smpType: 'CancelBoth',
      mmp: true,
    },
    edit: bybitStops,
    shutOut: {
      symbol: 1,
      category: 1,
      qty: 1,
      price: 1,
      orderLinkId: 1,
      side: 1,
      orderType: 1,
      timeInForce: 1,
      reduceOnly: 1,
    },
    fieldsIn: firstIn,
  },
  deribit: {
    calls: callsOf(deribit),
    place: {
      ...deribitCommon,
      trigger: 'mark_price',
      linked_order_type: 'one_triggers_other',
      trigger_fill_condition: 'first_hit',
      otoco_config: [{ direction: 'sell', type: 'take_limit' }],
    },
    edit: deribitCommon,
    shutOut: {
      instrument_name: 1,
      amount: 1,
      contracts: 1,
      price: 1,
      label: 1,
      time_in_force: 1,
      post_only: 1,
      reduce_only: 1,
      access_token: 1,
      type: 1,
    },
    fieldsIn: paramsIn,
  },
  hyperliquid: {
    calls: callsOf(hyperliquid),
    place: {
      t: { trigger: { isMarket: true, triggerPx: '1', tpsl: 'sl' } },
      grouping: 'positionTpsl',
      builder: { b: '0x14791697260e4c9a71f18484c9f997b308e59325', f: 10 },
      expiresAfter: 1_790_000_000_000,
    },
    edit: { t: { limit: { tif: 'Alo' } } },
    shutOut: {},
    fieldsIn(frame) {
      const { payload } = frame['request'] as { readonly payload: JsonObject };
      const action = payload['action'] as { readonly orders?: readonly object[]; readonly order?: object };
      return { ...payload, ...action, ...action.orders?.[0], ...action.order };
    },
  },
  kraken: {
    calls: callsOf(kraken.sockets.private),
    place: {
      limit_price_type: 'pct',
      display_qty: 1,
      deadline: '2026-05-05T10:00:05.000Z',
      triggers: { price: 1, price_type: 'static', reference: 'last' },
      conditional: { order_type: 'limit', limit_price: 2 },
      margin: true,
      effective_time: '2026-05-05T10:00:05.000Z',
      expire_time: '2026-05-06T10:00:05.000Z',
      fee_preference: 'quote',
      no_mpp: true,
      stp_type: 'cancel_both',
      sender_sub_id: 'desk',
    },
    edit: {
      limit_price_type: 'static',
      display_qty: 1,
      deadline: '2026-05-05T10:00:05.000Z',
      trigger_price: 1,
      trigger_price_type: 'static',
    },
    shutOut: {
      order_qty: 1,
      limit_price: 1,
      cl_ord_id: 1,
      post_only: 1,
      token: 1,
      order_type: 1,
      side: 1,
      symbol: 1,
      time_in_force: 1,
      reduce_only: 1,
    },
    fieldsIn: paramsIn,
  },
  okx: {
    calls: callsOf(okx.sockets.private),
    place: {
      instIdCode: 7,
      pxAmendType: '1',
      tdMode: 'isolated',
      ccy: 'USDT',
      tag: 'bot',
      posSide: 'long',
      tgtCcy: 'quote_ccy',
      banAmend: true,
      tradeQuoteCcy: 'USDC',
      stpMode: 'cancel_taker',
      attachAlgoOrds: [{ slTriggerPx: '1', slOrdPx: '-1' }],
    },
    edit: {
      instIdCode: 7,
      pxAmendType: '0',
      cxlOnFail: true,
      reqId: 'change1',
      newPxUsd: '1',
      newPxVol: '0.5',
    },
    shutOut: { instId: 1, side: 1, ordType: 1, px: 1, sz: 1, clOrdId: 1, reduceOnly: 1 },
    fieldsIn: firstIn,
  },
};

const order = { symbol: 'BTC', side: 'buy', amount: 1, price: 2, clientOrderId: 'bot1' } as const;
const privateKey = '0x0123456789012345678901234567890123456789012345678901234567890123';
const session = { lifetimeMs: 1, granted: [], secrets: { token: 'T' } };
const context: RequestContext = {
  ...requestContext({ session, credentials: { apiKey: 'key', secret: 'secret', privateKey } }),
  instrumentIds: new Map([['BTC', 0]]),
};

describe('the order fields of a venue', () => {
  for (const [name, { calls, place, edit, shutOut, fieldsIn }] of Object.entries(cases)) {
    const fieldsOf = ({ frame }: Outgoing) => fieldsIn(JSON.parse(frame) as JsonObject);

    it(`go out untouched with an order on ${name}`, () => {
      const whole = { ...order, extra: place };
      expect(calls.validate?.(whole)).to.equal(undefined);
      expect(fieldsOf(calls.place(whole, context))).to.deep.include(place);
    });

    it(`go out untouched with a change of an order on ${name}`, () => {
      const amount = name === 'binance' ? { amount: 1 } : { ...order, postOnly: true };
      const reference = { orderId: '1', symbol: 'BTC' };
      expect(fieldsOf(calls.edit!(reference, { ...amount, extra: edit }, context))).to.deep.include(edit);
    });

    it(`are refused on ${name} where the order has a field for them`, () => {
      for (const field of Object.keys(shutOut)) {
        expect(calls.validate?.({ ...order, extra: { [field]: 'x' } }), field).to.match(
          /has a field of its own/,
        );
      }
    });
  }
});
