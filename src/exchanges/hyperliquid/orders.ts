// Posts over Hyperliquid's socket: signed actions (orders, cancels, the dead-man's switch) and questions about the account.
import type { OrderReference, OrderRequest } from '../../market.js';
import { neededText, orderProblem } from '../dialects/checks.js';
import { decimalText } from '../dialects/decimals.js';
import type { InstrumentIds, OrderCalls, Outgoing, RequestContext, SafetySwitch } from '../exchange.js';
import { rowsOf, textOf } from '../dialects/fields.js';
import {
  cloidOf,
  isClientId,
  readOpenOrder,
  readOrderUpdate,
  readPlacedStatus,
  readPositions,
} from './account.js';
import { addressOf, isPrivateKey } from '../dialects/typed-data.js';
import { signAction } from './signing.js';
import { isObject, type JsonObject } from '../dialects/json-rpc.js';

/** A key that may trade for an account: the account's own or, better, that of an API wallet which it approved. */
export interface HyperliquidCredentials {
  /** 32 bytes as hex with 0x. It signs on the main thread and reaches neither the connection's thread nor the wire. */
  readonly privateKey: string;
  /** Address of the account that is traded for and asked about. Default: the address of the key itself. */
  readonly account?: string;
  /** Address of a vault or sub-account to trade for in the account's name. */
  readonly vault?: string;
}

export function credentialsProblem(credentials: unknown): string | undefined {
  if (!isObject(credentials) || !isPrivateKey(credentials['privateKey'])) {
    return 'credentials.privateKey must be 32 bytes as hex with 0x, and a key of secp256k1';
  }
  const wrong = ['account', 'vault'].find(
    (name) => credentials[name] !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(textOf(credentials[name])),
  );
  return wrong === undefined ? undefined : `credentials.${wrong} must be an address: 20 bytes as hex with 0x`;
}

/** The one thing here that remembers: nonces must be unique for a key in the whole process, whatever adapter signs with it. */
const lastNonces = new Map<string, number>();

function freshNonce(signer: string, wallMs: number): number {
  const nonce = Math.max(Math.floor(wallMs), (lastNonces.get(signer) ?? 0) + 1);
  lastNonces.set(signer, nonce);
  return nonce;
}

function post(context: RequestContext, request: JsonObject): Outgoing {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ method: 'post', id, request }) };
}

/** `{"method":"post","id":256,"request":{"type":"action","payload":{"action":{…},"nonce":17,"signature":{…},"vaultAddress":null}}}` */
export function actionCall(context: RequestContext, action: JsonObject, expiresAfter?: number): Outgoing {
  const { privateKey, vault } = context.credentials as HyperliquidCredentials;
  const nonce = freshNonce(addressOf(privateKey), context.wallMs);
  const vaultAddress = vault?.toLowerCase();
  const signature = signAction(
    { action, nonce, vaultAddress, expiresAfter },
    privateKey,
    context.network ?? 'live',
  );
  const payload = { action, nonce, signature, vaultAddress: vaultAddress ?? null, expiresAfter };
  return post(context, { type: 'action', payload });
}

export function infoCall(context: RequestContext, type: string, params: JsonObject = {}): Outgoing {
  return post(context, { type: 'info', payload: { type, ...params } });
}

/** Whose orders and positions are asked about: never the API wallet's, which has none. */
function ownerOf({ credentials }: RequestContext): string {
  const { privateKey, account, vault } = credentials as HyperliquidCredentials;
  return (vault ?? account ?? addressOf(privateKey)).toLowerCase();
}

// Instruments

const SPOT_OFFSET = 10_000;

