// Orders, fills, positions and balances out of a venue's JSON rows: a table says which field of the venue holds what.
import type {
  Fill,
  Order,
  OrderRequest,
  OrderState,
  OrderType,
  Position,
  PrivateEvent,
  Side,
} from '../../market.js';
import type { DecodeSink } from '../exchange.js';
import { numberOf, rowsOf, textOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';

type Names<Row, Without extends keyof Row = never> = {
  readonly [Name in Exclude<keyof Row, 'raw' | Without>]-?: string;
};

/** For each word of ours the venue's name of the field, or several separated by spaces: the first one that says something counts. */
export interface AccountFields {
  readonly order: Names<Order>;
  readonly fill: Names<Fill>;
  readonly position: Names<Position> & { readonly side: string };
  readonly balance: { readonly currency: string; readonly total: string; readonly available: string };
  /** The venue's words for the liquidity of a fill. */
  readonly liquidity: { readonly maker: unknown; readonly taker: unknown };
  /** For our words the venue's, separated by spaces; a word of the venue that is not listed is passed on as it is. */
  readonly states?: Readonly<Record<OrderState, string>>;
  readonly types?: Readonly<Record<OrderType, string>>;
  /** Where the venue writes a fee that was paid as a negative number. */
  readonly isPaidFeeNegative?: boolean;
  /** Words that mean that there is no reason for a cancel. */
  readonly noReason?: RegExp;
  /** The symbol, where one field does not tell it. */
  readonly symbolOf?: (row: JsonObject) => string;
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
  const order = (row: unknown): Order | undefined => (isObject(row) ? readOrder(row, fields) : undefined);
  const position = (row: unknown): Position | undefined =>
    isObject(row) ? readPosition(row, fields) : undefined;
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
      const order = readOrder(row, fields);
      return order && { kind, topic, order };
    }
    case 'fill': {
      const fill = readFill(row, fields);
      return fill && { kind, topic, fill };
    }
    case 'position': {
      const position = readPosition(row, fields);
      return position && { kind, topic, position };
    }
    default: {
      const { currency, total, available } = fields.balance;
      if (textOf(row[currency]) === '') return undefined;
      const balance = {
        currency: textOf(row[currency]),
        total: numberOf(field(row, total)),
        available: numberOf(field(row, available)),
        raw: row,
      };
      return { kind: 'balance', topic, balance };
    }
  }
}

function readOrder(row: JsonObject, fields: AccountFields): Order | undefined {
  const names = fields.order;
  const [orderId, state, side] = [
    textOf(field(row, names.orderId)),
    textOf(field(row, names.state)),
    sideOf(field(row, names.side)),
  ];
  if (orderId === '' || state === '' || side === undefined) return undefined;
  const filledAmount = numberOf(field(row, names.filledAmount) ?? 0);
  const cancelReason = reasonOf(row, fields);
  const type = textOf(field(row, names.type));
  return {
    orderId,
    clientOrderId: textOf(field(row, names.clientOrderId)),
    symbol: symbolOf(row, names, fields),
    side,
    type: ownWord(fields.types, type),
    state: ownWord(fields.states, state),
    price: numberOf(field(row, names.price)),
    amount: numberOf(field(row, names.amount)),
    filledAmount,
    averagePrice: filledAmount > 0 ? numberOf(field(row, names.averagePrice)) : Number.NaN,
    updatedAtMs: numberOf(field(row, names.updatedAtMs)),
    ...(cancelReason === '' ? {} : { cancelReason }),
    raw: row,
  };
}

function readFill(row: JsonObject, fields: AccountFields): Fill | undefined {
  const { fill: names, liquidity } = fields;
  const [tradeId, orderId, side] = [
    textOf(field(row, names.tradeId)),
    textOf(field(row, names.orderId)),
    sideOf(field(row, names.side)),
  ];
  if (tradeId === '' || orderId === '' || side === undefined) return undefined;
  const word = field(row, names.liquidity);
  return {
    tradeId,
    orderId,
    clientOrderId: textOf(field(row, names.clientOrderId)),
    symbol: symbolOf(row, names, fields),
    side,
    price: numberOf(field(row, names.price)),
    amount: numberOf(field(row, names.amount)),
    fee:
      fields.isPaidFeeNegative === true
        ? 0 - numberOf(field(row, names.fee))
        : numberOf(field(row, names.fee)),
    feeCurrency: textOf(field(row, names.feeCurrency)),
    liquidity: word === liquidity.maker ? 'maker' : word === liquidity.taker ? 'taker' : 'unknown',
    exchangeTimeMs: numberOf(field(row, names.exchangeTimeMs)),
    raw: row,
  };
}

/** The size may come signed or with a side: either way a short position is negative. */
function readPosition(row: JsonObject, fields: AccountFields): Position | undefined {
  const names = fields.position;
  const symbol = symbolOf(row, names, fields);
  const amount = numberOf(field(row, names.amount));
  if (symbol === '' || Number.isNaN(amount)) return undefined;
  const isShort = /^(?:sell|short)$/i.test(textOf(field(row, names.side)));
  return {
    symbol,
    amount: isShort && amount > 0 ? -amount : amount,
    averagePrice: numberOf(field(row, names.averagePrice)),
    raw: row,
  };
}

function field(row: JsonObject, names: string): unknown {
  // Most names are single, and need no list.
  if (!names.includes(' ')) return row[names];
  return names
    .split(' ')
    .map((name) => row[name])
    .find((value) => value !== undefined && value !== '');
}

function ownWord(words: Readonly<Record<string, string>> = {}, word: string): string {
  for (const own in words) if (words[own]?.split(' ').includes(word)) return own;
  return word;
}

function symbolOf(row: JsonObject, names: { readonly symbol: string }, fields: AccountFields): string {
  return fields.symbolOf?.(row) ?? textOf(field(row, names.symbol));
}

function reasonOf(row: JsonObject, { order, noReason }: AccountFields): string {
  const reasons = order.cancelReason.split(' ').map((name) => textOf(row[name]));
  return reasons.find((reason) => reason !== '' && noReason?.test(reason) !== true) ?? '';
}

function sideOf(value: unknown): Side | undefined {
  const word = textOf(value).toLowerCase();
  return word === 'buy' || word === 'sell' ? word : undefined;
}

/** An order that the venue accepted without saying more than its id: what was asked, nothing of it filled yet. */
export function acceptedOrder(
  orderId: unknown,
  asked: OrderRequest & { readonly clientOrderId: string },
  updatedAtMs: number,
  raw: JsonObject,
): Order | undefined {
  if (typeof orderId !== 'string' || orderId === '') return undefined;
  const { clientOrderId, symbol, side, type = 'limit', price = Number.NaN, amount } = asked;
  const terms = { price: Number(price), amount: Number(amount), filledAmount: 0, averagePrice: Number.NaN };
  return { orderId, clientOrderId, symbol, side, type, state: 'accepted', ...terms, updatedAtMs, raw };
}
