// The toy venue as an exchange: one socket, public trades, JSON frames. The default export is what `new Adapter(url)` looks for.
// Only types are imported: what this module imports, every thread loads before it can connect.
import type { DecodeSink, Exchange, RequestContext, VenueError } from 'bulkhead-ws';

/** `{"topic":"trades.ABC","data":{…}}`, `{"id":1,"result":…}` or `{"id":1,"error":{"code":"…","message":"…"}}` */
interface Frame {
  readonly topic?: string;
  readonly data?: ToyTrade;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: VenueError;
}

type ToyTrade = { readonly id: string; readonly side: 'buy' | 'sell' } & Readonly<
  Record<'sequence' | 'price' | 'amount' | 'timeMs', number>
>;

/** A call of the toy venue, with the id that its answer will carry. */
export function call(context: RequestContext, op: string, body: object = {}) {
  const id = context.nextId();
  return { id, frame: JSON.stringify({ id, op, ...body }) };
}

function decode(text: string, sink: DecodeSink): string | undefined {
  try {
    const frame = JSON.parse(text) as Frame;
    if (frame.topic !== undefined) return readTrade(frame.topic, frame.data as ToyTrade, sink);
    if (typeof frame.id !== 'number') return 'neither a trade nor an answer';
    if (frame.error === undefined) sink.reply(frame.id, frame.result);
    else sink.refusal(frame.id, frame.error);
    return undefined;
  } catch (error) {
    return `the frame cannot be read: ${String(error)}`;
  }
}

function readTrade(topic: string, trade: ToyTrade, sink: DecodeSink): string | undefined {
  const { side, price, amount, timeMs, sequence, id } = trade;
  if (!(price > 0 && amount > 0)) return `${topic}: malformed trade`;
  sink.trade(topic, topic.slice('trades.'.length), side, price, amount, timeMs, sequence, id);
  return undefined;
}

export default {
  name: 'toy',
  documentation: 'https://example.org/toy',
  urls: { live: 'ws://127.0.0.1:8500' },
  checkTopic: (topic) => (/^trades\.[A-Z]+$/.test(topic) ? undefined : 'compare trades.ABC'),
  subscribe: (topics, context) => [{ ...call(context, 'subscribe', { topics }), topics }],
  unsubscribe: (topics, context) => [{ ...call(context, 'unsubscribe', { topics }), topics }],
  readSubscribed(topics, result) {
    const granted = result as readonly string[];
    const error = { code: 'unknown-topic', message: 'the toy venue has no such topic' };
    const refused = topics.filter((topic) => !granted.includes(topic)).map((topic) => ({ topic, error }));
    return { confirmed: granted, refused };
  },
  classify: ({ code }) => (code === 'wrong-key' ? 'fatal-login' : 'reject'),
  decode,
} satisfies Exchange;