/** Orders name an instrument by its place: in `meta` for perpetuals, 10000 plus its index in `spotMeta` for spot. */
export const instrumentIds: InstrumentIds = {
  fetch: () =>
    ['meta', 'spotMeta'].map((type) => ({
      method: 'POST',
      url: '/info',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type }),
    })),
  read(result) {
    const universe: unknown = isObject(result) ? result['universe'] : undefined;
    if (!isObject(result) || !Array.isArray(universe)) return 'the answer has no universe';
    const isSpot = Array.isArray(result['tokens']);
    return (universe as readonly unknown[]).flatMap((row, place) => {
      if (!isObject(row) || typeof row['name'] !== 'string') return [];
      const index = isSpot ? row['index'] : place;
      return Number.isSafeInteger(index)
        ? [[row['name'], (isSpot ? SPOT_OFFSET : 0) + (index as number)] as const]
        : [];
    });
  },
};

function assetOf(symbol: string | undefined, { instrumentIds: ids }: RequestContext): number {
  const name = neededText(symbol);
  const id = ids?.get(name);
  if (id !== undefined) return id;
  const [, spot] = /^@(\d+)$/.exec(name) ?? [];
  if (spot !== undefined) return SPOT_OFFSET + Number(spot);
  throw new TypeError(
    `Hyperliquid has no instrument "${name}": names are case-sensitive, compare BTC and @107`,
  );
}

// Orders

const ORDER_RULES = { clientOrderIdLength: 34, ownFields: /^(?:a|b|p|s|r|c|type|orders|nonce|signature)$/ };
const EXTRA = ['t', 'grouping', 'builder', 'expiresAfter'];
const IN_FORCE: Readonly<Record<string, string>> = {
  'good-til-cancelled': 'Gtc',
  'immediate-or-cancel': 'Ioc',
};

function validateOrder(order: OrderRequest): string | undefined {
  const { type = 'limit', timeInForce = 'good-til-cancelled', clientOrderId, extra = {} } = order;
  if (type !== 'limit') {
    return 'Hyperliquid has limit orders only: for a market order send one that is immediate-or-cancel at the worst price you accept, for a trigger order give extra.t';
  }
  if (!Object.hasOwn(IN_FORCE, timeInForce))
    return `order.timeInForce "${timeInForce}" is not among ${Object.keys(IN_FORCE).join(', ')}`;
  if (clientOrderId !== undefined && !isClientId(clientOrderId)) {
    return 'order.clientOrderId must be up to 16 characters without spaces, or 16 bytes as hex with 0x';
  }
  const unknown = Object.keys(extra).find((name) => !EXTRA.includes(name));
  if (unknown !== undefined)
    return `order.extra.${unknown} is nothing that Hyperliquid knows: it takes ${EXTRA.join(', ')}`;
  return orderProblem(order, ORDER_RULES);
}

/** `{"a":4,"b":true,"p":"1100","s":"0.2","r":false,"t":{"limit":{"tif":"Gtc"}},"c":"0x1234…"}`, its keys in just this order. */
function wireOrder(
  order: OrderRequest & { readonly clientOrderId?: string },
  context: RequestContext,
): JsonObject {
  const tif = order.postOnly === true ? 'Alo' : IN_FORCE[order.timeInForce ?? 'good-til-cancelled'];
  return {
    a: assetOf(order.symbol, context),
    b: order.side === 'buy',
    p: wireNumber(order.price ?? Number.NaN),
    s: wireNumber(order.amount),
    r: order.reduceOnly ?? false,
    t: order.extra?.['t'] ?? { limit: { tif } },
    c: order.clientOrderId === undefined ? undefined : cloidOf(order.clientOrderId),
  };
}

/** No zeros at the end: they would change the hash that is signed. */
export function wireNumber(value: number | string): string {
  const text = decimalText(value);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  if (/\.\d{9,}$/.test(short))
    throw new TypeError(`${short} has more than the eight decimals that Hyperliquid takes`);
  return short;
}

/** `{"type":"order","orders":[…],"grouping":"na"}` */
function placeCall(
  order: OrderRequest & { readonly clientOrderId: string },
  context: RequestContext,
): Outgoing {
  const { grouping = 'na', builder, expiresAfter } = order.extra ?? {};
  const action = { type: 'order', orders: [wireOrder(order, context)], grouping, builder };
  return actionCall(context, action, expiresAfter as number | undefined);
}

