// Kraken's topics: `channel:symbol`, with the depth of a book or the minutes of a candle behind the channel, and how they are asked for.
import { channelBatches } from '../dialects/channel-topics.js';
import type { CommonTopicKind, RequestContext } from '../exchange.js';
import type { JsonObject } from '../dialects/json-rpc.js';

export const BASE_DEPTH = 10;
export const DEPTHS = [25, 100, 500, 1000] as const;
const MINUTES = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600];
export const PRIVATE = /^(?:executions|balances)$/;
const TOPIC = new RegExp(
  `^(?:(?:trade|ticker|book(?:-(?:${DEPTHS.join('|')}))?|ohlc-(?:${MINUTES.join('|')})):[\\w.]+/[\\w.]+|instrument)$`,
);
/** Symbols of one call: the venue states no limit; this keeps frames below 4 KB. */
const BATCH = { maxTopics: 100, maxBytes: 4000 };

/**
 * What a call subscribes travels in its id, because a refusal names the symbol but not the channel:
 * `{"error":"Currency pair not supported XBT/USD","method":"subscribe","req_id":33,"success":false,"symbol":"XBT/USD"}`
 */
export const CHANNELS = ['', 'trade', 'ticker', 'book', 'instrument', 'executions', 'balances'].concat(
  MINUTES.map((minutes) => `ohlc-${minutes}`),
);
export const ID_STEP = 32;

export function topicCalls(method: string, topics: readonly string[], context: RequestContext) {
  return channelBatches(topics, BATCH).map(({ channel, symbols, topics: asked }) => {
    const [name = '', detail] = channel.split('-');
    const params = {
      channel: name,
      ...(symbols.length === 0 ? {} : { symbol: symbols }),
      ...channelParams(name, detail, method === 'subscribe'),
      ...(PRIVATE.test(name) ? { token: tokenOf(context) } : {}),
    };
    const kind = CHANNELS.indexOf(name === 'ohlc' ? channel : name);
    return { ...call(context.nextId() * ID_STEP + kind, method, params), topics: asked };
  });
}

function channelParams(name: string, detail: string | undefined, isSubscribe: boolean): JsonObject {
  if (name === 'book') return { depth: Number(detail ?? BASE_DEPTH) };
  if (name === 'ohlc') return { interval: Number(detail) };
  if (name === 'ticker') return { event_trigger: 'bbo' };
  // Old trades are not events. Fills made while nobody listened are: they come again, with the same trade id.
  if (name === 'trade' && isSubscribe) return { snapshot: false };
  return name === 'executions' && isSubscribe ? { snap_orders: true, snap_trades: true } : {};
}

export function tokenOf(context: RequestContext): string {
  const token = context.session?.secrets['token'];
  if (token === undefined) throw new TypeError('Kraken needs options.credentials for this');
  return token;
}

export function call(id: number, method: string, params: JsonObject) {
  return { id, frame: JSON.stringify({ method, params, req_id: id }) };
}

const COMMON: Readonly<Record<CommonTopicKind, string>> = { trades: 'trade', quotes: 'ticker', book: 'book' };
export const commonTopic = (kind: CommonTopicKind, symbol: string): string => `${COMMON[kind]}:${symbol}`;

export function checkTopic(topic: string): string | undefined {
  if (TOPIC.test(topic) || PRIVATE.test(topic)) return undefined;
  return `"${topic}" is no topic of Kraken: compare trade:BTC/USD, ticker:BTC/USD, book:BTC/USD (10 levels), book-100:BTC/USD, ohlc-5:BTC/USD, instrument, executions, balances`;
}
