// The smallest venue that shows everything a thread can be told by a frame. Loaded by its module URL, as a user's own would be.
import { type DecodeSink, defineExchange, type Exchange } from '../../src/exchanges/exchange.js';

export const toyExchangeUrl = import.meta.url;

interface Frame {
  readonly type: string;
  readonly topic: string;
  readonly price: number;
  readonly id: string;
  readonly result: unknown;
}

const meanings: Readonly<Record<string, (frame: Frame, sink: DecodeSink) => void>> = {
  trade: ({ topic, price, id }, sink) => sink.trade(topic, 'TOY', 'buy', price, 1, 0, Number.NaN, id),
  quote: ({ topic }, sink) => sink.quote(topic, 'TOY', 1, 1, 2, 1, 0, Number.NaN),
  book: ({ topic }, sink) => {
    sink.book(topic, 'TOY', 'snapshot', 0, 1, Number.NaN);
    sink.level('bid', 1, 2);
    sink.level('ask', 3, 4);
  },
  news: ({ topic }, sink) => sink.message(topic),
  reply: ({ id, result }, sink) => sink.reply(id, result),
  refusal: ({ id }, sink) => sink.refusal(id, { code: '7', message: 'no' }),
  confirmed: ({ topic }, sink) => sink.confirmed(topic),
  revoked: ({ topic }, sink) => sink.revoked(topic, { code: '8', message: 'gone' }),
  account: ({ topic }, sink) => sink.private({ kind: 'account', topic, raw: {} }),
  notice: (_, sink) => sink.notice({ kind: 'planned-stop', text: 'soon' }),
  challenge: ({ id }, sink) => sink.answer(JSON.stringify({ type: 'answer', id })),
  alive: (_, sink) => sink.alive(),
  explode: () => {
    throw new Error('a decoder must not throw');
  },
};

const toy: Exchange = defineExchange({
  name: 'toy',
  documentation: 'https://example.org',
  urls: { live: 'ws://127.0.0.1/' },
  heartbeat: {
    intervalMs: 50,
    silenceMs: 10_000,
    start: (intervalMs) => JSON.stringify({ type: 'start', intervalMs }),
    ping: () => '{"type":"ping"}',
  },
  subscribe: () => [],
  unsubscribe: () => [],
  classify: () => 'reject',
  classifyClose: (code) => (code === 4003 ? 'banned' : code === 4001 ? 'fatal-login' : 'retry'),
  decode(text, sink) {
    if (!text.startsWith('{')) return 'it is not JSON';
    const frame = JSON.parse(text) as Frame;
    const meaning = meanings[frame.type];
    meaning?.(frame, sink);
    return meaning === undefined ? `unknown type ${frame.type}` : undefined;
  },
  topicOf: (text) => /^\{"type":"trade","topic":"([^"]+)"/.exec(text)?.[1],
  rehearsal: ['{"type":"trade","topic":"t","price":1,"id":"1"}', '{"type":"reply","id":1,"result":{}}'],
});

export default toy;