function cancelCall({ orderId, clientOrderId, symbol }: OrderReference, context: RequestContext): Outgoing {
  const asset = assetOf(symbol, context);
  if (orderId !== undefined)
    return actionCall(context, { type: 'cancel', cancels: [{ a: asset, o: Number(orderId) }] });
  return actionCall(context, {
    type: 'cancelByCloid',
    cancels: [{ asset, cloid: cloidOf(neededText(clientOrderId)) }],
  });
}

/** `{"type":"modify","oid":3,"order":{…}}`: the new order in full, for nothing of the old one is kept. */
function modifyCall(
  reference: OrderReference,
  changes: Partial<OrderRequest>,
  context: RequestContext,
): Outgoing {
  const { side, price, amount, symbol = reference.symbol } = changes;
  if (side === undefined || price === undefined || amount === undefined || symbol === undefined) {
    throw new TypeError(
      'Hyperliquid replaces an order: give changes.side, changes.price, changes.amount and the symbol',
    );
  }
  const { clientOrderId = reference.clientOrderId } = changes;
  const named = clientOrderId === undefined ? {} : { clientOrderId };
  const order = wireOrder({ ...changes, side, price, amount, symbol, ...named }, context);
  return actionCall(context, { type: 'modify', oid: nameOf(reference), order });
}

const nameOf = ({ orderId, clientOrderId }: OrderReference): number | string =>
  orderId === undefined ? cloidOf(neededText(clientOrderId)) : Number(orderId);

function firstStatus(result: unknown): unknown {
  const response = isObject(result) ? result['response'] : undefined;
  const data = isObject(response) ? response['data'] : undefined;
  const statuses: unknown = isObject(data) ? data['statuses'] : undefined;
  return Array.isArray(statuses) ? statuses[0] : undefined;
}

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint */
export const orders: OrderCalls = {
  clientOrderIdLength: ORDER_RULES.clientOrderIdLength,
  madeOrderIdLength: 16,
  validate: validateOrder,
  place: placeCall,
  readPlaced: (result, asked) =>
    asked === undefined ? undefined : readPlacedStatus(firstStatus(result), asked),
  edit: modifyCall,
  cancel: cancelCall,
  readCancelled: () => undefined,
  lookup: (reference, context) =>
    infoCall(context, 'orderStatus', { user: ownerOf(context), oid: nameOf(reference) }),
  /** `{"status":"order","order":{"order":{…},"status":"open","statusTimestamp":17}}` or `{"status":"unknownOid"}` */
  readLookup: (result) =>
    rowsOf(isObject(result) ? result['order'] : undefined).flatMap((row) => readOrderUpdate(row) ?? []),
  openOrders({ symbol }, context) {
    if (symbol !== undefined)
      throw new TypeError('Hyperliquid tells all open orders at once: leave filter.symbol out');
    return infoCall(context, 'openOrders', { user: ownerOf(context) });
  },
  readOpenOrders: (result) => rowsOf(result).flatMap((row) => readOpenOrder(row) ?? []),
  positions: (context) => infoCall(context, 'clearinghouseState', { user: ownerOf(context) }),
  readPositions,
};

/** How long orders stay after the last sign of life, and how often that is given. */
const DEAD_MAN_MS = 60_000;
const REFRESH_MS = 20_000;

/**
 * Cancels all orders of the account, ten times a day at most.
 * - success: `{"status":"ok","response":{"type":"default"}}`
 * - failure: `{"status":"err","response":"Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded: $373.47205."}`
 */
export const safetySwitch: SafetySwitch = {
  kind: 'timer',
  refreshEveryMs: REFRESH_MS,
  arm: (context) => [
    {
      ...actionCall(context, { type: 'scheduleCancel', time: Math.floor(context.wallMs) + DEAD_MAN_MS }),
      name: 'arm scheduleCancel',
      check: (result) =>
        isObject(result) && result['status'] === 'ok' ? undefined : 'scheduleCancel was not answered with ok',
    },
  ],
};
