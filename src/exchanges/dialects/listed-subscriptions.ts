// Subscriptions without ids: a call holds the symbols of one channel, `{"do":"add","feed":"depth","of":["A","B"]}`, and each answer
// lists all that the connection has, `{"all":{"depth":["A","B"],"clock":["clock"]}}`.
import type { DecodeSink, RequestContext, TopicOutgoing } from '../exchange.js';
import { channelBatches } from './channel-topics.js';
import { wordOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';
import type { BatchLimits } from './topics.js';

export interface ListedWords {
  /** The venue's names of the fields of a call: what to do, the channel, its symbols, and the token of a channel that needs one. */
  readonly method: string;
  readonly channel: string;
  readonly symbols: string;
  readonly token: string;
  readonly limits: BatchLimits;
  /** The name of the list in an answer. */
  readonly list: string;
  /** Channels that are a topic as a whole, whatever the list holds for them. */
  readonly whole: RegExp;
  /** Channels that are listed but no topics: what keeps the connection alive, say. */
  readonly untold: RegExp;
  /** The token of a call, undefined for channels that all may listen to. */
  readonly tokenOf: (channel: string, context: RequestContext) => string | undefined;
}

export interface ListedSubscriptions {
  /** `method`: the venue's word for what is to be done with these topics. */
  readonly calls: (
    method: string,
    topics: readonly string[],
    context: RequestContext,
  ) => readonly TopicOutgoing[];
  /** Reads an answer, all parts of which together list all that there are. Returns what is wrong with it, or undefined. */
  readonly read: (parts: readonly JsonObject[], sink: DecodeSink) => string | undefined;
}

export function listedSubscriptions(words: ListedWords): ListedSubscriptions {
  const { method: verb, channel: feed, symbols: of, token: pass, limits, tokenOf } = words;
  return {
    calls: (method, topics, context) =>
      channelBatches(topics, limits).map(({ channel, symbols, topics: asked }) => {
        const token = tokenOf(channel, context);
        const message = {
          [verb]: method,
          ...(symbols.length === 0 ? {} : { [of]: symbols }),
          [feed]: channel,
          ...(token === undefined ? {} : { [pass]: token }),
        };
        return { id: context.nextId(), frame: JSON.stringify(message), topics: asked };
      }),
    read(parts, sink) {
      const lists = parts.map((part) => part[words.list]);
      if (!lists.every(isObject)) return 'subscriptions: malformed';
      const channels = lists.flatMap((list) => Object.entries(list));
      const topics = channels.flatMap(([channel, symbols]) => topicsOf(channel, symbols, words)).sort();
      if (sink.subscribed !== undefined) sink.subscribed(topics);
      else for (const topic of topics) sink.confirmed(topic);
      return undefined;
    },
  };
}

function topicsOf(channel: string, symbols: unknown, { whole, untold }: ListedWords): readonly string[] {
  if (whole.test(channel)) return [channel];
  if (!Array.isArray(symbols) || untold.test(channel)) return [];
  return symbols.map((symbol) => `${channel}:${wordOf(symbol)}`);
}
