// Orders, fills and positions in Hyperliquid's words, read into the common ones. Prices and sizes are decimal texts, side B buys.
import type { Fill, Order, OrderRequest, Position, Side } from '../../market.js';
import { decimalOf, idText } from '../dialects/decimals.js';
import { numberOf, textOf } from '../dialects/fields.js';
import { isObject, type JsonObject } from '../dialects/json-rpc.js';

/** `{"order":{"coin":"ETH","side":"B","limitPx":"1500.0","sz":"1.0","oid":313890189710,"origSz":"1.0","cloid":"0x…"},"status":"open","statusTimestamp":17}` */
export function readOrderUpdate(update: unknown): Order | undefined {
  if (!isObject(update) || !isObject(update['order']) || typeof update['status'] !== 'string')
    return undefined;
  return readOrder(update['order'], update['status'], numberOf(update['statusTimestamp']), update);
}

/** A row of the open orders: `{"coin":"ETH","side":"A","limitPx":"1500.0","sz":"1.0","oid":3,"timestamp":17,"origSz":"1.0"}` */
export function readOpenOrder(row: unknown): Order | undefined {
  return isObject(row) ? readOrder(row, 'open', numberOf(row['timestamp']), row) : undefined;
}

function readOrder(row: JsonObject, status: string, updatedAtMs: number, raw: JsonObject): Order | undefined {
  const [side, orderId, symbol] = [sideOf(row['side']), idText(row['oid']), textOf(row['coin'])];
  const [left, amount] = [decimalOf(row['sz']), decimalOf(row['origSz'] ?? row['sz'])];
  if (side === undefined || orderId === '' || symbol === '' || status === '' || Number.isNaN(left + amount))
    return undefined;
  const state = stateOf(status);
  return {
    orderId,
    clientOrderId: clientIdOf(row['cloid']),
    symbol,
    side,
    type: textOf(row['orderType']).toLowerCase().replaceAll(' ', '-') || 'limit',
    state,
    price: decimalOf(row['limitPx']),
    amount,
    // The venue has no more than eight decimals; the difference of two binary numbers may seem to.
    filledAmount: Number((amount - left).toFixed(8)),
    averagePrice: Number.NaN,
    updatedAtMs,
    ...(status === state || state === 'open' || status === 'canceled' ? {} : { cancelReason: status }),
    raw,
  };
}

/** `selfTradeCanceled`, `scheduledCancel` and their like are cancelled, `tickRejected` and its like rejected. */
function stateOf(status: string): string {
  if (/cancel/i.test(status)) return 'cancelled';
  if (/rejected$/i.test(status)) return 'rejected';
  return status === 'triggered' ? 'open' : status;
}

/** The state of an order as the answer to its placing tells it: `{"resting":{"oid":3}}` or `{"filled":{"totalSz":"0.5","avgPx":"73.6","oid":3}}` */
export function readPlacedStatus(
  status: unknown,
  asked: OrderRequest & { readonly clientOrderId: string },
): Order | undefined {
  if (!isObject(status)) return undefined;
  const { resting, filled } = status;
  const told = isObject(filled) ? filled : resting;
  if (!isObject(told) || idText(told['oid']) === '') return undefined;
  return {
    orderId: idText(told['oid']),
    clientOrderId: asked.clientOrderId,
    symbol: asked.symbol,
    side: asked.side,
    type: asked.type ?? 'limit',
    state: told === filled ? 'filled' : 'open',
    price: Number(asked.price ?? Number.NaN),
    amount: Number(asked.amount),
    filledAmount: told === filled ? decimalOf(told['totalSz']) : 0,
    averagePrice: told === filled ? decimalOf(told['avgPx']) : Number.NaN,
    updatedAtMs: Number.NaN,
    raw: status,
  };
}

/** `{"coin":"ETH","px":"2067.2","sz":"0.01","side":"A","time":17,"oid":3,"crossed":true,"fee":"0.00893","tid":34,"cloid":"0x…","feeToken":"USDC"}` */
export function readFill(row: unknown): Fill | undefined {
  if (!isObject(row)) return undefined;
  const { crossed } = row;
  const [side, tradeId, orderId] = [sideOf(row['side']), idText(row['tid']), idText(row['oid'])];
  const [symbol, price, amount] = [textOf(row['coin']), decimalOf(row['px']), decimalOf(row['sz'])];
  if (side === undefined || tradeId === '' || orderId === '' || symbol === '' || Number.isNaN(price + amount))
    return undefined;
  return {
    tradeId,
    orderId,
    clientOrderId: clientIdOf(row['cloid']),
    symbol,
    side,
    price,
    amount,
    fee: decimalOf(row['fee']),
    feeCurrency: textOf(row['feeToken']),
    liquidity: crossed === true ? 'taker' : crossed === false ? 'maker' : 'unknown',
    exchangeTimeMs: numberOf(row['time']),
    raw: row,
  };
}

/** `{"assetPositions":[{"type":"oneWay","position":{"coin":"ETH","szi":"-0.5","entryPx":"2986.3",…}}],…}` */
export function readPositions(state: unknown): readonly Position[] {
  const list: unknown = isObject(state) ? state['assetPositions'] : undefined;
  return (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((item) => {
    const row = isObject(item) ? item['position'] : undefined;
    if (!isObject(row)) return [];
    const [symbol, amount] = [textOf(row['coin']), decimalOf(row['szi'])];
    return symbol === '' || Number.isNaN(amount)
      ? []
      : [{ symbol, amount, averagePrice: decimalOf(row['entryPx']), raw: row }];
  });
}

function sideOf(word: unknown): Side | undefined {
  return word === 'B' ? 'buy' : word === 'A' ? 'sell' : undefined;
}

// Client order ids are 16 bytes on this venue. Texts of up to 16 characters travel as their bytes, zeros behind; others as they are.

const CLOID = /^0x[0-9a-fA-F]{32}$/;
const SHORT_TEXT = /^[\x21-\x7e]{1,16}$/;

/** True for what `cloidOf` can write. */
export const isClientId = (text: string): boolean => CLOID.test(text) || SHORT_TEXT.test(text);

export function cloidOf(clientOrderId: string): string {
  if (CLOID.test(clientOrderId)) return clientOrderId.toLowerCase();
  return `0x${Buffer.from(clientOrderId).toString('hex').padEnd(32, '0')}`;
}

export function clientIdOf(cloid: unknown): string {
  if (typeof cloid !== 'string' || !CLOID.test(cloid)) return textOf(cloid);
  const text = Buffer.from(cloid.slice(2), 'hex').toString('latin1').replace(/\0+$/, '');
  return SHORT_TEXT.test(text) ? text : cloid.toLowerCase();
}
