// Public questions about markets: instruments, books, tickers, last trades, currencies.
import { writeInstrument } from './instruments.js';
import type { DeribitMarket } from './market.js';
import type { Call, Methods } from './method.js';
import { invalidParameter } from './rpc-error.js';

const mostTrades = 1000;
const kinds = ['future', 'option', 'spot', 'future_combo', 'option_combo'] as const;

export const marketMethods: Methods = {
  'public/get_currencies': { cost: 'non-matching', run: getCurrencies },
  'public/get_instruments': { cost: 'instruments', run: getInstruments },
  'public/get_instrument': {
    cost: 'non-matching',
    run: (call) => writeInstrument(marketOf(call).instrument),
  },
  'public/get_order_book': { cost: 'non-matching', run: getOrderBook },
  'public/ticker': {
    cost: 'non-matching',
    run: (call) => marketOf(call).ticker(call.world.clock.milliseconds()),
  },
  'public/get_last_trades_by_instrument': { cost: 'non-matching', run: getLastTrades },
  'public/get_last_trades_by_instrument_and_time': { cost: 'non-matching', run: getLastTrades },
  'public/get_index_price': { cost: 'non-matching', run: getIndexPrice },
};

/** The market that `instrument_name` names. */
export function marketOf({ world, params }: Call): DeribitMarket {
  const market = world.markets.get(params.text('instrument_name'));
  if (market === undefined) throw invalidParameter('instrument_name', 'instrument not found');
  return market;
}

function getCurrencies({ world }: Call): unknown {
  const instruments = [...world.markets.values()].map((market) => market.instrument);
  const currencies = new Set(instruments.flatMap((one) => [one.baseCurrency, one.settlementCurrency]));
  return [...currencies].map((currency) => ({
    currency,
    currency_long: currency,
    coin_type: currency,
    fee_precision: 4,
    min_confirmations: 1,
    min_withdrawal_fee: 0,
    withdrawal_fee: 0,
    withdrawal_priorities: [],
    in_cross_collateral_pool: false,
  }));
}

function getInstruments({ world, params }: Call): unknown {
  const currency = params.optionalText('currency')?.toUpperCase() ?? 'ANY';
  const kind = params.has('kind') ? params.choice('kind', kinds) : undefined;
  const isExpired = params.flag('expired');
  return [...world.markets.values()]
    .map((market) => market.instrument)
    .filter((one) => !isExpired && (kind === undefined || one.kind === kind))
    .filter((one) => currency === 'ANY' || one.settlementCurrency === currency)
    .map(writeInstrument);
}

function getOrderBook(call: Call): unknown {
  const market = marketOf(call);
  const depth = call.params.optionalNumber('depth') ?? 5;
  return {
    ...market.ticker(call.world.clock.milliseconds()),
    change_id: market.changeId,
    bids: market.depth('bid', depth),
    asks: market.depth('ask', depth),
  };
}

function getLastTrades(call: Call): unknown {
  const { params } = call;
  const count = Math.min(params.optionalNumber('count') ?? 10, mostTrades);
  const from = params.optionalNumber('start_seq') ?? 0;
  const to = params.optionalNumber('end_seq') ?? Number.POSITIVE_INFINITY;
  const since = params.optionalNumber('start_timestamp') ?? 0;
  const until = params.optionalNumber('end_timestamp') ?? Number.POSITIVE_INFINITY;
  const found = marketOf(call).trades.filter((trade) => {
    const at = trade['timestamp'] as number;
    return trade.trade_seq >= from && trade.trade_seq <= to && at >= since && at <= until;
  });
  // With a start given the oldest come, otherwise the newest; the order is newest first unless asked otherwise.
  const isFromStart = params.has('start_seq') || params.has('start_timestamp');
  const chosen = isFromStart ? found.slice(0, count) : found.slice(-count);
  const sorting = params.optionalText('sorting') ?? (isFromStart ? 'asc' : 'desc');
  return { trades: sorting === 'asc' ? chosen : chosen.reverse(), has_more: found.length > count };
}

function getIndexPrice({ world, params }: Call): unknown {
  const name = params.text('index_name');
  const market = [...world.markets.values()].find((one) => one.instrument.indexName === name);
  if (market === undefined) throw invalidParameter('index_name', 'index not found');
  return { index_price: market.markPrice, estimated_delivery_price: market.markPrice };
}
