// Names for Hyperliquid's subscriptions, which on the wire are objects: `l2Book:BTC?nSigFigs=5` is {"type":"l2Book","coin":"BTC","nSigFigs":5}.
// One subscription has one name: keys in alphabetical order, and what has its default value is left out.
import { wordOf } from '../dialects/fields.js';
import { isObject, type JsonObject } from '../dialects/json-rpc.js';

/** Of a coin: the type, then the options it may have. */
const COIN_TYPES: Readonly<Record<string, readonly string[]>> = {
  activeAssetCtx: [],
  bbo: [],
  candle: ['interval'],
  l2Book: ['fast', 'mantissa', 'nSigFigs'],
  trades: [],
};
/** Of an address. Anybody may watch any address, so none of them needs a login. */
const USER_TYPES: Readonly<Record<string, readonly string[]>> = {
  activeAssetData: ['coin'],
  clearinghouseState: ['dex'],
  notification: [],
  openOrders: ['dex'],
  orderUpdates: [],
  spotState: [],
  twapStates: ['dex'],
  userEvents: [],
  userFills: ['aggregateByTime'],
  userFundings: [],
  userNonFundingLedgerUpdates: [],
  userTwapHistory: [],
  userTwapSliceFills: [],
  webData2: [],
  webData3: [],
};
const NEEDED: Readonly<Record<string, string>> = { candle: 'interval', activeAssetData: 'coin' };
const OPTION_FORMS: Readonly<Record<string, RegExp>> = {
  fast: /^true$/,
  mantissa: /^[125]$/,
  nSigFigs: /^[2-5]$/,
  aggregateByTime: /^true$/,
  interval: /^\d{1,2}[mhdwM]$/,
  coin: /^[^?&=\s]+$/,
  dex: /^\w+$/,
};
const TOPIC = /^([A-Za-z]\w*)(?::([^?\s]+))?(?:\?(\S+))?$/;
const ADDRESS = /^0x[0-9a-f]{40}$/;

interface Parts {
  readonly type: string;
  readonly subject: string | undefined;
  readonly options: readonly (readonly [name: string, value: string])[];
}

function partsOf(topic: string): Parts | undefined {
  const [whole, type, subject, query] = TOPIC.exec(topic) ?? [];
  if (whole === undefined || type === undefined) return undefined;
  const options = (query?.split('&') ?? []).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)] as const;
  });
  return { type, subject, options };
}

/** What is wrong with a topic, or undefined. */
export function topicProblem(topic: string): string | undefined {
  const parts = partsOf(topic);
  const known =
    parts &&
    (COIN_TYPES[parts.type] ?? USER_TYPES[parts.type] ?? (parts.type === 'allMids' ? ['dex'] : undefined));
  if (parts === undefined || known === undefined || topic.length > 200) {
    return `"${topic}" is no topic of Hyperliquid: compare trades:BTC, l2Book:BTC, bbo:BTC, candle:BTC?interval=1m, orderUpdates:0x…`;
  }
  const { type, subject, options } = parts;
  if (type === 'allMids' && subject !== undefined) return `"${topic}": allMids is of all coins`;
  if (Object.hasOwn(COIN_TYPES, type) && subject === undefined)
    return `"${topic}": name the coin, as in ${type}:BTC`;
  if (Object.hasOwn(USER_TYPES, type) && !ADDRESS.test(subject ?? '')) {
    return `"${topic}": name the address in lower case, as in ${type}:0x0123456789abcdef0123456789abcdef01234567`;
  }
  return optionProblem(topic, type, options, known);
}

