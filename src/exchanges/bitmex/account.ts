// The account's tables of BitMEX, read into the common words. An update names a row and what changed in it, so rows are remembered.
import type { Balance, Fill, Order, Position, PrivateEvent, Side } from '../../market.js';
import type { DecodeSink } from '../exchange.js';
import { numberOf, textOf } from '../dialects/fields.js';
import { isoTimeMs } from '../dialects/iso-time.js';
import type { JsonObject } from '../dialects/json-rpc.js';
import { RowMemory } from '../dialects/row-memory.js';

/** Rows of one table that are remembered: far more than the 200 open orders that BitMEX allows for each symbol of a busy account. */
const MAX_ROWS = 5000;

/** Tells the sink what rows of one of the account's tables say. */
export type BitmexAccount = (
  table: string,
  action: string,
  rows: readonly JsonObject[],
  sink: DecodeSink,
) => string | undefined;

export function bitmexAccount(): BitmexAccount {
  const memories = new Map<string, RowMemory>();
  const memoryOf = (table: string): RowMemory => {
    const memory = memories.get(table) ?? new RowMemory(MAX_ROWS);
    memories.set(table, memory);
    return memory;
  };
  return (table, action, rows, sink) => {
    if (action === 'partial') memoryOf(table).clear();
    // A row that was deleted says nothing that an update did not say before it.
    if (action === 'delete' || rows.length === 0) sink.alive();
    else for (const row of rows) sink.private(eventOf(table, action, row, memoryOf(table)));
    return undefined;
  };
}

function eventOf(table: string, action: string, row: JsonObject, memory: RowMemory): PrivateEvent {
  // What the table of executions begins with are old ones.
  if (table === 'execution') return fillEvent(action === 'insert' ? row : {}, row);
  const key = keyOf(table, row);
  const whole = key === '' ? row : memory.merge(key, row);
  const order = table === 'order' ? readOrder(whole) : undefined;
  if (order !== undefined) return { kind: 'order', topic: table, order };
  const position = table === 'position' ? readPosition(whole) : undefined;
  if (position !== undefined) return { kind: 'position', topic: table, position };
  const balance = table === 'margin' ? readBalance(whole) : undefined;
  if (balance !== undefined) return { kind: 'balance', topic: table, balance };
  return { kind: 'account', topic: table, raw: whole };
}

function fillEvent(row: JsonObject, raw: JsonObject): PrivateEvent {
  const fill = row['execType'] === 'Trade' ? readFill(row) : undefined;
  return fill === undefined
    ? { kind: 'account', topic: 'execution', raw }
    : { kind: 'fill', topic: 'execution', fill };
}

function keyOf(table: string, row: JsonObject): string {
  if (table === 'order') return textOf(row['orderID']);
  const [account, name] = [
    numberOf(row['account']),
    textOf(row[table === 'position' ? 'symbol' : 'currency']),
  ];
  return Number.isNaN(account) || name === '' ? '' : `${account} ${name}`;
}

const STATES: Readonly<Record<string, string>> = {
  New: 'open',
  PendingNew: 'open',
  PartiallyFilled: 'open',
  PendingCancel: 'open',
  PendingReplace: 'open',
  Filled: 'filled',
  Canceled: 'cancelled',
  Expired: 'cancelled',
  Rejected: 'rejected',
};

/** `{"orderID":"…","clOrdID":"","symbol":"XBTUSD","side":"Buy","orderQty":20,"price":9675,"ordType":"Limit","ordStatus":"New","cumQty":0,…}` */
function readOrder(row: JsonObject): Order | undefined {
  const { symbol, ordStatus: status, ordType, triggered } = row;
  const [side, orderId, type] = [sideOf(row['side']), textOf(row['orderID']), kebab(textOf(ordType))];
  if (
    side === undefined ||
    orderId === '' ||
    typeof symbol !== 'string' ||
    typeof status !== 'string' ||
    status === ''
  )
    return undefined;
  const state = STATES[status] ?? kebab(status);
  const waits = state === 'open' && /stop|touched/.test(type) && (triggered === '' || triggered === null);
  const text = textOf(row['text']);
  const filledAmount = numberOf(row['cumQty'] ?? 0);
  return {
    orderId,
    clientOrderId: textOf(row['clOrdID']),
    symbol,
    side,
    type,
    state: waits ? 'untriggered' : state,
    price: numberOf(row['price']),
    amount: numberOf(row['orderQty']),
    filledAmount,
    averagePrice: filledAmount > 0 ? numberOf(row['avgPx']) : Number.NaN,
    updatedAtMs: isoTimeMs(row['timestamp']),
    ...((state === 'cancelled' || state === 'rejected') && text !== '' ? { cancelReason: text } : {}),
    raw: row,
  };
}

/** Fees come in the smallest unit of the currency: `"execComm":76,"settlCurrency":"XBt"` is 76 satoshi. */
function readFill(row: JsonObject): Fill | undefined {
  const { symbol, lastLiquidityInd: liquidity } = row;
  const [side, tradeId, orderId] = [
    sideOf(row['side']),
    textOf(row['trdMatchID'] ?? row['execID']),
    textOf(row['orderID']),
  ];
  if (side === undefined || tradeId === '' || orderId === '' || typeof symbol !== 'string') return undefined;
  return {
    tradeId,
    orderId,
    clientOrderId: textOf(row['clOrdID']),
    symbol,
    side,
    price: numberOf(row['lastPx']),
    amount: numberOf(row['lastQty']),
    fee: numberOf(row['execComm']),
    feeCurrency: textOf(row['settlCurrency']),
    liquidity:
      liquidity === 'Added' || liquidity === 'AddedLiquidity'
        ? 'maker'
        : liquidity === 'Removed' || liquidity === 'RemovedLiquidity'
          ? 'taker'
          : 'unknown',
    exchangeTimeMs: isoTimeMs(row['transactTime']),
    raw: row,
  };
}

function readPosition(row: JsonObject): Position | undefined {
  const [symbol, amount] = [textOf(row['symbol']), numberOf(row['currentQty'])];
  if (symbol === '' || Number.isNaN(amount)) return undefined;
  return { symbol, amount, averagePrice: numberOf(row['avgEntryPrice']), raw: row };
}

/** In the smallest unit of the currency, as fees. */
function readBalance(row: JsonObject): Balance | undefined {
  const [currency, total] = [textOf(row['currency']), numberOf(row['marginBalance'])];
  if (currency === '' || Number.isNaN(total)) return undefined;
  return { currency, total, available: numberOf(row['availableMargin']), raw: row };
}

function sideOf(word: unknown): Side | undefined {
  return word === 'Buy' ? 'buy' : word === 'Sell' ? 'sell' : undefined;
}

/** `StopLimit` is stop-limit. */
function kebab(word: string): string {
  return word.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? '' : '-') + letter.toLowerCase());
}
