// Orders, fills, positions and balances out of a venue's JSON rows: a table says which field of the venue holds what.
import type { Fill, Order, Position, PrivateEvent, Side } from '../market.js';
import type { DecodeSink } from './exchange.js';
import { numberOf, rowsOf, textOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';

type Names<Row, Without extends keyof Row = never> = {
  readonly [Name in Exclude<keyof Row, 'raw' | Without>]-?: string;
};

/** For each word of ours the venue's name of the field. */
export interface AccountFields {
  readonly order: Names<Order>;
  readonly fill: Names<Fill>;
  readonly position: Names<Position> & { readonly side: string };
  readonly balance: { readonly currency: string; readonly total: string; readonly available: string };
  /** The venue's words for the liquidity of a fill. */
  readonly liquidity: { readonly maker: string; readonly taker: string };
}

export type RowKind = 'order' | 'fill' | 'position' | 'balance';

export interface AccountRows {
  readonly order: (row: unknown) => Order | undefined;
  readonly fill: (row: unknown) => Fill | undefined;
  readonly orders: (rows: unknown) => readonly Order[];
  readonly positions: (rows: unknown) => readonly Position[];
  /** Tells the sink each row; a malformed one is the problem that is returned, and hides none of the others. */
  readonly tell: (kind: RowKind, topic: string, rows: unknown, sink: DecodeSink) => string | undefined;
}

export function accountRows(fields: AccountFields): AccountRows {
  const order = (row: unknown): Order | undefined =>
    isObject(row) ? readOrder(row, fields.order) : undefined;
  const position = (row: unknown): Position | undefined =>
    isObject(row) ? readPosition(row, fields.position) : undefined;
  return {
    order,
    fill: (row) => (isObject(row) ? readFill(row, fields) : undefined),
    orders: (rows) => rowsOf(rows).flatMap((row) => order(row) ?? []),
    positions: (rows) => rowsOf(rows).flatMap((row) => position(row) ?? []),
    tell(kind, topic, rows, sink) {
      let problem: string | undefined;
      for (const row of rowsOf(rows)) {
        const event = isObject(row) ? eventOf(kind, topic, row, fields) : undefined;
        if (event === undefined) problem = `${topic}: malformed ${kind}`;
        else sink.private(event);
      }
      return problem;
    },
  };
}

function eventOf(
  kind: RowKind,
  topic: string,
  row: JsonObject,
  fields: AccountFields,
): PrivateEvent | undefined {
  switch (kind) {
    case 'order': {
      const order = readOrder(row, fields.order);
      return order && { kind, topic, order };
    }
    case 'fill': {
      const fill = readFill(row, fields);
      return fill && { kind, topic, fill };
    }
    case 'position': {
      const position = readPosition(row, fields.position);
      return position && { kind, topic, position };
    }
    default: {
      const { currency, total, available } = fields.balance;
      if (textOf(row[currency]) === '') return undefined;
      const balance = {
        currency: textOf(row[currency]),
        total: numberOf(row[total]),
        available: numberOf(row[available]),
        raw: row,
      };
      return { kind: 'balance', topic, balance };
    }
  }
}

function readOrder(row: JsonObject, names: AccountFields['order']): Order | undefined {
  const [orderId, state, side] = [
    textOf(row[names.orderId]),
    textOf(row[names.state]),
    sideOf(row[names.side]),
  ];
  if (orderId === '' || state === '' || side === undefined) return undefined;
  const filledAmount = numberOf(row[names.filledAmount] ?? 0);
  const cancelReason = textOf(row[names.cancelReason]);
  return {
    orderId,
    clientOrderId: textOf(row[names.clientOrderId]),
    symbol: textOf(row[names.symbol]),
    side,
    type: textOf(row[names.type]),
    state,
    price: numberOf(row[names.price]),
    amount: numberOf(row[names.amount]),
    filledAmount,
    averagePrice: filledAmount > 0 ? numberOf(row[names.averagePrice]) : Number.NaN,
    updatedAtMs: numberOf(row[names.updatedAtMs]),
    ...(cancelReason === '' ? {} : { cancelReason }),
    raw: row,
  };
}

function readFill(row: JsonObject, { fill: names, liquidity }: AccountFields): Fill | undefined {
  const [tradeId, orderId, side] = [
    textOf(row[names.tradeId]),
    textOf(row[names.orderId]),
    sideOf(row[names.side]),
  ];
  if (tradeId === '' || orderId === '' || side === undefined) return undefined;
  const word = row[names.liquidity];
  return {
    tradeId,
    orderId,
    clientOrderId: textOf(row[names.clientOrderId]),
    symbol: textOf(row[names.symbol]),
    side,
    price: numberOf(row[names.price]),
    amount: numberOf(row[names.amount]),
    fee: numberOf(row[names.fee]),
    feeCurrency: textOf(row[names.feeCurrency]),
    liquidity: word === liquidity.maker ? 'maker' : word === liquidity.taker ? 'taker' : 'unknown',
    exchangeTimeMs: numberOf(row[names.exchangeTimeMs]),
    raw: row,
  };
}

/** The size may come signed or with a side: either way a short position is negative. */
function readPosition(row: JsonObject, names: AccountFields['position']): Position | undefined {
  const symbol = textOf(row[names.symbol]);
  const amount = numberOf(row[names.amount]);
  if (symbol === '' || Number.isNaN(amount)) return undefined;
  const short = sideOf(row[names.side]) === 'sell' && amount > 0;
  return {
    symbol,
    amount: short ? -amount : amount,
    averagePrice: numberOf(row[names.averagePrice]),
    raw: row,
  };
}

function sideOf(value: unknown): Side | undefined {
  const word = textOf(value).toLowerCase();
  return word === 'buy' || word === 'sell' ? word : undefined;
}