function optionProblem(
  topic: string,
  type: string,
  options: Parts['options'],
  known: readonly string[],
): string | undefined {
  const needed = NEEDED[type];
  if (needed !== undefined && !options.some(([name]) => name === needed))
    return `"${topic}": ${type} needs ?${needed}=`;
  for (const [index, [name, value]] of options.entries()) {
    if (!known.includes(name)) return `"${topic}": ${type} has no option "${name}"`;
    if (OPTION_FORMS[name]?.test(value) !== true)
      return `"${topic}": "${value}" is no value for ${name}; leave out what has its default`;
    const before = options[index - 1]?.[0];
    if (before !== undefined && before >= name) return `"${topic}": write the options in alphabetical order`;
  }
  return undefined;
}

/** `{"type":"l2Book","coin":"BTC","nSigFigs":5}` */
export function subscriptionOf(topic: string): JsonObject {
  const { type, subject, options } = partsOf(topic) ?? { type: topic, subject: undefined, options: [] };
  const key = Object.hasOwn(USER_TYPES, type) ? 'user' : 'coin';
  const named = subject === undefined ? {} : { [key]: subject };
  const rest = options.map(([name, value]) => [
    name,
    value === 'true' ? true : /^\d+$/.test(value) ? Number(value) : value,
  ]);
  return { type, ...named, ...Object.fromEntries(rest) };
}

/** `{"method":"subscribe","subscription":{"type":"bbo","coin":"BTC"}}` */
export function subscriptionFrame(method: 'subscribe' | 'unsubscribe', topic: string): string {
  return JSON.stringify({ method, subscription: subscriptionOf(topic) });
}

/** The name of a subscription that the venue repeats with all defaults filled in; undefined for anything else. */
export function topicOfSubscription(subscription: unknown): string | undefined {
  if (!isObject(subscription)) return undefined;
  const { type, coin, user, ...rest } = subscription;
  if (typeof type !== 'string' || type === '') return undefined;
  const address = typeof user === 'string' ? user.toLowerCase() : undefined;
  const subject = address ?? (typeof coin === 'string' ? coin : undefined);
  const options = Object.entries({ ...rest, ...(address === undefined ? {} : { coin }) })
    .filter(([, value]) => value !== undefined && value !== null && value !== false && value !== '')
    .map(([name, value]) => `${name}=${wordOf(value)}`)
    .sort();
  return `${type}${subject === undefined ? '' : `:${subject}`}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}

/** Types whose frames name neither address nor coin. */
const NAMELESS = new Set(['orderUpdates', 'userEvents', 'notification']);

/** As much of a topic as the frames of its data tell: the options of a book are not repeated, and some do not name the address. */
export function toldOf(topic: string): string {
  const { type = '', subject, options = [] } = partsOf(topic) ?? {};
  if (NAMELESS.has(type)) return type;
  const told = options.filter(([name]) => name === 'interval' || name === 'coin' || name === 'dex');
  const query = told.map(([name, value]) => `${name}=${value}`).join('&');
  return `${type}${subject === undefined ? '' : `:${subject}`}${query === '' ? '' : `?${query}`}`;
}

/** Channels that are called by another name than their subscription. */
const TYPES: Readonly<Record<string, string>> = { user: 'userEvents', activeSpotAssetCtx: 'activeAssetCtx' };

/** What a frame tells of its topic. */
export function toldByFrame(channel: string, data: unknown): string {
  const first: unknown = Array.isArray(data) ? data[0] : data;
  // Nearly all frames are of these, and name nothing but their coin.
  if (channel === 'trades' || channel === 'l2Book' || channel === 'bbo') {
    return `${channel}:${isObject(first) ? wordOf(first['coin']) : ''}`;
  }
  const type = TYPES[channel] ?? channel;
  const { coin, user, dex, s, i } = isObject(first) && !NAMELESS.has(type) ? first : ({} as JsonObject);
  if (type === 'candle') return `candle:${wordOf(s)}?interval=${wordOf(i)}`;
  // Contexts and mids come in floods, too: without an address or options there is nothing to sort.
  if (type !== '' && user === undefined && dex === undefined)
    return typeof coin === 'string' ? `${type}:${coin}` : type;
  return topicOfSubscription({ type, coin, user, dex }) ?? type;
}
