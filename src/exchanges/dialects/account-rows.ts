// Orders, fills, positions and balances out of a venue's JSON rows: a table says which field of the venue holds what.
import type {
  Balance,
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
import { decimalSum, idText } from './decimals.js';
import { numberOf, rowsOf, textOf, valueAt } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';

type Names<Row, Without extends keyof Row = never> = {
  readonly [Name in Exclude<keyof Row, 'raw' | Without>]-?: string;
};

/**
 * For each word of ours the venue's name of the field, or several separated by spaces: the first one that says something counts. A name
 * with points leads inwards: `fees.0.qty`. An empty name: the venue does not say it.
 */
export interface AccountFields {
  /** `leftAmount`: what is not filled yet, for venues that say this instead of either the amount or what is filled. */
  readonly order: Names<Order> & { readonly leftAmount?: string };
  /** What is left out, from here on to the balances, the venue does not tell: each row is malformed. */
  readonly fill?: Names<Fill>;
  readonly position?: Names<Position> & { readonly side: string };
  readonly balance?: { readonly currency: string; readonly total: string; readonly available: string };
  /** The venue's words for the liquidity of a fill; several are separated by spaces. */
  readonly liquidity?: { readonly maker: unknown; readonly taker: unknown };
  /** The venue's words for the sides, where they are other ones than ours. */
  readonly sides?: Readonly<Record<Side, string>>;
  /**
   * For our words the venue's, separated by spaces, or a pattern of them: the first that fits counts. A word of the venue that fits
   * none is passed on as it is.
   */
  readonly states?: Readonly<Partial<Record<OrderState, string | RegExp>>>;
  readonly types?: Readonly<Partial<Record<OrderType, string | RegExp>>>;
  /** Where the venue writes `StopLimit` or `Stop Limit`: words that are not listed are passed on as `stop-limit`. */
  readonly isCamelCase?: boolean;
  /** True for an open order that waits for its trigger, where its state does not tell so. */
  readonly isUntriggered?: (row: JsonObject) => boolean;
  /** Reads a time as milliseconds, NaN where it is none. Left out: it is written as milliseconds. */
  readonly timeOf?: (value: unknown) => number;
  /** Where the venue writes a fee that was paid as a negative number. */
  readonly isPaidFeeNegative?: boolean;
  /** Words that mean that there is no reason for a cancel. */
  readonly noReason?: RegExp;
  /** The symbol, where one field does not tell it. */
  readonly symbolOf?: (row: JsonObject) => string;
  /** The bot's own id, where it travels in another form. */
  readonly clientIdOf?: (value: unknown) => string;
  /** The row as the table names it, where it lies within another one or leaves out what goes without saying. `raw` stays what was sent. */
  readonly prepare?: (row: JsonObject) => JsonObject;
}

export type RowKind = 'order' | 'fill' | 'position' | 'balance';

export interface AccountRows {
  readonly order: (row: unknown) => Order | undefined;
  readonly orders: (rows: unknown) => readonly Order[];
  readonly positions: (rows: unknown) => readonly Position[];
  /** The event that a row is, undefined where it is malformed. `raw`: what the user gets as the venue's own object, by default the row. */
  readonly event: (
    kind: RowKind,
    topic: string,
    row: JsonObject,
    raw?: JsonObject,
  ) => PrivateEvent | undefined;
  /** Tells the sink each row; a malformed one is the problem that is returned, and hides none of the others. */
  readonly tell: (kind: RowKind, topic: string, rows: unknown, sink: DecodeSink) => string | undefined;
}

export function accountRows(fields: AccountFields): AccountRows {
  const prepared = (row: JsonObject): JsonObject => fields.prepare?.(row) ?? row;
  const order = (row: unknown): Order | undefined =>
    isObject(row) ? readOrder(prepared(row), fields, row) : undefined;
  const position = (row: unknown): Position | undefined =>
    isObject(row) ? readPosition(prepared(row), fields, row) : undefined;
  return {
    order,
    orders: (rows) => rowsOf(rows).flatMap((row) => order(row) ?? []),
    positions: (rows) => rowsOf(rows).flatMap((row) => position(row) ?? []),
    event: (kind, topic, row, raw = row) => eventOf(kind, topic, prepared(row), raw, fields),
    tell(kind, topic, rows, sink) {
      let problem: string | undefined;
      for (const row of rowsOf(rows)) {
        const event = isObject(row) ? eventOf(kind, topic, prepared(row), row, fields) : undefined;
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
  raw: JsonObject,
  fields: AccountFields,
): PrivateEvent | undefined {
  switch (kind) {
    case 'order': {
      const order = readOrder(row, fields, raw);
      return order && { kind, topic, order };
    }
    case 'fill': {
      const fill = readFill(row, fields, raw);
      return fill && { kind, topic, fill };
    }
    case 'position': {
      const position = readPosition(row, fields, raw);
      return position && { kind, topic, position };
    }
    default: {
      const balance = readBalance(row, fields, raw);
      return balance && { kind: 'balance', topic, balance };
    }
  }
}

function readBalance(
  row: JsonObject,
  { balance: names }: AccountFields,
  raw: JsonObject,
): Balance | undefined {
  if (names === undefined) return undefined;
  const [currency, total] = [textOf(row[names.currency]), numberOf(field(row, names.total))];
  if (currency === '' || Number.isNaN(total)) return undefined;
  return { currency, total, available: numberOf(field(row, names.available)), raw };
}

function readOrder(row: JsonObject, fields: AccountFields, raw: JsonObject): Order | undefined {
  const { order: names, timeOf = numberOf, clientIdOf = textOf } = fields;
  const [orderId, state, side] = [
    idText(field(row, names.orderId)),
    textOf(field(row, names.state)),
    sideOf(field(row, names.side), fields),
  ];
  const [symbol, amounts] = [symbolOf(row, names, fields), amountsOf(row, names)];
  if (orderId === '' || state === '' || symbol === '') return undefined;
  if (side === undefined || amounts === undefined) return undefined;
  const [amount, filledAmount] = amounts;
  const ownState = stateOf(row, state, fields);
  const cancelReason = WITHOUT_REASON.test(ownState) ? '' : reasonOf(row, ownState, fields);
  return {
    orderId,
    clientOrderId: clientIdOf(field(row, names.clientOrderId)),
    symbol,
    side,
    type: ownWord(fields.types, textOf(field(row, names.type)), fields),
    state: ownState,
    price: numberOf(field(row, names.price)),
    amount,
    filledAmount,
    averagePrice: filledAmount > 0 ? numberOf(field(row, names.averagePrice)) : Number.NaN,
    updatedAtMs: timeOf(field(row, names.updatedAtMs)),
    ...(cancelReason === '' ? {} : { cancelReason }),
    raw,
  };
}

function readFill(row: JsonObject, fields: AccountFields, raw: JsonObject): Fill | undefined {
  const { fill: names, timeOf = numberOf, clientIdOf = textOf } = fields;
  if (names === undefined) return undefined;
  const [tradeId, orderId, side] = [
    idText(field(row, names.tradeId)),
    idText(field(row, names.orderId)),
    sideOf(field(row, names.side), fields),
  ];
  const symbol = symbolOf(row, names, fields);
  const [price, amount] = [numberOf(field(row, names.price)), numberOf(field(row, names.amount))];
  if (tradeId === '' || orderId === '' || symbol === '') return undefined;
  if (side === undefined || Number.isNaN(price + amount)) return undefined;
  return {
    tradeId,
    orderId,
    clientOrderId: clientIdOf(field(row, names.clientOrderId)),
    symbol,
    side,
    price,
    amount,
    fee:
      fields.isPaidFeeNegative === true
        ? 0 - numberOf(field(row, names.fee))
        : numberOf(field(row, names.fee)),
    feeCurrency: textOf(field(row, names.feeCurrency)),
    liquidity: liquidityOf(field(row, names.liquidity), fields),
    exchangeTimeMs: timeOf(field(row, names.exchangeTimeMs)),
    raw,
  };
}

/** The size may come signed or with a side: either way a short position is negative. */
function readPosition(row: JsonObject, fields: AccountFields, raw: JsonObject): Position | undefined {
  const names = fields.position;
  if (names === undefined) return undefined;
  const symbol = symbolOf(row, names, fields);
  const amount = numberOf(field(row, names.amount));
  if (symbol === '' || Number.isNaN(amount)) return undefined;
  const isShort = /^(?:sell|short)$/i.test(textOf(field(row, names.side)));
  return {
    symbol,
    amount: isShort && amount > 0 ? -amount : amount,
    averagePrice: numberOf(field(row, names.averagePrice)),
    raw,
  };
}

function field(row: JsonObject, names: string): unknown {
  // Most names are single, and need no list.
  if (!/[ .]/.test(names)) return row[names];
  return names
    .split(' ')
    .map((name) => valueAt(row, name))
    .find((value) => value !== undefined && value !== null && value !== '');
}

/** What the state of an order that is not over, or was filled, can say beside it is no reason of a cancel. */
const WITHOUT_REASON = /^(?:open|filled|untriggered|pending|accepted)$/;

function stateOf(row: JsonObject, word: string, fields: AccountFields): string {
  const state = ownWord(fields.states, word, fields);
  return state === 'open' && fields.isUntriggered?.(row) === true ? 'untriggered' : state;
}

function ownWord(
  words: Readonly<Partial<Record<string, string | RegExp>>> = {},
  word: string,
  { isCamelCase }: AccountFields,
): string {
  for (const own in words) if (hasWord(words[own], word)) return own;
  if (isCamelCase !== true) return word;
  return word.replace(
    / ?([A-Z])/g,
    (_, letter: string, at: number) => (at === 0 ? '' : '-') + letter.toLowerCase(),
  );
}

function hasWord(words: string | RegExp | undefined, word: string): boolean {
  return words instanceof RegExp ? words.test(word) : words?.split(' ').includes(word) === true;
}

function liquidityOf(word: unknown, { liquidity }: AccountFields): Fill['liquidity'] {
  if (liquidity === undefined) return 'unknown';
  return isWord(liquidity.maker, word) ? 'maker' : isWord(liquidity.taker, word) ? 'taker' : 'unknown';
}

function isWord(words: unknown, word: unknown): boolean {
  return words === word || (typeof words === 'string' && words.split(' ').includes(textOf(word)));
}

function symbolOf(row: JsonObject, names: { readonly symbol: string }, fields: AccountFields): string {
  return fields.symbolOf?.(row) ?? textOf(field(row, names.symbol));
}

function reasonOf(row: JsonObject, state: string, { order, noReason }: AccountFields): string {
  const reasons = order.cancelReason.split(' ').map((name) => textOf(row[name]));
  return reasons.find((word) => word !== '' && word !== state && noReason?.test(word) !== true) ?? '';
}

/** The amount of an order and how much of it is filled; undefined where the latter follows from what is left, and that cannot be read. */
function amountsOf(row: JsonObject, names: AccountFields['order']): readonly [number, number] | undefined {
  const [amount, filled] = [field(row, names.amount), field(row, names.filledAmount)];
  if (names.leftAmount === undefined) return [numberOf(amount), numberOf(filled ?? 0)];
  const left = textOf(field(row, names.leftAmount));
  if (amount === undefined) return [decimalSum(textOf(filled), left), numberOf(filled)];
  const done = decimalSum(textOf(amount), `-${left}`);
  return Number.isNaN(done) ? undefined : [numberOf(amount), done];
}

function sideOf(value: unknown, { sides }: AccountFields): Side | undefined {
  if (sides !== undefined) return value === sides.buy ? 'buy' : value === sides.sell ? 'sell' : undefined;
  const word = textOf(value).toLowerCase();
  return word === 'buy' || word === 'sell' ? word : undefined;
}

/**
 * An order of which the venue's answer says no more than its id: what was asked for, nothing of it filled yet. Undefined where there is no
 * id. `state` is `accepted`, or the venue's own word for an order that it took in; what becomes of it follows on a private topic.
 */
export function acceptedOrder(
  orderId: unknown,
  asked: OrderRequest & { readonly clientOrderId: string },
  updatedAtMs: number,
  raw: JsonObject,
  state = 'accepted',
): Order | undefined {
  if (typeof orderId !== 'string' || orderId === '') return undefined;
  const { clientOrderId, symbol, side, type = 'limit', price = Number.NaN, amount } = asked;
  const terms = { price: Number(price), amount: Number(amount), filledAmount: 0, averagePrice: Number.NaN };
  return { orderId, clientOrderId, symbol, side, type, state, ...terms, updatedAtMs, raw };
}
