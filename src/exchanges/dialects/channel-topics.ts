// Topics of the form `channel:symbol`, or `channel` alone, for venues that subscribe many symbols of one channel in one call.
import { type BatchLimits, batchTopics } from './topics.js';

/** Symbols of one channel for one call, with the topics they stand for. Without symbols: the channel as a whole. */
export interface ChannelBatch {
  readonly channel: string;
  readonly symbols: readonly string[];
  readonly topics: readonly string[];
}

/** Sorts topics by channel and cuts each channel's symbols into batches within the limits. */
export function channelBatches(topics: readonly string[], limits: BatchLimits): readonly ChannelBatch[] {
  const groups = new Map<string, string[]>();
  for (const topic of topics) {
    const end = topic.indexOf(':');
    const channel = end < 0 ? topic : topic.slice(0, end);
    const symbols = groups.get(channel) ?? [];
    if (end >= 0) symbols.push(topic.slice(end + 1));
    groups.set(channel, symbols);
  }
  return [...groups].flatMap(([channel, symbols]) => {
    if (symbols.length === 0) return [{ channel, symbols, topics: [channel] }];
    return batchTopics(symbols, limits).map((batch) => {
      return { channel, symbols: batch, topics: batch.map((symbol) => `${channel}:${symbol}`) };
    });
  });
}
